// What reading remembers and says: the time at the portal, rows seen, records that are not as they
// should be.

#include "core/reading/portal_clock.hpp"
#include "core/reading/record_watch.hpp"
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

TEST_CASE("record watch: a bad record is known by its id, or else by what it says")
{
    core::record_watch watch;
    const auto first = watch.on_problem(make_problem(1, 4, 77), mono_at(0s));
    REQUIRE(first.has_value());
    CHECK(first->field("RECORD") == "id 1");
    CHECK(first->field("PROBLEM") == "date is missing");
    CHECK_FALSE(watch.on_problem(make_problem(1, 9, 78), mono_at(0s)).has_value());
    const auto nameless = watch.on_problem(make_problem(0, 4, 79), mono_at(0s));
    REQUIRE(nameless.has_value());
    CHECK(nameless->field("RECORD") == "number 5"); // counted from one
    CHECK(contains(nameless->message, "Audit record number 5 is not as it should be"));
    CHECK_FALSE(watch.on_problem(make_problem(0, 5, 79), mono_at(0s)).has_value());
    CHECK(watch.on_problem(make_problem(0, 4, 80), mono_at(0s)).has_value());
}

TEST_CASE("record watch: what is wrong is told up to 300 bytes, what was left out as a number")
{
    core::record_watch watch;
    core::record_problem problem = make_problem(1, 0, 0);
    problem.text = std::string(300, 'x');
    CHECK(contains(watch.on_problem(problem, mono_at(0s))->message, problem.text + ". It was"));
    problem.text += 'x';
    CHECK(contains(watch.on_problem(problem, mono_at(0s))->message, std::string(300, 'x') + "…"));
    for (int i = 0; i < 30; ++i)
        (void)watch.on_problem(make_problem(100 + i, 0, 0), mono_at(0s));
    const auto told = watch.take_suppressed(mono_at(1min));
    REQUIRE(told.has_value());
    CHECK(told->field("COUNT") == "12");
    CHECK(contains(told->message, "12 further records"));
}

TEST_CASE("record watch: a thousand unknown actions are told, each with its number, and no more")
{
    core::record_watch watch;
    int told = 0;
    for (int i = 0; i < 1100; ++i) {
        const auto what = watch.on_event(make_event("u", "1", at(0), 100'000 + i));
        told += what.has_value() ? 1 : 0;
        if (what)
            CHECK(contains(what->message, "(id " + std::to_string(100'000 + i) + ")"));
    }
    CHECK(told == 1000);
}

} // namespace docwarden::test::reading_test
