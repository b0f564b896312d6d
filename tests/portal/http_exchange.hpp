#pragma once
// One HTTP exchange with the simulated portal as plain values: no socket, no library. The reply
// also carries what the transport is to do to it (delay, cut, drop), because only a server or a
// simulation can do that.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace docwarden::sim
{

// Views must live until `handle` returns. Header values are as received, empty when missing.
struct http_request_view {
    std::string_view method; // upper case
    std::string_view target; // path and query
    std::string_view authorization;
    std::string_view content_type;
    std::string_view body;
    std::string_view host;
    std::string_view remote_ip = "127.0.0.1";
};

// What happens to the bytes of a reply on their way.
struct delivery {
    std::chrono::milliseconds delay{0};
    bool drop = false;                         // close the connection without sending a byte
    bool raw = false;                          // send `body` as it is, without any HTTP around it
    std::optional<std::size_t> body_bytes_max; // send that many of the announced bytes, then close
};

struct http_reply {
    unsigned status = 200;
    std::string content_type; // empty for none
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    delivery how;

    // The value of the first header of that name (any case), or null.
    const std::string* header(std::string_view name) const;
    // Replaces every header of that name.
    void set_header(std::string_view name, std::string value);
};

// The bytes a server sends for it: status line, headers with Content-Length and Connection, and as
// much of the body as `how` allows.
std::string render(const http_reply& reply, bool keep_alive);

} // namespace docwarden::sim
