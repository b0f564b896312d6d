// What an engine knows and tells about itself: incidents as a scan finds them, cases by state, its
// status; and what the portal's own rows about accounts change.

#include "core/engine/settings.hpp"
#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <algorithm>
#include <map>

namespace docwarden::test::engine_state_test
{

using core::containment_state;
using core::failure_kind;
using core::report_kind;
using core::response_mode;
using namespace std::chrono_literals;

namespace
{

// What a scan finds that is asked for now.
std::vector<core::incident> findings(engine_dialogue& d)
{
    const std::size_t known = d.scans().size();
    d.ask_scan(known + 1);
    for (int i = 0; i < 20 && d.scans().size() == known; ++i)
        d.next_page({});
    REQUIRE(d.scans().size() == known + 1);
    CHECK(d.scans().back().token == known + 1);
    CHECK(d.scans().back().error.empty());
    return d.scans().back().findings;
}

// Without what the rows take that are known.
std::size_t windows_bytes(const engine_dialogue& d)
{
    const core::engine_status about = d.subject.status();
    return about.memory_bytes - about.seen_bytes;
}

std::vector<std::string> states(engine_dialogue& d)
{
    std::vector<std::string> all;
    for (const core::incident& about : findings(d))
        all.push_back(name_of(about.user) + ' ' + std::string(core::to_string(about.state)));
    return all;
}

using case_counts = std::map<containment_state, std::size_t>;

core::engine_settings settings_with(response_mode response)
{
    core::engine_settings settings = make_settings();
    settings.rules[0].response = response;
    return settings;
}

// The portal's row about a change of status of all these accounts.
core::audit_event
status_row(std::string_view by, const std::vector<std::string>& whom, core::wall_time time)
{
    core::audit_event row = make_event(guid_of(by), "", time, 4020);
    row.kind = core::object_kind::none;
    for (const std::string& name : whom)
        row.object += (row.object.empty() ? "" : ",") + guid_of(name);
    return row;
}

} // namespace

TEST_CASE("engine: a scan tells everything about a contained user's incident")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 60, at(-60)));
    d.contain("bob");
    const auto found = findings(d);
    REQUIRE(found.size() == 1);
    const core::incident& about = found[0];
    CHECK(about.user == guid_of("bob"));
    CHECK(about.user_name == "bob");
    CHECK(about.rule == "bulk-change");
    CHECK(about.threshold == 20);
    CHECK(about.window == 10min);
    CHECK((about.response == response_mode::disable));
    CHECK((about.state == containment_state::contained));
    CHECK(about.span.count == 60);
    CHECK((about.span.newest == at(-1)));
    REQUIRE(about.files.size() == core::incident::files_max);
    CHECK(about.files.front().object == "11");
    CHECK(about.files.back().object == "60");
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::contained, 1}}));
}

TEST_CASE("engine: what became of an account is the state of every incident of its user, whatever "
          "the rule")
{
    core::engine_settings settings = make_settings();
    settings.rules.push_back(make_rule("mass-delete", 5, 1min));
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.fail_look("bob", core::failure_kind::unreachable);
    CHECK(states(d) == std::vector<std::string>{"bob intended", "bob intended"});
    d.wait(2s);
    d.contain("bob");
    CHECK(states(d) == std::vector<std::string>{"bob contained", "bob contained"});
}

TEST_CASE(
    "engine: the second crossing of a user whose first is not dealt with yet is contained with "
    "the account"
)
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.fail_look("bob", core::failure_kind::unreachable);
    d.stay_quiet(25min);
    d.next_page(burst("bob", 21, d.portal_now - 30s, 100));
    REQUIRE(d.count_reports(core::report_kind::alert) == 2);
    d.contain("bob");
    CHECK(states(d) == std::vector<std::string>{"bob contained"}); // the first is out of the window
    CHECK(d.count_reports(core::report_kind::contained) == 1);
}

TEST_CASE("engine: a rule that only alerts or observes leaves an incident, and no case")
{
    const response_mode response = GENERATE(response_mode::alert, response_mode::observe);
    engine_dialogue d(settings_with(response));
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    const auto found = findings(d);
    REQUIRE(found.size() == 1);
    CHECK((found[0].state == containment_state::observed));
    CHECK((found[0].response == response));
    CHECK(found[0].files.size() == 21);
    CHECK(d.subject.cases_by_state().empty());
}

TEST_CASE("engine: a crossing that goes on is one incident, which grows")
{
    engine_dialogue d(settings_with(response_mode::alert));
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    const auto before = findings(d);
    d.next_page(burst("bob", 9, at(-30), 100));
    const auto after = findings(d);
    REQUIRE(before.size() == 1);
    REQUIRE(after.size() == 1);
    CHECK(after[0].id == before[0].id);
    CHECK(before[0].span.count == 21);
    CHECK(after[0].span.count == 30);
    CHECK((after[0].span.newest == at(-22)));
    CHECK(after[0].span.last > before[0].span.last);
}

TEST_CASE("engine: an incident grows while its account is dealt with, and stays that way")
{
    engine_dialogue d(settings_with(response_mode::disable));
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.next_page(burst("bob", 9, at(-30), 100));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
    d.contain("bob");
    CHECK(d.last_report(report_kind::contained).field("COUNT") == "30");
    const auto found = findings(d);
    REQUIRE(found.size() == 1);
    CHECK(found[0].span.count == 30);
    CHECK((found[0].span.newest == at(-22)));
}

TEST_CASE("engine: who is held by the limit and goes on is not over while they go on")
{
    core::engine_settings settings = make_settings();
    settings.containment.disables_max = 0;
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.answer_look("bob", make_profile("bob"));
    for (int hour = 0; hour < 25 * 12; ++hour) { // 25 files in each five minutes
        d.stay_quiet(5min);
        d.next_page(burst("bob", 25, d.portal_now - 30s, 100 * hour));
    }
    CHECK(d.count_reports(report_kind::alert) == 1);
    (void)d.heard();
    settings.containment.disables_max = 1;
    d.reload(settings);
    CHECK(d.heard_but_pages() == words{"look bob"});
}

TEST_CASE("engine: incidents are told in the state their account is in, all along")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::intended, 1}}));
    d.fail_look("bob", failure_kind::unreachable);
    CHECK(states(d) == words{"bob intended"});
    d.wait_until_due();
    for (int i = 0; i < 20 && !d.has_call("bob"); ++i)
        d.next_page({});
    d.answer_look("bob", make_profile("bob"));
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::sending, 1}}));
    d.fail_disable("bob", failure_kind::unreachable);
    CHECK(states(d) == words{"bob sending"});
}

TEST_CASE("engine: who cannot be disabled is an incident in the state refused")
{
    engine_dialogue d;
    d.begin();
    std::vector<core::audit_event> exporter = burst("x", 21, at(-60));
    for (core::audit_event& event : exporter)
        event.user = "jane.doe"; // no account id
    d.next_page(exporter);
    d.next_page(burst("boss", 21, at(-60)));
    core::profile boss = make_profile("boss");
    boss.is_owner = true;
    d.answer_look("boss", boss);
    CHECK(states(d) == words{"jane.doe refused", "boss refused"});
}

TEST_CASE("engine: who is exempt by address is an incident in the state observed")
{
    core::engine_settings settings = make_settings();
    settings.containment.exempt = {"bob@example.com", guid_of("jane")};
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.next_page(burst("jane", 21, at(-60)));
    d.answer_look("bob", make_profile("bob"));
    CHECK(states(d) == words{"bob observed", "jane observed"});
    CHECK_FALSE(d.has_call("bob"));
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::observed, 1}}));
}

TEST_CASE("engine: who is held by the limit is an incident in the state held")
{
    core::engine_settings settings = make_settings();
    settings.containment.disables_max = 0;
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.answer_look("bob", make_profile("bob"));
    CHECK(states(d) == words{"bob held"});
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::held, 1}}));
    CHECK(d.subject.status().open_cases == 1);
}

TEST_CASE("engine: who is held by a reload is told as held, and as what follows when they go on")
{
    core::engine_settings lax = make_settings();
    lax.rules[0].threshold = 100;
    engine_dialogue d(lax);
    d.begin();
    d.next_page(burst("bob", 30, at(-60)));
    (void)d.heard();
    d.reload(make_settings());
    CHECK(d.heard_but_pages() == words{"held bob"});
    CHECK(states(d) == words{"bob held"});
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::held, 1}}));
    d.next_page(burst("bob", 1, at(-40), 10)); // no newer than what was known
    CHECK_FALSE(d.has_call("bob"));
    d.next_page(burst("bob", 1, d.portal_now, 500));
    CHECK(d.has_call("bob"));
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::intended, 1}}));
    d.fail_look("bob", failure_kind::unreachable);
    const auto found = findings(d);
    REQUIRE(found.size() == 1);
    CHECK((found[0].state == containment_state::intended));
    CHECK(found[0].span.count == 31);
}

TEST_CASE("engine: rules that no longer disable call off what is under way")
{
    const bool is_removed = GENERATE(true, false);
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    core::engine_settings settings = settings_with(response_mode::alert);
    if (is_removed)
        settings.rules[0].name = "another";
    (void)d.heard();
    d.reload(settings);
    const words said = d.heard_but_pages();
    CHECK(std::count(said.begin(), said.end(), "observed bob") == 1);
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::observed, 1}}));
    CHECK((findings(d).at(0).state == containment_state::observed));
    d.answer_look("bob", make_profile("bob"));
    CHECK_FALSE(d.has_call("bob"));
    const auto found = findings(d);
    REQUIRE_FALSE(found.empty());
    CHECK((found[0].state == containment_state::observed));
}

TEST_CASE("engine: a reload leaves what is settled alone")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.contain("bob");
    (void)d.heard();
    d.reload(settings_with(response_mode::alert));
    CHECK(d.heard_but_pages().empty());
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::contained, 1}}));
}

TEST_CASE("engine: a reload gives no second chance to those held by a limit that stays as it was")
{
    core::engine_settings settings = make_settings();
    settings.containment.disables_max = 0;
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.answer_look("bob", make_profile("bob"));
    (void)d.heard();
    d.reload(settings);
    CHECK(d.heard_but_pages().empty());
    settings.containment.disables_window = 5min; // zero of a shorter time: decided anew
    d.reload(settings);
    CHECK(d.heard_but_pages() == words{"look bob"});
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.heard_but_pages() == words{"held bob"});
}

TEST_CASE("engine: while further changes of a contained user are looked into, no incident changes")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.contain("bob");
    d.wait(30s);
    d.next_page(burst("bob", 21, d.portal_now - 25s, 100));
    REQUIRE(d.has_call("bob"));
    d.fail_look("bob", failure_kind::unreachable);
    CHECK(states(d) == words{"bob contained"});
    for (int i = 0; i < 20 && !d.has_call("bob"); ++i)
        d.next_page({});
    d.answer_look("bob", make_profile("bob")); // somebody has given it back
    d.fail_disable("bob", failure_kind::unreachable);
    CHECK(states(d) == words{"bob contained", "bob sending"});
}

TEST_CASE("engine: a name that the trail does not tell is taken from the profile")
{
    for (const std::string told : {"", "Bobby"}) {
        engine_dialogue d;
        d.begin();
        std::vector<core::audit_event> events = burst("bob", 21, at(-60));
        for (core::audit_event& event : events)
            event.user_name = told;
        d.next_page(events);
        d.contain("bob");
        CHECK(findings(d).at(0).user_name == (told.empty() ? "bob" : told));
    }
}

TEST_CASE("engine: changes of status in the portal settle what these accounts did before")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 15, at(-60)));
    d.next_page(burst("jane", 15, at(-60)));
    d.next_page(burst("joe", 15, at(-60)));
    d.next_page({status_row("admin", {"bob", "jane"}, at(-30))});
    (void)d.heard();
    for (const std::string user : {"bob", "jane", "joe"})
        d.next_page(burst(user, 10, at(-20), 100));
    CHECK(d.heard_but_pages() == words{"alert joe", "look joe"});
}

TEST_CASE("engine: nobody settles their own account, and a change dated in the future settles none")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 15, at(-60)));
    d.next_page({status_row("bob", {"bob"}, at(-30))});
    const core::wall_time latest = std::max(d.portal_now, d.now.wall) + core::poller::lookahead;
    d.next_page({status_row("admin", {"bob"}, latest + 90min)});
    d.next_page({make_event(guid_of("admin"), guid_of("bob"), at(-30), 4006)});
    (void)d.heard();
    d.next_page(burst("bob", 10, at(-20), 100));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
}

TEST_CASE("engine: a row about statuses that names no account id changes nothing and ends")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 15, at(-60)));
    core::audit_event row = status_row("admin", {"bob"}, at(-30));
    row.object = ",," + guid_of("bob") + "0,x,";
    d.next_page({row});
    (void)d.heard();
    d.next_page(burst("bob", 10, at(-20), 100));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
}

TEST_CASE("engine: whoever is held and given back in the portal starts anew")
{
    core::engine_settings settings = make_settings();
    settings.containment.disables_max = 0;
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.next_page(burst("jane", 21, at(-60)));
    d.answer_look("bob", make_profile("bob"));
    d.answer_look("jane", disabled_profile("jane"));
    REQUIRE(d.subject.status().open_cases == 1);
    d.next_page({status_row("admin", {"bob", "jane", "nobody"}, at(-10))});
    CHECK(d.subject.status().open_cases == 0);
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::contained, 1}}));
}

TEST_CASE("engine: the status says what it is about, and what has been seen")
{
    engine_dialogue d;
    CHECK_FALSE(d.subject.status().was_tried);
    d.wake();
    CHECK_FALSE(d.subject.status().was_tried);
    CHECK_FALSE(d.subject.status().can_act);
    d.answer_identity(make_profile("admin"));
    CHECK(d.subject.status().was_tried);
    CHECK(d.subject.status().can_act);
    CHECK_FALSE(d.subject.status().has_read);
    CHECK_FALSE(d.subject.status().is_ready());
    d.answer_page(burst("bob", 3, at(-60)));
    const core::engine_status about = d.subject.status();
    CHECK(about.portal == "docs.example.com");
    CHECK(about.has_read);
    CHECK(about.is_ready());
    CHECK(about.events == 3);
    CHECK(about.users == 1);
    CHECK(about.seen_bytes == 3 * 64);
    CHECK(about.memory_bytes == 3 * 32 + 768 + about.seen_bytes);
    CHECK(about.open_cases == 0);
    CHECK((about.complete == at(0) - 15min - core::poller::rounding));
    CHECK(d.last_report(report_kind::ready).field("ROWS") == "3");
    CHECK(contains(d.last_report(report_kind::ready).message, "3 audit records"));
    CHECK(contains(d.last_report(report_kind::ready).message, "1 users"));
}

TEST_CASE("engine: a row that is read again is no further event, one without an id is each time")
{
    engine_dialogue d;
    d.begin();
    core::audit_event known = make_event(guid_of("bob"), "1", at(-60));
    known.id = 5;
    core::audit_page page = make_page({known, known, known});
    core::audit_event nameless = known;
    nameless.id = 0;
    page.events.push_back(nameless);
    page.events.push_back(nameless);
    d.next_page({});
    d.wait_until_due();
    d.answer_page(page);
    CHECK(d.subject.status().events == 3);
}

TEST_CASE("engine: the key's own user is forgotten once it is known")
{
    engine_dialogue d;
    d.wake();
    d.fail_identity(failure_kind::unreachable);
    d.answer_page(burst("admin", 15, at(-60)));
    CHECK(windows_bytes(d) > 15 * 32);
    for (int i = 0; i < 20 && !d.subject.status().can_act; ++i) {
        d.wait_until_due();
        if (d.page())
            d.answer_page();
        else
            d.answer_identity(make_profile("admin"));
    }
    REQUIRE(d.subject.status().can_act);
    CHECK(windows_bytes(d) <= 768);
}

TEST_CASE("engine: what is settled is forgotten")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 3, at(-60)));
    CHECK(d.subject.status().users == 1);
    d.stay_quiet(30min);
    CHECK(d.subject.status().users == 0);
    CHECK(windows_bytes(d) == 0);
}

TEST_CASE("engine: before it is known whose key this is, incidents are told as intended")
{
    engine_dialogue d(settings_with(response_mode::disable));
    d.wake();
    d.fail_identity(failure_kind::forbidden);
    d.answer_page(burst("bob", 21, at(-60)));
    CHECK(states(d) == words{"bob intended"});
    CHECK_FALSE(d.has_call("bob"));
}

TEST_CASE("engine: whoever is held and goes on is told as intended before anybody is asked")
{
    core::engine_settings lax = make_settings();
    lax.rules[0].threshold = 100;
    engine_dialogue d(lax);
    d.wake();
    d.fail_identity(failure_kind::forbidden);
    d.answer_page(burst("bob", 30, at(-60)));
    d.reload(make_settings());
    d.next_page(burst("bob", 1, d.portal_now, 500));
    CHECK(states(d) == words{"bob intended"});
}

TEST_CASE("engine: of two rules that are crossed each has an incident in the state of the one case")
{
    core::engine_settings settings = make_settings();
    settings.rules.push_back(make_rule("second", 15, 10min));
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.fail_look("bob", failure_kind::unreachable);
    CHECK(states(d) == words{"bob intended", "bob intended"});
}

} // namespace docwarden::test::engine_state_test
