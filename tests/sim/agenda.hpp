#pragma once
// Virtual time: what will happen when, in order; what falls on the same moment happens in the order
// in which it was planned. True time begins at `begin` and is the portal's; this host's wall clock
// may be off, its monotonic one is not.

#include "core/base/time.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace docwarden::proof
{

using span = core::mono_clock::duration;

class agenda
{
public:
    // The monotonic clock does not begin at zero, which code might take for "never".
    static constexpr core::mono_time mono_begin{std::chrono::hours(1)};

    explicit agenda(core::wall_time begin) : begin_(begin) {}

    span elapsed() const { return elapsed_; }
    core::wall_time portal_time() const { return begin_ + elapsed_; }
    core::mono_time mono() const { return mono_begin + elapsed_; }
    core::clock_reading host() const { return {portal_time() + skew_, mono()}; }
    core::wall_time begin() const { return begin_; }
    void set_skew(core::tick skew) { skew_ = skew; }
    core::tick skew() const { return skew_; }

    // Past moments are now.
    void at(span moment, std::function<void()> action)
    {
        planned_.push_back({std::max(moment, elapsed_), numbers_++, std::move(action)});
        std::push_heap(planned_.begin(), planned_.end(), is_later);
    }
    void in(span length, std::function<void()> action) { at(elapsed_ + length, std::move(action)); }

    std::optional<span> next() const
    {
        return planned_.empty() ? std::nullopt : std::optional(planned_.front().moment);
    }

    // Moves on to that moment, which must not lie behind the next one planned.
    void advance(span to) { elapsed_ = std::max(elapsed_, to); }

    // Does the first thing that is due. False if there is none.
    bool run_one()
    {
        if (planned_.empty() || planned_.front().moment > elapsed_)
            return false;
        std::pop_heap(planned_.begin(), planned_.end(), is_later);
        const std::function<void()> action = std::move(planned_.back().action);
        planned_.pop_back();
        action();
        return true;
    }

private:
    struct entry {
        span moment;
        std::uint64_t number; // in the order of planning
        std::function<void()> action;
    };
    static bool is_later(const entry& a, const entry& b)
    {
        return std::pair(a.moment, a.number) > std::pair(b.moment, b.number);
    }

    core::wall_time begin_;
    span elapsed_{0};
    core::tick skew_{0};
    std::vector<entry> planned_; // a heap, the next one first
    std::uint64_t numbers_ = 0;
};

} // namespace docwarden::proof
