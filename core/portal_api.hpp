#pragma once
// What is said between the engine and a portal, as values: the calls' answers and their failures,
// already classified. Which bytes that takes is the business of net/.

#include "core/event.hpp"
#include "core/rule.hpp"
#include "core/sweep.hpp"
#include "core/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace docwarden::core
{

// Why a call failed, as far as it decides what to do next.
enum class failure_kind {
    unreachable,  // nothing was sent: DNS, connect, TLS
    interrupted,  // sent, but no complete answer: it may have taken effect
    unauthorised, // 401: the key is wrong, expired or revoked
    unpaid,       // 402: the plan lacks the option, or the portal is unpaid
    forbidden,    // 403: rights, scope, IP restriction, or the portal is being moved
    not_found,    // 404: no such user, or no such portal
    throttled,    // 429
    rejected,     // another 4xx: the portal does not accept the request
    broken,       // 5xx
    bad_answer,   // an answer that is not what the API promises
    redirected,   // 3xx: never followed
};

std::string_view to_string(failure_kind kind);

struct api_failure {
    failure_kind kind = failure_kind::unreachable;
    unsigned status = 0;                             // HTTP status, 0 if there was none
    std::optional<std::chrono::seconds> retry_after; // as the portal asked; not yet bounded
    std::string text;                                // for the administrator; holds nothing secret
    bool operator==(const api_failure&) const = default;
};

// EmployeeStatus of the portal (docspace-api.md section 5.2).
enum class user_status { active = 1, terminated = 2, pending = 4 };

// GET people/{id} or people/@self, as far as it matters here.
struct profile {
    std::string id; // GUID, lower case
    std::string display_name;
    std::string email;
    user_status status = user_status::active;
    bool is_owner = false;
    bool is_admin = false; // DocSpace administrator; false for the owner
    bool is_ldap = false;
    bool operator==(const profile&) const = default;
};

template <class Value>
struct answer {
    std::variant<Value, api_failure> outcome;
    std::optional<wall_time> date; // the Date header, of a failure too

    const Value* value() const { return std::get_if<Value>(&outcome); }
    const api_failure* failure() const { return std::get_if<api_failure>(&outcome); }
};

// The portal took a request that changes something; what came of it must be read back.
struct accepted {
    bool operator==(const accepted&) const = default;
};

using call_id = std::uint64_t; // names a call, so that its answer finds its way back

} // namespace docwarden::core
