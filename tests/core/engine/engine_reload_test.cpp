// What a reload changes: whom new rules hold or make news again, what is read back, and
// that nothing else is told a second time.

#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <functional>

namespace docwarden::test::engine_reload_test
{

using core::containment_state;
using core::failure_kind;
using core::report_kind;
using core::response_mode;
using namespace std::chrono_literals;

namespace
{

// The same settings, but what was counted under them is counted anew.
void count_anew(engine_dialogue& d, core::engine_settings settings)
{
    settings.rules[0].actions.push_back(5034);
    d.reload(settings);
    settings.rules[0].actions.pop_back();
    d.reload(settings);
}

// Bob's 21 rows, which can be read again.
std::vector<core::audit_event> known_rows(const std::string& user = guid_of("bob"))
{
    auto events = numbered(burst("bob", 21, at(-60)));
    for (core::audit_event& event : events)
        event.user = user;
    return events;
}

// A second rule, which only observes, and that many users who cross it.
core::engine_settings settings_with_noise()
{
    core::rule noise = make_rule("noise", 0, 10min);
    noise.actions = {5064};
    noise.response = response_mode::observe;
    return settings_with_rule(noise);
}

void make_more_incidents_than_are_remembered(engine_dialogue& d)
{
    std::vector<core::audit_event> noise;
    for (std::size_t i = 0; i <= core::incident_log::closed_max; ++i)
        noise.push_back(make_event("user" + std::to_string(i), "1", at(-30), 5064));
    d.next_page(noise);
}

} // namespace

// ---- the same crossing, counted anew ------------------------------------------------------------

TEST_CASE("engine: the same crossing counted anew is told no second time, whatever came of it")
{
    struct example {
        std::string story;
        core::engine_settings settings;
        std::string user;
        std::function<void(engine_dialogue&)> settle;
    };
    const auto nothing = [](engine_dialogue&) {};
    const auto bob = guid_of("bob");
    for (const example& given : {
             example{"observed", settings_with_response(response_mode::observe), bob, nothing},
             example{"alerted", settings_with_response(response_mode::alert), bob, nothing},
             example{"exempt", settings_exempting(bob), bob, nothing},
             example{"no account", make_settings(), "anonymous", nothing},
             example{
                 "to be looked at again",
                 make_settings(),
                 bob,
                 [](auto& d) { d.fail_look("bob", failure_kind::unreachable); }},
             example{"contained", make_settings(), bob, [](auto& d) { d.contain("bob"); }},
             example{
                 "refused",
                 make_settings(),
                 bob,
                 [](auto& d) { d.answer_look("bob", owner_profile("bob")); }},
         }) {
        INFO(given.story);
        engine_dialogue d(given.settings);
        d.begin();
        d.next_page(known_rows(given.user));
        given.settle(d);
        CHECK_FALSE(d.heard_but_pages().empty());
        count_anew(d, given.settings);
        d.next_page(known_rows(given.user));
        CHECK(d.heard_but_pages().empty());
    }
}

TEST_CASE("engine: what is long over is told once, though the crossing is counted anew")
{
    engine_dialogue d;
    d.wake();
    d.answer_identity(make_profile("admin"));
    const auto events = numbered(burst("bob", 21, at(-60) - 24h));
    d.answer_page(events);
    CHECK(d.count_reports(report_kind::alert) == 1);
    (void)d.heard();
    count_anew(d, make_settings());
    d.next_page(events);
    CHECK(d.heard_but_pages().empty());
}

TEST_CASE("engine: the same crossing counted anew grows its incident")
{
    const core::engine_settings settings = settings_with_response(response_mode::alert);
    engine_dialogue d(settings);
    d.begin();
    auto events = known_rows();
    d.next_page(events);
    count_anew(d, settings);
    for (const core::audit_event& event : numbered(burst("bob", 30, at(-30), 100), 2000))
        events.push_back(event);
    d.next_page(events);
    CHECK(d.count_reports(report_kind::alert) == 1);
    const auto found = d.findings();
    REQUIRE(found.size() == 1);
    CHECK(found[0].span.count == 51);
    CHECK((found[0].span.newest == at(-1)));
}

TEST_CASE("engine: an open case is not told as a second one, however many incidents came meanwhile")
{
    engine_dialogue d(settings_with_noise());
    d.begin();
    d.next_page(known_rows());
    d.fail_look("bob", failure_kind::unreachable);
    make_more_incidents_than_are_remembered(d);
    REQUIRE(d.count_reports(report_kind::observed) > core::incident_log::closed_max);
    count_anew(d, settings_with_noise());
    d.next_page(known_rows());
    CHECK(d.count_reports(report_kind::alert) == 1);
}

TEST_CASE("engine: a crossing counted anew by a rule that does more now is news")
{
    const auto [before, after] = GENERATE(table<response_mode, response_mode>({
        {response_mode::observe, response_mode::alert},
        {response_mode::alert, response_mode::disable},
    }));
    engine_dialogue d(settings_with_response(before));
    d.begin();
    d.next_page(known_rows());
    (void)d.heard();
    count_anew(d, settings_with_response(after));
    d.next_page(known_rows());
    const bool is_held = after == response_mode::disable; // for it is due to the reload
    CHECK(d.heard_but_pages() == words{is_held ? "held bob" : "alert bob"});
}

TEST_CASE("engine: whom a reload called off is decided anew when it is counted anew for another")
{
    engine_dialogue d;
    d.begin();
    d.next_page(known_rows());
    d.fail_look("bob", failure_kind::unreachable);
    d.reload(settings_with_response(response_mode::alert));
    (void)d.heard();
    count_anew(d, make_settings());
    d.next_page(known_rows());
    CHECK(d.heard_but_pages() == words{"held bob"});
}

// ---- a crossing that goes on --------------------------------------------------------------------

TEST_CASE("engine: a crossing that goes on is news if a reload lets its rule do more, and only then"
)
{
    const words alert{"alert bob"};
    const words case_opened{"alert bob", "look bob"};
    const auto [before, after, said] = GENERATE_COPY(table<response_mode, response_mode, words>({
        {response_mode::observe, response_mode::alert, alert},
        {response_mode::observe, response_mode::disable, case_opened},
        {response_mode::alert, response_mode::disable, case_opened},
        {response_mode::alert, response_mode::observe, {}},
        {response_mode::alert, response_mode::alert, {}},
        {response_mode::observe, response_mode::observe, {}},
    }));
    attack d(settings_with_response(before));
    (void)d.heard();
    d.reload(settings_with_response(after));
    d.next_page({});
    CHECK(d.heard_but_pages().empty()); // not for what was done before it
    d.next_page(burst("bob", 1, d.portal_now, 500));
    CHECK(d.heard_but_pages() == said);
    d.next_page(burst("bob", 1, d.portal_now, 600));
    CHECK(d.heard_but_pages().empty());
}

TEST_CASE("engine: who crossed while exempt, and goes on after the exemption was taken away, is "
          "disabled")
{
    attack d(settings_exempting(guid_of("bob")));
    d.next_page(burst("bob", 1, d.portal_now, 400));
    CHECK(d.heard_but_pages() == words{"exempted bob"});
    d.reload(make_settings());
    d.next_page(burst("bob", 1, d.portal_now, 500));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
}

TEST_CASE("engine: who goes on after the exemption has expired is disabled, without a reload")
{
    core::engine_settings settings = settings_exempting(guid_of("bob"));
    settings.containment.exempt[0].reason = "a migration";
    settings.containment.exempt[0].until = at(60);
    attack d(settings);
    CHECK(d.heard_but_pages() == words{"exempted bob"});
    CHECK(d.last_report(core::report_kind::exempted).field("EXEMPT_REASON") == "a migration");
    d.stay_quiet(2min);
    (void)d.heard();
    d.next_page(burst("bob", 1, d.portal_now, 500));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
}

TEST_CASE("engine: an exemption by address that expires before the account is looked at is none")
{
    core::engine_settings settings = settings_exempting("bob@example.com");
    settings.containment.exempt[0].owner = "it@example.com";
    settings.containment.exempt[0].until = at(60);
    const bool is_late = GENERATE(false, true);
    attack d(settings);
    (void)d.heard();
    if (is_late)
        d.wait(2min);
    core::profile profile = make_profile("bob");
    profile.email = "bob@example.com";
    d.answer_look("bob", profile);
    const words expected{is_late ? "disable bob" : "exempted bob"};
    CHECK(d.heard_but_pages() == expected);
    if (!is_late)
        CHECK(d.last_report(core::report_kind::exempted).field("EXEMPT_OWNER") == "it@example.com");
}

// ---- held by a reload ---------------------------------------------------------------------------

TEST_CASE("engine: a lower threshold holds those who cross on old events, and disables who goes on")
{
    engine_dialogue d(settings_with_threshold(100));
    d.begin();
    d.next_page(burst("bob", 30, at(-60)));
    CHECK(d.heard_but_pages().empty());
    d.reload(make_settings());
    CHECK(d.heard_but_pages() == words{"held bob"});
    CHECK(d.states() == words{"bob held"});
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::held, 1}}));
    d.next_page(burst("bob", 1, at(-40), 10)); // no newer than what was known
    CHECK_FALSE(d.has_call("bob"));
    d.next_page(burst("bob", 1, d.portal_now, 500));
    CHECK(has(d.heard(), "alert bob"));
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::intended, 1}}));
    d.contain("bob");
    const auto found = d.findings();
    REQUIRE(found.size() == 1);
    CHECK((found[0].state == containment_state::contained));
    CHECK(found[0].span.count == 31);
}

TEST_CASE("engine: whoever was held by a reload and goes on is held by the limit like anybody")
{
    core::engine_settings settings = settings_with_limit(0);
    settings.rules[0].threshold = 100;
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 30, at(-60)));
    d.reload(settings_with_limit(0));
    REQUIRE(d.heard_but_pages() == words{"held bob"});
    d.next_page(burst("bob", 1, d.portal_now + 1s, 500));
    REQUIRE(d.heard_but_pages() == words{"alert bob", "look bob"});
    d.next_page(burst("bob", 1, d.portal_now + 1s, 600));
    CHECK(d.heard_but_pages().empty());
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.heard_but_pages() == words{"held bob"});
    d.reload(settings_with_limit(1));
    CHECK(d.heard_but_pages() == words{"look bob"});
}

TEST_CASE("engine: what is found is due to a reload until a rescan that began after it has ended")
{
    // A rescan may be under way when the rules change; a short pass reads no past.
    const auto [is_rescan_under_way, are_rescanned] =
        GENERATE(table<bool, bool>({{true, false}, {true, true}, {false, true}}));
    engine_dialogue d(settings_with_threshold(100));
    d.begin();
    if (is_rescan_under_way) {
        d.wait(1s);
        d.ask_scan(1);
        REQUIRE(d.page().has_value());
    }
    d.reload(make_settings());
    if (is_rescan_under_way) {
        d.answer_page();
        d.next_page({});
    }
    if (are_rescanned) {
        d.ask_scan(2);
        d.next_page({});
    }
    (void)d.heard();
    d.next_page(burst("bob", 21, at(-60)));
    CHECK(has(d.heard(), "held bob") != are_rescanned);
    CHECK(d.has_call("bob") == are_rescanned);
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

TEST_CASE("engine: an account that is read back as disabled after its incident was called off and "
          "forgotten is no bug")
{
    core::engine_settings settings = settings_with_noise();
    attack d(settings);
    d.answer_look("bob", make_profile("bob"));
    d.answer_disable("bob");
    REQUIRE(d.has_call("bob")); // the read-back
    settings.rules[0].response = response_mode::alert;
    d.reload(settings);
    make_more_incidents_than_are_remembered(d);
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.count_reports(report_kind::contained) == 0);
    CHECK(d.subject.cases_by_state().at(containment_state::contained) == 1);
}

// ---- the limit ----------------------------------------------------------------------------------

TEST_CASE("engine: another limit gives those whom it held a second chance, the same limit none")
{
    attack d(settings_with_limit(0));
    d.answer_look("bob", make_profile("bob"));
    (void)d.heard();
    d.reload(settings_with_limit(0));
    CHECK(d.heard_but_pages().empty());
    core::engine_settings shorter = settings_with_limit(0);
    shorter.containment.disables_window = 5min; // zero of a shorter time: decided anew
    d.reload(shorter);
    CHECK(d.heard_but_pages() == words{"look bob"});
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.heard_but_pages() == words{"held bob"});
}

TEST_CASE("engine: a raised limit hurries nobody who was not held by it")
{
    attack d;
    for (int i = 0; i < 5; ++i) {
        d.wait_for_call("bob");
        d.fail_look("bob", failure_kind::rejected);
    }
    REQUIRE((d.subject.cases_by_state() == case_counts{{containment_state::failed, 1}}));
    (void)d.heard();
    d.reload(settings_with_limit(6));
    CHECK(d.heard_but_pages().empty());
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::failed, 1}}));
}

// ---- reading back -------------------------------------------------------------------------------

TEST_CASE("engine: only a reload that needs history reads it, and then rows count that were known")
{
    engine_dialogue d;
    d.begin();
    auto events = numbered(burst("bob", 15, at(-60)));
    d.next_page(events);
    d.reload(make_settings());
    CHECK(d.subject.status().complete.has_value());
    d.reload(settings_with_window(20min));
    CHECK_FALSE(d.subject.status().complete.has_value());
    for (const core::audit_event& event : burst("bob", 10, at(-40), 100))
        events.push_back(event);
    d.next_page(events);
    CHECK(has(d.heard(), "held bob"));
}

TEST_CASE("engine: a longer window reads its history back, and holds whom only history convicts")
{
    engine_dialogue d;
    d.begin();
    d.reload(settings_with_window(2h));
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
    const auto events = numbered(burst("bob", 20, at(-60)));
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
    d.reload(settings_with_window(20min));
    d.answer_page(burst("bob", 21, at(0)));
    CHECK(d.count_reports(report_kind::held) + d.count_reports(report_kind::alert) == 1);
    // The page of the old pass was no part of the history of the new rule.
    REQUIRE(d.page().has_value());
    CHECK(d.page_reaches_back_to(d.portal_now - 20min - 15min));
}

} // namespace docwarden::test::engine_reload_test
