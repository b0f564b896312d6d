#pragma once
// What is said between the engine and a portal, as values: the calls' answers and their failures,
// already classified. Which bytes that takes is the business of net/.

#include "core/base/time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace docwarden::core
{

// Why a call failed, as far as it decides what to do next.
enum class failure_kind {
    unreachable,  // nothing was sent: DNS, connect, TLS
    interrupted,  // sent, but no complete answer: it may have taken effect
    unauthorised, // 401: the key is wrong, expired or revoked
    unpaid,       // 402: the plan lacks the option, or the portal is unpaid
    forbidden,    // 403: rights, scope, IP restriction, or the portal is being moved
    not_found,    // 404: no such portal, or it is suspended
    gone,         // 404 in the portal's own words: there is no such user (any more)
    throttled,    // 429
    rejected,     // another 4xx: the portal does not accept the request
    broken,       // 5xx
    bad_answer,   // an answer that is not what the API promises
    redirected,   // 3xx: never followed
};

std::string_view to_string(failure_kind kind);
// The portal does not know what it was asked about.
bool is_missing(failure_kind kind);
// Only a person can change that: asking soon again is in vain.
bool needs_person(failure_kind kind);

struct api_failure {
    failure_kind kind = failure_kind::unreachable;
    unsigned status = 0;                             // HTTP status, 0 if there was none
    std::optional<std::chrono::seconds> retry_after; // as the portal asked; not yet bounded
    std::string text;                                // for the administrator; holds nothing secret
    bool operator==(const api_failure&) const = default;
};

// EmployeeStatus of the portal (docspace-api.md section 5.2).
enum class user_status { active = 1, terminated = 2, pending = 4 };

// A group of people, and its name as the portal shows it: hostile text.
struct portal_group {
    std::string id; // GUID, lower case
    std::string name;
    bool operator==(const portal_group&) const = default;

    // By its GUID, or by its name, for which the case of ASCII letters does not matter.
    bool is_called(std::string_view text) const;
};

// GET people/{id}, people/email or people/@self, as far as it matters here.
struct profile {
    static constexpr std::size_t groups_max = 1'000; // further ones are left out
    std::string id;                                  // GUID, lower case
    std::string display_name;
    std::string email;
    user_status status = user_status::active;
    bool is_owner = false;
    bool is_admin = false; // DocSpace administrator; false for the owner
    bool is_ldap = false;
    std::vector<portal_group> groups{};
    bool operator==(const profile&) const = default;

    bool is_member_of(std::string_view group) const; // as in portal_group::is_called
};

// GET settings, as far as it matters here. All texts are bounded by whoever reads them.
struct portal_facts {
    std::string version;   // "3.7.2"; empty if the portal does not say
    std::string owner_id;  // GUID, lower case, or empty
    int tenant_status = 0; // 0: in use (docspace-api.md section 6.4)
    bool is_standalone = false;
    bool operator==(const portal_facts&) const = default;
};

// GET keys/@self: the API key in use.
struct key_facts {
    static constexpr std::size_t permissions_max = 64;
    std::string name;
    std::vector<std::string> permissions; // empty: everything
    std::optional<wall_time> expires;
    bool is_active = true;
    std::string creator_id; // GUID, lower case, or empty: the user as whom the key acts
    bool operator==(const key_facts&) const = default;
};

// GET portal/quota: what the portal's plan holds.
struct quota_facts {
    std::string plan;
    std::optional<bool> has_audit; // nothing if the portal does not say
    bool operator==(const quota_facts&) const = default;
};

// A part of a portal's groups.
struct group_page {
    static constexpr std::size_t rows_max = 100; // the portal's limit
    std::size_t rows = 0;                        // fewer than `rows_max`: it is the last
    std::vector<portal_group> groups;
    bool operator==(const group_page&) const = default;
};

// Somebody, by the name that the portal shows: hostile text.
struct member {
    std::string id; // GUID, lower case
    std::string name;
    bool operator==(const member&) const = default;
};

// A part of a group's members.
struct member_page {
    static constexpr std::size_t rows_max = 100; // the portal's limit
    std::size_t rows = 0;                        // fewer than `rows_max`: it is the last
    std::vector<member> members;
    bool operator==(const member_page&) const = default;
};

// How many of a portal's users are active.
struct active_users {
    static constexpr std::uint32_t count_max = 1'000'000'000; // more is no number of people
    std::uint32_t count = 0;                                  // 1 at least: whoever asks is active
    bool operator==(const active_users&) const = default;
};

// The answer to a question about a second in which nothing can have happened: any row in it proves
// that the portal ignores what it is asked for (docspace-api.md section 1.6).
struct filter_probe {
    std::size_t rows = 0;
    bool operator==(const filter_probe&) const = default;
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
