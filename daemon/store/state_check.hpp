#pragma once
// Where state is kept, and whether it could be, without touching anything there: `check` may run
// beside the daemon, which has the directory for itself.

#include "daemon/config/config.hpp"
#include "daemon/host/environment.hpp"

#include <string>

namespace docwarden::daemon
{

struct state_place {
    std::string directory;
    // Somebody asked for it, in the configuration or as the service manager: without it docwarden
    // does not start. The default may be missing.
    bool is_demanded = false;
    bool operator==(const state_place&) const = default;
};

// `[state] directory`, then the first of $STATE_DIRECTORY, then /var/lib/docwarden.
state_place state_place_of(const config& settings, const environment& env);

// Empty if this user could keep state there; else what is wrong and what to do.
std::string check_state(const state_place& place);

} // namespace docwarden::daemon
