#pragma once
// An account that is not disabled because the administrator says so, as a checked value. Reading it
// from a file is the daemon's work, and finding the one that holds core/containment's.

#include "core/base/time.hpp"

#include <optional>
#include <string>

namespace docwarden::core
{

struct exemption {
    std::string account;              // a user's GUID or an e-mail address, lower case; or empty
    std::string reason{};             // why, for whoever reads of it
    std::string owner{};              // whom to ask about it
    std::optional<wall_time> until{}; // the last moment at which it holds; nothing: for good
    std::string group{};              // whose members: its GUID, or its name; empty for an account

    bool has_expired(wall_time now) const { return until && *until < now; }
    bool operator==(const exemption&) const = default;
};

} // namespace docwarden::core
