#pragma once
// The admin endpoint without its socket: which request asks for what, and what each answer looks
// like as HTTP status and JSON. Everything here is a function from values to values; listening and
// writing are the work of net/admin/admin_server.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::net
{

// What a request asks for. The last three are answered without asking anybody.
enum class admin_route {
    scan,               // GET /security/scan
    health,             // GET or HEAD /healthz
    ready,              // GET or HEAD /readyz
    status,             // GET or HEAD /status
    not_found,          // no such path
    method_not_allowed, // the path exists, but not with that method
    foreign_host,       // the Host header names somebody else: a browser is being used against us
};

// An answer. It has a constructor because it passes through coroutines (g++ 12 and aggregates).
struct admin_response {
    admin_response(
        unsigned http_status,
        std::string http_body,
        std::string allowed_methods = std::string()
    )
        : status(http_status), body(std::move(http_body)), allow(std::move(allowed_methods))
    {
    }

    unsigned status;
    std::string body;
    std::string allow; // value of the Allow header; empty for none
    std::string content_type = "application/json";
    bool operator==(const admin_response&) const = default;
};

// What a request asks for. `target` is the request target as sent; a query is ignored. `host` is
// the value of the Host header, empty if there was none.
admin_route route_admin_request(
    std::string_view method,
    std::string_view target,
    std::string_view host,
    std::string_view listen_address
);

// True if a client may call us by this Host header: an IP address, localhost or `listen_address`,
// each with or without a port. A name that somebody else controls (DNS rebinding) is none of these.
bool is_own_host(std::string_view host, std::string_view listen_address);

// One user over one rule's threshold. All texts but `rule` and `state` may come from the portal.
struct scan_finding {
    std::string portal;
    std::string user_id;
    std::string user;
    std::string rule;
    std::uint64_t count = 0;
    bool is_least = false; // the count may have been higher
    std::uint64_t threshold = 0;
    std::string window_text; // as configured, "10m"
    std::string state;       // of the incident: "contained", "observed", ...
    std::string incident;    // its id
    bool operator==(const scan_finding&) const = default;
};

// What one pass over one portal's last window gave.
struct scan_result {
    std::string portal;
    std::string error;             // why the window was not read completely; else empty
    std::uint64_t events_read = 0; // since the start; those read again after a reload twice
    std::vector<scan_finding> findings;
    bool is_complete() const { return error.empty(); }
    bool operator==(const scan_result&) const = default;
};

// One reason why the daemon cannot see or cannot act.
struct readiness_reason {
    std::string portal;
    std::string code; // a fixed word for programs: "unauthorised", "starting", ...
    std::string text; // for people
    bool operator==(const readiness_reason&) const = default;
};

struct readiness {
    std::vector<readiness_reason> reasons;
    std::vector<readiness_reason> remarks; // worth knowing; they do not make it less ready
    bool is_ready() const { return reasons.empty(); }
    bool operator==(const readiness&) const = default;
};

// 200 {"status":"ok","portals":[...]} if every portal was read, else 500 {"status":"error",
// "error":"...","portals":[...]}. No results at all are an error: nobody looked.
admin_response render_scan(const std::vector<scan_result>& results);

// 200 {"status":"ready"} or 503 {"status":"not ready","reasons":[...]}.
admin_response render_ready(const readiness& state);

// 200 {"status":"ok"}: the process lives.
admin_response render_health();

// {"status":"error","error":"..."} with any status.
admin_response render_error(unsigned status, std::string_view text);

// The answer to what could not be read as a request: 411 (body without a length), 413 (body too
// large), 431 (header too large) or 400 (anything else).
admin_response render_unreadable(unsigned status);

// The answer to a request that nobody needs to be asked about: not_found, method_not_allowed (for
// `target`) and foreign_host. Any other route is a bug of the caller and gives 500.
admin_response render_refusal(admin_route route, std::string_view target);

} // namespace docwarden::net
