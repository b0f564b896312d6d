#pragma once
// Lengths of time as the configuration writes them: a whole number and a unit, "500ms", "15s",
// "10m", "1h", "30d". Nothing else: no blanks, signs, fractions or sums.

#include "core/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace docwarden::daemon
{

// The duration, or nothing if the text is none. What is too long for the type becomes its longest
// value, so that a check of the range refuses it.
std::optional<core::milliseconds> parse_duration(std::string_view text);

// The same in its largest exact unit; days from two on, so that a day is written "24h" as people
// say it. parse_duration() reads it back. Not for negative durations.
std::string duration_text(core::milliseconds duration);

} // namespace docwarden::daemon
