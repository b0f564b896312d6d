// Crossings are told to their end: once when they begin, once when they are over or the account is
// contained, with how far they went.

#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <functional>
#include <string>

namespace docwarden::test::engine_end_test
{

using namespace std::chrono_literals;
using core::failure_kind;
using core::report_kind;
using core::response_mode;

namespace
{

constexpr auto ended = report_kind::crossing_ended;

// Window and lateness are behind it then.
constexpr auto long_enough = 40min;

void wait_for_end(engine_dialogue& d)
{
    for (int i = 0; i < 200 && d.count_reports(ended) == 0; ++i)
        d.next_page({});
    REQUIRE(d.count_reports(ended) == 1);
}

} // namespace

TEST_CASE("engine: a crossing is told when it begins and when it is over, with its highest count")
{
    const auto response = GENERATE(response_mode::observe, response_mode::alert);
    attack d(settings_with_response(response));
    d.next_page(burst("bob", 9, at(-30), 100));
    CHECK(d.count_reports(ended) == 0);
    d.stay_quiet(long_enough);
    REQUIRE(d.count_reports(ended) == 1);
    const bool is_observed = response == response_mode::observe;
    const core::report& begin =
        d.last_report(is_observed ? report_kind::observed : report_kind::alert);
    const core::report& end = d.last_report(ended);
    CHECK(end.field("INCIDENT") == begin.field("INCIDENT"));
    CHECK(begin.field("COUNT") == "21");
    CHECK(end.field("COUNT") == "30");
    CHECK(end.field("COUNT_IS_LEAST") == "0");
    CHECK(end.field("CROSSED_AT") == "2026-06-30T13:03:25Z");
    CHECK(end.field("LAST_CHANGE_AT") == "2026-06-30T13:03:43Z");
    CHECK(end.field("DURATION_S") == "18");
    CHECK(end.field("STATE") == "observed");
    CHECK(contains(end.field("FILES"), "108 107 "));
    CHECK(contains(end.message, "Over: bob ("));
    CHECK(contains(end.message, "changed 30 distinct files within 10m"));
    CHECK(end.level == (is_observed ? core::priority::info : core::priority::notice));
    d.stay_quiet(2h);
    CHECK(d.count_reports(ended) == 1);
}

TEST_CASE("engine: whoever is not contained has an end as well, in the state of the account")
{
    struct story {
        std::string state;
        core::engine_settings settings;
        std::function<void(engine_dialogue&)> course;
    };
    const story told = GENERATE(values<story>({
        {"held",
         settings_with_limit(0),
         [](engine_dialogue& d) { d.answer_look("bob", make_profile("bob")); }},
        {"refused",
         make_settings(),
         [](engine_dialogue& d) { d.answer_look("bob", owner_profile("bob")); }},
        {"observed", settings_exempting(guid_of("bob")), [](engine_dialogue&) {}},
        {"observed",
         settings_exempting("bob@example.com"),
         [](engine_dialogue& d) { d.answer_look("bob", make_profile("bob")); }},
        {"rejected",
         make_settings(),
         [](engine_dialogue& d) { d.reload(settings_with_response(response_mode::observe)); }},
        {"rejected",
         make_settings(),
         [](engine_dialogue& d) { d.next_page({status_row("chief", {"bob"}, at(-5))}); }},
    }));
    CAPTURE(told.state);
    attack d(told.settings);
    told.course(d);
    // A call that was called off is answered as well.
    if (d.has_call("bob"))
        d.answer_look("bob", make_profile("bob"));
    REQUIRE(d.count_reports(ended) == 0);
    d.stay_quiet(long_enough);
    REQUIRE(d.count_reports(ended) == 1);
    CHECK(d.last_report(ended).field("STATE") == told.state);
    const std::string what =
        told.state == "rejected" ? "was called off" : "The account was not disabled (" + told.state;
    CHECK(contains(d.last_report(ended).message, what));
    d.stay_quiet(2h);
    CHECK(d.count_reports(ended) == 1);
}

TEST_CASE("engine: a crossing of long ago, and one by no account of the portal, have an end")
{
    engine_dialogue d;
    d.begin();
    std::vector<core::audit_event> events = burst("bob", 21, at(-60));
    SECTION("no account")
    {
        for (core::audit_event& event : events)
            event.user = "exporter";
    }
    d.next_page(events);
    d.stay_quiet(long_enough);
    const bool is_account = !d.has_call("bob");
    CHECK(d.count_reports(ended) == (is_account ? 1 : 0));
}

TEST_CASE("engine: a contained account has one record more, which says how far it went")
{
    attack d;
    d.next_page(burst("bob", 9, at(-30), 100));
    d.contain("bob");
    const core::report& contained = d.last_report(report_kind::contained);
    CHECK(contained.field("COUNT") == "30");
    CHECK(contained.field("DURATION_S") == "18");
    CHECK(contains(contained.message, "Seen until then: 30 distinct files within 10m"));
    d.stay_quiet(long_enough);
    CHECK(d.count_reports(ended) == 0);
}

TEST_CASE("engine: all crossings of a contained account are over with it")
{
    attack d(settings_with_rule(make_rule("other", 15, 10min)));
    REQUIRE(d.count_reports(report_kind::alert) == 2);
    d.contain("bob");
    const core::report& contained = d.last_report(report_kind::contained);
    CHECK(!contained.field("ENDED_TOO").empty());
    CHECK(contained.field("ENDED_TOO") == d.last_report(report_kind::alert).field("INCIDENT"));
    CHECK(d.states() == words{"bob contained", "bob contained"});
    d.stay_quiet(long_enough);
    CHECK(d.count_reports(ended) == 0);
}

TEST_CASE("engine: while an account is to be disabled its crossing is not called over, until that "
          "has failed")
{
    attack d;
    for (int i = 0; i < 60; ++i) {
        d.stay_quiet(1min);
        if (d.has_call("bob"))
            d.fail_look("bob", failure_kind::unreachable);
        CHECK(d.count_reports(ended) <= d.count_reports(report_kind::failed));
    }
    REQUIRE(d.count_reports(ended) == 1);
    CHECK(d.last_report(ended).field("STATE") == "failed");
    d.wait_for_call("bob");
    d.contain("bob");
    d.stay_quiet(long_enough);
    CHECK(d.count_reports(report_kind::contained) == 1);
    CHECK(d.count_reports(ended) == 1);
}

TEST_CASE("engine: nothing is called over before the trail up to there has been read")
{
    attack d(settings_with_response(response_mode::alert));
    for (int i = 0; i < 100; ++i) {
        while (!d.page())
            d.wait_until_due();
        d.fail_page(make_failure(failure_kind::unreachable));
        d.wait(1min);
    }
    CHECK(d.count_reports(ended) == 0);
    wait_for_end(d);
}

TEST_CASE("engine: late rows make a crossing that is over go on, and its end is told once more")
{
    engine_dialogue d(settings_with_response(response_mode::alert));
    d.begin();
    std::vector<core::audit_event> events = burst("bob", 30, at(0));
    for (int i = 0; i < 30; ++i)
        events[static_cast<std::size_t>(i)].time = at(-600 + 18 * i); // until at(-78)
    d.next_page(events);
    wait_for_end(d);
    const std::string id(d.last_report(ended).field("INCIDENT"));
    CHECK(d.last_report(ended).field("COUNT_IS_LEAST") == "0");
    SECTION("which made it longer")
    {
        d.next_page(burst("bob", 5, at(-20), 100));
        d.stay_quiet(long_enough);
        REQUIRE(d.count_reports(ended) == 2);
        CHECK(d.last_report(ended).field("INCIDENT") == id);
        CHECK(d.last_report(ended).field("LAST_CHANGE_AT") == "2026-06-30T13:03:49Z");
        // What is older has been forgotten, so it may have been more.
        CHECK(d.last_report(ended).field("COUNT") == "30");
        CHECK(d.last_report(ended).field("COUNT_IS_LEAST") == "1");
    }
    SECTION("which changed nothing about it")
    {
        d.next_page(burst("bob", 3, at(-90), 25)); // files that were changed around then
        d.stay_quiet(long_enough);
        CHECK(d.count_reports(ended) == 1);
    }
    CHECK(d.count_reports(report_kind::alert) == 1);
}

TEST_CASE("engine: of a user far above the threshold the least count is told, and that it is that")
{
    engine_dialogue d(settings_with_response(response_mode::alert));
    d.begin();
    for (int i = 0; i < 6; ++i)
        d.next_page(burst("bob", 60, at(-400 + 60 * i), 1 + 60 * i));
    d.stay_quiet(long_enough);
    REQUIRE(d.count_reports(ended) == 1);
    CHECK(d.last_report(ended).field("COUNT_IS_LEAST") == "1");
    CHECK(contains(d.last_report(ended).message, "changed at least 201 distinct files"));
}

TEST_CASE("engine: what was told of an end before a restart is not told again, and what was not is")
{
    const auto settings = settings_with_response(response_mode::alert);
    const bool was_told = GENERATE(false, true);
    attack before(settings);
    if (was_told)
        wait_for_end(before);
    next_life d(before, 3s, settings);
    d.answer_page(burst("bob", 21, at(-60)));
    d.stay_quiet(long_enough);
    CHECK(d.count_reports(report_kind::alert) == 0);
    REQUIRE(d.count_reports(ended) == (was_told ? 0 : 1));
    if (!was_told)
        CHECK(
            d.last_report(ended).field("INCIDENT") ==
            before.last_report(report_kind::alert).field("INCIDENT")
        );
}

TEST_CASE("engine: what a crossing grew to is on the disk, with the newest files")
{
    const auto settings = settings_with_response(response_mode::alert);
    attack before(settings);
    before.next_page(burst("bob", 9, at(-30), 100));
    REQUIRE(before.disk.incidents.size() == 1);
    CHECK(before.disk.incidents[0].span.count == 30);
    CHECK(before.disk.incidents[0].files.back().object == "108");
    // After a long downtime nothing of it is read again.
    next_life d(before, 3h, settings);
    d.answer_page();
    REQUIRE(d.count_reports(ended) == 1);
    CHECK(d.last_report(ended).field("COUNT") == "30");
}

TEST_CASE("engine: a crossing that has gone on for long is known by its end after a restart")
{
    const auto settings = settings_with_response(response_mode::alert);
    engine_dialogue before(settings);
    before.begin();
    for (int i = 0; i < 30; ++i)
        before.next_page(burst("bob", 25, at(-3000 + 100 * i), 1 + 25 * i));
    REQUIRE(before.count_reports(report_kind::alert) == 1);
    next_life d(before, 3s, settings);
    d.answer_page(burst("bob", 50, at(-150), 701));
    CHECK(d.count_reports(report_kind::alert) == 0);
    d.stay_quiet(long_enough);
    CHECK(d.count_reports(ended) == 1);
}

TEST_CASE("engine: each of two crossings of a rule grows and ends for itself")
{
    const auto settings = settings_with_response(response_mode::alert);
    engine_dialogue d(settings);
    d.begin();
    auto events = burst("bob", 25, at(-1500));
    const auto later = burst("bob", 25, at(-60), 100);
    events.insert(events.end(), later.begin(), later.end());
    d.next_page(events);
    REQUIRE(d.count_reports(report_kind::alert) == 2);
    d.next_page(burst("bob", 10, at(-1470), 200)); // late, and part of the first
    d.stay_quiet(long_enough);
    REQUIRE(d.count_reports(ended) == 2);
    words counts;
    for (const core::report& told : d.reports()) {
        if (told.kind == ended)
            counts.emplace_back(told.field("COUNT"));
    }
    CHECK(counts == words{"35", "25"});
}

} // namespace docwarden::test::engine_end_test
