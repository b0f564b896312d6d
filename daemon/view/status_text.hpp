#pragma once
// What the process says about itself, from what its engines say: the line of STATUS= and the answer
// of /readyz. Pure.

#include "core/engine/engine.hpp"
#include "net/admin/admin_request.hpp"

#include <string>
#include <vector>

namespace docwarden::daemon
{

// One honest line: "Watching 1 portal: 12 users active, nothing open", or what is wrong first.
std::string status_line(const std::vector<core::engine_status>& portals);

// It can see and it can act, for every portal; else why not.
net::readiness readiness_of(const std::vector<core::engine_status>& portals);

} // namespace docwarden::daemon
