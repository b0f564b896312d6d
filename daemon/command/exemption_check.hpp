#pragma once
// The exemptions' part of `docwarden check`: which have expired, and which name a user whom no
// portal knows. Addresses are not looked up: DocSpace has no call for that by this key's scopes.

#include "core/base/time.hpp"
#include "core/settings/exemption.hpp"
#include "daemon/command/portal_check.hpp"

#include <string>
#include <vector>

namespace docwarden::daemon
{

// The accounts of these exemptions that a portal can be asked about, each denied by none yet.
account_survey survey_of(const std::vector<core::exemption>& exempt);

// Adds the points about them; none if nobody is exempt. `found` is what the portals said, of which
// there are so many.
void add_exemptions(
    const std::vector<core::exemption>& exempt,
    const account_survey& found,
    std::size_t portals,
    core::wall_time now,
    std::vector<check_point>& points
);

} // namespace docwarden::daemon
