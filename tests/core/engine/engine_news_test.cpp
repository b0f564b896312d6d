// What is news to the engine and what is not: the same crossing counted anew, a crossing that goes
// on under rules that do more, and accounts whose status somebody changes in the portal.

#include "core/engine/settings.hpp"
#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <algorithm>
#include <array>

namespace docwarden::test::engine_news_test
{

using core::containment_state;
using core::failure_kind;
using core::report_kind;
using core::response_mode;
using core::tick;
using namespace std::chrono_literals;

namespace
{

core::engine_settings settings_with(response_mode response)
{
    core::engine_settings settings = make_settings();
    settings.rules[0].response = response;
    return settings;
}

// The portal's row about a change of status of this account.
core::audit_event status_row(std::string_view by, std::string_view whom, core::wall_time time)
{
    core::audit_event row = make_event(guid_of(by), guid_of(whom), time, 4020);
    row.kind = core::object_kind::none;
    return row;
}

std::vector<core::audit_event> with_ids(std::vector<core::audit_event> events)
{
    for (std::size_t i = 0; i < events.size(); ++i)
        events[i].id = static_cast<std::int64_t>(1000 + i);
    return events;
}

// The same settings, but what was counted under them is counted anew.
void count_anew(engine_dialogue& d, core::engine_settings settings)
{
    settings.rules[0].actions.push_back(5034);
    d.reload(settings);
    settings.rules[0].actions.pop_back();
    d.reload(settings);
}

containment_state state_of_bob(engine_dialogue& d)
{
    const auto cases = d.subject.cases_by_state();
    REQUIRE(cases.size() == 1);
    return cases.begin()->first;
}

// Everything until bob's case is in that open state; nothing about him is under way afterwards,
// unless it is `intended` or `sending`. His 21st file is of at(-40).
struct open_case {
    explicit open_case(containment_state wanted) : d(settings_for(wanted))
    {
        d.begin();
        d.next_page(burst("bob", 21, at(-60)));
        if (wanted == containment_state::sending) {
            d.answer_look("bob", make_profile("bob"));
        } else if (wanted == containment_state::held) {
            d.answer_look("bob", make_profile("bob"));
        } else if (wanted == containment_state::failed) {
            for (int i = 0; i < 5; ++i) {
                for (int k = 0; k < 20 && !d.has_call("bob"); ++k)
                    d.next_page({});
                d.fail_look("bob", failure_kind::not_found);
            }
        }
        REQUIRE(state_of_bob(d) == wanted);
        (void)d.heard();
    }
    static core::engine_settings settings_for(containment_state wanted)
    {
        core::engine_settings settings = make_settings();
        settings.containment.disables_max = wanted == containment_state::held ? 0 : 5;
        return settings;
    }
    // Whether that row, when it is read, calls the case off.
    bool is_called_off_by(const core::audit_event& row)
    {
        d.next_page({row});
        const bool is_said = d.heard_but_pages() == words{"observed bob"};
        CHECK((d.subject.status().open_cases == 0) == is_said);
        return is_said;
    }
    engine_dialogue d;
};

constexpr std::array open_states{
    containment_state::intended,
    containment_state::sending,
    containment_state::held,
    containment_state::failed};

} // namespace

TEST_CASE(
    "engine: who changes an account's status after its crossing has decided, whatever was open"
)
{
    for (const containment_state state : open_states) {
        INFO(to_string(state));
        open_case crossing(state);
        CHECK(crossing.is_called_off_by(status_row("chief", "bob", at(-40))));
        CHECK(crossing.d.subject.cases_by_state().empty());
        const core::report told = crossing.d.last_report(report_kind::observed);
        CHECK(contains(told.message, "somebody changed the status of"));
        CHECK(contains(told.message, "A request that had left already may still take effect"));
        CHECK((told.level == core::priority::notice));
        CHECK(told.field("STATE") == "observed");
    }
}

TEST_CASE(
    "engine: an incident that somebody else has decided about is told as observed from then on"
)
{
    open_case crossing(containment_state::intended);
    engine_dialogue& d = crossing.d;
    REQUIRE(crossing.is_called_off_by(status_row("chief", "bob", at(-40))));
    d.ask_scan(1);
    for (int i = 0; i < 20 && d.scans().empty(); ++i)
        d.next_page({});
    REQUIRE(d.scans().at(0).findings.size() == 1);
    CHECK((d.scans()[0].findings[0].state == containment_state::observed));
}

TEST_CASE("engine: the key's own row is no second opinion once a request has been sent")
{
    for (const containment_state state : open_states) {
        INFO(to_string(state));
        const bool may_be_ours =
            state == containment_state::sending || state == containment_state::failed;
        open_case crossing(state);
        CHECK(crossing.is_called_off_by(status_row("admin", "bob", at(-40))) == !may_be_ours);
    }
}

TEST_CASE(
    "engine: a change of status before the crossing leaves what crosses without what was before"
)
{
    // The 21st file crosses; it and those after it are what is left.
    const int left = GENERATE(20, 21);
    const bool is_second_rule = GENERATE(false, true);
    core::engine_settings settings = make_settings();
    if (is_second_rule)
        settings.rules.insert(settings.rules.begin(), make_rule("lax", 100, 10min));
    engine_dialogue d(settings);
    d.begin();
    auto events = burst("bob", 20 + left, at(-60));
    for (std::size_t i = 21; i < events.size(); ++i)
        events[i].time = at(-38);
    d.next_page(events);
    REQUIRE(d.has_call("bob"));
    (void)d.heard();
    d.next_page({status_row("chief", "bob", at(-41))});
    CHECK(d.subject.status().open_cases == (left > 20 ? 1 : 0));
    d.next_page({});
    CHECK(d.count_reports(report_kind::observed) == (left > 20 ? 0 : 1));
}

TEST_CASE("engine: a change of status before the crossing calls off what does not stand without it")
{
    for (const containment_state state : open_states) {
        INFO(to_string(state));
        open_case crossing(state);
        CHECK(crossing.is_called_off_by(status_row("chief", "bob", at(-50))));
    }
}

TEST_CASE("engine: a change of status before anything of the crossing changes nothing about it")
{
    for (const containment_state state : open_states) {
        INFO(to_string(state));
        open_case crossing(state);
        CHECK_FALSE(crossing.is_called_off_by(status_row("chief", "bob", at(-61))));
        CHECK(state_of_bob(crossing.d) == state);
    }
}

TEST_CASE("engine: an older row of the key's own counts as well: nothing had been requested then")
{
    open_case crossing(containment_state::sending);
    CHECK(crossing.is_called_off_by(status_row("admin", "bob", at(-50))));
}

TEST_CASE("engine: the status of one account says nothing about another's, or about no case at all")
{
    open_case crossing(containment_state::intended);
    CHECK_FALSE(crossing.is_called_off_by(status_row("chief", "jane", at(-40))));
    CHECK(state_of_bob(crossing.d) == containment_state::intended);
}

TEST_CASE(
    "engine: an answer to a call of a case that was called off is none to the next case's call"
)
{
    const bool is_disable = GENERATE(false, true);
    open_case crossing(is_disable ? containment_state::sending : containment_state::intended);
    engine_dialogue& d = crossing.d;
    REQUIRE(crossing.is_called_off_by(status_row("chief", "bob", at(-40))));
    const core::call_id old = d.set_aside("bob");
    d.next_page(burst("bob", 21, at(-30), 100));
    // Two calls about one account at once could overtake each other.
    REQUIRE(d.heard_but_pages() == words{"alert bob"});
    core::answered late{old, std::nullopt, core::accepted()};
    if (!is_disable)
        late.result = disabled_profile("bob");
    const core::step_result after = d.subject.step(late, d.now);
    REQUIRE(after.effects.size() == 1);
    const auto& next = std::get<core::call>(after.effects[0]);
    CHECK(std::holds_alternative<core::profile_request>(next.request));
    CHECK(state_of_bob(d) == containment_state::intended);
}

TEST_CASE(
    "engine: after an account was given back only a new crossing is told, by an incident of its "
    "own"
)
{
    open_case crossing(containment_state::held);
    engine_dialogue& d = crossing.d;
    REQUIRE(crossing.is_called_off_by(status_row("chief", "bob", at(-40))));
    const std::string id(d.last_report(report_kind::observed).field("INCIDENT"));
    d.next_page(burst("bob", 20, at(-30), 100));
    CHECK(d.heard_but_pages().empty());
    d.next_page(burst("bob", 1, at(-9), 200));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
    CHECK(d.last_report(report_kind::alert).field("INCIDENT") != id);
}

TEST_CASE("engine: the same crossing counted anew is told no second time, whatever the rule does")
{
    const auto response =
        GENERATE(response_mode::observe, response_mode::alert, response_mode::disable);
    engine_dialogue d(settings_with(response));
    d.begin();
    const auto events = with_ids(burst("bob", 21, at(-60)));
    d.next_page(events);
    if (response == response_mode::disable)
        d.fail_look("bob", failure_kind::unreachable);
    (void)d.heard();
    count_anew(d, settings_with(response));
    d.next_page(events);
    CHECK(d.heard_but_pages().empty());
}

TEST_CASE("engine: the same crossing counted anew grows its incident")
{
    engine_dialogue d(settings_with(response_mode::alert));
    d.begin();
    auto events = with_ids(burst("bob", 21, at(-60)));
    d.next_page(events);
    count_anew(d, settings_with(response_mode::alert));
    for (const core::audit_event& event : with_ids(burst("bob", 30, at(-30), 100))) {
        events.push_back(event);
        events.back().id += 1000;
    }
    d.next_page(events);
    CHECK(d.count_reports(report_kind::alert) == 1);
    d.ask_scan(1);
    for (int i = 0; i < 20 && d.scans().empty(); ++i)
        d.next_page({});
    REQUIRE(d.scans().at(0).findings.size() == 1);
    CHECK(d.scans()[0].findings[0].span.count == 51);
    CHECK((d.scans()[0].findings[0].span.newest == at(-1)));
}

TEST_CASE("engine: a crossing of a contained account, counted anew, is not looked into again")
{
    engine_dialogue d;
    d.begin();
    const auto events = with_ids(burst("bob", 21, at(-60)));
    d.next_page(events);
    d.contain("bob");
    (void)d.heard();
    count_anew(d, make_settings());
    d.next_page(events);
    CHECK(d.heard_but_pages().empty());
}

TEST_CASE("engine: an exempt user's crossing counted anew is told no second time")
{
    core::engine_settings settings = make_settings();
    settings.containment.exempt = {guid_of("bob")};
    engine_dialogue d(settings);
    d.begin();
    const auto events = with_ids(burst("bob", 21, at(-60)));
    d.next_page(events);
    CHECK(d.heard_but_pages() == words{"exempted bob"});
    count_anew(d, settings);
    d.next_page(events);
    CHECK(d.heard_but_pages().empty());
}

TEST_CASE("engine: whoever cannot be disabled is told once, though the crossing is counted anew")
{
    const bool is_account = GENERATE(false, true);
    engine_dialogue d;
    d.begin();
    auto events = with_ids(burst("owner", 21, at(-60)));
    for (core::audit_event& event : events)
        event.user = is_account ? event.user : "anonymous";
    d.next_page(events);
    if (is_account) {
        core::profile owner = make_profile("owner");
        owner.is_owner = true;
        d.answer_look("owner", owner);
    }
    (void)d.heard();
    count_anew(d, make_settings());
    d.next_page(events);
    CHECK(d.heard_but_pages().empty());
}

TEST_CASE("engine: what is long over is told once, though the crossing is counted anew")
{
    engine_dialogue d;
    d.wake();
    d.answer_identity(make_profile("admin"));
    const auto events = with_ids(burst("bob", 21, at(-60) - 24h));
    d.answer_page(events);
    CHECK(d.count_reports(report_kind::alert) == 1);
    (void)d.heard();
    count_anew(d, make_settings());
    d.next_page(events);
    CHECK(d.heard_but_pages().empty());
}

TEST_CASE("engine: a crossing counted anew by a rule that does more now is news")
{
    const auto [before, after] = GENERATE(table<response_mode, response_mode>({
        {response_mode::observe, response_mode::alert},
        {response_mode::alert, response_mode::disable},
    }));
    engine_dialogue d(settings_with(before));
    d.begin();
    const auto events = with_ids(burst("bob", 21, at(-60)));
    d.next_page(events);
    (void)d.heard();
    count_anew(d, settings_with(after));
    d.next_page(events);
    const bool is_held = after == response_mode::disable; // for it is due to the reload
    CHECK(d.heard_but_pages() == words{is_held ? "held bob" : "alert bob"});
}

TEST_CASE("engine: whom a reload called off is decided anew when it is counted anew for another")
{
    engine_dialogue d;
    d.begin();
    const auto events = with_ids(burst("bob", 21, at(-60)));
    d.next_page(events);
    d.fail_look("bob", failure_kind::unreachable);
    d.reload(settings_with(response_mode::alert));
    (void)d.heard();
    count_anew(d, make_settings());
    d.next_page(events);
    CHECK(d.heard_but_pages() == words{"held bob"});
}

TEST_CASE("engine: a crossing that goes on is news if a reload lets its rule do more")
{
    const auto [before, after] = GENERATE(table<response_mode, response_mode>({
        {response_mode::observe, response_mode::alert},
        {response_mode::observe, response_mode::disable},
        {response_mode::alert, response_mode::disable},
    }));
    engine_dialogue d(settings_with(before));
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    (void)d.heard();
    d.reload(settings_with(after));
    d.next_page({});
    CHECK(d.heard_but_pages().empty()); // not for what was done before it
    d.next_page(burst("bob", 1, d.portal_now, 500));
    if (after == response_mode::alert)
        CHECK(d.heard_but_pages() == words{"alert bob"});
    else
        CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
    d.next_page(burst("bob", 1, d.portal_now, 600));
    CHECK(d.heard_but_pages().empty());
}

TEST_CASE("engine: a crossing that goes on is no news if a reload lets its rule do less, or as much"
)
{
    const auto [before, after] = GENERATE(table<response_mode, response_mode>({
        {response_mode::alert, response_mode::observe},
        {response_mode::alert, response_mode::alert},
        {response_mode::observe, response_mode::observe},
    }));
    engine_dialogue d(settings_with(before));
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    (void)d.heard();
    d.reload(settings_with(after));
    d.next_page(burst("bob", 1, d.portal_now, 500));
    CHECK(d.heard_but_pages().empty());
}

TEST_CASE("engine: who cannot or need not be disabled goes on without being told again")
{
    core::engine_settings settings = make_settings();
    settings.containment.exempt = {guid_of("jane")};
    engine_dialogue d(settings);
    d.begin();
    auto events = burst("bob", 21, at(-60));
    for (core::audit_event& event : events)
        event.user = "anonymous";
    d.next_page(events);
    d.next_page(burst("jane", 21, at(-60)));
    d.next_page(burst("owner", 21, at(-60)));
    core::profile owner = make_profile("owner");
    owner.is_owner = true;
    d.answer_look("owner", owner);
    (void)d.heard();
    core::audit_event more = make_event("anonymous", "500", at(-10));
    d.next_page({more});
    d.next_page(burst("jane", 1, at(-10), 500));
    d.next_page(burst("owner", 1, at(-10), 500));
    CHECK(d.heard_but_pages().empty());
}

TEST_CASE("engine: whoever was held by a reload and goes on is held by the limit like anybody")
{
    core::engine_settings settings = make_settings();
    settings.rules[0].threshold = 100;
    settings.containment.disables_max = 0;
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 30, at(-60)));
    settings.rules[0].threshold = 20;
    d.reload(settings);
    REQUIRE(d.heard_but_pages() == words{"held bob"});
    d.next_page(burst("bob", 1, d.portal_now + 1s, 500));
    REQUIRE(d.heard_but_pages() == words{"alert bob", "look bob"});
    d.next_page(burst("bob", 1, d.portal_now + 1s, 600));
    CHECK(d.heard_but_pages().empty());
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.heard_but_pages() == words{"held bob"});
    settings.containment.disables_max = 1;
    d.reload(settings);
    CHECK(d.heard_but_pages() == words{"look bob"});
}

TEST_CASE("engine: a rescan that begins right after a reload ends what is due to the reload")
{
    core::engine_settings settings = make_settings();
    settings.rules[0].threshold = 100;
    engine_dialogue d(settings);
    d.begin();
    d.reload(make_settings());
    d.ask_scan(1);
    d.next_page({});
    REQUIRE(d.scans().size() == 1);
    d.next_page(burst("bob", 21, at(-60)));
    CHECK(d.has_call("bob"));
}

TEST_CASE("engine: an open case is not told as a second one, however many incidents came meanwhile")
{
    core::engine_settings settings = make_settings();
    settings.rules.push_back(make_rule("noise", 0, 10min));
    settings.rules[1].actions = {5064};
    settings.rules[1].response = response_mode::observe;
    engine_dialogue d(settings);
    d.begin();
    const auto events = with_ids(burst("bob", 21, at(-60)));
    d.next_page(events);
    d.fail_look("bob", failure_kind::unreachable);
    std::vector<core::audit_event> noise;
    for (std::size_t i = 0; i <= core::incident_log::closed_max; ++i)
        noise.push_back(make_event("user" + std::to_string(i), "1", at(-30), 5064));
    d.next_page(noise);
    REQUIRE(d.count_reports(report_kind::observed) == noise.size());
    (void)d.heard();
    count_anew(d, settings);
    d.next_page(events);
    CHECK(d.count_reports(report_kind::alert) == 1);
}

TEST_CASE("engine: an account that is read back as disabled after its incident was called off and "
          "forgotten is no bug")
{
    core::engine_settings settings = make_settings();
    settings.rules.push_back(make_rule("noise", 0, 10min));
    settings.rules[1].actions = {5064};
    settings.rules[1].response = response_mode::observe;
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.answer_look("bob", make_profile("bob"));
    d.answer_disable("bob");
    REQUIRE(d.has_call("bob")); // the read-back
    settings.rules[0].response = response_mode::alert;
    d.reload(settings);
    std::vector<core::audit_event> noise;
    for (std::size_t i = 0; i <= core::incident_log::closed_max; ++i)
        noise.push_back(make_event("user" + std::to_string(i), "1", at(-30), 5064));
    d.next_page(noise);
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.count_reports(report_kind::contained) == 0);
    CHECK(d.subject.cases_by_state().at(containment_state::contained) == 1);
}

TEST_CASE("engine: a recheck that a reload calls off leaves an incident of which nothing came")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.contain("bob");
    d.next_page(burst("bob", 21, d.portal_now + 5s, 100));
    REQUIRE(d.has_call("bob")); // is the account active again?
    core::engine_settings alerting = make_settings();
    alerting.rules[0].response = response_mode::alert;
    d.reload(alerting);
    d.answer_look("bob", disabled_profile("bob"));
    d.ask_scan(1);
    d.next_page({});
    REQUIRE(d.scans().size() == 1);
    REQUIRE(d.scans()[0].findings.size() == 2);
    CHECK((d.scans()[0].findings[0].state == containment_state::contained));
    CHECK((d.scans()[0].findings[1].state == containment_state::observed));
}

TEST_CASE("engine: of two crossings only the one that goes on grows")
{
    core::engine_settings settings = make_settings();
    settings.rules.push_back(make_rule("other", 15, 10min));
    settings.rules[1].actions = {5034};
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    auto others = burst("bob", 40, at(-50));
    for (core::audit_event& event : others)
        event.action = 5034;
    d.next_page({others.begin(), others.begin() + 16});
    d.next_page({others.begin() + 16, others.end()});
    REQUIRE(d.count_reports(report_kind::alert) == 2);
    d.contain("bob");
    CHECK(d.last_report(report_kind::contained).field("COUNT") == "21");
}

TEST_CASE("engine: a raised limit hurries nobody who was not held by it")
{
    open_case crossing(containment_state::failed);
    core::engine_settings roomier = make_settings();
    roomier.containment.disables_max = 6;
    crossing.d.reload(roomier);
    CHECK(crossing.d.heard_but_pages().empty());
    CHECK(state_of_bob(crossing.d) == containment_state::failed);
}

TEST_CASE("engine: a rule that only alerts from now on does not call off what another rule asks for"
)
{
    const bool stands = GENERATE(true, false);
    core::engine_settings settings = open_case::settings_for(containment_state::held);
    settings.rules.push_back(settings.rules[0]);
    settings.rules[1].name = "second";
    settings.rules[1].threshold = 10;
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.answer_look("bob", make_profile("bob"));
    REQUIRE(state_of_bob(d) == containment_state::held);
    REQUIRE(d.count_reports(report_kind::alert) == 2);
    const std::string rule(d.last_report(report_kind::held).field("RULE"));
    const std::size_t told = settings.rules[0].name == rule ? 0 : 1;
    (void)d.heard();

    settings.rules[told].response = response_mode::alert;
    if (!stands)
        settings.rules[1 - told].threshold = 30;
    d.reload(settings);
    CHECK((d.count_reports(report_kind::observed) == 0) == stands); // said to be called off
    CHECK(d.subject.status().open_cases == (stands ? 1 : 0));
    settings.containment.disables_max = 5;
    d.reload(settings);
    CHECK(d.has_call("bob") == stands);
    if (stands) {
        d.contain("bob");
        CHECK(d.last_report(report_kind::contained).field("RULE") == settings.rules[1 - told].name);
    }
}

} // namespace docwarden::test::engine_news_test
