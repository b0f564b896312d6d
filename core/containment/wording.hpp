#pragma once
// The sentences the administrator reads, and the fields that go with them: what happened, to whom,
// why, and what to do next. Pure text; names from the portal are escaped.

#include "core/containment/incident.hpp"
#include "core/report/report.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace docwarden::core
{

// "10m", "1h 30m", "45s", "250ms": the largest units first, at most two.
std::string format_span(std::chrono::milliseconds span);

// "observe", "alert", "disable": as the configuration spells it.
std::string_view to_string(response_mode mode);

// "Jane Doe (4c65a238-...)", or the id alone.
std::string format_user(const incident& about);

// The security alert: somebody crossed a line. `what_next` says what is being done about it.
report alert_report(const incident& about, const std::string& contact, std::string what_next);

// Why an account cannot be disabled, as the end of a sentence about it, and what to do instead.
std::string explain_guard(protection guard);

// Any other report about an incident.
report incident_report(report_kind kind, priority level, const incident& about, std::string text);

} // namespace docwarden::core
