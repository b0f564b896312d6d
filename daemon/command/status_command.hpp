#pragma once
// `docwarden status`: asks the running daemon at its admin endpoint and prints what it answers. It
// needs no key and touches no portal.

#include "daemon/config/config.hpp"

#include <iosfwd>

namespace docwarden::daemon
{

// 0 if the daemon is ready, 1 if it is not, does not run, or has no admin endpoint.
int status(const admin_settings& admin, bool json, std::ostream& out, std::ostream& err);

} // namespace docwarden::daemon
