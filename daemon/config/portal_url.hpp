#pragma once
// Whether an address in the configuration is one that may be used. The words never repeat the
// address: somebody may have put a password into it.

#include <optional>
#include <string>
#include <string_view>

namespace docwarden::daemon
{

// What is wrong with a portal's origin, or nothing: "https://host" with an optional port and
// nothing behind it; "http://" for an address of this host only ("localhost", 127.0.0.0/8, [::1]),
// because the API key travels with every request.
std::optional<std::string> check_portal_url(std::string_view url);

// The same for a proxy: "http://host:port", any host.
std::optional<std::string> check_proxy_url(std::string_view url);

} // namespace docwarden::daemon
