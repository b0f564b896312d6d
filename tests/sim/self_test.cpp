#include "tests/sim/self_test.hpp"

#include "tests/sim/mistakes.hpp"

#include <utility>

namespace docwarden::proof
{

std::optional<catch_of> catch_mistake(std::size_t mistake, std::uint64_t seeds_max)
{
    const mistakes::switched_on made(mistake);
    for (std::uint64_t seed = 1; seed <= seeds_max; ++seed) {
        if (auto found = run_seed(seed).broken)
            return catch_of{seed, *std::move(found)};
    }
    return std::nullopt;
}

} // namespace docwarden::proof
