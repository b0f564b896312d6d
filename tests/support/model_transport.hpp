#pragma once
// An http_transport whose other end is the simulated portal itself, without a socket: each request
// is shown to the model at the virtual time of its arrival, and the bytes of the reply are read by
// the product's own reader, after whatever the reply says is done to them on the way.

#include "net/base/clock.hpp"
#include "net/base/error.hpp"
#include "net/https/answer_reader.hpp"
#include "net/https/http_transport.hpp"
#include "tests/portal/portal_model.hpp"

#include <boost/asio/awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace docwarden::test
{

// The network between daemon and portal.
struct portal_link {
    bool is_up = true;                     // false: connections are refused
    std::chrono::milliseconds latency{20}; // each way
};

inline std::string_view method_text(net::http_method method)
{
    switch (method) {
    case net::http_method::get:
        return "GET";
    case net::http_method::put:
        return "PUT";
    case net::http_method::post:
        return "POST";
    }
    return "";
}

// Reads a reply as if it came over a connection that is closed afterwards.
inline boost::system::result<net::http_response> read_reply(const sim::http_reply& reply)
{
    if (reply.how.drop)
        return make_error_code(net::errc::connection_lost);
    net::answer_reader reader(net::answer_limits{});
    if (const auto ec = reader.feed(sim::render(reply, false)))
        return ec;
    if (!reader.done()) {
        if (const auto ec = reader.feed_end())
            return ec;
    }
    return reader.take();
}

class model_transport final : public net::http_transport
{
public:
    // All but the key must outlive the transport, and may be changed at any time.
    model_transport(
        sim::portal_model& model,
        const portal_link& link,
        net::clock_source& clock,
        std::string api_key
    )
        : model_(model), link_(link), clock_(clock), authorization_("Bearer " + api_key)
    {
    }

    boost::asio::awaitable<boost::system::result<net::http_response>>
    send(net::http_request request, core::mono_time deadline) override
    {
        if (!link_.is_up)
            co_return make_error_code(net::errc::connect_refused);
        auto ec = co_await travel(link_.latency, deadline);
        if (ec)
            co_return ec;
        const sim::http_reply reply = ask(request);
        const auto way_back = link_.latency + reply.how.delay;
        ec = co_await travel(way_back, deadline);
        if (ec)
            co_return ec;
        if (!link_.is_up)
            co_return make_error_code(net::errc::connection_lost);
        co_return read_reply(reply);
    }

private:
    // Lets so much time pass, as far as the deadline allows.
    boost::asio::awaitable<boost::system::error_code>
    travel(std::chrono::milliseconds length, core::mono_time deadline)
    {
        const core::mono_time arrival = clock_.reading().mono + length;
        const core::mono_time end = std::min(arrival, deadline);
        const auto ec = co_await clock_.sleep_until(end);
        if (ec)
            co_return make_error_code(net::errc::cancelled);
        if (arrival > deadline)
            co_return make_error_code(net::errc::answer_timeout);
        co_return boost::system::error_code();
    }

    sim::http_reply ask(const net::http_request& request)
    {
        sim::http_request_view seen;
        seen.method = method_text(request.method);
        seen.target = request.target;
        seen.authorization = authorization_;
        seen.content_type = request.body.empty() ? "" : "application/json";
        seen.body = request.body;
        seen.host = model_.settings().host;
        return model_.handle(seen, clock_.reading().wall);
    }

    sim::portal_model& model_;
    const portal_link& link_;
    net::clock_source& clock_;
    std::string authorization_;
};

} // namespace docwarden::test
