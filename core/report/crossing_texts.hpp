#pragma once
// The sentences about a crossing as it begins: the alert, and its milder siblings. Each has to be
// understood alone.

#include "core/containment/incident_fact.hpp"
#include "core/report/report.hpp"

#include <string>

namespace docwarden::core
{

// Of all events about a crossing that began. `contact` is who is told to act; may be empty.
report describe_crossing(const incident_fact& fact, const std::string& contact);

// " now", or " in 2m, at 2026-11-24T09:15:04.000Z": when the account is to be disabled.
std::string describe_countdown(const incident_fact& fact);
// The same as fields, if there is a countdown.
void add_countdown(report& record, const incident_fact& fact);

} // namespace docwarden::core
