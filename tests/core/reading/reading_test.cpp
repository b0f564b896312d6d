// What reading remembers and says: the time at the portal, rows seen, records that are not as they
// should be.

#include "core/reading/portal_clock.hpp"
#include "core/reading/record_watch.hpp"
#include "core/reading/report_limiter.hpp"
#include "core/reading/seen_ids.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <string>

namespace docwarden::test::reading_test
{

using namespace std::chrono_literals;

namespace
{

core::record_problem make_problem(std::int64_t id, std::size_t index, std::uint64_t fingerprint)
{
    return {index, id, "date is missing", false, fingerprint};
}

} // namespace

TEST_CASE("portal clock: until the portal has told its time, this host's is taken")
{
    core::portal_clock clock;
    CHECK_FALSE(clock.is_known());
    CHECK((clock.now({at(5), mono_at(0s)}) == at(5)));
}

TEST_CASE("portal clock: the portal's time goes on with the steady clock, whatever this host's does"
)
{
    core::portal_clock clock;
    REQUIRE(clock.observe(at(100), {at(0), mono_at(10s)}));
    CHECK(clock.is_known());
    CHECK((clock.now({at(0), mono_at(10s)}) == at(100)));
    CHECK((clock.now({at(-99'999), mono_at(70s)}) == at(160)));
    CHECK((clock.skew({at(60), mono_at(70s)}) == core::tick(-100s)));
}

TEST_CASE("portal clock: a date more than a day away is not believed and moves nothing")
{
    core::portal_clock clock;
    REQUIRE(clock.observe(at(10), {at(0), mono_at(0s)}));
    const core::tick step(1);
    CHECK_FALSE(clock.observe(at(0) + 24h + step, {at(0), mono_at(0s)}));
    CHECK_FALSE(clock.observe(at(0) - 24h - step, {at(0), mono_at(0s)}));
    CHECK((clock.now({at(0), mono_at(0s)}) == at(10)));
    CHECK(clock.observe(at(0) + 24h, {at(0), mono_at(0s)}));
    CHECK(clock.observe(at(0) - 24h, {at(0), mono_at(0s)}));
}

TEST_CASE("seen ids: a row is new once, and its date is part of what it is")
{
    core::seen_ids seen(100);
    CHECK(seen.insert(1, at(0)));
    CHECK_FALSE(seen.insert(1, at(0)));
    CHECK(seen.insert(1, at(1))); // a portal restored from a backup gives ids out again
    CHECK(seen.insert(2, at(0)));
    CHECK_FALSE(seen.insert(1, at(1)));
    seen.clear();
    CHECK(seen.size() == 0);
    CHECK(seen.insert(1, at(0)));
}

TEST_CASE("seen ids: a row can be looked up by its id and date, as long as it is remembered")
{
    core::seen_ids seen(4);
    CHECK_FALSE(seen.contains(1, at(0)));
    seen.insert(1, at(0));
    CHECK(seen.contains(1, at(0)));
    CHECK_FALSE(seen.contains(1, at(1)));
    CHECK_FALSE(seen.contains(2, at(0)));
    for (int id = 2; id <= 3; ++id)
        seen.insert(id, at(0));
    CHECK(seen.contains(1, at(0))); // among the older ones
    CHECK(seen.contains(3, at(0)));
    for (int id = 4; id <= 7; ++id)
        seen.insert(id, at(0));
    CHECK_FALSE(seen.contains(1, at(0)));
}

TEST_CASE("seen ids: the memory is bounded, and at least the newest half is remembered")
{
    constexpr std::int64_t rows_max = 1000;
    core::seen_ids seen(rows_max);
    for (std::int64_t id = 1; id <= 20 * rows_max; ++id) {
        REQUIRE(seen.insert(id, at(id)));
        REQUIRE(seen.size() <= rows_max);
        // One that must still be known; looking it up makes it young again.
        if (id > rows_max / 2 && id % 97 == 0)
            REQUIRE_FALSE(seen.insert(id - rows_max / 2 + 10, at(id - rows_max / 2 + 10)));
    }
}

TEST_CASE("seen ids: after forgetting, no row is known, the older ones neither")
{
    core::seen_ids seen(4);
    for (std::int64_t id = 1; id <= 3; ++id)
        CHECK(seen.insert(id, at(0)));
    seen.clear();
    for (std::int64_t id = 1; id <= 2; ++id)
        CHECK(seen.insert(id, at(0)));
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

TEST_CASE("record watch: a bad record is known by its id, or else by what it says")
{
    core::record_watch watch;
    const auto first = watch.on_problem(make_problem(1, 4, 77), mono_at(0s));
    REQUIRE(first.has_value());
    CHECK(first->problem.id == 1);
    CHECK_FALSE(watch.on_problem(make_problem(1, 9, 78), mono_at(0s)).has_value());
    CHECK(watch.on_problem(make_problem(0, 4, 79), mono_at(0s)).has_value());
    CHECK_FALSE(watch.on_problem(make_problem(0, 5, 79), mono_at(0s)).has_value());
    CHECK(watch.on_problem(make_problem(0, 4, 80), mono_at(0s)).has_value());
}

TEST_CASE("record watch: what was left out is told as a number, once a minute")
{
    core::record_watch watch;
    for (int i = 0; i < 32; ++i)
        (void)watch.on_problem(make_problem(100 + i, 0, 0), mono_at(0s));
    CHECK_FALSE(watch.take_suppressed(mono_at(1min - 1ms)).has_value());
    const auto suppressed = watch.take_suppressed(mono_at(1min));
    REQUIRE(suppressed.has_value());
    CHECK(suppressed->count == 12);
    CHECK_FALSE(watch.take_suppressed(mono_at(1min)).has_value());
}

TEST_CASE("record watch: a thousand unknown actions are told, each with its number, and no more")
{
    core::record_watch watch;
    int reported = 0;
    for (int i = 0; i < 1100; ++i) {
        const auto unknown = watch.on_event(make_event("u", "1", at(0), 100'000 + i));
        reported += unknown && unknown->action == 100'000 + i ? 1 : 0;
    }
    CHECK(reported == 1000);
}

} // namespace docwarden::test::reading_test
