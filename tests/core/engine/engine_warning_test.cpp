// Warnings: whoever crosses the lower line of a rule is told of once, before the threshold.

#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

namespace docwarden::test::engine_warning_test
{

using namespace std::chrono_literals;
using core::report_kind;

namespace
{

core::engine_settings warning_at(std::uint32_t warn)
{
    core::engine_settings settings = make_settings();
    settings.rules[0].warn = warn;
    return settings;
}

// It has been reading for a minute.
struct watch : engine_dialogue {
    explicit watch(core::engine_settings settings = warning_at(15))
        : engine_dialogue(std::move(settings))
    {
        begin();
        stay_quiet(1min);
        (void)heard();
    }
    // So many files of that user now.
    void change(std::string_view user, int count, int first_file = 1)
    {
        stay_quiet(std::chrono::seconds(count + 5));
        next_page(burst(user, count, portal_now - std::chrono::seconds(count), first_file));
    }
    std::size_t warnings() const { return count_reports(report_kind::warning); }
};

} // namespace

TEST_CASE("engine: a user is warned of once, between the lower line and the threshold")
{
    watch d;
    d.change("bob", 15);
    CHECK(d.heard_but_pages().empty());
    d.change("bob", 1, 16);
    CHECK(d.heard_but_pages() == words{"warning bob"});
    const core::report& told = d.last_report(report_kind::warning);
    CHECK(told.level == core::priority::warning);
    CHECK(told.field("COUNT") == "16");
    CHECK(told.field("WARN") == "15");
    CHECK(told.field("THRESHOLD") == "20");
    CHECK(contains(told.message, "Above 20, the account is disabled."));
    d.change("bob", 4, 17);
    CHECK(d.heard_but_pages().empty());
    d.change("bob", 1, 21);
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
}

TEST_CASE("engine: who crosses both lines at once is alerted about, and no more")
{
    watch d;
    d.change("bob", 21);
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
    d.answer_look("bob", owner_profile("bob"));
    (void)d.heard();
    d.stay_quiet(8min);
    d.change("bob", 16, 500); // less than before, and the same story
    CHECK(d.warnings() == 0);
}

TEST_CASE("engine: a user who has rested for longer than a window is warned of anew")
{
    watch d;
    d.change("bob", 16);
    REQUIRE(d.warnings() == 1);
    d.stay_quiet(25min);
    d.change("bob", 16, 100);
    CHECK(d.warnings() == 2);
}

TEST_CASE("engine: nobody is warned of who is exempt or dealt with already")
{
    core::engine_settings settings = warning_at(15);
    SECTION("by id")
    {
        settings.containment.exempt = {core::exemption{guid_of("bob")}};
        watch d(settings);
        d.change("bob", 16);
        CHECK(d.warnings() == 0);
    }
    SECTION("by address, as a look has shown")
    {
        settings.containment.exempt = {core::exemption{"bob@example.com"}};
        watch d(settings);
        d.change("bob", 21);
        d.answer_look("bob", make_profile("bob"));
        d.stay_quiet(25min);
        d.change("bob", 16, 100);
        CHECK(d.warnings() == 0);
    }
    SECTION("whose key it is")
    {
        watch d(settings);
        d.change("admin", 16);
        CHECK(d.warnings() == 0);
    }
    SECTION("contained")
    {
        watch d(settings);
        d.change("bob", 21);
        d.contain("bob");
        d.change("bob", 16, 100);
        CHECK(d.warnings() == 0);
    }
}

TEST_CASE("engine: what crossed the lower line before the start is not told, and never after")
{
    engine_dialogue d(warning_at(15));
    d.wake();
    d.answer_identity(make_profile("admin"));
    d.answer_page(burst("bob", 16, at(-60)));
    d.stay_quiet(10s);
    d.next_page(burst("bob", 2, at(5), 100));
    CHECK(d.count_reports(report_kind::warning) == 0);
    d.stay_quiet(25min);
    d.next_page(burst("bob", 16, d.portal_now - 20s, 200));
    CHECK(d.count_reports(report_kind::warning) == 1);
}

TEST_CASE("engine: a warning is not repeated after a restart")
{
    watch before;
    before.change("bob", 16);
    REQUIRE(before.warnings() == 1);
    const core::wall_time first = before.portal_now - 16s;
    next_life d(before, 3s, warning_at(15));
    d.answer_page(burst("bob", 16, first));
    d.stay_quiet(10s);
    d.next_page(burst("bob", 2, d.portal_now - 2s, 100)); // and still goes on
    CHECK(d.count_reports(report_kind::warning) == 0);
}

TEST_CASE("engine: a reload of the lower line disables nobody and tells of nothing old")
{
    watch d(warning_at(0));
    for (const char* user : {"bob", "jane", "eve"})
        d.change(user, 16);
    const std::uint32_t warn = GENERATE(10U, 15U, 19U);
    d.reload(warning_at(warn));
    d.stay_quiet(1min);
    CHECK(d.heard_but_pages().empty());
    // From now on it is in force.
    d.change("mia", 20);
    CHECK(d.heard_but_pages() == words{"warning mia"});
    d.change("bob", 5, 100);
    CHECK(has(d.heard_but_pages(), "alert bob"));
}

TEST_CASE("engine: a warning says what the rule does above its threshold")
{
    using core::response_mode;
    const auto [response, text] = GENERATE(table<response_mode, std::string>({
        {response_mode::observe, "Above 20, that is recorded."},
        {response_mode::alert, "Above 20, an alert is raised."},
        {response_mode::disable, "Above 20, the account is disabled."},
    }));
    core::engine_settings settings = warning_at(15);
    settings.rules[0].response = response;
    watch d(settings);
    d.change("bob", 17);
    REQUIRE(d.warnings() == 1);
    CHECK(contains(d.last_report(report_kind::warning).message, text));
    CHECK(contains(d.last_report(report_kind::warning).message, "Near the threshold: bob ("));
}

} // namespace docwarden::test::engine_warning_test
