#pragma once
// The tables of docwarden.db: how each version of them is made of the one before, and whether a
// file has them. It reads and writes no rows.

#include "daemon/store/sqlite.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace docwarden::daemon
{

// "dwar": tells this file from anybody else's database.
inline constexpr std::int64_t schema_application_id = 0x64776172;

// One step for each version, for sqlite::migrate.
std::span<const std::string_view> schema_steps();
// The version that this docwarden writes.
std::int64_t schema_version();

// An error where `is_mismatch()` if a table or a column is missing.
sqlite::result<void> check_tables(sqlite::database& db);

} // namespace docwarden::daemon
