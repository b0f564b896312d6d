#pragma once
// The journal as rows of docwarden.db, each with a hash over itself and the hash before it. Whoever
// changes, removes or exchanges rows, and does not renew all that follows, is found out. The
// callers hold the transaction.

#include "daemon/store/journal_entry.hpp"
#include "daemon/store/sqlite.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace docwarden::daemon
{

// Adds them and returns the last number; the one before if there are none. Above `entries_max` the
// oldest are cut off, and the chain is anchored at the last of those.
sqlite::result<std::int64_t> append_entries(
    sqlite::database& db,
    std::span<const journal_entry> entries,
    std::size_t entries_max
);

// Up to `count_max` entries with numbers above `after`, ascending. What cannot be understood is an
// error.
sqlite::result<std::vector<journal_entry>>
read_entries(sqlite::database& db, std::int64_t after, std::size_t count_max);

struct chain_check {
    std::int64_t entries = 0; // up to where it is intact
    std::string problem;      // the first broken link; empty if there is none
    std::int64_t broken = 0;  // ... and its number
};

// Walks all of the journal.
sqlite::result<chain_check> check_chain(sqlite::database& db);

} // namespace docwarden::daemon
