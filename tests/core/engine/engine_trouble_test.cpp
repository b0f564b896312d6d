// What the engine says and does when the portal, its records or its clock are not as they should
// be, when the configuration changes, and when somebody asks for a pass.

#include "core/engine/settings.hpp"
#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <limits>

namespace docwarden::test::engine_trouble_test
{

using core::failure_kind;
using core::report_kind;
using namespace std::chrono_literals;

namespace
{

core::audit_page page_with_problem(std::int64_t id, const std::string& text)
{
    core::audit_page page;
    page.rows = 1;
    page.problems = {{0, id, text, false, 0}};
    return page;
}

core::engine_settings settings_with_threshold(std::uint32_t threshold)
{
    core::engine_settings settings = make_settings();
    settings.rules[0].threshold = threshold;
    return settings;
}

} // namespace

TEST_CASE("engine: a refused key is told once, kept as a condition, and its recovery told once")
{
    engine_dialogue d;
    d.begin();
    for (int i = 0; i < 5; ++i) {
        d.wait_until_due();
        if (d.page())
            d.fail_page(make_failure(failure_kind::unauthorised));
    }
    CHECK(d.heard_but_pages() == words{"degraded reading unauthorised"});
    CHECK((d.last_report(report_kind::degraded).level == core::priority::critical));
    CHECK_FALSE(d.subject.status().is_ready());
    REQUIRE(d.subject.status().conditions.size() == 1);
    d.next_page({});
    CHECK(d.heard_but_pages() == words{"recovered reading unauthorised"});
    CHECK(d.subject.status().is_ready());
}

TEST_CASE("engine: one lost answer is no news, a second in a row is")
{
    const failure_kind blip =
        GENERATE(failure_kind::unreachable, failure_kind::interrupted, failure_kind::broken);
    INFO(core::to_string(blip));
    engine_dialogue d;
    d.begin();
    for (int i = 0; i < 3; ++i) {
        d.wait_until_due();
        d.fail_page(make_failure(blip));
        d.next_page({});
    }
    CHECK(d.heard_but_pages().empty());
    d.wait_until_due();
    d.fail_page(make_failure(blip));
    d.wait_until_due();
    d.fail_page(make_failure(blip));
    CHECK(d.heard_but_pages() == words{"degraded reading " + std::string(core::to_string(blip))});
}

TEST_CASE("engine: what could be read of a broken page counts at once")
{
    engine_dialogue d;
    d.begin();
    d.wait_until_due();
    d.fail_page(make_failure(failure_kind::bad_answer), make_page(burst("bob", 21, at(-60))));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob", "degraded reading bad-answer"});
}

TEST_CASE("engine: containments go on while the audit trail cannot be read")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.wait_until_due();
    d.fail_page(make_failure(failure_kind::unpaid));
    d.contain("bob");
    CHECK(d.count_reports(report_kind::contained) == 1);
}

TEST_CASE("engine: the events of an outage are found when it is over, however long it was")
{
    engine_dialogue d;
    d.begin();
    const core::wall_time outage = d.portal_now;
    for (int i = 0; i < 200; ++i) {
        d.wait_until_due();
        if (d.page()) {
            d.fail_page(make_failure(failure_kind::unreachable));
        }
        if (d.has_call("admin"))
            break;
    }
    REQUIRE(d.page_reaches_back_to(outage - 60s));
    d.answer_page(burst("bob", 21, outage));
    CHECK(d.count_reports(report_kind::alert) == 1);
    CHECK(d.has_call("bob"));
}

TEST_CASE("engine: a bad record is told once, and told as counted or left out")
{
    engine_dialogue d;
    d.begin();
    for (int i = 0; i < 3; ++i) {
        d.wait_until_due();
        d.answer_page(page_with_problem(77, "userId is missing"));
    }
    CHECK(d.heard_but_pages() == words{"bad-record"});
    CHECK(contains(d.reports().back().message, "Audit record id 77"));
    CHECK(contains(d.reports().back().message, "left out"));
    d.wait_until_due();
    core::audit_page counted = page_with_problem(78, "id is missing");
    counted.problems[0].was_counted = true;
    d.answer_page(counted);
    CHECK(contains(d.reports().back().message, "counted all the same"));
}

TEST_CASE(
    "engine: a flood of bad records is twenty reports a minute and one sentence about the rest"
)
{
    engine_dialogue d;
    d.begin();
    core::audit_page page;
    for (std::size_t i = 0; i < 90; ++i)
        page.problems.push_back({i, static_cast<std::int64_t>(i + 1), "date is missing", false, 0});
    page.rows = page.problems.size();
    d.wait_until_due();
    d.answer_page(page);
    CHECK(d.count_reports(report_kind::bad_record) == 20);
    CHECK(d.count_reports(report_kind::suppressed) == 0);
    d.stay_quiet(2min);
    REQUIRE(d.count_reports(report_kind::suppressed) == 1);
    CHECK(d.last_report(report_kind::suppressed).field("COUNT") == "70");
    CHECK(d.count_reports(report_kind::bad_record) == 20);
}

TEST_CASE("engine: an action of a newer portal is told once and counts nothing")
{
    engine_dialogue d;
    d.begin();
    auto events = burst("bob", 30, at(-60));
    for (core::audit_event& event : events)
        event.action = 7777;
    d.next_page(events);
    CHECK(d.heard_but_pages() == words{"unknown-action"});
    CHECK(d.reports().back().field("ACTION") == "7777");
}

TEST_CASE("engine: rows from outside of the time asked for make it ask whether filters are ignored")
{
    const bool are_ignored = GENERATE(false, true);
    engine_dialogue d;
    d.begin();
    d.stay_quiet(2min);
    (void)d.heard();
    d.answers_preflight = false;
    d.next_page({make_event(guid_of("bob"), "1", at(0) - 24h * 30)});
    CHECK(d.heard_but_pages() == words{"probe"});
    d.preflight.probe = core::filter_probe{are_ignored ? 20U : 0U};
    d.answer_preflight();
    CHECK(d.heard_but_pages() == (are_ignored ? words{"degraded plan filter-ignored"} : words{}));
    CHECK(d.subject.status().is_ready() != are_ignored);
}

TEST_CASE("engine: a row printed an hour late, as in the portal's autumn hour, is no such sign")
{
    engine_dialogue d;
    d.begin();
    d.next_page({make_event(guid_of("bob"), "1", at(3600))});
    CHECK(d.heard_but_pages().empty());
}

TEST_CASE("engine: an absurd Date moves neither what is asked for nor when, and is told once")
{
    const core::wall_time absurd = GENERATE(
        at(0) + 25h,
        at(0) - 25h,
        core::wall_time(core::tick(0)),
        at(0) + std::chrono::hours(24 * 365 * 5000)
    );
    engine_dialogue d;
    d.begin();
    d.date_override = absurd;
    d.next_page({});
    d.next_page({});
    CHECK(d.heard_but_pages() == words{"degraded clock date-unbelievable"});
    d.wait_until_due();
    REQUIRE(d.page().has_value());
    CHECK(d.page()->query.to <= d.portal_now + 10min);
    CHECK(d.page()->query.to >= d.portal_now);
    CHECK(d.page()->query.from >= d.portal_now - 1h);
    d.date_override.reset();
    d.answer_page();
    CHECK(d.heard_but_pages() == words{"recovered clock date-unbelievable"});
}

TEST_CASE("engine: when this host's and the portal's clocks are set back, new events count at once")
{
    engine_dialogue d;
    d.begin();
    d.stay_quiet(5min);
    (void)d.heard();
    d.now.wall -= 3h;
    d.portal_now -= 3h;
    d.next_page({}); // tells the new time
    d.next_page(burst("bob", 21, d.portal_now - 30s));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
}

TEST_CASE("engine: a key whose user is no administrator is a condition of its own")
{
    engine_dialogue d;
    d.wake();
    core::profile nobody = make_profile("nobody");
    d.answer_identity(nobody);
    CHECK(d.heard_but_pages() == words{"identity", "degraded rights not-admin"});
    d.answer_page();
    CHECK_FALSE(d.subject.status().is_ready());
    d.stay_quiet(59min);
    (void)d.heard();
    d.wait(2min);
    d.answer_identity(make_profile("admin"));
    CHECK(d.heard_but_pages() == words{"identity", "recovered rights not-admin"});
}

TEST_CASE("engine: a people API that fails is a condition, one missing user is not")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    (void)d.heard();
    d.fail_look("bob", failure_kind::not_found);
    CHECK(d.heard_but_pages() == words{"retrying bob"});
    while (!d.has_call("bob")) {
        d.wait_until_due();
        if (d.page())
            d.answer_page();
    }
    (void)d.heard();
    d.fail_look("bob", failure_kind::forbidden);
    CHECK(d.heard_but_pages() == words{"degraded acting forbidden"});
    while (!d.has_call("bob")) {
        d.wait_until_due();
        if (d.page())
            d.answer_page();
    }
    (void)d.heard();
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.heard_but_pages() == words{"recovered acting forbidden", "disable bob"});
}

TEST_CASE("engine: answers to calls that were never made change nothing")
{
    engine_dialogue d;
    d.begin();
    for (const core::call_id call : {core::call_id{0}, core::call_id{999'999}}) {
        for (const core::portal_result& result : std::vector<core::portal_result>{
                 make_page(burst("bob", 21, at(-60))),
                 make_profile("bob"),
                 core::accepted(),
                 core::portal_facts{"1.0", {}, 1, false, {}},
                 core::filter_probe{20},
                 make_failure(failure_kind::unauthorised)}) {
            const core::answered stray{call, at(86'400), result};
            CHECK(d.subject.step(stray, d.now).effects.empty());
        }
    }
}

TEST_CASE("engine: a lower threshold holds those who cross on old events, and disables who goes on")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 15, at(-60)));
    CHECK(d.heard_but_pages().empty());
    d.reload(settings_with_threshold(10));
    CHECK(d.heard_but_pages() == words{"held bob"});
    d.next_page({});
    CHECK_FALSE(d.has_call("bob"));
    d.next_page(burst("bob", 1, d.portal_now, 500));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
    d.contain("bob");
    CHECK(d.count_reports(report_kind::contained) == 1);
}

TEST_CASE("engine: a reload that changes no rule holds nobody")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 15, at(-60)));
    core::engine_settings same = make_settings();
    same.contact = "other@example.com";
    d.reload(same);
    CHECK(d.heard_but_pages().empty());
    d.next_page(burst("bob", 6, d.portal_now, 500));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
    CHECK(d.last_report(report_kind::alert).field("CONTACT") == "other@example.com");
}

TEST_CASE("engine: a higher threshold is in force at once, with what was counted before")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 15, at(-60)));
    d.reload(settings_with_threshold(30));
    d.next_page(burst("bob", 15, d.portal_now, 500));
    CHECK(d.heard_but_pages().empty());
    d.next_page(burst("bob", 1, d.portal_now, 600));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
    CHECK(d.last_report(report_kind::alert).field("THRESHOLD") == "30");
}

TEST_CASE(
    "engine: who crossed while the rule only alerted, and goes on after a reload that lets it "
    "disable, is disabled"
)
{
    core::engine_settings milder = make_settings();
    milder.rules[0].response = core::response_mode::alert;
    engine_dialogue d(milder);
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    CHECK(d.heard_but_pages() == words{"alert bob"});
    d.reload(make_settings());
    d.next_page({});
    CHECK(d.heard_but_pages().empty()); // not for what was done before the reload
    d.next_page(burst("bob", 1, d.portal_now, 500));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
    d.next_page(burst("bob", 1, d.portal_now, 600));
    CHECK(d.heard_but_pages().empty());
}

TEST_CASE("engine: who crossed while exempt, and goes on after the exemption was taken away, is "
          "disabled")
{
    core::engine_settings exempting = make_settings();
    exempting.containment.exempt = {guid_of("bob")};
    engine_dialogue d(exempting);
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.next_page(burst("bob", 1, d.portal_now, 400));
    CHECK(d.heard_but_pages() == words{"exempted bob"});
    d.reload(make_settings());
    d.next_page(burst("bob", 1, d.portal_now, 500));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
}

TEST_CASE("engine: a longer window reads its history back, and holds whom only history convicts")
{
    engine_dialogue d;
    d.begin();
    core::engine_settings longer = make_settings();
    longer.rules[0].window = 2h;
    d.reload(longer);
    REQUIRE(d.page_reaches_back_to(d.portal_now - 2h - 15min));
    std::vector<core::audit_event> hour;
    for (int i = 0; i < 21; ++i)
        hour.push_back(make_event(guid_of("bob"), std::to_string(i), at(-i * 180)));
    d.answer_page(hour);
    CHECK(d.heard_but_pages() == words{"held bob"});
}

TEST_CASE("engine: events that are read back after a reload are not counted twice")
{
    engine_dialogue d;
    d.begin();
    auto events = burst("bob", 20, at(-60));
    for (std::size_t i = 0; i < events.size(); ++i)
        events[i].id = static_cast<std::int64_t>(1000 + i);
    d.next_page(events);
    d.reload(settings_with_threshold(30));
    d.next_page(events);
    d.reload(settings_with_threshold(20));
    d.next_page(events);
    CHECK(d.heard_but_pages().empty());
}

TEST_CASE("engine: a reload while a page is under way loses neither the page nor the history")
{
    engine_dialogue d;
    d.begin();
    while (!d.page())
        d.wait_until_due();
    core::engine_settings other = make_settings();
    other.rules[0].window = 20min;
    d.reload(other);
    d.answer_page(burst("bob", 21, at(0)));
    CHECK(d.count_reports(report_kind::held) + d.count_reports(report_kind::alert) == 1);
    // The page of the old pass was no part of the history of the new rule.
    REQUIRE(d.page().has_value());
    CHECK(d.page_reaches_back_to(d.portal_now - 20min - 15min));
}

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

TEST_CASE("engine: a scan that finds an attack is answered when the account is contained")
{
    engine_dialogue d;
    d.begin();
    d.ask_scan(7);
    CHECK(d.heard() == words{"page"});
    d.answer_page(burst("bob", 21, at(-60)));
    CHECK(d.heard() == words{"alert bob", "look bob"});
    d.answer_look("bob", make_profile("bob"));
    d.answer_disable("bob");
    CHECK(d.scans().empty());
    d.answer_look("bob", disabled_profile("bob"));
    REQUIRE(d.scans().size() == 1);
    REQUIRE(d.scans()[0].findings.size() == 1);
    CHECK(d.scans()[0].findings[0].user == guid_of("bob"));
    CHECK((d.scans()[0].findings[0].state == core::containment_state::contained));
}

TEST_CASE(
    "engine: a scan does not wait for a portal that refuses to disable, only for the first try"
)
{
    engine_dialogue d;
    d.begin();
    d.ask_scan(7);
    d.answer_page(burst("bob", 21, at(-60)));
    d.fail_look("bob", failure_kind::unauthorised);
    REQUIRE(d.scans().size() == 1);
    CHECK(d.scans()[0].error.empty());
    CHECK((d.scans()[0].findings.at(0).state == core::containment_state::intended));
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

} // namespace docwarden::test::engine_trouble_test
