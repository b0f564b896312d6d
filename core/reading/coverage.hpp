#pragma once
// The ledger of what has been read. Everything up to a moment is complete, but for the gaps listed:
// stretches that could not be read. A gap is open while reading it is still tried, and given up
// when it no longer is; it is never just forgotten. Pure bookkeeping: when to read what is the
// poller's business.

#include "core/base/time.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace docwarden::core
{

// Why a stretch was not read.
enum class gap_reason {
    unreadable, // the portal fails whenever it is asked for that stretch
    downtime,   // docwarden did not run, for longer than it may catch up
    plan,       // the portal ignored what it was asked for and showed its newest rows only
    overflow,   // its pages do not add up, or there are more than can be read
};

std::string_view to_string(gap_reason reason);

// Both ends belong to it.
struct gap {
    wall_time from;
    wall_time to;
    gap_reason reason = gap_reason::unreadable;
    bool is_given_up = false; // otherwise it is open: it is tried again
    wall_time since{};        // the portal's time at which it was found
    bool operator==(const gap&) const = default;
};

// What of the ledger outlives the process.
struct coverage_record {
    // Everything dated up to here has been read, but for the gaps. At the very first start the
    // moment from which on reading is owed; absent if nothing is known.
    std::optional<wall_time> complete;
    std::vector<gap> gaps; // ascending, disjoint
    bool operator==(const coverage_record&) const = default;
};

class coverage
{
public:
    // More gaps are not kept apart: the two of one kind that lie closest become one, which claims
    // less than is true, never more.
    static constexpr std::size_t gaps_max = 256;

    coverage() = default;
    explicit coverage(std::vector<gap> gaps);

    // A stretch could not be read. The parts of it that are known as gaps stay as they are.
    void open(const gap& added);
    // All of [from, to] has been read now. Returns the gaps, or the parts of them, that this fills,
    // given up ones included.
    std::vector<gap> fill(wall_time from, wall_time to);
    // Open gaps that end before `time` are given up. Returns them.
    std::vector<gap> give_up_before(wall_time time);

    bool has_open() const;
    // Whether that moment lies in no gap.
    bool covers(wall_time time) const;
    const std::vector<gap>& gaps() const { return gaps_; }

private:
    void join_closest();
    void check() const;

    std::vector<gap> gaps_; // ascending, disjoint
};

} // namespace docwarden::core
