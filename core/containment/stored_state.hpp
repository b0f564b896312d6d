#pragma once
// What of a portal's accounts and incidents outlives the process, as values. Who writes them down,
// and where, is the daemon's business.

#include "core/audit/object_kind.hpp"
#include "core/base/time.hpp"
#include "core/containment/containment.hpp"
#include "core/containment/custody.hpp"
#include "core/containment/incident.hpp"
#include "core/settings/disable_method.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace docwarden::core
{

// One user's account: how far its containment is, and what it leaves behind.
struct account_record {
    std::string user;                   // GUID
    containment::record course;         // of its latest containment
    std::vector<std::string> incidents; // ids; the first is the one that it acts for
    bool is_problem_reported = false;
    std::optional<wall_time> counted;        // since when it takes a place of max_disables
    std::optional<wall_time> ignore_before;  // its events up to then have had their answer
    custody::record watch{};                 // while it is contained
    std::uint32_t containments = 0;          // in a row, each soon after the one before
    std::optional<wall_time> contained_at{}; // the latest of them
    bool operator==(const account_record&) const = default;
};

// A part of what is kept; it replaces what was kept of the same account, or of the same incident.
using state_record = std::variant<account_record, incident>;

// All that is kept of a portal.
struct stored_state {
    std::vector<account_record> accounts;
    std::vector<incident> incidents; // in the order in which they were opened
    bool operator==(const stored_state&) const = default;
};

// The words in which these are kept. A word is never changed once a version has written it.
std::string_view to_string(disable_method method);
std::string_view to_string(containment::hold_reason reason);
std::string_view to_string(containment::ending how);
std::string_view to_string(protection guard);
std::string_view to_string(object_kind kind);

} // namespace docwarden::core
