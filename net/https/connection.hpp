#pragma once
// One connection to the portal: TCP, through a proxy's tunnel if there is one, and TLS on top. It
// moves bytes until a deadline and speaks net::errc; what the bytes mean is not its business.
// Every function that waits ends with errc::cancelled when its coroutine is cancelled. After an
// error a connection is good for nothing but its destructor, which closes it at once: the end of an
// answer is known from its length, so nobody needs to wait for TLS to say goodbye.

#include "net/base/clock.hpp"
#include "net/https/resolve.hpp"
#include "net/https/tls_context.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace docwarden::net
{

class connection
{
public:
    using outcome = boost::asio::awaitable<boost::system::error_code>;

    virtual ~connection() = default;

    // Tries the addresses in turn until one accepts; each gets its share of the time that is left,
    // so a black hole at the front cannot use it all up. Fails with connect_refused,
    // connect_timeout or connect_failed.
    virtual outcome
    connect(const address_list& addresses, std::uint16_t port, core::mono_time deadline) = 0;

    // TLS from here on. Fails with one of the tls_ values, or with connect_timeout.
    virtual outcome
    start_tls(tls_context& context, const std::string& host, core::mono_time deadline) = 0;

    // All of the bytes. Fails with connection_lost or answer_timeout.
    virtual outcome write(std::string_view bytes, core::mono_time deadline) = 0;

    // Some bytes, in `bytes`, which stays valid until the next call; empty when the peer has closed
    // in an orderly way. Fails with connection_lost (which under TLS includes a close without
    // notice: a cut) or answer_timeout.
    virtual outcome read_some(std::string_view& bytes, core::mono_time deadline) = 0;

    // True if the peer has neither closed nor sent anything since the last read. An idle connection
    // must be silent: what came unasked would be taken for the answer to the next request.
    virtual bool is_silent() = 0;
};

// Throws nothing and touches no network. `clock` must outlive the connection.
std::unique_ptr<connection>
make_connection(boost::asio::any_io_executor executor, clock_source& clock);

} // namespace docwarden::net
