// Somebody enables or disables accounts in the portal: what that settles, and which open cases it
// calls off.

#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <set>

namespace docwarden::test::engine_status_change_test
{

using core::containment_state;
using core::failure_kind;
using core::report_kind;
using core::tick;
using namespace std::chrono_literals;

namespace
{

const std::set<containment_state> open_states{
    containment_state::intended,
    containment_state::sending,
    containment_state::held,
    containment_state::failed};

// Bob's case is in that open state, and no call about him is under way unless the state says so.
struct open_case : attack {
    explicit open_case(containment_state state)
        : attack(settings_with_limit(state == containment_state::held ? 0 : 5))
    {
        if (state == containment_state::sending || state == containment_state::held)
            answer_look("bob", make_profile("bob"));
        for (int i = 0; state == containment_state::failed && i < 5; ++i) {
            wait_for_call("bob");
            fail_look("bob", failure_kind::rejected);
        }
        REQUIRE((subject.cases_by_state() == case_counts{{state, 1}}));
        (void)heard();
    }
    // Whether that row, when it is read, calls the case off.
    bool is_called_off_by(const core::audit_event& row)
    {
        next_page({row});
        const bool is_told = heard_but_pages() == words{"observed bob"};
        CHECK((subject.status().open_cases == 0) == is_told);
        CHECK(
            (subject.cases_by_state() == case_counts{{containment_state::rejected, 1}}) == is_told
        );
        return is_told;
    }
};

} // namespace

TEST_CASE("engine: a change of status by somebody else calls off what is open, unless all of the "
          "crossing came after it")
{
    struct example {
        std::string story;
        core::audit_event change;
        std::set<containment_state> stands; // in these states nevertheless
    };
    const std::set<containment_state> may_be_ours{
        containment_state::sending, containment_state::failed};
    for (const example& given : {
             example{"after the crossing", status_row("chief", {"bob"}, at(-40)), {}},
             example{"what is left is no crossing", status_row("chief", {"bob"}, at(-50)), {}},
             example{"before all of it", status_row("chief", {"bob"}, at(-61)), open_states},
             example{"another account's", status_row("chief", {"jane"}, at(-40)), open_states},
             example{"the key's, as requested", status_row("admin", {"bob"}, at(-40)), may_be_ours},
             example{"the key's, of before", status_row("admin", {"bob"}, at(-50)), {}},
         }) {
        for (const containment_state state : open_states) {
            INFO(given.story << ", while it is " << to_string(state));
            open_case d(state);
            CHECK(d.is_called_off_by(given.change) != given.stands.contains(state));
        }
    }
}

TEST_CASE("engine: an incident that somebody else has decided about is rejected from then on")
{
    open_case d(containment_state::intended);
    REQUIRE(d.is_called_off_by(status_row("chief", {"bob"}, at(-40))));
    CHECK(d.last_report(report_kind::observed).field("STATE") == "rejected");
    CHECK(d.states() == words{"bob rejected"});
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
    d.next_page({status_row("chief", {"bob"}, at(-41))});
    CHECK(d.subject.status().open_cases == (left > 20 ? 1 : 0));
    d.next_page({});
    CHECK(d.count_reports(report_kind::observed) == (left > 20 ? 0 : 1));
}

TEST_CASE(
    "engine: an answer to a call of a case that was called off is none to the next case's call"
)
{
    const bool is_disable = GENERATE(false, true);
    open_case d(is_disable ? containment_state::sending : containment_state::intended);
    REQUIRE(d.is_called_off_by(status_row("chief", {"bob"}, at(-40))));
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
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::intended, 1}}));
}

TEST_CASE(
    "engine: after an account was given back only a new crossing is told, by an incident of its "
    "own"
)
{
    open_case d(containment_state::held);
    REQUIRE(d.is_called_off_by(status_row("chief", {"bob"}, at(-40))));
    const std::string id(d.last_report(report_kind::observed).field("INCIDENT"));
    d.next_page(burst("bob", 20, at(-30), 100));
    CHECK(d.heard_but_pages().empty());
    d.next_page(burst("bob", 1, at(-9), 200));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
    CHECK(d.last_report(report_kind::alert).field("INCIDENT") != id);
}

TEST_CASE("engine: a change of status calls off what is held, and leaves what is contained")
{
    attack d(settings_with_limit(0));
    d.next_page(burst("jane", 21, at(-60)));
    d.answer_look("bob", make_profile("bob"));
    d.answer_look("jane", disabled_profile("jane"));
    REQUIRE(d.subject.status().open_cases == 1);
    d.next_page({status_row("admin", {"bob", "jane", "nobody"}, at(-10))});
    CHECK(d.subject.status().open_cases == 0);
    CHECK(
        (d.subject.cases_by_state() ==
         case_counts{{containment_state::contained, 1}, {containment_state::rejected, 1}})
    );
}

TEST_CASE("engine: a change of status settles what all the accounts that it names did before")
{
    engine_dialogue d;
    d.begin();
    for (const std::string user : {"bob", "jane", "joe"})
        d.next_page(burst(user, 15, at(-60)));
    d.next_page({status_row("admin", {"bob", "jane"}, at(-30))});
    (void)d.heard();
    for (const std::string user : {"bob", "jane", "joe"})
        d.next_page(burst(user, 10, at(-20), 100));
    CHECK(d.heard_but_pages() == words{"alert joe", "look joe"});
}

TEST_CASE("engine: a row settles nothing that is no change of somebody else's status by now")
{
    // It may be dated as late as reading looks ahead, and no later.
    const auto ahead = core::poller::lookahead;
    auto other_action = status_row("admin", {"bob"}, at(-30));
    other_action.action = 4006;
    auto no_id = status_row("admin", {}, at(-30));
    no_id.object = ",," + guid_of("bob") + "0,x,";
    struct example {
        std::string story;
        core::audit_event change;
        tick after_now; // if it is dated by now
        bool settles;
    };
    for (const example& given : {
             example{"as late as may be", status_row("admin", {"bob"}, {}), ahead, true},
             example{"a tick later", status_row("admin", {"bob"}, {}), ahead + tick(1), false},
             example{"much later", status_row("admin", {"bob"}, {}), ahead + 90min, false},
             example{"one's own", status_row("bob", {"bob"}, at(-30)), {}, false},
             example{"another action", other_action, {}, false},
             example{"no account's id", no_id, {}, false},
         }) {
        INFO(given.story);
        engine_dialogue d;
        d.begin();
        d.next_page(burst("bob", 15, at(-60)));
        d.wait_until_due();
        core::audit_event change = given.change;
        if (given.after_now > tick(0))
            change.time = std::max(d.portal_now, d.now.wall) + given.after_now;
        d.answer_page({change});
        d.next_page(burst("bob", 10, at(-20), 100));
        CHECK(d.has_call("bob") != given.settles);
    }
}

TEST_CASE("engine: a change of status printed an hour late settles what was before it")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 15, at(-60)));
    d.next_page({status_row("admin", {"bob"}, d.portal_now - 30s + 1h)});
    d.next_page(burst("bob", 10, d.portal_now - 10s, 100));
    CHECK_FALSE(d.has_call("bob"));
}

} // namespace docwarden::test::engine_status_change_test
