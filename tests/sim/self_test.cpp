#include "tests/sim/self_test.hpp"

#include "tests/sim/mistakes.hpp"

#include <algorithm>
#include <iterator>

namespace docwarden::proof
{

bool is_open_finding(std::uint64_t seed)
{
    return std::ranges::find(open_findings, seed) != std::end(open_findings);
}

std::optional<catch_of> catch_mistake(std::size_t mistake, std::uint64_t seeds_max)
{
    const mistakes::switched_on made(mistake);
    for (std::uint64_t seed = 1; seed <= seeds_max; ++seed) {
        if (is_open_finding(seed))
            continue;
        if (auto found = run_seed(seed).broken)
            return catch_of{seed, *std::move(found)};
    }
    return std::nullopt;
}

} // namespace docwarden::proof
