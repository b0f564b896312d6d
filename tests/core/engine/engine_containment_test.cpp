// From a burst of changes to a disabled account: the way there, who is spared, the limit, what the
// portal refuses, and users who go on or come back.

#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <algorithm>
#include <set>

namespace docwarden::test::engine_containment_test
{

using core::failure_kind;
using core::report_kind;
using core::tick;
using namespace std::chrono_literals;

namespace
{

// So many users who change 21 files each.
struct crowd : engine_dialogue {
    crowd(int count, std::uint32_t limit) : engine_dialogue(settings_with_limit(limit))
    {
        begin();
        std::vector<core::audit_event> all;
        for (int i = 1; i <= count; ++i) {
            users.push_back("u" + std::to_string(i));
            for (const core::audit_event& event : burst(users.back(), 21, at(-60)))
                all.push_back(event);
        }
        next_page(all);
        (void)heard();
    }
    words users;
};

} // namespace

// ---- the way there ------------------------------------------------------------------------------

TEST_CASE("engine: 21 files are one alert, a look, a disable request, a look, contained")
{
    engine_dialogue d;
    d.wake();
    CHECK(d.heard() == words{"identity"});
    d.answer_identity(make_profile("admin"));
    CHECK(d.heard() == words{"page"});
    d.answer_page(burst("bob", 21, at(-60)));
    CHECK(d.heard() == words{"alert bob", "ready", "look bob"});
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.heard() == words{"disable bob"});
    d.answer_disable("bob");
    CHECK(d.heard() == words{"look bob"});
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.heard() == words{"contained bob"});
    CHECK(d.last_report(report_kind::contained).field("BY") == "docwarden");
    d.stay_quiet(2h);
    CHECK(d.count_reports(report_kind::alert) == 1);
    CHECK(d.count_reports(report_kind::contained) == 1);
    CHECK(d.subject.status().open_cases == 0);
}

TEST_CASE("engine: 20 files are nothing, and neither are 21 files in more than the window")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 20, at(-60)));
    // The 21st comes a second too late for the first.
    auto slow = burst("carol", 20, at(-700));
    slow.push_back(make_event(guid_of("carol"), "21", at(-700) + 601s));
    d.next_page(slow);
    CHECK(d.heard_but_pages().empty());
}

TEST_CASE("engine: two rules crossed at once are two alerts and one containment")
{
    attack d(settings_with_rule(make_rule("mass-delete", 5, 1min)));
    CHECK(d.heard_but_pages() == words{"alert bob", "alert bob", "look bob"});
    CHECK(d.reports().back().field("RULE") == "mass-delete");
    const std::string first(d.reports()[d.reports().size() - 2].field("INCIDENT"));
    CHECK(contains(d.reports().back().message, "Incident " + first + " already covers this account")
    );
    CHECK(d.reports().back().field("STATE") == "intended");
    d.contain("bob");
    CHECK(d.heard_but_pages() == words{"disable bob", "look bob", "contained bob"});
}

TEST_CASE("engine: an account that somebody else disabled already needs no request")
{
    attack d;
    (void)d.heard();
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.heard_but_pages() == words{"contained bob"});
    CHECK(d.last_report(report_kind::contained).field("BY") == "somebody else");
}

TEST_CASE("engine: nobody is asked about before it is known whose key this is, and then at once")
{
    engine_dialogue d;
    d.wake();
    d.fail_identity(failure_kind::broken);
    CHECK(d.heard() == words{"identity", "degraded identity broken", "page"});
    d.answer_page(burst("bob", 21, at(-60)));
    CHECK(d.heard() == words{"alert bob", "ready"});
    CHECK_FALSE(d.has_call("bob"));
    d.wait(1s);
    (void)d.heard();
    d.answer_identity(make_profile("admin"));
    CHECK(d.heard_but_pages() == words{"recovered identity broken", "look bob"});
}

TEST_CASE(
    "engine: after a restart the same crossing has the same incident, and the account is only "
    "looked at"
)
{
    std::string id;
    for (int life = 0; life < 2; ++life) {
        attack d;
        const std::string incident(d.last_report(report_kind::alert).field("INCIDENT"));
        CHECK(incident.size() == 12);
        CHECK((id.empty() || id == incident));
        id = incident;
        if (life == 0) {
            d.contain("bob");
            continue;
        }
        d.answer_look("bob", disabled_profile("bob"));
        CHECK_FALSE(d.has_call("bob"));
    }
}

TEST_CASE("engine: at most eight calls about people are under way, and none is forgotten")
{
    crowd d(20, 100);
    const auto has_call = [&](const auto& user) { return d.has_call(user); };
    d.wake();
    REQUIRE(d.wake_at.has_value());
    CHECK(*d.wake_at > d.now.mono); // while they are, it waits without being woken for more
    while (!d.users.empty()) {
        const auto under_way = std::count_if(d.users.begin(), d.users.end(), has_call);
        REQUIRE(under_way > 0);
        REQUIRE(under_way <= 8);
        const auto next = std::find_if(d.users.begin(), d.users.end(), has_call);
        d.answer_look(*next, disabled_profile(*next));
        d.users.erase(next);
    }
    CHECK(d.count_reports(report_kind::contained) == 20);
}

// ---- who is spared ------------------------------------------------------------------------------

TEST_CASE("engine: a user who is exempt by id is reported once and never asked about")
{
    attack d(settings_exempting(guid_of("bob")));
    CHECK(d.heard_but_pages() == words{"exempted bob"});
    d.next_page(burst("bob", 1, at(-10), 500));
    CHECK(d.heard_but_pages().empty());
    d.stay_quiet(1h);
    CHECK_FALSE(d.has_call("bob"));
}

TEST_CASE("engine: a user who is exempt by address, in any case, is looked at for each crossing")
{
    attack d(settings_exempting("bob@example.com"));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
    core::profile profile = make_profile("bob");
    profile.email = "Bob@Example.COM";
    d.answer_look("bob", profile);
    CHECK(d.heard_but_pages() == words{"exempted bob"});
    d.stay_quiet(2h);
    CHECK_FALSE(d.has_call("bob"));
    (void)d.heard();
    d.next_page(burst("bob", 21, d.portal_now - 25s, 100));
    CHECK(d.heard_but_pages() == words{"look bob"}); // and not alerted, for most likely it is vain
    d.answer_look("bob", profile);
    CHECK(d.heard_but_pages() == words{"exempted bob"});
}

TEST_CASE("engine: an owner and another administrator are refused once, and no request is sent")
{
    const std::string guarded = GENERATE(as<std::string>{}, "owner", "chief");
    core::profile profile = make_profile(guarded);
    profile.is_owner = guarded == "owner";
    profile.is_admin = guarded == "chief";
    engine_dialogue d;
    d.begin();
    d.next_page(burst(guarded, 21, at(-60)));
    CHECK(d.heard_but_pages() == words{"alert " + guarded, "look " + guarded});
    d.answer_look(guarded, profile);
    CHECK(d.heard_but_pages() == words{"refused " + guarded});
    CHECK((d.last_report(report_kind::refused).level == core::priority::alert));
    const std::string way_out =
        guarded == "owner" ? "whom nobody can disable" : "a key of the owner";
    CHECK(contains(d.last_report(report_kind::refused).message, way_out));
    d.next_page(burst(guarded, 40, at(-60)));
    CHECK(d.heard_but_pages().empty());
    d.stay_quiet(2h);
    CHECK(d.count_reports(report_kind::refused) == 1);
    CHECK_FALSE(d.has_call(guarded));
}

TEST_CASE("engine: the owner's key may disable another administrator")
{
    engine_dialogue d;
    d.wake();
    d.answer_identity(owner_profile("owner"));
    d.answer_page(burst("chief", 21, at(-60)));
    (void)d.heard();
    core::profile chief = make_profile("chief");
    chief.is_admin = true;
    d.answer_look("chief", chief);
    CHECK(d.heard() == words{"disable chief"});
}

TEST_CASE("engine: the key's own user is not counted, even if events came before it was known")
{
    engine_dialogue d;
    d.wake();
    d.fail_identity(failure_kind::unreachable);
    d.answer_page(burst("admin", 21, at(-60)));
    CHECK(d.count_reports(report_kind::alert) == 1); // nobody knows yet whose key this is
    d.wait(2s);
    d.answer_identity(make_profile("admin"));
    // Decided before, but looked at first: never our own account.
    d.answer_look("admin", make_profile("admin"));
    CHECK(d.count_reports(report_kind::refused) == 1);
    d.next_page(burst("admin", 60, at(-50), 100));
    CHECK(d.count_reports(report_kind::alert) == 1);
    CHECK_FALSE(d.has_call("admin"));
}

TEST_CASE("engine: a user id that is no account id of the portal is alerted once, and never put "
          "into a path")
{
    engine_dialogue d;
    d.begin();
    auto events = burst("bob", 22, at(-60));
    for (core::audit_event& event : events)
        event.user = "../../settings";
    d.next_page({events.begin(), events.end() - 1});
    CHECK(d.heard_but_pages() == words{"alert ../../settings"});
    CHECK(d.last_report(report_kind::alert).field("STATE") == "refused");
    d.next_page({events.back()});
    CHECK(d.heard_but_pages().empty());
}

TEST_CASE("engine: what ended more than a day ago, before an outage, is alerted and not acted on")
{
    engine_dialogue d;
    d.begin();
    d.wait_until_due();
    d.fail_page(core::api_failure{});
    d.wait(25h);
    (void)d.heard();
    d.answer_identity(make_profile("admin"));
    auto events = burst("bob", 21, at(0));
    for (auto& event : burst("carol", 21, at(0) + 2h))
        events.push_back(std::move(event));
    d.next_page(events);
    CHECK(d.heard_but_pages() == words{"alert carol", "alert bob", "look carol"});
    CHECK(contains(d.reports().back().message, "more than 24 hours ago"));
}

TEST_CASE("engine: what ended a day ago to the tick is still acted on")
{
    for (const bool is_older : {false, true}) {
        engine_dialogue d;
        d.wake();
        d.answer_identity(make_profile("admin"));
        const core::wall_time newest = d.portal_now - 24h - tick(is_older ? 1 : 0);
        d.answer_page(burst("bob", 21, newest - 20s));
        CHECK(d.has_call("bob") == !is_older);
        CHECK(d.count_reports(report_kind::alert) == 1);
    }
}

// ---- the limit ----------------------------------------------------------------------------------

TEST_CASE("engine: the sixth account in ten minutes is held, told, and sent after a reload that "
          "raises the limit")
{
    crowd d(7, 5);
    std::set<std::string> held;
    for (const std::string& user : d.users) {
        d.answer_look(user, make_profile(user));
        if (!d.has_call(user))
            held.insert(user);
    }
    CHECK(held == std::set<std::string>{"u6", "u7"});
    CHECK(d.count_reports(report_kind::held) == 2);
    CHECK(contains(d.last_report(report_kind::held).message, "5 disabled accounts within 10m"));
    CHECK(d.subject.status().open_cases == 7);
    d.stay_quiet(10s);
    CHECK_FALSE(d.has_call("u6"));

    (void)d.heard();
    d.reload(settings_with_limit(6));
    CHECK(d.heard_but_pages() == words{"look u6", "look u7"});
    d.answer_look("u6", make_profile("u6"));
    CHECK(d.heard_but_pages() == words{"disable u6"});
    d.answer_look("u7", make_profile("u7"));
    CHECK(d.heard_but_pages() == words{"held u7"});
}

TEST_CASE("engine: with max_disables = 0 every account is held, until it crosses anew")
{
    attack d(settings_with_limit(0));
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob", "held bob"});
    d.stay_quiet(2h);
    CHECK_FALSE(d.has_call("bob"));
    (void)d.heard();
    d.next_page(burst("bob", 21, d.portal_now - 25s, 100));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
}

TEST_CASE("engine: who is held by the limit and goes on is not over while they go on")
{
    attack d(settings_with_limit(0));
    d.answer_look("bob", make_profile("bob"));
    for (int hour = 0; hour < 25 * 12; ++hour) { // 25 files in each five minutes
        d.stay_quiet(5min);
        d.next_page(burst("bob", 25, d.portal_now - 30s, 100 * hour));
    }
    CHECK(d.count_reports(report_kind::alert) == 1);
    (void)d.heard();
    d.reload(settings_with_limit(1));
    CHECK(d.heard_but_pages() == words{"look bob"});
}

// ---- a portal that refuses, or pretends ---------------------------------------------------------

TEST_CASE("engine: a portal that accepts and does nothing is told at once, and once")
{
    attack d;
    for (int round = 0; round < 5; ++round) {
        d.wait_for_call("bob");
        d.answer_look("bob", make_profile("bob"));
        d.answer_disable("bob");
        d.answer_look("bob", make_profile("bob"));
        CHECK(d.count_reports(report_kind::failed) == 1); // with the first
    }
    CHECK(d.count_reports(report_kind::retrying) == 0);
    CHECK((d.last_report(report_kind::failed).level == core::priority::alert));
    CHECK(contains(d.last_report(report_kind::failed).message, "leaves it active"));
    CHECK(d.subject.status().open_cases == 1);
    d.stay_quiet(59min);
    CHECK_FALSE(d.has_call("bob"));
    d.stay_quiet(2min);
    CHECK(d.has_call("bob"));
}

TEST_CASE("engine: a request that failed is no request that was taken")
{
    attack d;
    for (int i = 0; i < 6; ++i) {
        d.wait_for_call("bob");
        d.answer_look("bob", make_profile("bob"));
        d.fail_disable("bob", failure_kind::unreachable);
    }
    CHECK(d.count_reports(report_kind::failed) == 0);
}

TEST_CASE(
    "engine: it wants to be woken for the next try with an account, not only for the next page"
)
{
    attack d;
    d.fail_look("bob", failure_kind::unreachable);
    REQUIRE(d.wake_at.has_value());
    CHECK(*d.wake_at <= d.now.mono + 1s);
    d.wait_until_due();
    CHECK(d.has_call("bob"));
}

// ---- after it was contained ---------------------------------------------------------------------

TEST_CASE("engine: an account that was said to be gone and goes on is looked at anew")
{
    attack d;
    for (unsigned looks = 0; looks < core::containment::gone_min; ++looks) {
        d.wait_for_call("bob");
        d.fail_look("bob", failure_kind::gone);
    }
    CHECK(d.count_reports(report_kind::contained) == 1);
    CHECK(d.subject.status().open_cases == 0);
    d.stay_quiet(1min);
    CHECK_FALSE(d.has_call("bob"));
    d.next_page(burst("bob", 21, d.portal_now + 5s, 100));
    d.wait_for_call("bob");
    d.answer_look("bob", make_profile("bob"));
    CHECK(has(d.heard(), "disable bob"));
}

TEST_CASE("engine: events up to the containment never lead to another one")
{
    attack d;
    d.contain("bob");
    (void)d.heard();
    d.next_page(burst("bob", 50, at(-100), 500)); // late rows from before
    CHECK(d.heard_but_pages().empty());
    CHECK_FALSE(d.has_call("bob"));
}

TEST_CASE("engine: changes up to the second in which an account was found disabled are settled")
{
    for (const bool is_later : {false, true}) {
        attack d;
        d.contain("bob");
        const core::wall_time settled = d.portal_now + 1s;
        REQUIRE((std::chrono::floor<std::chrono::seconds>(settled) == settled));
        std::vector<core::audit_event> more;
        for (int i = 0; i < 21; ++i) {
            more.push_back(make_event(
                guid_of("bob"), std::to_string(500 + i), settled + tick(is_later ? 1 : 0)
            ));
        }
        d.next_page(more);
        CHECK(d.has_call("bob") == is_later);
    }
}

TEST_CASE("engine: a contained user whose session goes on is looked at once for each story, and "
          "disabled again only if somebody has enabled the account")
{
    attack d;
    d.contain("bob");
    d.wait(30s);
    (void)d.heard();
    d.next_page(burst("bob", 21, d.portal_now - 25s, 100));
    CHECK(d.heard_but_pages() == words{"look bob"});
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.heard_but_pages() == words{"observed bob"});
    CHECK_FALSE(d.has_call("bob"));
    CHECK(d.states() == words{"bob contained"}); // still one incident
    d.stay_quiet(GENERATE(1min, 50min));         // looks come once an hour
    (void)d.heard();
    d.next_page(burst("bob", 21, d.portal_now - 25s, 200));
    CHECK(d.heard_but_pages() == words{"look bob"});
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.heard_but_pages() == words{"alert bob", "disable bob"});
    d.answer_disable("bob");
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.heard_but_pages() == words{"look bob", "contained bob"});
}

} // namespace docwarden::test::engine_containment_test
