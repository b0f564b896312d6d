#pragma once
// The answer to GET /status: what the running daemon knows about itself, for `docwarden status` and
// for programs. From values to JSON; daemon/command/status_print makes lines of it for a person.

#include "core/base/time.hpp"
#include "core/containment/containment.hpp"
#include "core/engine/engine.hpp"
#include "net/admin/admin_request.hpp"

#include <cstddef>
#include <map>
#include <string_view>
#include <vector>

namespace docwarden::daemon
{

// One portal, as its engine tells it.
struct portal_status {
    core::engine_status engine;
    std::map<core::containment_state, std::size_t> cases; // accounts in each state
};

// 200 {"status":"ready" or "not ready","version":"...","now":"...","portals":[...]}. Times are RFC
// 3339 in UTC, spans are seconds. `now` is this host's time and `complete` is the portal's, whose
// clock may differ; `complete_seconds_ago` allows for that.
net::admin_response render_status(
    const std::vector<portal_status>& portals,
    std::string_view version,
    const core::clock_reading& now
);

} // namespace docwarden::daemon
