#pragma once
// Whether the checkers would notice: a mistake that is planted in core runs through the worlds of
// one seed after another until a checker complains.

#include "tests/sim/world.hpp"

#include <cstdint>
#include <optional>

namespace docwarden::proof
{

// Worlds in which a promise is broken and nobody knows yet why: docs/reliability.md, "Open
// findings". Neither the proof nor the planted mistakes count them.
inline constexpr std::uint64_t open_findings[] = {1109};
bool is_open_finding(std::uint64_t seed);

struct catch_of {
    std::uint64_t seeds = 0; // how many it took
    broken_promise broken;
};

// Nothing if `seeds_max` worlds from seed 1 on were not enough. `mistake` is a number of
// tests/sim/mistakes.hpp.
std::optional<catch_of> catch_mistake(std::size_t mistake, std::uint64_t seeds_max);

} // namespace docwarden::proof
