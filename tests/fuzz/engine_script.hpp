#pragma once
// Bytes as what an engine can be told: settings, pages, profiles, failures. Nothing a portal could
// answer, however senseless, is left out on purpose; settings are within what the configuration
// allows.

#include "core/engine/input.hpp"
#include "core/portal/page_query.hpp"
#include "core/settings/engine_settings.hpp"
#include "tests/fuzz/byte_source.hpp"

#include <optional>
#include <string>

namespace docwarden::test
{

// A few accounts, so that they meet again: the first is the key's own user as a rule.
std::string account(std::size_t index);
inline constexpr std::size_t account_count = 8;

core::engine_settings any_settings(byte_source& from);
core::audit_page any_page(byte_source& from, const core::page_query& query);
core::profile any_profile(byte_source& from, const std::string& asked_for);
core::portal_facts any_facts(byte_source& from);
core::key_facts any_key(byte_source& from, const std::string& creator);
core::quota_facts any_quota(byte_source& from);
core::api_failure any_failure(byte_source& from);

// A Date header: none, right, a little or absurdly wrong.
std::optional<core::wall_time> any_date(byte_source& from, core::wall_time now);

// Any moment that a portal or a host clock can write: the years 1 to 9999.
inline constexpr core::wall_time any_moment_first{std::chrono::seconds(-62'135'596'800)};
core::wall_time any_moment(byte_source& from);

} // namespace docwarden::test
