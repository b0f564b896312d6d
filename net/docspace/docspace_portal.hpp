#pragma once
// The calls an engine asks for, carried out: effect in, input out, over any http_transport. It
// neither repeats nor decides anything: one call is one request with one deadline.

#include "core/engine/effect.hpp"
#include "core/engine/input.hpp"
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

    boost::asio::awaitable<core::input> fetch(core::fetch_page what);
    boost::asio::awaitable<core::input> fetch(core::fetch_identity what);
    boost::asio::awaitable<core::input> fetch(core::fetch_settings what);
    boost::asio::awaitable<core::input> fetch(core::fetch_key what);
    boost::asio::awaitable<core::input> fetch(core::fetch_quota what);
    boost::asio::awaitable<core::input> fetch(core::fetch_canary what);
    boost::asio::awaitable<core::input> fetch(core::fetch_profile what);
    boost::asio::awaitable<core::input> fetch(core::send_disable what);

private:
    template <class Call>
    boost::asio::awaitable<core::input> call(Call what);
    core::mono_time deadline() const { return clock_.reading().mono + request_timeout_; }

    http_transport& transport_;
    clock_source& clock_;
    std::chrono::milliseconds request_timeout_;
};

} // namespace docwarden::net
