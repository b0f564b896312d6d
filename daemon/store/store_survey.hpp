#pragma once
// What docwarden.db holds, for `check`: read beside a running daemon, and nothing in it is changed.
// SQLite may leave its own files beside it, empty and with the same owner.

#include "daemon/store/journal_chain.hpp"
#include "daemon/store/store_file.hpp"

#include <cstdint>
#include <string>

namespace docwarden::daemon
{

struct store_survey {
    bool is_there = false; // the rest tells nothing otherwise
    file_inspection file;
    std::string path;
    // Of a usable file with all tables:
    std::int64_t accounts = 0;
    std::int64_t incidents = 0;
    std::int64_t entries = 0; // of the journal
    chain_check chain;
};

// Reads all of it, which takes seconds for a long journal.
store_survey survey_store(const std::string& directory);

} // namespace docwarden::daemon
