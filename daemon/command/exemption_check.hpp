#pragma once
// The exemptions' part of `docwarden check`: which have expired, and which name a user or a group
// that no portal knows.

#include "core/base/time.hpp"
#include "core/roster/roster.hpp"
#include "core/settings/exemption.hpp"
#include "daemon/command/portal_check.hpp"

#include <vector>

namespace docwarden::daemon
{

// Adds the points about them; none if nobody is exempt. `unknown` is what none of so many portals
// knows.
void add_exemptions(
    const std::vector<core::exemption>& exempt,
    const std::vector<core::unknown_names>& unknown,
    std::size_t portals,
    core::wall_time now,
    std::vector<check_point>& points
);

} // namespace docwarden::daemon
