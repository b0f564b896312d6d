#pragma once
// People as the configuration names them: by GUID, by e-mail address, or as members of a group.
// Whether the portal knows them is asked later, by the engine.

#include "core/settings/rule.hpp"
#include "daemon/config/toml_fields.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::daemon
{

inline constexpr std::size_t users_of_rule_max = 500;
inline constexpr std::size_t groups_of_rule_max = 50;

// The account as it is compared, or nothing if it could never match.
std::optional<std::string> account_of(std::string_view text);
std::string fault_of_account(std::string_view text);
inline constexpr std::string_view account_hint = "for instance \"admin@example.com\"";

// What is wrong with the name of a group, or an empty text.
std::string fault_of_group(std::string_view text);
// A group as it is kept: a GUID in lower case, a name as it is written.
std::string group_of(std::string_view text);

// `users` and `groups` of a rule, as core/settings/rule.hpp wants them.
std::vector<std::string> read_users(const toml_fields& rule);
std::vector<std::string> read_groups(const toml_fields& rule);

// Reports the rule if those before it leave nobody for it.
void check_reach(
    const toml_fields& fields,
    const std::vector<core::rule>& rules,
    std::size_t index
);

} // namespace docwarden::daemon
