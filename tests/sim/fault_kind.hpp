#pragma once
// What can go wrong with one request between the daemon and the portal, and how that is done to it.
// Each kind is either nothing sent, an effect without an answer, an answer without an effect,
// or an answer that nobody should believe.

#include "tests/portal/faults.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace docwarden::proof
{

enum class fault_kind {
    refused,       // nothing is sent: no connection
    lost_before,   // the connection ends before the request has had its effect
    lost_after,    // ... after it
    late_effect,   // no answer; the effect comes when the caller has given up (a slow proxy)
    slow,          // the answer comes in time, but late
    timed_out,     // the effect comes, the answer after the deadline
    throttled,     // 429, with a Retry-After of all kinds
    unauthorised,  // 401
    unpaid,        // 402
    forbidden,     // 403
    missing,       // 404
    broken,        // 500 with an envelope
    html,          // 502 from nginx
    truncated,     // the body ends early
    garbage,       // no HTTP
    oversized,     // more than anybody should read
    mistyped,      // the right body as text/html
    cut_json,      // JSON with its end cut off
    redirected,    // to somebody else
    absurd_date,   // a Date far from any truth
    no_effect,     // a disable is answered 200 and changes nothing
    false_success, // ... and even says status 2
};
inline constexpr std::size_t fault_kinds = static_cast<std::size_t>(fault_kind::false_success) + 1;

std::string_view to_string(fault_kind kind);

// Which requests suffer.
enum class side { all, reading, people };

std::string_view to_string(side part);
bool concerns(side part, bool is_about_people);

// What to tell the simulated portal before the request; nothing for what the network does.
// `variety` chooses among forms of the same fault.
std::optional<sim::fault> portal_fault(fault_kind kind, std::uint64_t variety);

} // namespace docwarden::proof
