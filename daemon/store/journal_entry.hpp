#pragma once
// One line of the journal in docwarden.db: what was told or done, and when. Not systemd's journal,
// which gets the same reports.

#include "core/base/time.hpp"
#include "core/report/report.hpp"

#include <cstdint>
#include <string>

namespace docwarden::daemon
{

struct journal_entry {
    core::wall_time time{};
    std::string portal; // empty if it concerns the process
    // Of several fields of one name the first is kept.
    core::report told;
    // Ascending over all portals and never used twice. The journal gives it.
    std::int64_t number = 0;
    bool operator==(const journal_entry&) const = default;
};

} // namespace docwarden::daemon
