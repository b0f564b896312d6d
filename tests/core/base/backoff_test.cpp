// Chance, and the pauses that it spreads.

#include "core/base/backoff.hpp"
#include "core/base/random.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>

namespace docwarden::test::backoff_test
{

using core::milliseconds;
using core::random_source;
using namespace std::chrono_literals;

TEST_CASE("random: the same seed gives the same numbers, neighbouring seeds other ones")
{
    random_source a(7);
    random_source b(7);
    random_source c(8);
    std::set<std::uint64_t> of_a;
    for (int i = 0; i < 1000; ++i) {
        const std::uint64_t number = a.next();
        REQUIRE(number == b.next());
        of_a.insert(number);
    }
    CHECK(of_a.size() == 1000);
    for (int i = 0; i < 1000; ++i)
        CHECK(of_a.count(c.next()) == 0);
}

TEST_CASE("random: below stays below, reaches every number, and takes no bound for zero")
{
    random_source random(1);
    std::map<std::uint64_t, int> hits;
    for (int i = 0; i < 10'000; ++i)
        ++hits[random.below(10)];
    CHECK(hits.size() == 10);
    CHECK(hits.rbegin()->first == 9);
    for (const auto& [number, count] : hits) {
        INFO(number << " came " << count << " times of 10,000");
        CHECK(count > 800);
        CHECK(count < 1200);
    }
    CHECK(random.below(0) == 0);
    CHECK(random.below(1) == 0);
}

TEST_CASE("backoff: between half and all of a pause that doubles from a second up to the cap")
{
    random_source random(1);
    for (const milliseconds cap : {1000ms, 5000ms, 20'000ms, 60'000ms, 900'000ms}) {
        for (unsigned failures = 0; failures < 100; ++failures) {
            const unsigned doublings = failures == 0 ? 0 : std::min(failures - 1, 20U);
            const milliseconds full = std::min(milliseconds(1000LL << doublings), cap);
            milliseconds least = full;
            milliseconds most(0);
            for (int i = 0; i < 200; ++i) {
                const milliseconds pause = core::backoff_pause(failures, cap, random);
                least = std::min(least, pause);
                most = std::max(most, pause);
            }
            INFO(failures << " failures, cap " << cap.count() << " ms");
            REQUIRE(least >= full / 2);
            REQUIRE(most <= full);
            // It really spreads.
            REQUIRE(most - least >= full / 3);
        }
    }
    CHECK(core::backoff_pause(std::numeric_limits<unsigned>::max(), 20s, random) <= 20s);
}

TEST_CASE("backoff: the jitter of a seed is the same in every run")
{
    random_source a(5);
    random_source b(5);
    for (unsigned i = 1; i < 50; ++i)
        CHECK(core::backoff_pause(i, 20s, a) == core::backoff_pause(i, 20s, b));
}

TEST_CASE("backoff: both ends of the jitter are drawn, and it doubles twenty times")
{
    random_source random(1);
    std::set<milliseconds> drawn;
    for (int i = 0; i < 100; ++i)
        drawn.insert(core::backoff_pause(1, 2ms, random));
    CHECK(drawn == std::set<milliseconds>{1ms, 2ms});
    const milliseconds most(1000LL << 20);
    milliseconds highest(0);
    for (int i = 0; i < 200; ++i)
        highest = std::max(highest, core::backoff_pause(1000, most * 4, random));
    CHECK(highest <= most);
    CHECK(highest > most - most / 10);
}

} // namespace docwarden::test::backoff_test
