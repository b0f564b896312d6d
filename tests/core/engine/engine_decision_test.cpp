// What people decide while docwarden is about to act, or after it has lost sight of what it did:
// they have the last word, and are told the truth about it.

#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"

#include <string>

namespace docwarden::test::engine_decision_test
{

using namespace std::chrono_literals;
using core::containment_state;
using core::failure_kind;
using core::report_kind;

namespace
{

core::engine_settings
settings_with(core::milliseconds countdown, core::milliseconds release_after = 0ms)
{
    core::engine_settings settings = make_settings();
    settings.rules[0].countdown = countdown;
    settings.rules[0].release_after = release_after;
    settings.containment.recheck_interval = 720h;
    return settings;
}

core::audit_event row_by(std::string_view author, core::wall_time time)
{
    core::audit_event row = status_row(author, {"bob"}, time);
    row.user_name = "The Chief";
    return row;
}

// Answers pages with nothing until there is a call about Bob.
void wait_for_bob(engine_dialogue& d)
{
    for (int i = 0; i < 24 * 60 && !d.has_call("bob"); ++i)
        d.stay_quiet(1min);
    REQUIRE(d.has_call("bob"));
}

bool is_asked_to(const words& said, const std::string& what)
{
    return has(said, what + " bob");
}

} // namespace

TEST_CASE("engine: an account that a person disabled during a countdown is theirs, restart or not")
{
    attack before(settings_with(5min, 1h));
    before.answer_look("bob", make_profile("bob"));
    next_life d(before, 10s, settings_with(5min, 1h));
    d.answer_page();
    wait_for_bob(d);
    d.answer_look("bob", make_profile("bob"));
    SECTION("at the last look")
    {
        wait_for_bob(d);
    }
    SECTION("after a reload has called it off, with a row")
    {
        core::engine_settings alerting = settings_with(5min, 1h);
        alerting.rules[0].response = core::response_mode::alert;
        d.reload(alerting);
        d.next_page({row_by("chief", d.portal_now)});
        d.stay_quiet(3h);
        CHECK_FALSE(is_asked_to(d.heard(), "enable"));
        CHECK(d.count_reports(report_kind::contained) == 0);
        return;
    }
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.last_report(report_kind::contained).field("BY") == "somebody else");
    CHECK(d.last_report(report_kind::contained).field("RELEASE_AT").empty());
    d.stay_quiet(3h);
    CHECK_FALSE(is_asked_to(d.heard(), "enable"));
}

TEST_CASE("engine: who disables the account as the alert with a countdown asks is told of by name")
{
    attack d(settings_with(5min));
    d.answer_look("bob", make_profile("bob"));
    d.next_page({row_by("chief", d.portal_now)});
    REQUIRE(d.has_call("bob"));
    SECTION("as asked")
    {
        d.answer_look("bob", disabled_profile("bob"));
        CHECK(d.last_report(report_kind::contained).field("BY") == "The Chief");
    }
    SECTION("it was something else")
    {
        d.answer_look("bob", make_profile("bob"));
        CHECK(d.count_reports(report_kind::observed) == 1);
        d.stay_quiet(1h);
        CHECK(d.count_reports(report_kind::crossing_ended) == 1);
        CHECK(
            d.last_report(report_kind::crossing_ended).message.find("not disabled") ==
            std::string::npos
        );
    }
    CHECK_FALSE(is_asked_to(d.heard(), "disable"));
}

TEST_CASE("engine: a person's decision is found after a downtime longer than any window")
{
    attack before;
    before.answer_look("bob", make_profile("bob"));
    REQUIRE(before.has_call("bob")); // its answer is lost
    next_life d(before, 8h);
    CHECK(d.page_reaches_back_to(at(0)));
    d.next_page({row_by("chief", at(600))});
    d.stay_quiet(1min);
    if (d.has_call("bob"))
        d.answer_look("bob", make_profile("bob"));
    CHECK(d.count_reports(report_kind::observed) == 1);
    CHECK_FALSE(is_asked_to(d.heard(), "disable"));
}

TEST_CASE("engine: what a user does after a person's decision is not settled by it")
{
    attack before;
    before.answer_look("bob", make_profile("bob"));
    REQUIRE(before.has_call("bob")); // its answer is lost
    next_life d(before, 2h);
    d.answer_full_page(burst("bob", 21, d.portal_now - 60s, 500)); // read first, for it is newer
    CHECK(d.count_reports(report_kind::alert) == 1);
    d.next_page({row_by("chief", at(600))});
    CHECK(d.count_reports(report_kind::observed) == 1); // the first crossing is called off
    d.wait_for_call("bob");
    d.answer_look("bob", make_profile("bob"));
    CHECK(is_asked_to(d.heard(), "disable"));
    d.answer_disable("bob");
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.states() == words{"bob contained"});
}

TEST_CASE("engine: a last look during a countdown goes on for what came after a person's decision")
{
    core::engine_settings settings = settings_with(5min);
    core::rule other = make_rule("other", 25, 10min);
    other.countdown = 5min;
    settings.rules.push_back(other);
    attack d(settings);
    d.answer_look("bob", make_profile("bob"));
    d.stay_quiet(1min);
    const core::wall_time decided = d.portal_now;
    d.stay_quiet(30s);
    d.next_page(burst("bob", 30, decided + 5s, 500)); // crosses the other rule
    REQUIRE(d.count_reports(report_kind::alert) == 2);
    d.next_page({row_by("chief", decided)}); // and only now this is read
    d.wait_for_call("bob");
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.count_reports(report_kind::observed) == 1);
    wait_for_bob(d);
    d.answer_look("bob", make_profile("bob"));
    CHECK(is_asked_to(d.heard(), "disable"));
}

TEST_CASE("engine: a decision that is older than a day is left to a person")
{
    attack before;
    next_life d(before, 30h);
    d.answer_page();
    wait_for_bob(d);
    d.answer_look("bob", make_profile("bob"));
    d.stay_quiet(1h);
    CHECK_FALSE(is_asked_to(d.heard(), "disable"));
    REQUIRE(d.count_reports(report_kind::alert) == 1);
    CHECK(d.last_report(report_kind::alert).message.find("24 hours ago") != std::string::npos);
}

TEST_CASE("engine: a recheck that is called off leaves the containment and its release as they were"
)
{
    attack d(settings_with(0ms, 1h));
    d.contain("bob");
    d.next_page(burst("bob", 21, d.portal_now + 5s, 100));
    REQUIRE(d.has_call("bob"));
    d.fail_look("bob", failure_kind::broken);
    core::engine_settings alerting = settings_with(0ms, 1h);
    alerting.rules[0].response = core::response_mode::alert;
    d.reload(alerting);
    CHECK(d.states() == words{"bob contained"});
    CHECK(d.count_reports(report_kind::observed) == 0);
    wait_for_bob(d);
    d.answer_look("bob", disabled_profile("bob"));
    wait_for_bob(d);
    CHECK(is_asked_to(d.heard(), "enable"));
}

TEST_CASE("engine: a recheck that cannot look fails in silence, for nothing has been told of it")
{
    attack d;
    d.contain("bob");
    d.next_page(burst("bob", 21, d.portal_now + 5s, 100));
    for (int i = 0; i < 12; ++i) {
        wait_for_bob(d);
        d.fail_look("bob", failure_kind::broken);
    }
    CHECK(d.count_reports(report_kind::retrying) == 0);
    CHECK(d.count_reports(report_kind::failed) == 0);
    CHECK(d.count_reports(report_kind::degraded) == 1);
}

TEST_CASE("engine: a row about an account that is rechecked is about its containment")
{
    attack d;
    d.contain("bob");
    d.stay_quiet(1min);
    d.next_page(burst("bob", 21, d.portal_now - 10s, 100));
    REQUIRE(d.has_call("bob"));
    d.next_page({row_by("chief", d.portal_now + 10s)});
    d.answer_look("bob", make_profile("bob")); // nobody's answer any more
    wait_for_bob(d);
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.states().front() == "bob released");
    CHECK(d.last_report(report_kind::released).field("BY") == "The Chief");
}

TEST_CASE("engine: what was kept is taken over, though this process began without it")
{
    attack before(settings_with(0ms, 1h));
    before.contain("bob");
    engine_dialogue d(settings_with(0ms, 1h));
    d.portal_now = before.portal_now;
    d.now = before.now;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.last_report(report_kind::contained).field("BY") == "somebody else");
    d.restore(before.disk);
    wait_for_bob(d);
    d.answer_look("bob", disabled_profile("bob"));
    wait_for_bob(d);
    CHECK(is_asked_to(d.heard(), "enable"));
}

TEST_CASE("engine: a threshold that was raised while docwarden was down undoes no decision")
{
    attack before;
    core::engine_settings higher = settings_with_threshold(25);
    next_life d(before, 3s, higher);
    d.answer_page();
    wait_for_bob(d);
    d.answer_look("bob", make_profile("bob"));
    CHECK(is_asked_to(d.heard(), "disable"));
}

TEST_CASE("engine: nobody takes the place of an account that is counted down for")
{
    core::engine_settings settings = settings_with(30min);
    settings.containment.disables_max = 1;
    settings.containment.disables_window = 1min;
    attack d(settings);
    d.answer_look("bob", make_profile("bob"));
    d.stay_quiet(5min);
    d.next_page(burst("jane", 21, d.portal_now - 30s, 500));
    d.answer_look("jane", make_profile("jane"));
    CHECK(d.last_report(report_kind::held).field("USER_ID") == guid_of("jane"));
    wait_for_bob(d);
    d.answer_look("bob", make_profile("bob"));
    CHECK(is_asked_to(d.heard(), "disable"));
}

TEST_CASE("engine: a rule that shortens a countdown has its own time, and says when it is over")
{
    core::engine_settings settings = settings_with(30min);
    core::rule strict = make_rule("strict", 40, 10min);
    strict.countdown = 2min;
    settings.rules.push_back(strict);
    attack d(settings);
    d.answer_look("bob", make_profile("bob"));
    d.stay_quiet(5min);
    d.next_page(burst("bob", 30, d.portal_now - 20s, 500));
    REQUIRE(d.count_reports(report_kind::alert) == 2);
    const core::wall_time told = d.portal_now;
    CHECK(d.last_report(report_kind::alert).field("COUNTDOWN") == "2m");
    while (!d.has_call("bob"))
        d.page() ? d.answer_page() : d.wait_until_due();
    CHECK(d.portal_now - told == core::tick(2min));
    d.answer_look("bob", make_profile("bob"));
    CHECK(is_asked_to(d.heard(), "disable"));
}

TEST_CASE("engine: more room under the limit gives no more time than was announced")
{
    core::engine_settings settings = settings_with(5min);
    settings.containment.disables_max = 0;
    attack d(settings);
    d.answer_look("bob", make_profile("bob"));
    REQUIRE(d.count_reports(report_kind::held) == 1);
    d.stay_quiet(10min);
    d.reload(settings_with(5min));
    d.answer_look("bob", make_profile("bob"));
    CHECK(is_asked_to(d.heard(), "disable"));
}

TEST_CASE("engine: another method is tried at once for whom the first did not disable")
{
    attack d;
    for (unsigned i = 0; i < core::containment::refusals_max; ++i) {
        d.wait_for_call("bob");
        d.answer_look("bob", make_profile("bob"));
        d.fail_disable("bob", failure_kind::rejected);
    }
    REQUIRE(d.count_reports(report_kind::failed) == 1);
    core::engine_settings other = make_settings();
    other.containment.method = core::disable_method::member;
    d.reload(other);
    REQUIRE(d.has_call("bob"));
    d.answer_look("bob", make_profile("bob"));
    CHECK(is_asked_to(d.heard(), "disable"));
    CHECK(d.disk.accounts.at(0).course.method == core::disable_method::member);
}

TEST_CASE(
    "engine: what the key's own user does by hand to a contained account is seen within a poll"
)
{
    attack d;
    d.contain("bob");
    d.stay_quiet(1min);
    d.next_page({row_by("admin", d.portal_now)});
    REQUIRE(d.has_call("bob"));
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.states() == words{"bob released"});
}

TEST_CASE("engine: an exemption by address holds when an account is enabled against docwarden")
{
    core::engine_settings settings = make_settings();
    settings.containment.when_enabled = core::enabled_policy::reassert;
    attack d(settings);
    d.contain("bob");
    settings.containment.exempt = {core::exemption{make_profile("bob").email}};
    d.reload(settings);
    d.stay_quiet(1min);
    const std::size_t alerts = d.count_reports(report_kind::alert);
    d.next_page({row_by("chief", d.portal_now)});
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.states() == words{"bob released"});
    CHECK(d.count_reports(report_kind::alert) == alerts);
}

TEST_CASE("engine: whoever is contained anew soon after the release is contained longer")
{
    core::engine_settings settings = settings_with(0ms, 48h);
    settings.containment.release_memory = 24h;
    attack d(settings);
    d.contain("bob");
    d.stay_quiet(47h);
    wait_for_bob(d);
    d.answer_look("bob", disabled_profile("bob"));
    d.answer_enable("bob");
    d.answer_look("bob", make_profile("bob"));
    d.stay_quiet(1h);
    d.next_page(burst("bob", 21, d.portal_now - 30s, 900));
    d.contain("bob");
    CHECK(d.disk.accounts.at(0).containments == 2);
}

} // namespace docwarden::test::engine_decision_test
