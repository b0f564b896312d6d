#pragma once
// Faults of the simulated portal and of the network before it, scripted per path. A fault applies
// to requests whose path begins with its prefix, so many times or until cleared. Of several that
// match, the first set one decides; delays add up with it.

#include "tests/portal/http_exchange.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace docwarden::sim
{

enum class fault_kind {
    // The request has no effect.
    answer,      // `status`, `content_type`, `headers` and `body` instead
    drop_before, // the connection ends without an answer
    redirect,    // `status` (302 unless given) to `location`
    // The request has its effect; the answer suffers.
    drop_after,         // the connection ends without an answer
    truncate,           // only the first `body_bytes` of the announced body arrive
    garbage,            // bytes that are not HTTP
    oversized,          // a body of `body_bytes`
    wrong_content_type, // the right body as `content_type` (text/html unless given)
    invalid_json,       // the right body, with its end cut off but a length that fits
    extra_headers, // the right answer with `headers` added or replaced (Date, Retry-After, ...)
    // The way there or back.
    delay, // by `pause`
    // What older or broken servers do to PUTs that disable.
    leave_unchanged,  // 200, and the account stays as it was
    pretend_disabled, // 200 with status 2 in the answer, and the account stays as it was
};

struct fault {
    fault_kind kind = fault_kind::answer;
    std::string path_prefix = "/";
    std::string method{};            // any unless given
    std::string target_contains{};   // further condition on path and query, not decoded
    std::optional<unsigned> count{}; // how often it applies; until cleared unless given
    unsigned skip = 0;               // lets so many matching requests pass first
    unsigned status = 0;
    std::string content_type{};
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};
    std::size_t body_bytes = 0;
    std::string location{};
    std::chrono::milliseconds pause{0};
};

// What nginx shows when a service behind it is down: 502, 503, 504.
fault nginx_error(std::string path_prefix, unsigned status, std::optional<unsigned> count = {});
// An unhandled exception inside DocSpace.
fault server_error(std::string path_prefix, std::optional<unsigned> count = {});
// The rate limiter, with that Retry-After or without one.
fault too_many_requests(
    std::string path_prefix,
    std::optional<std::string> retry_after,
    std::optional<unsigned> count = {}
);

// Whatever needs no details.
fault fault_of(fault_kind kind, std::string path_prefix = "/", std::optional<unsigned> count = {});
// Each answer comes that much later.
fault slow_answers(std::string path_prefix, std::chrono::milliseconds pause);
// The right answers with another Date.
fault other_date(std::string path_prefix, std::string date);

using fault_number = std::size_t;

// What the faults of the moment do to one request.
struct fault_plan {
    std::optional<fault> main;
    std::chrono::milliseconds pause{0};
    bool leaves_unchanged = false;
    bool pretends_disabled = false;
    bool has_effect() const;
};

class faults
{
public:
    fault_number set(fault trouble);
    void clear(fault_number number) { active_.erase(number); }
    void clear() { active_.clear(); }
    bool empty() const { return active_.empty(); }

    // Finds what applies to that request and uses it up.
    fault_plan take(std::string_view method, std::string_view path, std::string_view target);

private:
    std::map<fault_number, fault> active_; // in the order they were set
    fault_number next_ = 1;
};

// The reply instead of an effect. Only for a plan without one.
http_reply reply_of(const fault& trouble);
// Does to a finished reply what the fault says.
void damage(http_reply& reply, const fault& trouble);

} // namespace docwarden::sim
