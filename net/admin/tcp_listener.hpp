#pragma once
// Opens a listening TCP socket, and says in an administrator's words why it cannot. Accepting
// connections is the caller's work.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>
#include <boost/throw_exception.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace docwarden::net
{

// Why there is no listening socket.
struct listen_error {
    boost::system::error_code code;
    std::string text; // a sentence for the administrator that says what to do
};

// For result<>::value(), which nobody should call without looking.
[[noreturn]] inline void
throw_exception_from_error(const listen_error& error, const boost::source_location& location)
{
    boost::throw_exception(std::runtime_error(error.text), location);
}

// Binds to `address` (an IP address) and `port` (0 lets the system choose) and listens.
boost::system::result<boost::asio::ip::tcp::acceptor, listen_error> listen_tcp(
    const boost::asio::any_io_executor& executor,
    const std::string& address,
    std::uint16_t port
);

} // namespace docwarden::net
