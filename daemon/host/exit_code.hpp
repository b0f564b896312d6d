#pragma once
// How the process ends, for scripts and for the service manager.

namespace docwarden::daemon
{

// Exit codes of the process: design.md section 5.
inline constexpr int exit_done = 0;
inline constexpr int exit_finding = 1; // or a failed operation
inline constexpr int exit_usage = 2;
inline constexpr int exit_crash = 70;  // EX_SOFTWARE of sysexits.h: a bug; systemd restarts it
inline constexpr int exit_config = 78; // EX_CONFIG

} // namespace docwarden::daemon
