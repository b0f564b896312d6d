#pragma once
// Dates as the simulated portal reads and prints them (docspace-api.md sections 1.4 and 1.5), traps
// included. Written apart from the product's own date code on purpose: one mistake must not be able
// to hide in both.

#include "core/base/time.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace docwarden::sim
{

using core::wall_time;

// A portal's time zone: a fixed distance from UTC, plus one hour in summer by the European rule
// (last Sunday of March to last Sunday of October, both at 01:00 UTC), or until that one moment.
struct zone {
    std::string name = "UTC";
    std::chrono::minutes offset{0}; // in winter
    bool has_summer_time = false;
    // For tests that cannot wait for October: it has been summer until then.
    std::optional<wall_time> summer_ends{};
    bool operator==(const zone&) const = default;
};

// From "UTC", "+02:00", "-05:30" or one of a few names such as "Europe/Berlin".
std::optional<zone> parse_zone(std::string_view text);

// The distance from UTC that clocks on the wall show at that moment.
std::chrono::minutes offset_at(const zone& place, wall_time utc);

// As an event's `date`: local time with seven fraction digits and the offset, or Z for offset zero.
// The local time is turned back with the *winter* offset when it is ambiguous, so events of the
// first pass through the autumn hour come out one hour late, as on a real portal.
std::string print_portal_date(wall_time utc, const zone& place);

// What `from` and `to` accept: seconds with no, exactly three or exactly seven fraction digits, and
// Z or an offset. Nothing else, like the portal.
std::optional<wall_time> parse_query_date(std::string_view text);

// RFC 9110's form: "Tue, 30 Jun 2026 13:04:05 GMT".
std::string print_http_date(wall_time utc);

// UTC with milliseconds, for logs and people: "2026-06-30T13:04:05.123Z".
std::string print_utc(wall_time utc);

// What the portal's database keeps: MySQL rounds half up to whole seconds, PostgreSQL drops what is
// below a microsecond.
wall_time stored_date(wall_time action, bool has_microseconds);

} // namespace docwarden::sim
