#pragma once
// `docwarden scan`: one detection pass over the last window of every portal; acts as configured,
// prints what it found, and ends.

#include "daemon/config/config.hpp"
#include "daemon/host/environment.hpp"

#include <iosfwd>

namespace docwarden::daemon
{

// Findings go to `out`, records to the log. Returns the exit code: 0 nothing found, 1 a finding or
// a pass that failed, 78 if a portal's connection cannot be set up.
int scan(
    const config& settings,
    const environment& env,
    bool json,
    std::ostream& out,
    std::ostream& err
);

} // namespace docwarden::daemon
