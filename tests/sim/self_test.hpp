#pragma once
// Whether the checkers would notice: a mistake that is planted in core runs through the worlds of
// one seed after another until a checker complains.

#include "tests/sim/world.hpp"

#include <cstdint>
#include <optional>

namespace docwarden::proof
{

struct catch_of {
    std::uint64_t seeds = 0; // how many it took
    broken_promise broken;
};

// Nothing if `seeds_max` worlds from seed 1 on were not enough. `mistake` is a number of
// tests/sim/mistakes.hpp.
std::optional<catch_of> catch_mistake(std::size_t mistake, std::uint64_t seeds_max);

} // namespace docwarden::proof
