#include "daemon/app/service_notify.hpp"

#include "core/base/text.hpp"

#include <systemd/sd-daemon.h>

#include <cstdint>
#include <string>

namespace docwarden::daemon
{

namespace
{

boost::system::error_code send(const std::string& state)
{
    const int status = sd_notify(0, state.c_str());
    return {status < 0 ? -status : 0, boost::system::system_category()};
}

std::string status_line(std::string_view text)
{
    return "STATUS=" + core::escape_text(text, status_bytes_max);
}

} // namespace

boost::system::error_code service_notify::ready(std::string_view text)
{
    return send("READY=1\n" + status_line(text));
}

boost::system::error_code service_notify::status(std::string_view text)
{
    return send(status_line(text));
}

boost::system::error_code service_notify::reloading(core::mono_time now)
{
    return send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(now.time_since_epoch().count()));
}

boost::system::error_code service_notify::stopping(std::string_view text)
{
    return send("STOPPING=1\n" + status_line(text));
}

boost::system::error_code service_notify::watchdog()
{
    return send("WATCHDOG=1");
}

std::optional<std::chrono::microseconds> watchdog_interval()
{
    std::uint64_t interval_us = 0;
    // Not unset: a child that is not the main process is told apart by WATCHDOG_PID.
    if (sd_watchdog_enabled(0, &interval_us) <= 0)
        return std::nullopt;
    return std::chrono::microseconds(interval_us);
}

} // namespace docwarden::daemon
