#pragma once
// One HTTP exchange as plain values, without a trace of the library that carries it.

#include "core/base/time.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace docwarden::net
{

enum class http_method { get, put, post };

// A request to the one origin its transport was made for. Host, Authorization, Accept and
// User-Agent are added by the transport: a request never carries a secret.
// It has a constructor because g++ 12 miscompiles aggregates in coroutine arguments.
struct http_request {
    http_request(http_method request_method, std::string request_target, std::string json_body = {})
        : method(request_method), target(std::move(request_target)), body(std::move(json_body))
    {
    }

    http_method method;
    std::string target; // path and query, starting with "/"
    std::string body;   // JSON, or empty for none
};

struct http_response {
    http_response() = default;

    unsigned status = 0;
    std::string content_type;            // media type in lower case without parameters
    std::optional<core::wall_time> date; // the portal's own clock, from the Date header
    std::optional<std::chrono::seconds>
        retry_after;      // from Retry-After, seconds or a date; never negative
    std::string location; // of a redirect; it is never followed
    std::string body;
};

} // namespace docwarden::net
