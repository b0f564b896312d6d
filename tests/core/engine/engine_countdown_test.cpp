// A countdown gives people time to decide before an account is disabled: neither less nor more than
// was announced, restarts and reloads included.

#include "core/base/iso8601.hpp"
#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"

#include <string>

namespace docwarden::test::engine_countdown_test
{

using namespace std::chrono_literals;
using core::containment_state;
using core::failure_kind;
using core::report_kind;

namespace
{

core::engine_settings settings_with_countdown(core::milliseconds length = 5min)
{
    core::engine_settings settings = make_settings();
    settings.rules[0].countdown = length;
    return settings;
}

// Bob is counted down for; the account has been looked at.
struct countdown : attack {
    explicit countdown(core::engine_settings settings = settings_with_countdown())
        : attack(std::move(settings))
    {
        answer_look("bob", make_profile("bob"));
        (void)heard();
    }
};

// How long until the account is looked at a last time. The request leaves right after that.
core::milliseconds time_to_look(engine_dialogue& d)
{
    const core::mono_time begin = d.now.mono;
    while (!d.has_call("bob") && d.now.mono - begin < 2h) {
        if (d.page())
            d.answer_page();
        else
            d.wait_until_due();
    }
    return std::chrono::duration_cast<core::milliseconds>(d.now.mono - begin);
}

} // namespace

TEST_CASE("engine: after an alert with a countdown the account is looked at, and disabled when the "
          "time is over")
{
    attack d(settings_with_countdown());
    const core::report& told = d.last_report(report_kind::alert);
    CHECK(told.message.find("docwarden disables the account in 5m, at ") != std::string::npos);
    CHECK(told.field("COUNTDOWN") == "5m");
    CHECK(told.field("DISABLE_AT") == core::format_second(d.portal_now + 5min));
    CHECK(told.field("STATE") == "intended");
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.states() == words{"bob intended"});
    CHECK_FALSE(d.has_call("bob"));
    CHECK(time_to_look(d) == 5min);
    d.answer_look("bob", make_profile("bob"));
    d.answer_disable("bob");
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.states() == words{"bob contained"});
    CHECK(d.count_reports(report_kind::alert) == 1);
}

TEST_CASE("engine: a countdown does not delay what only a person can do")
{
    attack d(settings_with_countdown());
    d.answer_look("bob", owner_profile("bob"));
    CHECK(d.count_reports(report_kind::refused) == 1);
}

TEST_CASE("engine: without room under max_disables nobody is counted down for")
{
    core::engine_settings settings = settings_with_countdown();
    settings.containment.disables_max = 0;
    attack d(settings);
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.states() == words{"bob held"});
}

TEST_CASE("engine: somebody who disables the account during the countdown has decided")
{
    countdown d;
    SECTION("the trail says so")
    {
        d.next_page({status_row("chief", {"bob"}, d.portal_now)});
        d.answer_look("bob", disabled_profile("bob"));
        CHECK(d.states() == words{"bob contained"});
        d.stay_quiet(1h);
    }
    SECTION("it shows only at the last look")
    {
        (void)time_to_look(d);
        d.answer_look("bob", disabled_profile("bob"));
        CHECK(d.states() == words{"bob contained"});
        CHECK(d.last_report(report_kind::contained).field("BY") == "somebody else");
    }
    for (const std::string& word : d.heard())
        CHECK(word.find("disable bob") == std::string::npos);
}

TEST_CASE("engine: an exemption during the countdown prevents the disable")
{
    countdown d;
    core::engine_settings changed = settings_exempting(guid_of("bob"));
    changed.rules[0].countdown = 5min;
    d.reload(changed);
    (void)time_to_look(d);
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.states() == words{"bob observed"});
    CHECK(d.count_reports(report_kind::exempted) == 1);
}

TEST_CASE("engine: a reload makes a countdown that has begun shorter or longer")
{
    countdown d;
    d.stay_quiet(1min);
    const auto [length, left] = GENERATE(
        table<core::milliseconds, core::milliseconds>({{0s, 0s}, {3min, 2min}, {9min, 8min}})
    );
    d.reload(settings_with_countdown(length));
    CHECK(time_to_look(d) == left);
}

TEST_CASE("engine: a user who crosses several rules waits for the shortest countdown")
{
    core::engine_settings settings = settings_with_countdown();
    core::rule strict = make_rule("strict", 40, 10min);
    strict.countdown = GENERATE(0min, 2min, 9min);
    settings.rules.push_back(strict);
    countdown d(settings);
    const core::wall_time alerted = d.portal_now;
    d.stay_quiet(30s);
    d.next_page(burst("bob", 30, d.portal_now - 20s, 500));
    REQUIRE(d.count_reports(report_kind::alert) == 2);
    const auto passed = std::chrono::floor<core::milliseconds>(d.portal_now - alerted);
    REQUIRE(passed < 2min);
    CHECK(time_to_look(d) == std::min<core::milliseconds>(strict.countdown, 5min - passed));
}

TEST_CASE("engine: a restart does not begin the countdown anew, whatever this host's clock says")
{
    countdown d;
    const core::wall_time alerted = d.portal_now;
    d.stay_quiet(1min);
    d.now.wall += GENERATE(-3h, 0h, 3h);
    next_life next(d, 2min, settings_with_countdown());
    next.answer_page();
    // The first look after a restart settles what came of requests that nobody knows of.
    (void)time_to_look(next);
    next.answer_look("bob", make_profile("bob"));
    CHECK(next.states() == words{"bob intended"});
    (void)time_to_look(next);
    const auto since = next.portal_now - alerted;
    CHECK(since >= core::tick(5min - 2s));
    CHECK(since <= core::tick(5min + 20s));
    next.answer_look("bob", make_profile("bob"));
    CHECK(has(next.heard(), "disable bob"));
    CHECK(next.count_reports(report_kind::alert) == 0);
}

TEST_CASE("engine: an account that is enabled against docwarden has its countdown again")
{
    core::engine_settings settings = settings_with_countdown();
    settings.containment.when_enabled = core::enabled_policy::reassert;
    countdown d(settings);
    (void)time_to_look(d);
    d.contain("bob");
    d.next_page({status_row("chief", {"bob"}, d.portal_now)});
    REQUIRE(d.has_call("bob"));
    d.answer_look("bob", make_profile("bob"));
    const core::report& told = d.last_report(report_kind::alert);
    CHECK(told.field("COUNTDOWN") == "5m");
    CHECK(told.message.find("disables it again in 5m, at ") != std::string::npos);
    CHECK_FALSE(told.field("BY").empty());
    d.answer_look("bob", make_profile("bob"));
    CHECK(time_to_look(d) == 5min);
}

TEST_CASE("engine: a countdown begins when it is told, though the account was in doubt before")
{
    core::engine_settings settings = settings_with_countdown();
    countdown d(settings);
    (void)time_to_look(d);
    d.contain("bob");
    d.stay_quiet(1min);
    d.next_page(burst("bob", 21, d.portal_now - 10s, 700));
    REQUIRE(d.count_reports(report_kind::alert) == 1);
    for (int i = 0; i < 30; ++i) { // meanwhile nobody can say whether the account is active
        (void)time_to_look(d);
        d.fail_look("bob", failure_kind::broken);
    }
    (void)time_to_look(d);
    d.answer_look("bob", make_profile("bob"));
    REQUIRE(d.count_reports(report_kind::alert) == 2);
    CHECK(time_to_look(d) == 5min);
}

} // namespace docwarden::test::engine_countdown_test
