#pragma once
// Values of a portal as rows of docwarden.db. It decides nothing but which closed incidents are the
// oldest.

#include "daemon/store/portal_record.hpp"
#include "daemon/store/sqlite.hpp"

#include <cstddef>

namespace docwarden::daemon
{

// Of the closed incidents only the newest `closed_max` stay. The caller holds the transaction, and
// gives it up after an error.
sqlite::result<void>
write_portal(sqlite::database& db, const portal_change& change, std::size_t closed_max);

} // namespace docwarden::daemon
