#pragma once
// What docwarden.db keeps of a portal, as values.

#include "core/containment/stored_state.hpp"
#include "core/reading/coverage.hpp"

#include <optional>
#include <string>
#include <vector>

namespace docwarden::daemon
{

// Whose record it is. A portal at another url is another portal, whatever its name.
struct portal_key {
    std::string name;
    std::string url;
    bool operator==(const portal_key&) const = default;
};

// All that is kept of a portal.
struct portal_record {
    core::coverage_record coverage;
    core::stored_state state;
    bool operator==(const portal_record&) const = default;
};

// What is to be kept: it replaces what it names, and leaves the rest of the portal as it is.
struct portal_change {
    portal_key portal;
    std::optional<core::coverage_record> coverage{};
    std::vector<core::state_record> records{};
};

} // namespace docwarden::daemon
