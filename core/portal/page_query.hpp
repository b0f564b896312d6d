#pragma once
// One question about the audit trail.

#include "core/base/time.hpp"

#include <cstddef>
#include <string>

namespace docwarden::core
{

// One request of `events/filter`; both bounds are inclusive.
struct page_query {
    static constexpr std::size_t rows_max = 100; // the portal's limit

    wall_time from;
    wall_time to;
    std::size_t start_index = 0;
    int action = 0;     // only rows of this action; 0 for all
    std::string user{}; // only rows of this user, a GUID; empty for all
    bool operator==(const page_query&) const = default;
};

} // namespace docwarden::core
