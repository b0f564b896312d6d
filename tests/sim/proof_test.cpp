// The whole daemon in simulated worlds: its promises, and that breaking them would be noticed.

#include "core/base/check.hpp"
#include "tests/sim/mistakes.hpp"
#include "tests/sim/self_test.hpp"
#include "tests/sim/shrink.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <string>

namespace docwarden::proof::proof_test
{

namespace
{

// So many worlds in all; fewer where each takes long (CMakeLists.txt).
constexpr std::uint64_t worlds = DOCWARDEN_SIM_WORLDS;

void check_promises(std::uint64_t first, std::uint64_t last, way how)
{
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        const outcome result = run_seed(seed, how);
        if (!result.broken)
            continue;
        FAIL_CHECK(
            "seed " << seed << ": " << result.broken->checker << ": " << result.broken->how
                    << "; see build/dev/tests/sim/docwarden-soak --seed " << seed << " --shrink"
        );
    }
}

} // namespace

// Halves, so that two processors can run them.
TEST_CASE("proof: every promise is kept, whatever goes wrong: first half of the worlds")
{
    check_promises(1, worlds / 2, way::messages);
}

TEST_CASE("proof: every promise is kept, whatever goes wrong: second half of the worlds")
{
    check_promises(worlds / 2 + 1, worlds, way::messages);
}

TEST_CASE("proof: every promise is kept by the whole client over Asio and HTTP text, too")
{
    check_promises(1, worlds / 200, way::coroutines);
}

TEST_CASE("proof: a seed runs the same way each time")
{
    for (std::uint64_t seed = 1; seed <= 20; ++seed)
        CHECK(run_seed(seed).trace == run_seed(seed).trace);
}

TEST_CASE("proof: pages as rows and pages as HTTP text make the same world")
{
    for (std::uint64_t seed = 1; seed <= worlds / 100; ++seed) {
        INFO("seed " << seed);
        CHECK(run_seed(seed, way::messages).trace == run_seed(seed, way::texts).trace);
    }
}

#ifdef DOCWARDEN_SIM_MISTAKES
TEST_CASE("proof: each mistake that is planted in core is noticed within 2,000 worlds")
{
    constexpr std::uint64_t worlds_max = 2000;
    const auto planted = mistakes::all();
    CHECK(planted.size() >= 25);
    for (std::size_t i = 0; i < planted.size(); ++i) {
        const auto found = catch_mistake(i, worlds_max);
        const std::string name(planted[i].name);
        INFO(name);
        CHECK(found.has_value());
        if (found)
            std::printf(
                "%-28s noticed after %4llu worlds by '%s'\n",
                name.c_str(),
                static_cast<unsigned long long>(found->seeds),
                found->broken.checker.c_str()
            );
    }
}
#endif

TEST_CASE("proof: a failed assertion of core ends the world as a broken promise does")
{
    const profile drawn = draw_profile(1);
    const auto fails = [](const std::string& line) { DOCWARDEN_ASSERT(line.empty()); };
    const outcome result = world(drawn, draw_history(drawn), way::messages, fails).run();
    REQUIRE(result.broken.has_value());
    CHECK(result.broken->checker == "core's assertions hold");
    CHECK(result.broken->how.find("line.empty() does not hold") != std::string::npos);
}

TEST_CASE("proof: a failing history is made smaller and still breaks the same promise")
{
    constexpr std::size_t runs_max = 500;
    const std::size_t mistake = mistakes::number_of("at threshold");
    const auto found = catch_mistake(mistake, 100);
    REQUIRE(found.has_value());
    std::optional<mistakes::switched_on> made(std::in_place, mistake);
    const profile drawn = draw_profile(found->seeds);
    const history whole = draw_history(drawn);
    const shrunk small =
        shrink(drawn, whole, found->broken, way::messages, runs_max, [](std::size_t) {});
    const outcome again = world(small.conditions, small.events).run();
    made.reset();
    const outcome sound = world(small.conditions, small.events).run();

    CHECK(small.events.size() < whole.size());
    CHECK(small.events.size() <= 3);
    CHECK(small.runs <= runs_max);
    REQUIRE(again.broken.has_value());
    CHECK(again.broken->checker == found->broken.checker);
    CHECK_FALSE(sound.broken.has_value());
}

} // namespace docwarden::proof::proof_test
