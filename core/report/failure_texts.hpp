#pragma once
// What limits the daemon, in the words the administrator reads: what is wrong, what follows from
// it, and what to do. Pure text.

#include "core/portal/portal_api.hpp"
#include "core/report/report.hpp"

#include <string>

namespace docwarden::core
{

// The text, and in parentheses what the portal said, if anything.
std::string with_detail(std::string text, const api_failure& failure);

// The sentences promise no further attempt: a command that runs once makes none.

// Why it cannot be found out whose key this is, and what to do: the end of a sentence about that.
std::string explain_identity_failure(const api_failure& failure);
// What a failure to read the audit trail means, and what to do.
std::string explain_reading_failure(const api_failure& failure);
// The same for the calls about people.
std::string explain_people_failure(const api_failure& failure);

// The same for the questions about groups and addresses in the configuration.
std::string explain_lookup_failure(const api_failure& failure);

// The portal's Date is too far from this host's clock.
std::string explain_unbelievable_date(wall_time portal, wall_time host);
std::string explain_missing_date(wall_time host);
// The key's user may neither read nor disable.
std::string explain_missing_rights(const profile& self);
// Pages that do not add up.
std::string explain_gap();
// Events outside of the time asked for.
std::string explain_ignored_filter();
std::string explain_memory_limit();
// `problem` in the store's own words; empty if it only takes too long.
std::string explain_store_failure(const std::string& problem);

// What only a person can mend is critical; what may pass by itself is an error.
priority urgency_of(failure_kind kind);

} // namespace docwarden::core
