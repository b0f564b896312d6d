// A scan: when it is answered, and what it finds. Incidents are told as they stand then.

#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

namespace docwarden::test::engine_scan_test
{

using core::containment_state;
using core::failure_kind;
using core::report_kind;
using core::response_mode;
using namespace std::chrono_literals;

// ---- when ---------------------------------------------------------------------------------------

TEST_CASE("engine: a scan is answered after a whole pass that began after it was asked for")
{
    engine_dialogue d;
    d.begin();
    while (!d.page())
        d.wait_until_due();
    (void)d.heard();
    d.ask_scan(7);
    CHECK(d.heard().empty());
    d.answer_page(); // belongs to the pass under way
    CHECK(d.heard() == words{"page"});
    d.answer_full_page({});
    CHECK(d.heard() == words{"page"});
    d.answer_page();
    CHECK(d.heard() == words{"scan 7: found 0"});
}

TEST_CASE("engine: a scan that finds an attack is answered when its first try has ended")
{
    const bool is_refused = GENERATE(false, true);
    engine_dialogue d;
    d.begin();
    d.ask_scan(7);
    CHECK(d.heard() == words{"page"});
    d.answer_page(burst("bob", 21, at(-60)));
    CHECK(d.heard() == words{"alert bob", "look bob"});
    if (is_refused) {
        d.fail_look("bob", failure_kind::unauthorised);
    } else {
        d.answer_look("bob", make_profile("bob"));
        d.answer_disable("bob");
        CHECK(d.scans().empty());
        d.answer_look("bob", disabled_profile("bob"));
    }
    REQUIRE(d.scans().size() == 1);
    CHECK(d.scans()[0].error.empty());
    REQUIRE(d.scans()[0].findings.size() == 1);
    CHECK(d.scans()[0].findings[0].user == guid_of("bob"));
    const auto state = is_refused ? containment_state::intended : containment_state::contained;
    CHECK((d.scans()[0].findings[0].state == state));
}

TEST_CASE("engine: a scan whose pass fails is answered with the reason; several are answered each")
{
    engine_dialogue d;
    d.begin();
    d.ask_scan(7);
    d.ask_scan(8);
    (void)d.heard();
    d.fail_page(make_failure(failure_kind::unauthorised));
    CHECK(d.heard() == words{"scan 7: error", "scan 8: error", "degraded reading unauthorised"});
    CHECK(contains(d.scans()[0].error, "refuses the API key"));
}

TEST_CASE("engine: a scan over a stretch that could not be read has failed, and says so")
{
    engine_dialogue d;
    d.begin();
    d.ask_scan(7);
    while (!d.page())
        d.wait_until_due();
    d.answer_page(unreadable_page());
    REQUIRE(d.scans().size() == 1);
    CHECK_FALSE(d.scans()[0].error.empty());
}

// ---- what ---------------------------------------------------------------------------------------

TEST_CASE("engine: a scan tells everything about a contained user's incident")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 60, at(-60)));
    d.contain("bob");
    const auto found = d.findings();
    REQUIRE(found.size() == 1);
    const core::incident& incident = found[0];
    CHECK(incident.user == guid_of("bob"));
    CHECK(incident.user_name == "bob");
    CHECK(incident.rule == "bulk-change");
    CHECK(incident.threshold == 20);
    CHECK(incident.window == 10min);
    CHECK((incident.response == response_mode::disable));
    CHECK((incident.state == containment_state::contained));
    CHECK(incident.span.count == 60);
    CHECK((incident.span.newest == at(-1)));
    REQUIRE(incident.files.size() == core::incident::files_max);
    CHECK(incident.files.front().object == "11");
    CHECK(incident.files.back().object == "60");
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::contained, 1}}));
}

TEST_CASE("engine: a name that the trail does not tell is taken from the profile")
{
    for (const std::string name : {"", "Bobby"}) {
        engine_dialogue d;
        d.begin();
        std::vector<core::audit_event> events = burst("bob", 21, at(-60));
        for (core::audit_event& event : events)
            event.user_name = name;
        d.next_page(events);
        d.contain("bob");
        CHECK(d.findings().at(0).user_name == (name.empty() ? "bob" : name));
    }
}

TEST_CASE("engine: a crossing that goes on is one incident, which grows, whatever the rule does")
{
    const auto response = GENERATE(response_mode::alert, response_mode::disable);
    attack d(settings_with_response(response));
    if (response == response_mode::disable)
        d.fail_look("bob", failure_kind::unreachable);
    const auto before = d.findings();
    d.next_page(burst("bob", 9, at(-30), 100));
    if (response == response_mode::disable) {
        d.wait_for_call("bob");
        d.contain("bob");
        CHECK(d.last_report(report_kind::contained).field("COUNT") == "30");
    }
    const auto after = d.findings();
    REQUIRE(before.size() == 1);
    REQUIRE(after.size() == 1);
    CHECK(after[0].id == before[0].id);
    CHECK(before[0].span.count == 21);
    CHECK(after[0].span.count == 30);
    CHECK((after[0].span.newest == at(-22)));
    CHECK(after[0].span.last > before[0].span.last);
    CHECK(d.count_reports(report_kind::alert) == 1);
}

TEST_CASE("engine: of two crossings only the one that goes on grows")
{
    core::rule other = make_rule("other", 15, 10min);
    other.actions = {5034};
    attack d(settings_with_rule(other));
    auto events = burst("bob", 40, at(-50));
    for (core::audit_event& event : events)
        event.action = 5034;
    d.next_page({events.begin(), events.begin() + 16});
    d.next_page({events.begin() + 16, events.end()});
    REQUIRE(d.count_reports(report_kind::alert) == 2);
    d.contain("bob");
    CHECK(d.last_report(report_kind::contained).field("COUNT") == "21");
}

// ---- in which state -----------------------------------------------------------------------------

TEST_CASE("engine: an incident is told in the state of its account, all along")
{
    attack d;
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::intended, 1}}));
    d.fail_look("bob", failure_kind::unreachable);
    CHECK(d.states() == words{"bob intended"});
    d.wait_for_call("bob");
    d.answer_look("bob", make_profile("bob"));
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::sending, 1}}));
    d.fail_disable("bob", failure_kind::unreachable);
    CHECK(d.states() == words{"bob sending"});
}

TEST_CASE("engine: who cannot be disabled is refused, who is exempt observed, who has to wait held")
{
    core::engine_settings settings = settings_with_limit(0);
    settings.containment.exempt = {
        core::exemption{"eve@example.com"}, core::exemption{guid_of("jane")}};
    attack d(settings);
    auto exporter = burst("x", 21, at(-60));
    for (core::audit_event& event : exporter)
        event.user = "jane.doe"; // no account id
    d.next_page(exporter);
    for (const std::string user : {"boss", "eve", "jane"})
        d.next_page(burst(user, 21, at(-60)));
    d.answer_look("bob", make_profile("bob"));
    d.answer_look("boss", owner_profile("boss"));
    d.answer_look("eve", make_profile("eve"));
    const words expected{
        "bob held", "jane.doe refused", "boss refused", "eve observed", "jane observed"};
    CHECK(d.states() == expected);
    const case_counts cases{
        {containment_state::held, 1},
        {containment_state::refused, 1},
        {containment_state::observed, 1}};
    CHECK((d.subject.cases_by_state() == cases));
    CHECK(d.subject.status().open_cases == 1);
}

TEST_CASE("engine: a rule that only alerts or observes leaves a record and an incident, no case")
{
    const auto [response, said] = GENERATE(table<response_mode, std::string>({
        {response_mode::alert, "alert bob"},
        {response_mode::observe, "observed bob"},
    }));
    attack d(settings_with_response(response));
    CHECK(d.heard_but_pages() == words{said});
    const auto found = d.findings();
    REQUIRE(found.size() == 1);
    CHECK((found[0].state == containment_state::observed));
    CHECK((found[0].response == response));
    CHECK(found[0].files.size() == 21);
    CHECK(d.subject.cases_by_state().empty());
    d.stay_quiet(1h);
    CHECK_FALSE(d.has_call("bob"));
}

TEST_CASE("engine: what became of an account is the state of every incident of its user, whatever "
          "the rule")
{
    attack d(settings_with_rule(make_rule("mass-delete", 5, 1min)));
    d.fail_look("bob", failure_kind::unreachable);
    CHECK(d.states() == words{"bob intended", "bob intended"});
    d.wait(2s);
    d.contain("bob");
    CHECK(d.states() == words{"bob contained", "bob contained"});
}

TEST_CASE(
    "engine: the second crossing of a user whose first is not dealt with yet is contained with "
    "the account"
)
{
    attack d;
    d.fail_look("bob", failure_kind::unreachable);
    d.stay_quiet(25min);
    d.next_page(burst("bob", 21, d.portal_now - 30s, 100));
    REQUIRE(d.count_reports(report_kind::alert) == 2);
    d.contain("bob");
    CHECK(d.states() == words{"bob contained"}); // the first is out of the window
    CHECK(d.count_reports(report_kind::contained) == 1);
}

TEST_CASE("engine: while further changes of a contained user are looked into, no incident changes")
{
    attack d;
    d.contain("bob");
    d.wait(30s);
    d.next_page(burst("bob", 21, d.portal_now - 25s, 100));
    REQUIRE(d.has_call("bob"));
    d.fail_look("bob", failure_kind::unreachable);
    CHECK(d.states() == words{"bob contained"});
    d.wait_for_call("bob");
    d.answer_look("bob", make_profile("bob")); // somebody has given it back
    d.fail_disable("bob", failure_kind::unreachable);
    CHECK(d.states() == words{"bob released", "bob sending"});
}

TEST_CASE("engine: before it is known whose key this is, incidents are told as intended")
{
    const bool was_held_by_reload = GENERATE(false, true);
    engine_dialogue d(settings_with_threshold(was_held_by_reload ? 100 : 20));
    d.wake();
    d.fail_identity(failure_kind::forbidden);
    d.answer_page(burst("bob", 30, at(-60)));
    if (was_held_by_reload) {
        d.reload(make_settings());
        d.next_page(burst("bob", 1, d.portal_now, 500));
    }
    CHECK(d.states() == words{"bob intended"});
    CHECK_FALSE(d.has_call("bob"));
}

} // namespace docwarden::test::engine_scan_test
