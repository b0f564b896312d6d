#pragma once
// Whether the checkers would notice: each deliberately broken variant of the product runs through
// the worlds of one seed after another until a checker complains.

#include "core/base/broken_variants.hpp"
#include "tests/sim/world.hpp"

#include <cstdint>
#include <optional>

namespace docwarden::proof
{

struct catch_of {
    std::uint64_t seeds = 0; // how many it took
    broken_promise by;
};

// Nothing if `seeds_max` worlds from seed 1 on were not enough.
std::optional<catch_of> catch_variant(core::variant what, std::uint64_t seeds_max);

} // namespace docwarden::proof
