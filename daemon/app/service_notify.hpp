#pragma once
// What the daemon tells its service manager (sd_notify(3)). Each call is one datagram to the socket
// in $NOTIFY_SOCKET; without one, as on a terminal, each call does nothing and succeeds. When to
// call what is the event loop's business, and so is what it knows about time.

#include "core/base/time.hpp"

#include <boost/system/error_code.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace docwarden::daemon
{

// The status text is cut to so many bytes: `systemctl status` shows one line of it.
inline constexpr std::size_t status_bytes_max = 512;

class service_notify
{
public:
    // Start or reload is done, also when the reload was refused. `text` as for status().
    boost::system::error_code ready(std::string_view text);

    // The line that `systemctl status` shows; escaped, so that it stays one line.
    boost::system::error_code status(std::string_view text);

    // A reload begins; ready() ends it. `now` is CLOCK_MONOTONIC, which is what
    // clock_source::reading().mono counts: with Type=notify-reload systemd takes only a READY that
    // came after this moment for the end of this reload.
    boost::system::error_code reloading(core::mono_time now);

    // An orderly end begins.
    boost::system::error_code stopping(std::string_view text);

    // The event loop still makes progress. Due twice in each watchdog_interval().
    boost::system::error_code watchdog();
};

// After this long without watchdog() the service manager kills this process; nothing when it does
// not watch it.
std::optional<std::chrono::microseconds> watchdog_interval();

} // namespace docwarden::daemon
