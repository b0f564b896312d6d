#pragma once
// Virtual time: what will happen when, in order; what falls on the same moment happens in the order
// in which it was planned. True time begins at `begin` and is the portal's; this host's wall clock
// may be off, its monotonic one is not.

#include "core/time.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

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
    void at(span moment, std::function<void()> what)
    {
        planned_.emplace(std::max(moment, elapsed_), std::move(what));
    }
    void in(span length, std::function<void()> what) { at(elapsed_ + length, std::move(what)); }

    std::optional<span> next() const
    {
        return planned_.empty() ? std::nullopt : std::optional(planned_.begin()->first);
    }

    // Moves on to that moment, which must not lie behind the next one planned.
    void advance(span to) { elapsed_ = std::max(elapsed_, to); }

    // Does the first thing that is due. False if there is none.
    bool run_one()
    {
        if (planned_.empty() || planned_.begin()->first > elapsed_)
            return false;
        const auto what = std::move(planned_.begin()->second);
        planned_.erase(planned_.begin());
        what();
        return true;
    }

private:
    core::wall_time begin_;
    span elapsed_{0};
    core::tick skew_{0};
    std::multimap<span, std::function<void()>> planned_;
};

} // namespace docwarden::proof
