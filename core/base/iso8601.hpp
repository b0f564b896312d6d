#pragma once
// Portal dates as text and back. The portal prints `2026-06-30T15:04:05.0000000+02:00` in its own
// zone, or `...Z`, with 7 fraction digits; exporters print 0, 3 or 6. In a query it accepts only 0,
// 3 or 7 digits and insists on a zone (docspace-api.md sections 1.4, 1.5).

#include "core/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace docwarden::core
{

// An ISO 8601 date and time with zone: `T`, `t` or a blank in the middle, 0 to 9 fraction digits
// (what is finer than 100 ns is cut), `Z` or an offset of at most 18 hours as +hh:mm, +hhmm or +hh.
// Years 1 to 9999, in UTC as well. Nothing else: a date without a zone could mean any hour, so it
// is refused.
std::optional<wall_time> parse_date(std::string_view text);

// `2026-06-30T13:04:05Z`, or with exactly 7 fraction digits if the time is not a whole second: the
// two forms every portal accepts as `from` and `to`. `time` must lie in the years 1 to 9999.
std::string format_date(wall_time time);
// The same, cut to whole seconds.
std::string format_second(wall_time time);

} // namespace docwarden::core
