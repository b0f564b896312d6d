#pragma once
// The part of `docwarden check` about people: who falls under which rule, names that no portal
// knows, and how many accounts may be disabled.

#include "core/roster/roster.hpp"
#include "core/settings/containment_settings.hpp"
#include "core/settings/rule.hpp"
#include "daemon/command/portal_check.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace docwarden::daemon
{

// Whom a rule is for, and which others apply before or after it: "; only for the group Robots,
// instead of bulk-change". Empty for a rule for everybody that has no exceptions.
std::string people_text(const std::vector<core::rule>& rules, std::size_t index);

// Adds for each rule for some people to whom it applies at that portal, as far as that is known.
void add_people(
    const std::string& portal,
    const std::vector<core::rule>& rules,
    const core::roster& known,
    std::vector<check_point>& points
);

// Adds how many accounts may be disabled at that portal, if a share of its active users is a limit
// and their number is known.
void add_limit(
    const std::string& portal,
    const core::containment_settings& containment,
    const core::roster& known,
    std::vector<check_point>& points
);

// What none of these portals knows.
std::vector<core::unknown_names>
names_unknown_to_all(const core::engine_settings& settings, const std::vector<core::roster>& known);

// Adds a warning for each such name of a rule.
void add_unknown_names(
    const std::vector<core::unknown_names>& unknown,
    std::size_t portals,
    std::vector<check_point>& points
);

} // namespace docwarden::daemon
