#pragma once
// Incidents as `scan`, `replay` and /security/scan show them: as lines for people or as JSON. Pure.

#include "core/containment/incident.hpp"
#include "net/admin/admin_request.hpp"

#include <string>
#include <vector>

namespace docwarden::daemon
{

struct portal_finding {
    std::string portal; // its name
    core::incident incident;
};

net::scan_finding to_finding(const core::incident& incident, const std::string& portal);

// One line: who, how many, when, which rule, what became of it. Ends with a newline.
std::string finding_line(const core::incident& incident);

// An array of objects {id, portal, user_id, user, rule, count, threshold, window, state, opened}.
// Ends with a newline.
std::string findings_json(const std::vector<portal_finding>& found);

} // namespace docwarden::daemon
