#pragma once
// Who is meant by the names in the configuration: groups and people, as far as the portal has said;
// and how many its active users are, if a limit depends on it.
// Plain values; when to ask the portal is roster_round's business.

#include "core/detection/rule_choice.hpp"
#include "core/portal/portal_api.hpp"
#include "core/settings/engine_settings.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace docwarden::core
{

// A name that is missing here has not been answered yet.
struct roster {
    // By the name as it is written; nothing: the portal knows no such group, or nobody of that
    // address or GUID. The members only of groups that a rule names.
    std::map<std::string, std::optional<std::vector<member>>> groups;
    std::map<std::string, std::optional<member>> people;
    std::optional<std::uint32_t> active_users;
    bool operator==(const roster&) const = default;
};

// The names in these settings, and whether the number of active users matters.
struct wanted_names {
    // More are not looked up: on those no rule depends.
    static constexpr std::size_t others_max = 1'000;

    explicit wanted_names(const engine_settings& settings);

    bool empty() const { return groups.empty() && people.empty() && !active_users; }

    // Ascending, no duplicates, as are `people`.
    std::vector<std::string> rule_groups; // whose members matter
    std::vector<std::string> groups;      // all
    std::vector<std::string> people;      // addresses in rules first, then all others
    bool active_users = false;
};

// Whom each rule concerns, for rule_choice.
rule_choice::members members_of(const std::vector<rule>& rules, const roster& known);
// Those people themselves, ascending by GUID; a group's or address's unknown members are left out.
std::vector<member> people_of(const rule& concerned, const roster& known);
// Everything that the choice of rules depends on is known.
bool is_complete(const std::vector<rule>& rules, const roster& known);

// Names at one place of the configuration that the portal does not know.
struct unknown_names {
    std::string rule; // its name; empty: the exemptions
    std::vector<std::string> groups;
    std::vector<std::string> people;
    bool operator==(const unknown_names&) const = default;
};

// In the order of the file, the exemptions last.
std::vector<unknown_names> names_not_found(const engine_settings& settings, const roster& known);

} // namespace docwarden::core
