#pragma once
// Dates of the hour that clocks show twice. The portal turns its stored time into local time and
// back for the answer, and in the hour before the clocks go back that ends an hour too late, in the
// future even (docspace-api.md section 1.5). It selects rows by their true time, though, so a row
// whose date lies after what was asked for tells how much it is off.

#include "core/audit/event.hpp"
#include "core/portal/page_query.hpp"
#include "core/reading/seen_ids.hpp"
#include "core/reading/trail_pass.hpp"

#include <optional>

namespace docwarden::core
{

// The page that answers `asked` with its dates corrected; nothing if there is nothing to correct.
// What no known shift of a time zone explains stays as it is, and so does a row that was read under
// the date printed: a portal without the audit feature ignores what it is asked for, and a row of
// the hour in question is never asked for by the date that it prints. Exact if the query spans no
// more than `trail_pass::slice_max`.
std::optional<audit_page>
correct_dst_fold(const audit_page& page, const page_query& asked, const seen_ids& seen);

} // namespace docwarden::core
