// From a burst of changes to a disabled account, as dialogues with the engine.

#include "core/engine/settings.hpp"
#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <set>

namespace docwarden::test::engine_containment_test
{

using core::failure_kind;
using core::report_kind;
using namespace std::chrono_literals;

TEST_CASE("engine: 21 files are one alert, a look, a disable request, a look, contained")
{
    engine_dialogue d;
    d.wake();
    CHECK(d.heard() == words{"identity"});
    d.answer_identity(make_profile("admin"));
    CHECK(d.heard() == words{"page"});
    d.answer_page(burst("bob", 21, at(-60)));
    CHECK(d.heard() == words{"alert bob", "look bob", "ready"});
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

TEST_CASE("engine: the look leaves while further pages are still being asked for")
{
    engine_dialogue d;
    d.wake();
    d.answer_identity(make_profile("admin"));
    (void)d.heard();
    d.answer_full_page(burst("bob", 21, at(-60)));
    CHECK(d.heard() == words{"alert bob", "look bob", "page"});
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.heard() == words{"disable bob"});
    d.answer_page();
    CHECK(d.heard() == words{"ready"});
}

TEST_CASE("engine: a burst spread over pages, out of order and repeated, is the same one alert")
{
    engine_dialogue d;
    d.begin();
    auto all = burst("bob", 21, at(-60));
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i].id = static_cast<std::int64_t>(1000 + i);
    const std::vector<core::audit_event> newer(all.begin() + 7, all.end());
    const std::vector<core::audit_event> older(all.begin(), all.begin() + 10);
    d.next_page(newer);
    CHECK(d.heard_but_pages().empty());
    d.next_page(newer);
    CHECK(d.heard_but_pages().empty());
    d.next_page(older);
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
    d.contain("bob");
    d.next_page(all);
    CHECK(d.count_reports(report_kind::alert) == 1);
}

TEST_CASE("engine: two rules crossed at once are two alerts and one containment")
{
    core::engine_settings settings = make_settings();
    settings.rules.push_back(make_rule("mass-delete", 5, 1min));
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    CHECK(d.heard_but_pages() == words{"alert bob", "alert bob", "look bob"});
    CHECK(d.reports().back().field("RULE") == "mass-delete");
    CHECK(contains(d.reports().back().message, "already dealt with by incident"));
    d.contain("bob");
    CHECK(d.heard_but_pages() == words{"disable bob", "look bob", "contained bob"});
}

TEST_CASE("engine: the answer to a rule that only alerts or observes is a record, no request")
{
    const auto [mode, said] = GENERATE(table<core::response_mode, std::string>({
        {core::response_mode::alert, "alert bob"},
        {core::response_mode::observe, "observed bob"},
    }));
    core::engine_settings settings = make_settings();
    settings.rules[0].response = mode;
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    CHECK(d.heard_but_pages() == words{said});
    d.stay_quiet(1h);
    CHECK_FALSE(d.has_call("bob"));
}

TEST_CASE("engine: a user who is exempt by id is reported and never asked about")
{
    core::engine_settings settings = make_settings();
    settings.containment.exempt = {guid_of("bob")};
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 30, at(-60)));
    CHECK(d.heard_but_pages() == words{"exempted bob"});
    d.stay_quiet(1h);
    CHECK_FALSE(d.has_call("bob"));
}

TEST_CASE("engine: a user who is exempt by address, in any case, is looked at and left alone")
{
    core::engine_settings settings = make_settings();
    settings.containment.exempt = {"bob@example.com"};
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
    core::profile who = make_profile("bob");
    who.email = "Bob@Example.COM";
    d.answer_look("bob", who);
    CHECK(d.heard_but_pages() == words{"exempted bob"});
    d.stay_quiet(2h);
    CHECK_FALSE(d.has_call("bob"));
}

TEST_CASE("engine: an owner, the key's own user and another administrator are refused once, and "
          "no request is sent")
{
    engine_dialogue d;
    d.begin();
    const std::string guarded = GENERATE(as<std::string>{}, "owner", "chief");
    core::profile who = make_profile(guarded);
    who.is_owner = guarded == "owner";
    who.is_admin = guarded == "chief";
    d.next_page(burst(guarded, 21, at(-60)));
    CHECK(d.heard_but_pages() == words{"alert " + guarded, "look " + guarded});
    d.answer_look(guarded, who);
    CHECK(d.heard_but_pages() == words{"refused " + guarded});
    CHECK((d.last_report(report_kind::refused).level == core::priority::alert));
    d.next_page(burst(guarded, 40, at(-60)));
    d.stay_quiet(2h);
    CHECK(d.count_reports(report_kind::refused) == 1);
    CHECK_FALSE(d.has_call(guarded));
}

TEST_CASE("engine: the owner's key may disable another administrator")
{
    engine_dialogue d;
    d.wake();
    core::profile owner = make_profile("owner");
    owner.is_owner = true;
    d.answer_identity(owner);
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

TEST_CASE("engine: an account that somebody else disabled already needs no request")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    (void)d.heard();
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.heard_but_pages() == words{"contained bob"});
    CHECK(d.last_report(report_kind::contained).field("BY") == "somebody else");
}

TEST_CASE("engine: the sixth account in ten minutes is held, told, and sent after a reload that "
          "raises the limit")
{
    engine_dialogue d;
    d.begin();
    std::vector<core::audit_event> all;
    for (int i = 1; i <= 7; ++i) {
        for (auto& event : burst("u" + std::to_string(i), 21, at(-60)))
            all.push_back(std::move(event));
    }
    d.next_page(all);
    (void)d.heard();
    std::set<std::string> held;
    for (int i = 1; i <= 7; ++i) {
        const std::string user = "u" + std::to_string(i);
        d.answer_look(user, make_profile(user));
        if (!d.has_call(user))
            held.insert(user);
    }
    CHECK(held == std::set<std::string>{"u6", "u7"});
    CHECK(d.count_reports(report_kind::held) == 2);
    CHECK(d.subject.status().open_cases == 7);
    d.stay_quiet(10s);
    CHECK_FALSE(d.has_call("u6"));

    core::engine_settings more = make_settings();
    more.containment.disables_max = 6;
    (void)d.heard();
    d.reload(more);
    CHECK(d.heard_but_pages() == words{"look u6", "look u7"});
    d.answer_look("u6", make_profile("u6"));
    CHECK(d.heard_but_pages() == words{"disable u6"});
    d.answer_look("u7", make_profile("u7"));
    CHECK(d.heard_but_pages() == words{"held u7"});
}

TEST_CASE("engine: with max_disables = 0 every account is held")
{
    core::engine_settings settings = make_settings();
    settings.containment.disables_max = 0;
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob", "held bob"});
    d.stay_quiet(2h);
    CHECK_FALSE(d.has_call("bob"));
}

TEST_CASE("engine: a contained user whose session goes on is looked at, never disabled twice")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.contain("bob");
    d.wait(30s);
    (void)d.heard();
    d.next_page(burst("bob", 21, d.portal_now - 25s, 100));
    CHECK(d.heard_but_pages() == words{"look bob"});
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.heard_but_pages() == words{"observed bob"});
    CHECK(d.count_reports(report_kind::alert) == 1);
    CHECK_FALSE(d.has_call("bob"));
}

TEST_CASE("engine: events up to the containment never lead to another one")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.contain("bob");
    (void)d.heard();
    d.next_page(burst("bob", 50, at(-100), 500)); // late rows from before
    CHECK(d.heard_but_pages().empty());
    CHECK_FALSE(d.has_call("bob"));
}

TEST_CASE("engine: a user who was enabled again and attacks again is disabled again")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.contain("bob");
    d.stay_quiet(1h);
    (void)d.heard();
    d.next_page(burst("bob", 21, d.portal_now - 25s, 100));
    CHECK(d.heard_but_pages() == words{"look bob"});
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.heard_but_pages() == words{"alert bob", "disable bob"});
    d.answer_disable("bob");
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.heard_but_pages() == words{"look bob", "contained bob"});
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

TEST_CASE("engine: a user id that is no account id of the portal is alerted, never put into a path")
{
    engine_dialogue d;
    d.begin();
    auto events = burst("bob", 21, at(-60));
    for (core::audit_event& event : events)
        event.user = "../../settings";
    d.next_page(events);
    CHECK(d.heard_but_pages() == words{"alert ../../settings"});
    CHECK(d.last_report(report_kind::alert).field("STATE") == "refused");
}

TEST_CASE("engine: a portal that accepts and does nothing is failed after five tries, told once")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    (void)d.heard();
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; !d.has_call("bob") && i < 10; ++i) {
            d.wait_until_due();
            if (d.page())
                d.answer_page();
        }
        d.answer_look("bob", make_profile("bob"));
        d.answer_disable("bob");
        d.answer_look("bob", make_profile("bob"));
    }
    CHECK(d.count_reports(report_kind::failed) == 1);
    CHECK(d.count_reports(report_kind::retrying) == 1);
    CHECK((d.last_report(report_kind::failed).level == core::priority::alert));
    CHECK(d.subject.status().open_cases == 1);
    d.stay_quiet(59min);
    CHECK_FALSE(d.has_call("bob"));
    d.stay_quiet(2min);
    CHECK(d.has_call("bob"));
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
        engine_dialogue d;
        d.wake();
        d.answer_identity(make_profile("admin"));
        d.answer_page(burst("bob", 25, at(-60)));
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
    core::engine_settings settings = make_settings();
    settings.containment.disables_max = 100;
    engine_dialogue d(settings);
    d.begin();
    std::vector<core::audit_event> all;
    words waiting;
    for (int i = 10; i < 30; ++i) {
        waiting.push_back("u" + std::to_string(i));
        for (auto& event : burst(waiting.back(), 21, at(-60)))
            all.push_back(std::move(event));
    }
    d.next_page(all);
    while (!waiting.empty()) {
        const auto in_flight = std::count_if(waiting.begin(), waiting.end(), [&](const auto& user) {
            return d.has_call(user);
        });
        REQUIRE(in_flight > 0);
        REQUIRE(in_flight <= 8);
        const auto next = std::find_if(waiting.begin(), waiting.end(), [&](const auto& user) {
            return d.has_call(user);
        });
        d.answer_look(*next, disabled_profile(*next));
        waiting.erase(next);
    }
    CHECK(d.count_reports(report_kind::contained) == 20);
}

TEST_CASE("engine: an account called off while it is looked at is not asked about twice at once")
{
    engine_dialogue talk;
    talk.begin();
    talk.next_page(burst("bob", 21, at(0)));
    REQUIRE(talk.has_call("bob"));
    core::engine_settings alerting = make_settings();
    alerting.rules[0].response = core::response_mode::alert;
    talk.reload(alerting);
    talk.reload(make_settings());
    talk.next_page(burst("bob", 40, at(30), 100));
    (void)talk.heard();
    // The answer to the first look is that of a case which is no more: now it is looked anew.
    talk.answer_look("bob", make_profile("bob"));
    CHECK(talk.heard_but_pages() == words{"look bob"});
    talk.answer_look("bob", make_profile("bob"));
    CHECK(talk.heard_but_pages() == words{"disable bob"});
}

} // namespace docwarden::test::engine_containment_test
