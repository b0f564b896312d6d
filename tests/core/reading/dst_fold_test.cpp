#include "core/base/random.hpp"
#include "core/portal/page_query.hpp"
#include "core/reading/dst_fold.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <vector>

namespace docwarden::test::dst_fold_test
{

namespace
{

using core::audit_page;
using core::page_query;
using core::tick;
using core::trail_pass;
using core::wall_time;
using namespace std::chrono_literals;

audit_page rows_at(const std::vector<wall_time>& dates)
{
    std::vector<core::audit_event> events;
    for (const wall_time date : dates)
        events.push_back(make_event("user", "file", date));
    return make_page(std::move(events));
}

std::optional<audit_page> correct_dst_fold(const audit_page& page, const page_query& asked)
{
    return core::correct_dst_fold(page, asked, core::seen_ids(10)); // none was read before
}

// Two minutes of which the portal is asked.
const page_query asked{at(0), at(120), 0};

} // namespace

TEST_CASE("dst_fold: a page whose dates lie in what was asked for has nothing to correct")
{
    CHECK_FALSE(correct_dst_fold({}, asked).has_value());
    CHECK_FALSE(correct_dst_fold(rows_at({at(120), at(60), at(0)}), asked).has_value());
    CHECK_FALSE(correct_dst_fold(rows_at({at(-1), at(-3600)}), asked).has_value());
}

TEST_CASE("dst_fold: a date later than asked for is off by what clocks go back somewhere")
{
    const tick shift = GENERATE(tick(30min), tick(1h), tick(2h));
    for (const wall_time true_date : {asked.from, asked.from + tick(1), at(60), asked.to}) {
        const auto corrected = correct_dst_fold(rows_at({true_date + shift}), asked);
        REQUIRE(corrected.has_value());
        CHECK(*corrected == rows_at({true_date}));
    }
}

TEST_CASE("dst_fold: a date that no shift of a time zone explains stays as it is")
{
    const wall_time printed = GENERATE(
        asked.to + tick(1),
        asked.from + 30min - tick(1),
        asked.to + 30min + tick(1),
        asked.from + 1h - tick(1),
        asked.to + 1h + tick(1),
        asked.from + 2h - tick(1),
        asked.to + 2h + tick(1),
        at(60) + 3h,
        at(60) + 24h * 365
    );
    const audit_page page = rows_at({printed, at(60)});
    CHECK(correct_dst_fold(page, asked).value_or(page) == page);
}

TEST_CASE(
    "dst_fold: a date that was asked for is taken as it is, though another may print it as well"
)
{
    const page_query long_one{at(0), at(4 * 3600), 0}; // longer than a slice
    const audit_page page = rows_at({long_one.to + 24h, long_one.to, at(3 * 3600)});
    CHECK(correct_dst_fold(page, long_one).value_or(page) == page);
}

TEST_CASE("dst_fold: only dates are corrected, and only those of rows that are off")
{
    audit_page page = rows_at({at(30) + 1h, at(100), at(-5000)});
    page.events[0].id = 7;
    page.events[0].object = "the file";
    page.rows = 4;
    page.problems.push_back({3, 8, "userId is missing", false, 0});
    audit_page expected = page;
    expected.events[0].time = at(30);
    expected.newest = at(100);
    REQUIRE(correct_dst_fold(page, asked).has_value());
    CHECK(*correct_dst_fold(page, asked) == expected);
}

TEST_CASE("dst_fold: the dates of rows that were not understood bound the page, corrected as well")
{
    audit_page page = rows_at({at(60) + 1h});
    page.newest = at(100) + 1h;
    page.oldest = at(20) + 1h;
    const auto corrected = correct_dst_fold(page, asked);
    REQUIRE(corrected.has_value());
    CHECK((corrected->newest == at(100)));
    CHECK((corrected->oldest == at(20)));
}

TEST_CASE("dst_fold: a row that was read under the date printed stays as it is, and only that one")
{
    core::seen_ids seen(10);
    audit_page page = rows_at({at(60) + 1h, at(50) + 1h, at(40) + 1h});
    page.events[0].id = 1;
    page.events[1].id = 2;
    page.events[2].id = 3;
    seen.insert(1, at(60) + 1h);
    seen.insert(2, at(50));
    const auto corrected = core::correct_dst_fold(page, asked, seen);
    REQUIRE(corrected.has_value());
    CHECK((corrected->events[0].time == at(60) + 1h));
    CHECK((corrected->events[1].time == at(50)));
    CHECK((corrected->events[2].time == at(40)));
    CHECK((corrected->newest == at(60) + 1h));
    CHECK((corrected->oldest == at(40)));
}

TEST_CASE("dst_fold: a page without events is bounded by true dates, too")
{
    audit_page page;
    page.rows = 2;
    page.newest = at(100) + 30min;
    page.oldest = at(20) + 30min;
    const auto corrected = correct_dst_fold(page, asked);
    REQUIRE(corrected.has_value());
    CHECK((corrected->newest == at(100)));
    CHECK((corrected->oldest == at(20)));
}

TEST_CASE("correct_dst_fold: whatever rows of what was asked for are printed late by a shift, "
          "their dates come "
          "back exactly")
{
    const tick longest(trail_pass::slice_max);
    std::size_t corrected_pages = 0;
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
        core::random_source random(seed);
        // Every span up to the longest slice, that one and none at all the more often.
        const auto any =
            static_cast<tick::rep>(random.below(static_cast<std::uint64_t>(longest.count()) + 1));
        const tick span = seed % 4 == 0 ? longest : seed % 4 == 1 ? tick(0) : tick(any);
        const page_query query{at(0), at(0) + span, 0};
        const tick shift = std::vector<tick>{30min, 1h, 2h}.at(random.below(3));
        std::vector<wall_time> true_dates;
        std::vector<wall_time> printed;
        const std::uint64_t rows = 1 + random.below(6);
        for (std::uint64_t i = 0; i < rows; ++i) {
            const auto behind =
                static_cast<tick::rep>(random.below(static_cast<std::uint64_t>(span.count()) + 1));
            const std::uint64_t edge = random.below(4);
            true_dates.push_back(
                edge == 0   ? query.from
                : edge == 1 ? query.to
                            : query.to - tick(behind)
            );
            printed.push_back(true_dates.back() + (random.below(2) == 0 ? tick(0) : shift));
        }
        const audit_page page = rows_at(printed);
        const auto corrected = correct_dst_fold(page, query);
        INFO("seed " << seed << ", span of " << span.count() << " ticks");
        REQUIRE(corrected.value_or(page) == rows_at(true_dates));
        REQUIRE(corrected.has_value() == (printed != true_dates));
        corrected_pages += corrected ? 1U : 0U;
    }
    CHECK(corrected_pages > 1000);
}

} // namespace docwarden::test::dst_fold_test
