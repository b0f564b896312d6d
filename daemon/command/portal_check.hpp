#pragma once
// One portal's part of `docwarden check`: is there a key, and would docwarden see and act there?
// Puts the questions of core/preflight/preflight.hpp once each, and one about the newest events.

#include "core/preflight/preflight_result.hpp"
#include "daemon/config/config.hpp"
#include "daemon/host/environment.hpp"

#include <cstddef>
#include <map>
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

// How many portals say that there is no such user, by GUID. Each costs a request to each portal.
using account_survey = std::map<std::string, std::size_t>;
inline constexpr std::size_t surveyed_accounts_max = 100;

// Adds the portal's points, and what it says about those accounts; with `offline` nobody is asked.
// False if the configuration and the key are not enough to ask.
bool check_portal(
    const portal_settings& portal,
    const environment& env,
    bool offline,
    account_survey& accounts,
    std::vector<check_point>& points
);

} // namespace docwarden::daemon
