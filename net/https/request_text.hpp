#pragma once
// The bytes of a request, as they go over the wire. Pure text; nothing here knows a socket.

#include "net/base/http_message.hpp"
#include "net/base/origin.hpp"
#include "net/base/secret.hpp"

#include <string>
#include <string_view>

namespace docwarden::net
{

// One whole request with the API key in it, which is why the result is a secret. Requires that
// target, key and agent are checked; throws std::invalid_argument if the target is not: the caller
// then has put unescaped text of others into a path, which is a bug.
secret format_request(
    const http_request& request,
    const origin& target,
    std::string_view user_agent,
    const secret& api_key
);

// What asks a proxy for a way to `target`. It never holds the key.
std::string format_connect(const origin& target, std::string_view user_agent);

} // namespace docwarden::net
