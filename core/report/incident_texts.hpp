#pragma once
// The sentences about incidents, and the fields that go with them: what happened, to whom, why, and
// what to do next. Pure text; names from the portal are raw: whoever writes a record escapes it.

#include "core/containment/incident_fact.hpp"
#include "core/report/report.hpp"

#include <string>
#include <vector>

namespace docwarden::core
{

// "Jane Doe (4c65a238-...)", or the id alone.
std::string format_user(const incident& subject);
// "Jane Doe (4c65a238-...) changed 24 distinct files within 10m (rule bulk-change, threshold 20":
// who crossed what. The caller closes the bracket.
std::string format_crossing(const incident& subject);
// What every record about an incident says of it.
std::vector<report_field> fields_of(const incident& subject);

// The record to write. `contact` is who is told to act, as configured; may be empty.
report describe(const incident_fact& fact, const std::string& contact);

} // namespace docwarden::core
