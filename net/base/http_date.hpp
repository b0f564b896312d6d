#pragma once
// Dates and pauses as HTTP headers write them (RFC 9110, 5.6.7 and 10.2.3). Pure text in, values
// out; what is not understood is absent, never guessed.

#include "core/base/time.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace docwarden::net
{

// The longest Retry-After that is reported; longer ones are cut to it. Whoever waits has a bound of
// his own, this one only keeps sums from overflowing.
inline constexpr std::chrono::seconds retry_after_max{1'000'000'000};

// "Sun, 06 Nov 1994 08:49:37 GMT", or one of the two obsolete forms
// "Sunday, 06-Nov-94 08:49:37 GMT" and "Sun Nov  6 08:49:37 1994". The name of the day is not
// compared with the date.
std::optional<core::wall_time> parse_http_date(std::string_view text);

// Seconds ("120"; a negative number is 0) or a date, which counts from `date`, the answer's own
// Date: a date in the past is 0, and without `date` it is absent.
std::optional<std::chrono::seconds>
parse_retry_after(std::string_view text, std::optional<core::wall_time> date);

} // namespace docwarden::net
