#pragma once
// Time as values. Nothing here (or anywhere in core/) can ask what time it is: readings come in
// from outside, and the two kinds of time cannot be mixed up because they are different types.

#include <chrono>
#include <compare>
#include <cstdint>

namespace docwarden::core
{

// Civil time in UTC, in .NET ticks of 100 ns since 1970-01-01: the portal's own resolution, so that
// a date survives the way in and out exactly. Range: years -27,000 to 31,000.
struct wall_clock {
    using rep = std::int64_t;
    using period = std::ratio<1, 10'000'000>;
    using duration = std::chrono::duration<rep, period>;
    using time_point = std::chrono::time_point<wall_clock, duration>;
    static constexpr bool is_steady = false;
};
using wall_time = wall_clock::time_point;
using tick = wall_clock::duration;

// Every span that a person configures or reads.
using milliseconds = std::chrono::milliseconds;

// Time that only ever goes forward, for deadlines and pauses. Its origin means nothing.
struct mono_clock {
    using rep = std::int64_t;
    using period = std::micro;
    using duration = std::chrono::duration<rep, period>;
    using time_point = std::chrono::time_point<mono_clock, duration>;
    static constexpr bool is_steady = true;
};
using mono_time = mono_clock::time_point;

// What both clocks of this host said at one moment.
struct clock_reading {
    wall_time wall;
    mono_time mono;
    bool operator==(const clock_reading&) const = default;
};

// One moment, in the portal's time and for pauses.
struct step_time {
    wall_time portal;
    mono_time mono;
    bool is_portal_known = true; // otherwise `portal` is what this host's own clock says
};

} // namespace docwarden::core
