// Reports, conditions that hold for a while, and what the facts are told as.

#include "core/preflight/preflight_judge.hpp"
#include "core/report/condition_texts.hpp"
#include "core/report/conditions.hpp"
#include "core/report/fact.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

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

namespace
{

core::api_failure failing(core::failure_kind kind, std::string text = {})
{
    return {kind, 0, {}, std::move(text)};
}

} // namespace

TEST_CASE("conditions: said once when it begins, once when it changes, once when it is over")
{
    core::conditions all;
    CHECK_FALSE(all.clear(subsystem::reading, mono_at(0s)).has_value());
    const auto begun = all.raise(
        subsystem::reading, failing(core::failure_kind::broken, "HTTP 500"), mono_at(10s)
    );
    REQUIRE(begun.has_value());
    CHECK_FALSE(begun->lasted.has_value());
    CHECK(begun->subject.code() == "broken");
    CHECK((begun->subject.level() == priority::error));
    CHECK_FALSE(
        all.raise(subsystem::reading, failing(core::failure_kind::broken, "HTTP 502"), mono_at(20s))
            .has_value()
    );
    const auto changed =
        all.raise(subsystem::reading, failing(core::failure_kind::unpaid), mono_at(30s));
    REQUIRE(changed.has_value());
    CHECK((changed->subject.level() == priority::critical));
    const auto over = all.clear(subsystem::reading, mono_at(100s));
    REQUIRE(over.has_value());
    CHECK(over->subject.code() == "unpaid");
    CHECK(over->lasted == 90s); // since it began at all
    CHECK_FALSE(all.clear(subsystem::reading, mono_at(101s)).has_value());
    CHECK(all.list().empty());
}

TEST_CASE("conditions: listed in the order of their subsystems, whatever came first")
{
    core::conditions all;
    const std::vector<std::pair<subsystem, core::condition_cause>> raised{
        {subsystem::memory, core::memory_limit()},
        {subsystem::plan, core::judge_filters({20})},
        {subsystem::reading, failing(core::failure_kind::broken)},
        {subsystem::gap, core::unreadable_stretch()}};
    for (const auto& [affected, cause] : raised)
        CHECK(all.raise(affected, cause, mono_at(0s)).has_value());
    std::vector<std::string> names;
    for (const core::condition& limit : all.list())
        names.emplace_back(core::to_string(limit.affected));
    CHECK(names == std::vector<std::string>{"reading", "plan", "gap", "memory"});
    CHECK(all.has(subsystem::plan));
    CHECK_FALSE(all.has(subsystem::clock));
}

TEST_CASE("conditions: the same failure is explained by what it keeps from being done")
{
    const auto refused = failing(core::failure_kind::forbidden, "HTTP 403");
    std::set<std::string> texts;
    for (const subsystem affected : {subsystem::reading, subsystem::acting, subsystem::identity}) {
        texts.insert(explain(core::condition{affected, refused, {}}));
        CHECK(contains(*texts.rbegin(), "HTTP 403"));
    }
    CHECK(texts.size() == 3);
}

TEST_CASE("conditions: without the portal's clock docwarden goes on, without its rights it does not"
)
{
    const core::condition clock{subsystem::clock, core::judge_clock(std::nullopt, at(0)), {}};
    CHECK((clock.level() == priority::error));
    const core::condition rights{subsystem::rights, core::judge_rights({}, nullptr), {}};
    CHECK((rights.level() == priority::critical));
    core::key_facts ending;
    ending.expires = at(0) + 24h;
    const core::condition key{subsystem::key, core::judge_key(ending, nullptr, at(0)), {}};
    CHECK((key.level() == priority::warning));
    CHECK(key.is_advisory());
    CHECK_FALSE(clock.is_advisory());
}

TEST_CASE("facts: a condition says what suffers and why, and in the end how long it lasted")
{
    core::condition_fact told{
        {subsystem::reading, failing(core::failure_kind::broken, "HTTP 500"), mono_at(10s)}, {}};
    const core::report begun = describe(core::fact(told), {});
    CHECK((begun.kind == report_kind::degraded));
    CHECK((begun.level == priority::error));
    CHECK(begun.message == explain(told.subject));
    CHECK(begun.field("CONCERN") == "reading");
    CHECK(begun.field("REASON") == "broken");
    told.lasted = 90s;
    const core::report over = describe(core::fact(told), {});
    CHECK((over.kind == report_kind::recovered));
    CHECK((over.level == priority::notice));
    CHECK(over.message == "Recovered after 1m 30s: " + begun.message);
    CHECK(over.field("LASTED") == "1m 30s");
}

TEST_CASE("facts: a bad record is named by its id or its place, and what is wrong is clipped")
{
    core::record_problem problem{4, 1, "date is missing", false, 77};
    core::report told = describe(core::bad_record{problem}, {});
    CHECK(told.field("RECORD") == "id 1");
    CHECK(told.field("PROBLEM") == "date is missing");
    CHECK(contains(told.message, "It was left out"));
    problem = {4, 0, std::string(300, 'x'), true, 77};
    told = describe(core::bad_record{problem}, {});
    CHECK(told.field("RECORD") == "number 5"); // counted from one
    CHECK(contains(told.message, "Audit record number 5 is malformed: " + problem.text));
    CHECK(contains(told.message, "It was still counted"));
    problem.text += 'x';
    CHECK(contains(describe(core::bad_record{problem}, {}).message, std::string(300, 'x') + "…"));
}

TEST_CASE("facts: a reload says what changed, and what has to wait for a restart")
{
    CHECK(contains(describe(core::config_reloaded{}, {}).message, "nothing has changed"));
    const core::report told = describe(core::config_reloaded{{"a", "b"}, {"c", "d"}}, {});
    CHECK(contains(told.message, "in force: a; b. Takes effect only after a restart: c; d"));
    const core::report rejected = describe(core::reload_rejected{{"x", "y"}}, {});
    CHECK((rejected.level == priority::error));
    CHECK(contains(rejected.message, "the old one stays in force: x; y"));
    CHECK(rejected.field("PROBLEMS") == "2");
}

} // namespace docwarden::test::report_test
