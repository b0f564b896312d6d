#pragma once
// From a portal's settings to a way to it: the key, the trust anchors and the transport made of
// them, or everything that is wrong with them. Shared by run, scan and check.

#include "daemon/config/config.hpp"
#include "daemon/config/diagnostic.hpp"
#include "daemon/host/environment.hpp"
#include "net/base/clock.hpp"
#include "net/https/http_transport.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>
#include <vector>

namespace docwarden::daemon
{

// The way to one portal, with its key.
struct connection {
    std::unique_ptr<net::http_transport> transport; // none if `problems` is not empty
    std::vector<diagnostic> problems;
    std::vector<diagnostic> warnings;
};

// Reads the key and the trust anchors of that portal. Touches no network.
connection connect_to(
    const portal_settings& portal,
    const environment& env,
    boost::asio::any_io_executor executor,
    net::clock_source& clock
);

} // namespace docwarden::daemon
