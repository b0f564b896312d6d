#pragma once
// The sentences the administrator reads, and the fields that go with them: what happened, to whom,
// why, and what to do next. Pure text; names from the portal are raw: whoever writes a record
// escapes it.

#include "core/containment/incident.hpp"
#include "core/report/report.hpp"

#include <string>

namespace docwarden::core
{

// "Jane Doe (4c65a238-...)", or the id alone.
std::string format_user(const incident& about);

// The security alert: somebody crossed a line. `what_next` says what is being done about it.
report alert_report(const incident& about, const std::string& contact, std::string what_next);

// Why an account cannot be disabled, as the end of a sentence about it, and what to do instead.
std::string explain_guard(protection guard);

// Any other report about an incident.
report incident_report(report_kind kind, priority level, const incident& about, std::string text);

} // namespace docwarden::core
