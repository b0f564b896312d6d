#pragma once
// Makes a failing history smaller: leaves out what is not needed for the same promise to break, and
// then makes what is left shorter.

#include "tests/sim/world.hpp"

#include <functional>

namespace docwarden::proof
{

struct shrunk {
    profile conditions;
    history events;
    broken_promise broken;
    std::size_t runs = 0;
};

// `broken` is what the whole history breaks. Runs at most `runs_max` worlds; `progress` is told how
// many events are left.
shrunk shrink(
    const profile& conditions,
    const history& events,
    const broken_promise& broken,
    way how,
    std::size_t runs_max,
    const std::function<void(std::size_t)>& progress
);

} // namespace docwarden::proof
