#pragma once
// How often and how far back the audit trail is read, as checked values.

#include "core/base/time.hpp"

namespace docwarden::core
{

// How a portal is read (design.md sections 3 and 5; the ranges are checked by the configuration).
struct polling_settings {
    milliseconds poll_interval{15'000};   // 1 s ... 1 h
    milliseconds rescan_interval{60'000}; // 1 s ... 1 h
    milliseconds lateness{900'000};   // rows that become visible this late still count; 0 ... 24 h
    milliseconds backoff_max{20'000}; // cap of a pause after a transient fault; 1 s ... 15 m
    bool operator==(const polling_settings&) const = default;
};

} // namespace docwarden::core
