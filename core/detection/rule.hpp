#pragma once
// A rule and the rest of what the engine must know about one portal, as checked values. Reading
// them from a file, with positions for errors, is the daemon's work.

#include "core/base/time.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace docwarden::core
{

using milliseconds = std::chrono::milliseconds;

// What a rule does to a user who crosses its threshold.
enum class response_mode {
    observe, // write a record
    alert,   // raise an alert for people
    disable, // raise an alert and disable the account
};

// "More than `threshold` distinct files changed by one user within `window`": design.md section 2.
struct rule {
    std::string name;             // unique, as shown in every message
    std::vector<int> actions;     // DocSpace action ids (MessageAction), ascending, no duplicates
    milliseconds window{600'000}; // 1 s ... 24 h, both ends inclusive
    std::uint32_t threshold = 20; // fires above it; 0 ... 1,000,000
    response_mode response = response_mode::disable;
    bool operator==(const rule&) const = default;
};

// How an account is disabled (docspace-api.md section 5).
enum class disable_method {
    status, // PUT people/status/Terminated with one id; also logs open browsers out
    member, // PUT people/{id} {"disable":true}
};

struct containment_settings {
    disable_method method = disable_method::status;
    std::uint32_t disables_max = 5; // per disables_window; further ones are held. 0 holds every one
    milliseconds disables_window{600'000}; // 1 s ... 30 d
    std::vector<std::string> exempt;       // user GUIDs or e-mail addresses, lower case
    bool operator==(const containment_settings&) const = default;
};

// How a portal is read (design.md sections 3 and 5; the ranges are checked by the configuration).
struct polling_settings {
    milliseconds poll_interval{15'000};   // 1 s ... 1 h
    milliseconds rescan_interval{60'000}; // 1 s ... 1 h
    milliseconds lateness{900'000};   // rows that become visible this late still count; 0 ... 24 h
    milliseconds backoff_max{20'000}; // cap of a pause after a transient fault; 1 s ... 15 m
    milliseconds gap_alarm_after{300'000}; // blind for longer is an alarm; 10 s ... 24 h
    milliseconds catch_up_max{86'400'000}; // after downtime no more is read back; 0 ... 30 d
    bool operator==(const polling_settings&) const = default;
};

// Everything one engine needs.
struct engine_settings {
    std::string portal; // the name shown in every message
    polling_settings polling;
    std::vector<rule> rules;
    containment_settings containment;
    std::string contact; // who is told to act; shown in alerts
    bool operator==(const engine_settings&) const = default;
};

} // namespace docwarden::core
