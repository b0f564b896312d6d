#pragma once
// Port: how a request reaches the portal. The real one is `https_transport`; tests and the
// simulation bring their own.

#include "core/base/time.hpp"
#include "net/base/http_message.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/system/result.hpp>

namespace docwarden::net
{

class http_transport
{
public:
    virtual ~http_transport() = default;

    // Sends the request and reads the whole answer before `deadline`. Any HTTP status is a success
    // here. Errors are of net::errc (see net/base/error.hpp) and tell "nothing was sent" from "may
    // have arrived". Several calls may be under way at once. Cancellation (terminal) ends it
    // promptly.
    virtual boost::asio::awaitable<boost::system::result<http_response>>
    send(http_request request, core::mono_time deadline) = 0;
};

} // namespace docwarden::net
