#pragma once
// What truly happened in a world, as only its maker knows it, and the oracle: who must be
// contained and who must not, by counting again from nothing at each question. Shares no code
// with the product but the plain values of rules and time.

#include "core/base/time.hpp"
#include "core/settings/rule.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace docwarden::proof
{

using core::wall_time;

// Somebody did something to a file.
struct user_action {
    wall_time date; // as the portal's database keeps it
    wall_time visible_at;
    std::uint64_t file = 0;
    int action = 0;
    bool is_promised = true; // visible within the lateness that the daemon promises to cope with
    std::size_t row = 0;     // of the simulated portal
};

// Somebody changed the status of an account.
struct status_change {
    wall_time date;
    std::optional<std::size_t> row; // in the trail, which says so
    std::uint64_t instance = 0;     // of the daemon, if it was the daemon
    bool is_release = false;        // by the daemon
};

struct person {
    std::string id;            // GUID
    bool is_protected = false; // owner or administrator: cannot be disabled by the daemon's key
    bool is_exempt = false;
    std::vector<user_action> actions;
    // The newest change of the account's status, by whomever. Only what is dated later can lead
    // to a containment; what lies between two changes is one arming.
    std::optional<wall_time> settled_until;
    std::vector<status_change> changes;   // all of them
    std::optional<wall_time> disabled_at; // true time; while it is disabled
    std::uint64_t arming = 0;
};

// Which actions count for a question.
struct question {
    std::optional<wall_time> after{};      // exclusive
    std::optional<wall_time> visible_by{}; // inclusive
    bool promised_only = false;
};

// The moments at which the rule was broken: the dates of the actions at which more than N distinct
// files lie in the window that ends there (both ends inclusive). Ascending.
std::vector<wall_time>
breaches_of(const person& person, const core::rule& rule, const question& asked);

} // namespace docwarden::proof
