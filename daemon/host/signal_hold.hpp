#pragma once
// Keeps the daemon's signals waiting while it starts: one that comes before there is a handler
// would end the process. What they mean is the business of daemon/app.

#include <array>

#include <signal.h>

namespace docwarden::daemon
{

inline constexpr std::array daemon_signals{SIGHUP, SIGTERM, SIGINT};

// From now on they wait, in this thread and in those it starts.
void hold_signals();

// Delivers what has come meanwhile, once each kind. Also undoes what a parent has blocked: a
// daemon that can be neither reloaded nor ended helps nobody.
void release_signals();

} // namespace docwarden::daemon
