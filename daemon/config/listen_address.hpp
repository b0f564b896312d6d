#pragma once
// "127.0.0.1:3000" or "[::1]:3000": an IP address of this host and a port. Names are not accepted:
// what they mean can change, and with it who can reach the endpoint.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace docwarden::daemon
{

struct listen_address {
    std::string address; // in its canonical form, without brackets
    std::uint16_t port = 0;
    bool operator==(const listen_address&) const = default;
};

// Nothing if the text is not of that form. Port 0 is allowed: the system then chooses one.
std::optional<listen_address> parse_listen_address(std::string_view text);

} // namespace docwarden::daemon
