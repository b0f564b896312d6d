#pragma once
// How far a crossing went, in words and as fields: the highest count, from when to when, the newest
// files. Pure text.

#include "core/containment/incident.hpp"
#include "core/report/report.hpp"

#include <string>
#include <vector>

namespace docwarden::core
{

// "27 distinct files within 10m", or "at least 149 distinct files within 10m".
std::string format_count(const incident& subject);
// "above the threshold from 2026-06-30T13:04:05Z to 2026-06-30T13:05:05Z (1m)": the changes that
// were made above it.
std::string format_course(const breach_span& span);
// The newest files behind it, for a record that is read alone.
std::string list_files(const incident& subject);
// What a record has besides the fields of each about an incident, if it tells of the whole course.
std::vector<report_field> course_fields(const incident& subject);

} // namespace docwarden::core
