#pragma once
// The calls an engine asks for, over any http_transport. It neither repeats nor decides anything:
// one call is one request with one deadline.

#include "core/portal/portal_call.hpp"
#include "net/base/clock.hpp"
#include "net/https/http_transport.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>

namespace docwarden::net
{

class docspace_portal
{
public:
    // Both must outlive the portal. `request_timeout` bounds each call as a whole.
    docspace_portal(
        http_transport& transport,
        clock_source& clock,
        std::chrono::milliseconds request_timeout
    )
        : transport_(transport), clock_(clock), request_timeout_(request_timeout)
    {
    }

    boost::asio::awaitable<core::answered> call(core::call asked);

private:
    core::mono_time deadline() const { return clock_.reading().mono + request_timeout_; }

    http_transport& transport_;
    clock_source& clock_;
    std::chrono::milliseconds request_timeout_;
};

} // namespace docwarden::net
