#pragma once
// The real http_transport: HTTP/1.1 to one origin, over verified TLS (or, on this machine only,
// plain). It carries requests and judges no status: no retry policy, no redirect is followed, no
// JSON. What it does judge is whether an answer is one, whole, of bearable size and in time.

#include "core/base/time.hpp"
#include "net/base/clock.hpp"
#include "net/base/origin.hpp"
#include "net/base/secret.hpp"
#include "net/https/http_transport.hpp"
#include "net/https/resolve.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace docwarden::net
{

struct https_options {
    origin target;
    std::optional<origin> proxy; // asked to CONNECT, for plain targets too; it never sees the key
    std::string ca_file;         // further trust anchors (PEM), empty for the system's alone
    secret api_key;              // sent to `target` on its own connection only
    // For docwarden's own admin endpoint: there is no key, and so plain HTTP may go anywhere.
    bool is_keyless = false;
    std::string user_agent = "docwarden";

    std::size_t body_bytes_max = 4 * 1024 * 1024;
    std::size_t header_bytes_max = 16 * 1024;
    std::size_t idle_connections_max = 4; // kept for later; more may be in use at the same time
    // For name, TCP, proxy and TLS together, and never beyond a request's own deadline.
    std::chrono::milliseconds connect_timeout{10'000};
    // The share of it that DNS may have before the last good addresses are used.
    std::chrono::milliseconds lookup_timeout{5'000};
    // Below the 60 to 75 s after which web servers and firewalls drop idle connections.
    std::chrono::milliseconds idle_lifetime{55'000};
    lookup_function lookup = system_lookup; // replaced in tests
};

// The transport, or a phrase for the administrator. Read it with has_value(), operator* and
// error(); value() does not compile for such a result.
using https_transport_or_problem =
    boost::system::result<std::unique_ptr<http_transport>, std::string>;

// Reads `ca_file` and the system's trust store (only for https, some 50 ms), and touches no
// network. `executor` is that of a single-threaded io_context; it and `clock` must outlive the
// transport, and the transport must outlive each send(). send() throws std::invalid_argument for a
// request target that is not an escaped path.
https_transport_or_problem make_https_transport(
    boost::asio::any_io_executor executor,
    clock_source& clock,
    https_options options
);

} // namespace docwarden::net
