#pragma once
// How many accounts may be disabled within a window: a number, and a share of the portal's active
// users, of which the lower one counts. A plain value; who has taken a place is disable_budget's
// business.

#include "core/base/time.hpp"
#include "core/settings/containment_settings.hpp"

#include <cstdint>
#include <optional>

namespace docwarden::core
{

// A share of a portal's active users.
struct user_share {
    std::uint32_t percent = 100; // 1 ... 100
    std::uint32_t users = 0;     // active ones
    bool operator==(const user_share&) const = default;

    bool is_below_one() const { return std::uint64_t{users} * percent < 100; }
    std::uint32_t accounts() const; // rounded down, at least 1
};

struct disable_limit {
    std::uint32_t most = 0; // accounts within the window
    milliseconds window{0};
    bool is_number = true;             // containment_settings::disables_max is that low,
    std::optional<user_share> share{}; // ... or a share is, or both are
    bool operator==(const disable_limit&) const = default;
};

// Without a number of active users the share is left out.
disable_limit
limit_of(const containment_settings& settings, std::optional<std::uint32_t> active_users);

} // namespace docwarden::core
