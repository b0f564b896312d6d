#pragma once
// What reading costs the portal, and how late its rows become visible, as measured. Plain values
// for the administrator.

#include "core/base/time.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace docwarden::core
{

// Since the start.
struct reading_cost {
    std::uint64_t polls = 0;    // readings begun for the newest rows, at `poll_interval`
    std::uint64_t requests = 0; // pages of the audit trail asked for, by whatever reading
    std::uint64_t rows = 0;     // rows in the answers, those read before included
    bool operator==(const reading_cost&) const = default;
};

// How long after its date a row was first seen. What lies between two polls is in it, so that
// figures below the poll interval say nothing about the portal.
struct lateness_figures {
    // Upper bounds of the classes; the last class has none.
    static constexpr std::array<std::chrono::seconds, 7> bounds{
        std::chrono::seconds(2),
        std::chrono::seconds(15),
        std::chrono::seconds(60),
        std::chrono::minutes(5),
        std::chrono::minutes(15),
        std::chrono::hours(1),
        std::chrono::hours(6)};

    std::array<std::uint64_t, bounds.size() + 1> rows{}; // by class, since the start
    tick latest{0};           // the latest row that reading in time has met
    std::uint64_t beyond = 0; // rows that came later than `lateness`, found by the deep scan
    // What `lateness` would have to be for the rows of the last deep scans; nothing if it suffices.
    std::optional<std::chrono::seconds> advised;
    bool operator==(const lateness_figures&) const = default;
};

} // namespace docwarden::core
