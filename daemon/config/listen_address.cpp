#include "daemon/config/listen_address.hpp"

#include <boost/asio/ip/address.hpp>

#include <charconv>

namespace docwarden::daemon
{

namespace
{

namespace ip = boost::asio::ip;

std::optional<std::uint16_t> parse_port(std::string_view text)
{
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return port;
}

} // namespace

std::optional<listen_address> parse_listen_address(std::string_view text)
{
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    const auto port = parse_port(text.substr(colon + 1));
    if (!port)
        return std::nullopt;
    auto host = text.substr(0, colon);
    const bool in_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (in_brackets)
        host = host.substr(1, host.size() - 2);
    // An interface name ("%eth0") would make the address depend on the host's state at start; the
    // parser below would stop reading at a zero byte.
    if (host.find_first_of(std::string_view("%\0", 2)) != std::string_view::npos)
        return std::nullopt;
    boost::system::error_code ec;
    const auto address = ip::make_address(std::string(host), ec);
    // Brackets are what tells the colons of an IPv6 address from the one before the port.
    if (ec || address.is_v6() != in_brackets)
        return std::nullopt;
    return listen_address{.address = address.to_string(), .port = *port};
}

} // namespace docwarden::daemon
