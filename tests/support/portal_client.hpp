#pragma once
// A transport with its event loop, as the loopback tests use it, and words for what came of a send.

#include "net/async/asio_clock.hpp"
#include "net/async/task_group.hpp"
#include "net/base/error.hpp"
#include "net/https/https_transport.hpp"
#include "tests/support/complete.hpp"

#include <boost/asio/ip/address.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace docwarden::test
{

// Looked for in places where it must not be.
inline const std::string canary = "sk-canary-7f3a";

struct portal_client {
    // Options for http://127.0.0.1:port.
    static net::https_options plain_options(std::uint16_t port)
    {
        net::https_options options;
        options.target.tls = false;
        options.target.host = "127.0.0.1";
        options.target.port = port;
        options.api_key = net::secret(canary);
        return options;
    }

    // Options for https://portal.test:port, where portal.test is this machine.
    static net::https_options tls_options(std::uint16_t port, const std::string& ca_file)
    {
        auto options = plain_options(port);
        options.target.tls = true;
        options.target.host = "portal.test";
        options.ca_file = ca_file;
        options.lookup = [](const std::string&) {
            return net::lookup_result(net::address_list{boost::asio::ip::make_address("127.0.0.1")}
            );
        };
        return options;
    }

    explicit portal_client(net::https_options options)
    {
        auto made = net::make_https_transport(ctx.get_executor(), clock, std::move(options));
        if (!made)
            FAIL("no transport: " << made.error());
        transport = std::move(*made);
    }

    core::mono_time in(std::chrono::milliseconds time) const { return clock.reading().mono + time; }

    // One word and the body, for instance "200 {}", or the name of the error.
    std::string
    send(net::http_request request, std::chrono::milliseconds timeout = std::chrono::seconds(10))
    {
        last = complete(ctx, transport->send(std::move(request), in(timeout)));
        return words(last);
    }
    std::string get(std::chrono::milliseconds timeout = std::chrono::seconds(10))
    {
        return send(net::http_request(net::http_method::get, "/x"), timeout);
    }
    std::string put() { return send(net::http_request(net::http_method::put, "/x", "{\"a\":1}")); }

    static std::string words(const boost::system::result<net::http_response>& result)
    {
        if (result)
            return std::to_string(result->status) + " " + result->body;
        static const std::vector<std::pair<net::errc, const char*>> names{
            {net::errc::name_not_found, "name_not_found"},
            {net::errc::name_lookup_failed, "name_lookup_failed"},
            {net::errc::connect_refused, "connect_refused"},
            {net::errc::connect_timeout, "connect_timeout"},
            {net::errc::connect_failed, "connect_failed"},
            {net::errc::tls_untrusted, "tls_untrusted"},
            {net::errc::tls_expired, "tls_expired"},
            {net::errc::tls_wrong_name, "tls_wrong_name"},
            {net::errc::tls_failed, "tls_failed"},
            {net::errc::proxy_unreachable, "proxy_unreachable"},
            {net::errc::proxy_refused, "proxy_refused"},
            {net::errc::answer_timeout, "answer_timeout"},
            {net::errc::connection_lost, "connection_lost"},
            {net::errc::answer_too_large, "answer_too_large"},
            {net::errc::answer_malformed, "answer_malformed"},
            {net::errc::cancelled, "cancelled"},
        };
        for (const auto& [code, name] : names) {
            if (result.error() == code)
                return name;
        }
        return result.error().message();
    }

    boost::asio::io_context ctx{1};
    net::asio_clock clock{ctx.get_executor()};
    std::unique_ptr<net::http_transport> transport;
    boost::system::result<net::http_response> last;
};

} // namespace docwarden::test
