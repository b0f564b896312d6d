// Contained accounts are given back when their time has come, once, unless a person has decided.

#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>

namespace docwarden::test::engine_release_test
{

using namespace std::chrono_literals;
using core::containment_state;
using core::failure_kind;
using core::report_kind;

namespace
{

// In which nobody looks at contained accounts for a month.
core::engine_settings settings_at_rest()
{
    core::engine_settings settings = make_settings();
    settings.containment.recheck_interval = 720h;
    return settings;
}

core::engine_settings settings_with_release(core::milliseconds after = 1h)
{
    core::engine_settings settings = settings_at_rest();
    for (core::rule& one : settings.rules)
        one.release_after = after;
    return settings;
}

// Until there is a call about Bob.
void wait_for_hours(engine_dialogue& d)
{
    for (int i = 0; i < 24 * 60 && !d.has_call("bob"); ++i)
        d.stay_quiet(1min);
    REQUIRE(d.has_call("bob"));
}

bool says_nothing_about_bob(engine_dialogue& d)
{
    const words said = d.heard();
    return std::none_of(said.begin(), said.end(), [](const std::string& word) {
        return word.find("bob") != std::string::npos;
    });
}

// Bob has been contained, for an hour.
struct contained : attack {
    explicit contained(core::engine_settings settings = settings_with_release())
        : attack(std::move(settings))
    {
        contain("bob");
        stay_quiet(1min);
        (void)heard();
    }
    bool is(containment_state state) const
    {
        return subject.cases_by_state() == case_counts{{state, 1}};
    }
    void release()
    {
        wait_for_hours(*this);
        answer_look("bob", disabled_profile("bob"));
        answer_enable("bob");
        answer_look("bob", make_profile("bob"));
    }
};

// The next process.
struct later_process : next_life {
    later_process(const engine_dialogue& last, core::milliseconds downtime)
        : next_life(last, downtime, settings_with_release())
    {
    }
};

core::audit_event
row_by_chief(core::wall_time time, int action = 4020, std::string_view whom = "bob")
{
    core::audit_event row = status_row("chief", {std::string(whom)}, time);
    row.user_name = "The Chief";
    row.action = action;
    return row;
}

} // namespace

TEST_CASE("engine: a contained account is given back when its time has come, and not before")
{
    contained d;
    const auto& told = d.last_report(report_kind::contained);
    CHECK_FALSE(told.field("RELEASE_AT").empty());
    CHECK(told.message.find("docwarden enables it again on ") != std::string::npos);
    d.stay_quiet(58min);
    CHECK_FALSE(d.has_call("bob"));
    d.release();
    CHECK(d.is(containment_state::released));
    REQUIRE(d.count_reports(report_kind::released) == 1);
    CHECK(d.last_report(report_kind::released).field("BY") == "docwarden");
    CHECK(d.last_report(report_kind::released).field("STATE") == "released");
    (void)d.heard();
    d.stay_quiet(3h);
    CHECK(says_nothing_about_bob(d));
}

TEST_CASE("engine: without release_after a person gives the account back")
{
    contained d(settings_at_rest());
    CHECK(d.last_report(report_kind::contained).field("RELEASE_AT").empty());
    d.stay_quiet(24h);
    CHECK(says_nothing_about_bob(d));
}

TEST_CASE("engine: what somebody else had disabled is not given back")
{
    attack d(settings_with_release());
    d.answer_look("bob", disabled_profile("bob"));
    (void)d.heard();
    d.stay_quiet(3h);
    CHECK(says_nothing_about_bob(d));
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::contained, 1}}));
}

TEST_CASE("engine: an account that somebody has enabled before its time is not touched")
{
    contained d;
    wait_for_hours(d);
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.is(containment_state::released));
    CHECK(d.last_report(report_kind::released).field("BY") == "somebody else");
    CHECK_FALSE(d.has_call("bob"));
}

TEST_CASE("engine: a portal without a free seat is told about once and asked every hour")
{
    contained d;
    wait_for_hours(d);
    for (int i = 0; i < 3; ++i) {
        d.answer_look("bob", disabled_profile("bob"));
        d.fail_enable("bob", failure_kind::unpaid);
        CHECK(d.count_reports(report_kind::failed) == 1);
        CHECK(d.is(containment_state::contained));
        d.stay_quiet(58min);
        REQUIRE_FALSE(d.has_call("bob"));
        wait_for_hours(d);
    }
    CHECK(d.last_report(report_kind::failed).level == core::priority::critical);
    d.answer_look("bob", disabled_profile("bob"));
    d.answer_enable("bob");
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.is(containment_state::released));
}

TEST_CASE("engine: a person who enables the account is told within one poll, by name, and what "
          "they did stands")
{
    contained d;
    const int action = GENERATE(4020, 4006);
    d.next_page({row_by_chief(d.portal_now, action)});
    REQUIRE(d.has_call("bob"));
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.is(containment_state::released));
    REQUIRE(d.count_reports(report_kind::released) == 1);
    if (action == 4020)
        CHECK(d.last_report(report_kind::released).field("BY") == "The Chief");
    (void)d.heard();
    d.stay_quiet(3h);
    CHECK(says_nothing_about_bob(d));
}

TEST_CASE("engine: a person who changes the status of a contained account keeps it disabled")
{
    contained d;
    d.next_page({row_by_chief(d.portal_now)});
    REQUIRE(d.has_call("bob"));
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.is(containment_state::contained));
    CHECK(d.count_reports(report_kind::contained) == 2);
    CHECK(d.last_report(report_kind::contained).field("BY") == "The Chief");
    (void)d.heard();
    d.stay_quiet(3h);
    CHECK(says_nothing_about_bob(d));
}

TEST_CASE("engine: rows that say nothing new about a contained account change nothing")
{
    contained d;
    SECTION("our own request")
    {
        d.next_page({status_row("admin", {"bob"}, d.portal_now - 1min)});
    }
    SECTION("older than the decision")
    {
        d.next_page({row_by_chief(at(-50))});
    }
    SECTION("about somebody else")
    {
        d.next_page({row_by_chief(d.portal_now, 4020, "jane")});
    }
    CHECK_FALSE(d.has_call("bob"));
    d.release();
    CHECK(d.last_report(report_kind::released).field("BY") == "docwarden");
}

TEST_CASE("engine: a change of a contained account's profile does not keep it disabled")
{
    contained d;
    d.next_page({row_by_chief(d.portal_now, 4006)});
    REQUIRE(d.has_call("bob"));
    d.answer_look("bob", disabled_profile("bob"));
    d.release();
    CHECK(d.is(containment_state::released));
}

TEST_CASE("engine: after a release nothing from before it contains the account again, and what "
          "comes later does, for longer")
{
    contained d;
    d.stay_quiet(57min);
    const core::wall_time before = d.portal_now;
    d.release();
    (void)d.heard();
    d.next_page(burst("bob", 21, before - 30s, 100)); // seen late
    CHECK_FALSE(d.has_call("bob"));
    d.stay_quiet(1min);
    d.next_page(burst("bob", 21, d.portal_now - 25s, 200));
    REQUIRE(d.has_call("bob"));
    d.contain("bob");
    CHECK(d.count_reports(report_kind::contained) == 2);
    d.stay_quiet(118min); // twice as long
    CHECK_FALSE(d.has_call("bob"));
    d.release();
    CHECK(d.count_reports(report_kind::released) == 2);
}

TEST_CASE("engine: a new crossing comes before a release that is under way")
{
    contained d;
    wait_for_hours(d);
    d.answer_look("bob", disabled_profile("bob"));
    d.next_page(burst("bob", 21, d.portal_now - 25s, 300));
    d.answer_enable("bob"); // it could not be called back
    REQUIRE(d.has_call("bob"));
    SECTION("the account is active again: it is disabled again")
    {
        d.contain("bob");
        CHECK(d.is(containment_state::contained));
        CHECK(d.count_reports(report_kind::released) == 0);
    }
    SECTION("it is not: the release is tried again")
    {
        d.answer_look("bob", disabled_profile("bob"));
        d.release();
        CHECK(d.is(containment_state::released));
    }
}

TEST_CASE("engine: an account that is looked at because of late rows is given back all the same")
{
    contained d;
    d.stay_quiet(5min);
    d.next_page(burst("bob", 21, d.portal_now - 25s, 300));
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.is(containment_state::contained));
    d.release();
    CHECK(d.is(containment_state::released));
    CHECK(d.count_reports(report_kind::released) == 1);
}

TEST_CASE("engine: the end of a containment outlives restarts and downtime, and comes once")
{
    const contained before;
    const auto downtime = GENERATE(3s, 24h);
    later_process d(before, downtime);
    CHECK_FALSE(d.has_call("bob")); // the trail comes first
    d.answer_page();
    CHECK(d.has_call("bob") == (downtime == 24h));
    wait_for_hours(d);
    CHECK(d.portal_now - before.portal_now >= 58min);
    d.answer_look("bob", disabled_profile("bob"));
    d.answer_enable("bob");
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.count_reports(report_kind::released) == 1);

    later_process last(d, 3s);
    last.answer_page();
    last.stay_quiet(3h);
    CHECK(last.count_reports(report_kind::released) == 0);
    CHECK((last.subject.cases_by_state() == case_counts{{containment_state::released, 1}}));
}

TEST_CASE("engine: a release whose answer was lost with the process is told as ours")
{
    contained before;
    wait_for_hours(before);
    before.answer_look("bob", disabled_profile("bob"));
    REQUIRE(before.has_call("bob")); // the request to enable him
    later_process d(before, 3s);
    d.answer_page();
    REQUIRE(d.has_call("bob"));
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.last_report(report_kind::released).field("BY") == "docwarden");
}

TEST_CASE("engine: who was disabled by a person while docwarden was down stays disabled")
{
    const contained before;
    later_process d(before, 24h);
    d.answer_page({row_by_chief(d.portal_now - 1h)});
    REQUIRE(d.has_call("bob"));
    d.answer_look("bob", disabled_profile("bob"));
    CHECK_FALSE(d.has_call("bob"));
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::contained, 1}}));
}

TEST_CASE("engine: an account that a person changed while docwarden disabled it is not given back")
{
    attack d(settings_with_release());
    d.answer_look("bob", make_profile("bob"));
    REQUIRE(d.has_call("bob")); // the request is under way
    const core::call_id request = d.set_aside("bob");
    d.next_page({status_row("chief", {"bob"}, at(-5))});
    REQUIRE((d.subject.cases_by_state() == case_counts{{containment_state::rejected, 1}}));
    d.give(request, core::accepted());
    REQUIRE(d.has_call("bob"));
    d.answer_look("bob", disabled_profile("bob"));
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::contained, 1}}));
    d.stay_quiet(3h);
    CHECK_FALSE(d.has_call("bob"));
    CHECK(d.count_reports(report_kind::released) == 0);
}

TEST_CASE("engine: a release is reckoned by the portal's clock alone")
{
    const core::tick skew = GENERATE(core::tick(-3h), core::tick(3h));
    engine_dialogue d(settings_with_release());
    d.is_dateless = true;
    d.now.wall += skew;
    d.wake();
    d.answer_identity(make_profile("admin"));
    d.answer_page(burst("bob", 21, d.portal_now - 30s));
    d.contain("bob");
    CHECK(d.last_report(report_kind::contained).field("RELEASE_AT").empty());
    d.is_dateless = false;
    d.next_page({});
    const core::wall_time known = d.portal_now;
    wait_for_hours(d);
    CHECK(d.portal_now - known > 58min);
    CHECK(d.portal_now - known < 62min);
    d.answer_look("bob", disabled_profile("bob"));
    d.answer_enable("bob");
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.last_report(report_kind::released).field("BY") == "docwarden");
}

// ---- contained accounts are looked at, and who enables them is told
// ------------------------------

TEST_CASE("engine: an account that is enabled without a row that says so is noticed within an hour")
{
    contained d(make_settings());
    const core::wall_time begin = d.portal_now;
    for (int i = 0; i < 3; ++i) { // again and again
        wait_for_hours(d);
        d.answer_look("bob", disabled_profile("bob"));
    }
    wait_for_hours(d);
    CHECK(d.portal_now - begin <= 4h);
    CHECK(d.portal_now - begin > 3h);
    CHECK(d.count_reports(report_kind::released) == 0);
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.is(containment_state::released));
    CHECK(d.last_report(report_kind::released).field("BY") == "somebody else");
    d.stay_quiet(3h);
    CHECK_FALSE(d.has_call("bob"));
}

TEST_CASE("engine: a failed look at a contained account is repeated, and nobody's worry")
{
    contained d(make_settings());
    wait_for_hours(d);
    (void)d.heard();
    d.fail_look("bob", failure_kind::broken);
    CHECK_FALSE(has(d.heard(), "failed"));
    wait_for_hours(d);
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.is(containment_state::contained));
    CHECK(d.count_reports(report_kind::failed) == 0);
}

TEST_CASE("engine: where when_enabled says reassert, an enabled account is disabled again, and who "
          "enabled it is told")
{
    core::engine_settings settings = make_settings();
    settings.containment.when_enabled = core::enabled_policy::reassert;
    contained d(settings);
    SECTION("by its row")
    {
        d.next_page({row_by_chief(d.portal_now)});
        d.answer_look("bob", make_profile("bob"));
        CHECK(d.last_report(report_kind::alert).field("BY") == "The Chief");
    }
    SECTION("by a look")
    {
        wait_for_hours(d);
        d.answer_look("bob", make_profile("bob"));
        CHECK(d.last_report(report_kind::alert).field("BY") == "somebody else");
    }
    REQUIRE(d.has_call("bob"));
    CHECK(d.last_report(report_kind::alert).field("STATE") == "intended");
    d.contain("bob");
    CHECK(d.is(containment_state::contained));
    CHECK(d.count_reports(report_kind::contained) == 2);
    CHECK(d.count_reports(report_kind::released) == 0);
}

TEST_CASE("engine: what stands against a disable stands against disabling again")
{
    core::engine_settings settings = make_settings();
    settings.containment.when_enabled = core::enabled_policy::reassert;
    contained d(settings);
    SECTION("an exemption")
    {
        settings.containment.exempt = {core::exemption{guid_of("bob")}};
        d.reload(settings);
    }
    SECTION("a rule that only alerts")
    {
        for (core::rule& one : settings.rules)
            one.response = core::response_mode::alert;
        d.reload(settings);
    }
    const std::size_t alerts = d.count_reports(report_kind::alert);
    d.next_page({row_by_chief(d.portal_now)});
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.is(containment_state::released));
    CHECK_FALSE(d.has_call("bob"));
    CHECK(d.count_reports(report_kind::alert) == alerts);
}

TEST_CASE(
    "engine: what a user does while enabled against docwarden counts, also if there is no room"
)
{
    core::engine_settings settings = make_settings();
    settings.containment.when_enabled = core::enabled_policy::reassert;
    settings.containment.recheck_interval = 30min;
    contained d(settings);
    settings.containment.disables_max = 0;
    d.reload(settings);
    wait_for_hours(d); // the look that is due
    const core::call_id look = d.set_aside("bob");
    d.give(look, make_profile("bob")); // somebody has enabled the account, and no row says so
    d.answer_look("bob", make_profile("bob"));
    REQUIRE(d.count_reports(report_kind::held) == 1);
    const std::size_t alerts = d.count_reports(report_kind::alert);
    d.next_page(burst("bob", 21, d.portal_now - 60s, 500));
    CHECK(d.count_reports(report_kind::alert) == alerts + 1);
}

TEST_CASE("engine: what somebody else had disabled is not disabled again")
{
    core::engine_settings settings = make_settings();
    settings.containment.when_enabled = core::enabled_policy::reassert;
    attack d(settings);
    d.answer_look("bob", disabled_profile("bob"));
    d.stay_quiet(1min);
    d.next_page({row_by_chief(d.portal_now)});
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.states() == words{"bob released"});
    CHECK_FALSE(d.has_call("bob"));
    CHECK(d.count_reports(report_kind::alert) == 1);
}

TEST_CASE("engine: disabling again keeps to the limit")
{
    core::engine_settings settings = settings_with_limit(1);
    settings.containment.when_enabled = core::enabled_policy::reassert;
    settings.containment.disables_window = 24h;
    contained d(settings);
    d.next_page(burst("jane", 21, d.portal_now - 30s, 500));
    d.answer_look("jane", make_profile("jane"));
    REQUIRE(d.count_reports(report_kind::held) == 1);
    d.next_page({row_by_chief(d.portal_now)});
    d.answer_look("bob", make_profile("bob"));
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.has_call("bob")); // his place is taken still, by himself
    CHECK(d.count_reports(report_kind::held) == 1);
}

} // namespace docwarden::test::engine_release_test
