#pragma once
// How many distinct objects one user touched within a sliding window, exactly, for one rule. The
// answer depends only on the set of (time, object) pairs inserted: not on their order, not on
// repetitions. It knows neither users nor rules and reads no clock.
//
// How it stays small. An object touched at time s counts in every window that ends in [s, s + W].
// Of three touches of one object within W the middle one adds nothing, because the outer two cover
// its stretch, so it is dropped. A user who never exceeds the threshold N then needs at most 2N
// entries of 16 bytes for each W of history kept.
//
// How it is fast. Each entry remembers whether it opens or closes a covered stretch of its object,
// so the count at every moment comes from one pass over the entries without any table of objects.

#include "core/base/check.hpp"
#include "core/base/time.hpp"
#include "core/detection/object_key.hpp"

#include <cstdint>
#include <vector>

namespace docwarden::core
{

// A stretch of time in which the count of the window ending there was above the threshold.
// Stretches with at most one window between them are one: somebody near the line is one story, not
// twenty.
struct breach_span {
    wall_time first;         // when the line was crossed
    wall_time last;          // the last moment above it: up to a window after the last touch
    wall_time newest;        // the newest touch that was above it
    std::uint32_t count = 0; // the highest count in the stretch
    bool is_least = false;   // it may have been higher: touches behind it are kept no more
    bool operator==(const breach_span&) const = default;
};

class distinct_window
{
public:
    explicit distinct_window(tick window) : window_(window) { DOCWARDEN_ASSERT(window > tick(0)); }

    // Adds one touch. False if it changes nothing: seen before, or covered by its neighbours.
    bool insert(wall_time time, object_key object);

    // Every stretch with a count above `threshold`, oldest first.
    std::vector<breach_span> breaches(std::uint32_t threshold) const;

    // The count in the window that ends at `end`.
    std::uint32_t count_at(wall_time end) const;

    // Forgets every touch before `time` (exclusive).
    void forget_before(wall_time time);
    // Shrinks a stretch that has been dealt with to what later windows can still need: the
    // `objects_max` most recently touched objects. Windows that end at or after `span.last` still
    // see up to `objects_max` objects exactly.
    void condense(const breach_span& span, std::uint32_t objects_max);

    bool empty() const { return entries_.empty(); }
    std::size_t size() const { return entries_.size(); }
    // The time of the newest touch; the window must not be empty.
    wall_time newest() const { return entries_.back().time; }
    tick window() const { return window_; }

    // Calls `visit(time, object)` for every touch kept, oldest first.
    template <class Visitor>
    void for_each(Visitor visit) const
    {
        for (const entry& touch : entries_)
            visit(touch.time, object_of(touch));
    }

private:
    struct entry {
        wall_time time;
        std::uint64_t bits; // the object's key shifted left by two, and the two flags
    };
    static constexpr std::uint64_t opens = 1;  // no touch of the object within W before
    static constexpr std::uint64_t closes = 2; // no touch of the object within W after

    static object_key object_of(const entry& e) { return {e.bits >> 2}; }
    static bool is_before(const entry& a, const entry& b)
    {
        return a.time != b.time ? a.time < b.time : a.bits >> 2 < b.bits >> 2;
    }

    bool is_in_order(std::size_t position) const;
    std::size_t find_before(std::size_t position, object_key object, wall_time time) const;
    std::size_t find_after(std::size_t position, object_key object, wall_time time) const;
    void link_again();

    template <class OnTouch, class OnExpiry>
    void sweep(OnTouch on_touch, OnExpiry on_expiry) const;

    tick window_;
    std::vector<entry> entries_; // ascending by time, then object; no duplicates
};

} // namespace docwarden::core
