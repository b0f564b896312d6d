#include "net/admin/tcp_listener.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>

namespace docwarden::net
{

namespace
{

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr int backlog_max = 32; // connections that wait to be accepted

std::string advice_for(const error_code& ec)
{
    if (ec == asio::error::address_in_use) {
        return "another process listens there: stop it, or choose another port with `listen` in "
               "[admin]";
    }
    if (ec == asio::error::access_denied)
        return "choose a port above 1023 with `listen` in [admin]";
    if (ec == boost::system::errc::address_not_available) {
        return "this host has no such address: choose one of its own, like 127.0.0.1, with "
               "`listen` in [admin]";
    }
    return "check `listen` in [admin]; an empty one switches the endpoint off";
}

listen_error listen_error_of(const std::string& address, std::uint16_t port, const error_code& ec)
{
    const bool is_v6 = address.find(':') != std::string::npos;
    const std::string shown = is_v6 ? "[" + address + "]" : address;
    return {
        ec,
        "cannot listen on " + shown + ":" + std::to_string(port) + " (" + ec.message() +
            "): " + advice_for(ec)};
}

} // namespace

boost::system::result<tcp::acceptor, listen_error>
listen_tcp(const asio::any_io_executor& executor, const std::string& address, std::uint16_t port)
{
    error_code ec;
    const auto ip = asio::ip::make_address(address, ec);
    tcp::acceptor acceptor(executor);
    if (!ec)
        acceptor.open(ip.is_v6() ? tcp::v6() : tcp::v4(), ec);
    // A restart must not wait for the connections of the process before.
    if (!ec)
        acceptor.set_option(tcp::acceptor::reuse_address(true), ec);
    if (!ec)
        acceptor.bind(tcp::endpoint(ip, port), ec);
    if (!ec)
        acceptor.listen(backlog_max, ec);
    if (ec)
        return listen_error_of(address, port, ec);
    return acceptor;
}

} // namespace docwarden::net
