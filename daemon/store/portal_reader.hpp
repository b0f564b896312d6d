#pragma once
// The rows of a portal in docwarden.db as values. It changes nothing and guesses nothing.

#include "daemon/store/portal_record.hpp"
#include "daemon/store/sqlite.hpp"

namespace docwarden::daemon
{

// An empty record for a portal that is not known; an error for what cannot be understood. The
// caller holds the transaction.
sqlite::result<portal_record> read_portal(sqlite::database& db, const portal_key& portal);

} // namespace docwarden::daemon
