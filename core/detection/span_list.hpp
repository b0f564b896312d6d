#pragma once
// The stretches of one user above one line that have been told: ascending, and more than a window
// apart.

#include "core/detection/distinct_window.hpp"

#include <vector>

namespace docwarden::core
{

struct merge_result {
    bool is_new = true;   // the span overlaps nothing known
    bool changed = false; // the list says more than before
};

// Adds `span` to the ascending, disjoint list `known`, joining what lies within `window` of it.
merge_result merge_span(std::vector<breach_span>& known, const breach_span& span, tick window);

} // namespace docwarden::core
