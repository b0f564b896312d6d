// Reports, how often a fault is reported, and conditions that hold for a while.

#include "core/report/conditions.hpp"
#include "core/report/report.hpp"
#include "core/report/report_limiter.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::test::report_test
{

using core::priority;
using core::report_kind;
using core::subsystem;
using namespace std::chrono_literals;

TEST_CASE("report: each kind has a name of its own")
{
    std::set<std::string_view> names;
    int kind = 0;
    while (core::to_string(static_cast<core::report_kind>(kind)) != "unknown") {
        names.insert(core::to_string(static_cast<core::report_kind>(kind)));
        ++kind;
    }
    CHECK(names.size() == static_cast<std::size_t>(kind));
    CHECK(names.count("alert") == 1);
}

TEST_CASE("report: the first field of a name is found, a missing one is empty")
{
    core::report report;
    report.fields = {{"USER", "bob"}, {"USER", "eve"}};
    CHECK(report.field("USER") == "bob");
    CHECK(report.field("RULE").empty());
}

TEST_CASE("report limiter: the same fault is said once, and twenty faults a minute")
{
    core::report_limiter limiter;
    CHECK(limiter.allow("id 7: no date", mono_at(0s)));
    CHECK_FALSE(limiter.allow("id 7: no date", mono_at(0s)));
    CHECK_FALSE(limiter.allow("id 7: no date", mono_at(1h)));
    std::size_t said = 0;
    for (int i = 0; i < 100; ++i)
        said += limiter.allow("row " + std::to_string(i), mono_at(2h + 1s)) ? 1U : 0U;
    CHECK(said == core::report_limiter::per_minute_max);
    CHECK(limiter.take_suppressed(mono_at(2h + 59s)) == 0);
    CHECK(limiter.take_suppressed(mono_at(2h + 2min)) == 80);
    CHECK(limiter.take_suppressed(mono_at(2h + 2min)) == 0);
    CHECK(limiter.allow("another", mono_at(2h + 3min)));
}

TEST_CASE("report limiter: a minute ends with its sixtieth second, and one left out is told too")
{
    core::report_limiter limiter;
    for (int i = 0; i < 21; ++i)
        CHECK(limiter.allow(std::to_string(i), mono_at(5s)) == (i < 20));
    CHECK(limiter.take_suppressed(mono_at(65s - 1ms)) == 0);
    CHECK(limiter.take_suppressed(mono_at(65s)) == 1);
    CHECK(limiter.allow("next", mono_at(65s)));
}

TEST_CASE("report limiter: a bounded number of faults is remembered, and then all are forgotten")
{
    core::report_limiter limiter;
    for (std::size_t i = 0; i < core::report_limiter::remembered_max; ++i)
        (void)limiter.allow(std::to_string(i), mono_at(0s));
    CHECK_FALSE(core::report_limiter(limiter).allow("other", mono_at(1s)));
    CHECK(limiter.allow("0", mono_at(1h)));
}

TEST_CASE("conditions: said once when it begins, once when it changes, once when it is over")
{
    core::conditions all;
    CHECK_FALSE(all.clear(subsystem::reading, mono_at(0s)).has_value());
    const auto begun =
        all.raise(subsystem::reading, "broken", "It fails", mono_at(10s), priority::error);
    REQUIRE(begun.has_value());
    CHECK((begun->kind == report_kind::degraded));
    CHECK((begun->level == priority::error));
    CHECK(begun->message == "It fails");
    CHECK(begun->field("CONCERN") == "reading");
    CHECK(begun->field("REASON") == "broken");
    CHECK_FALSE(
        all.raise(subsystem::reading, "broken", "Other words", mono_at(20s), priority::error)
            .has_value()
    );
    const auto changed =
        all.raise(subsystem::reading, "unpaid", "Pay", mono_at(30s), priority::critical);
    REQUIRE(changed.has_value());
    CHECK((changed->level == priority::critical));
    const auto over = all.clear(subsystem::reading, mono_at(100s));
    REQUIRE(over.has_value());
    CHECK((over->kind == report_kind::recovered));
    CHECK(over->message == "Recovered after 1m 30s: Pay"); // since it began at all
    CHECK(over->field("LASTED") == "1m 30s");
    CHECK_FALSE(all.clear(subsystem::reading, mono_at(101s)).has_value());
    CHECK(all.list().empty());
}

TEST_CASE("conditions: listed in the order of their subsystems, whatever came first")
{
    core::conditions all;
    for (const subsystem affected :
         {subsystem::memory, subsystem::plan, subsystem::reading, subsystem::gap})
        CHECK(all.raise(affected, "code", "text", mono_at(0s), priority::error).has_value());
    std::vector<std::string> names;
    for (const core::condition& one : all.list())
        names.emplace_back(core::to_string(one.affected));
    CHECK(names == std::vector<std::string>{"reading", "plan", "gap", "memory"});
    CHECK(all.has(subsystem::plan));
    CHECK_FALSE(all.has(subsystem::clock));
}

} // namespace docwarden::test::report_test
