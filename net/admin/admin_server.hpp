#pragma once
// Serves the admin endpoint: plain HTTP/1.1 for this host's administrator and monitoring, on a
// loopback or other local address. It only moves bytes and keeps its bounds; what is asked and what
// an answer looks like is net/admin_request, and who knows the answers is the admin_handler.

#include "core/base/time.hpp"
#include "net/admin/admin_request.hpp"
#include "net/admin/tcp_listener.hpp"
#include "net/base/clock.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace docwarden::net
{

// Port: who answers.
class admin_handler
{
public:
    virtual ~admin_handler() = default;

    // Makes a detection pass now and renders what it found. Several calls may be under way at once;
    // that they share one pass is the handler's business. Cancellation (terminal) must end a call
    // promptly, with any response or with operation_aborted thrown.
    virtual boost::asio::awaitable<admin_response> scan() = 0;

    // At once and without side effects.
    virtual admin_response health() = 0;
    virtual admin_response ready() = 0;
    virtual admin_response status() = 0;
};

struct admin_limits {
    // One more displaces the connection that has waited longest for a request; if all of them wait
    // for answers, it is closed at once.
    std::size_t sessions_max = 16;
    std::uint32_t header_bytes_max = 8'192; // request line and fields
    std::size_t body_bytes_max = 4'096;     // no request needs a body
    // For a whole request to arrive, and again for its answer to leave.
    core::mono_clock::duration io_timeout_max = std::chrono::seconds(5);
    // For admin_handler::scan().
    core::mono_clock::duration scan_timeout_max = std::chrono::seconds(120);
};

class admin_server
{
public:
    virtual ~admin_server() = default;

    // The port it listens on: the system's choice if 0 was asked for. Not after run() has ended.
    virtual std::uint16_t local_port() const = 0;

    // Serves until cancelled (terminal), then closes every connection, ends every scan and returns
    // when the last one is gone. Call it once; the server must live until it has returned. An
    // exception of the handler, which is a bug, ends it in the same way and is thrown on.
    virtual boost::asio::awaitable<void> run() = 0;
};

using admin_server_result = boost::system::result<std::unique_ptr<admin_server>, listen_error>;

// Binds and listens; connections wait until run(). `address` is an IP address, `port` 0 lets the
// system choose. `clock` and `handler` must outlive the server.
admin_server_result make_admin_server(
    const boost::asio::any_io_executor& executor,
    clock_source& clock,
    const std::string& address,
    std::uint16_t port,
    admin_handler& handler,
    const admin_limits& limits = admin_limits()
);

} // namespace docwarden::net
