#pragma once
// `docwarden check`: is the configuration right, and would the daemon be able to work? One line a
// point: what was checked, what was found, and what to do.

#include "daemon/config/config.hpp"
#include "daemon/host/environment.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace docwarden::daemon
{

// Checks what needs no network, and without `offline` then runs the preflight of each portal
// (core/preflight/preflight.hpp). Returns the exit code: 0 docwarden would work, if with warnings;
// 1 it would not see or could not contain; 78 the configuration is at fault, or the place for the
// state, and it would not start.
int check(
    const config& settings,
    const std::string& config_file,
    const environment& env,
    bool offline,
    bool json,
    std::ostream& out
);

} // namespace docwarden::daemon
