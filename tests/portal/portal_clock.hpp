#pragma once
// The clock of a simulated portal that runs on a socket: real time plus an offset, or a time that
// only moves when it is told to. The model itself never asks; it is given the time.

#include "core/base/time.hpp"

#include <optional>

namespace docwarden::sim
{

class portal_clock
{
public:
    core::wall_time reading() const;
    // Runs on from that moment, at the speed of real time.
    void run_from(core::wall_time moment);
    // Stands still at that moment.
    void stop_at(core::wall_time moment);
    // Jumps; a clock that runs keeps running.
    void advance(core::tick distance);

private:
    std::optional<core::wall_time> stopped_at_;
    core::tick offset_{0}; // from real time
};

} // namespace docwarden::sim
