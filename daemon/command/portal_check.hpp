#pragma once
// One portal's part of `docwarden check`: is there a key, and would docwarden see and act there?
// Puts the questions of core/preflight/preflight.hpp once each, one about the newest events, and
// those about the groups, people and numbers that the configuration depends on.

#include "core/preflight/preflight_result.hpp"
#include "core/roster/roster.hpp"
#include "core/settings/engine_settings.hpp"
#include "daemon/config/config.hpp"
#include "daemon/host/environment.hpp"

#include <string>
#include <vector>

namespace docwarden::daemon
{

// One line of `docwarden check`.
struct check_point {
    std::string portal; // empty for the whole configuration
    std::string topic;
    core::verdict outcome = core::verdict::good;
    std::string code;
    std::string found;
    std::string advice; // what to do; may be empty

    std::string text() const { return advice.empty() ? found : found + ": " + advice; }
};

// Adds the portal's points, and to `known` what it says about people; with `offline`
// nobody is asked. False if the configuration and the key are not enough to ask.
bool check_portal(
    const portal_settings& portal,
    const core::shared_settings& settings,
    const environment& env,
    bool offline,
    core::roster& known,
    std::vector<check_point>& points
);

} // namespace docwarden::daemon
