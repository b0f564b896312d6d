#pragma once
// Where a transport talks to: scheme, host and port, and nothing else of a URL. Reading one is
// strict, because the API key is sent to whatever it says.

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace docwarden::net
{

struct origin {
    bool tls = true;
    std::string host; // lower case; an IPv6 address is without brackets
    std::uint16_t port = 443;

    // The value of the Host header: "portal.example.com", "[::1]:8092".
    std::string host_header() const;
    // "host:port" as CONNECT and error messages want it: always with the port.
    std::string authority() const;

    bool operator==(const origin&) const = default;
};

// An origin, or a phrase for the administrator that says what is wrong, to be put after the key's
// name: "must start with https://". It never repeats the text, which may hold a password.
// Read it with has_value(), operator* and error(); value() does not compile for such a result.
using origin_or_problem = boost::system::result<origin, std::string>;

// "https://portal.example.com", with an optional port and an optional "/" at the end. http:// is
// accepted only for hosts that are this machine: 127.0.0.0/8, ::1, localhost.
origin_or_problem parse_origin(std::string_view url);

// "http://proxy.example.com:3128": any host, a port is required, no credentials.
origin_or_problem parse_proxy(std::string_view url);

// True for localhost and for loopback IP literals.
bool is_loopback(std::string_view host);

} // namespace docwarden::net
