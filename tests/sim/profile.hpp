#pragma once
// What one seed's world is like: which faults exist in it and how strong they are, and how the
// daemon is configured. Drawn first of all ("swarm"): where every world has a little of everything,
// the faults drown each other and real bugs survive tens of thousands of runs.

#include "core/settings/engine_settings.hpp"
#include "core/settings/rule.hpp"
#include "tests/sim/fault_kind.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace docwarden::proof
{

struct profile {
    std::uint64_t seed = 0;
    core::engine_settings settings; // at the start
    std::chrono::milliseconds request_timeout{20'000};

    // People.
    unsigned people = 6;            // plain users
    unsigned bursts_an_hour = 4;    // of all of them together
    unsigned storm_percent = 0;     // of the bursts: more rows than fit a page, in one second
    unsigned reuse_percent = 0;     // of the changes: a file that was changed before
    unsigned afterburn_percent = 0; // of the disabled: an open editor still saves once
    bool has_officials = false;     // owner and administrators cross thresholds, too
    bool has_exempt = false;        // somebody is exempt

    // The trail.
    unsigned late_percent = 0;      // rows that become visible late, up to the promised lateness
    unsigned very_late_percent = 0; // ... and beyond it, where nothing is promised
    bool has_microseconds = false;
    bool ties_reshuffled = true;
    bool has_summer_time = false; // the span holds the hour that clocks show twice

    // Administrators and operators.
    unsigned enables_an_hour = 0;  // somebody gives an account back
    unsigned disables_an_hour = 0; // somebody disables an account by hand
    unsigned reloads_an_hour = 0;
    unsigned scans_an_hour = 0;

    // Network and hosts.
    std::chrono::milliseconds latency_max{50}; // each way
    std::vector<fault_kind> kinds;             // that exist
    unsigned faults_an_hour = 0;
    unsigned fault_percent = 100; // of the requests while a fault lasts
    unsigned outages_an_hour = 0;
    unsigned crashes_an_hour = 0;
    unsigned stops_an_hour = 0;                 // orderly ones
    std::chrono::seconds downtime_max{10};      // after a crash or a stop
    unsigned jumps_an_hour = 0;                 // of this host's wall clock
    std::chrono::seconds skew{0};               // of this host at the start
    unsigned disk_trouble_percent = 0;          // of the hours: full, or slow
    std::chrono::minutes chaos{240}, calm{110}; // how long
};

profile draw_profile(std::uint64_t seed);

// One line a property that is not at rest.
std::string describe(const profile& world);
std::string describe(const core::engine_settings& settings);

} // namespace docwarden::proof
