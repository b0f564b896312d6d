#pragma once
// What time it is at the portal, from the Date header of its answers, carried on between answers by
// this host's monotonic clock. Skew between the hosts is then harmless (design.md section 2), and a
// step of the local clock is not even noticed.

#include "core/base/time.hpp"
#include "core/portal/limits.hpp"

#include <chrono>
#include <optional>

namespace docwarden::core
{

class portal_clock
{
public:
    // Takes the Date header of an answer that arrived at `at`. False if it is not believed.
    bool observe(wall_time date, const clock_reading& at)
    {
        const tick apart = date > at.wall ? date - at.wall : at.wall - date;
        if (apart > tick(believable_date_skew_max))
            return false;
        anchor_ = anchor{date, at.mono};
        return true;
    }

    // True after the first believed Date.
    bool is_known() const { return anchor_.has_value(); }

    // The portal's time at `at`; this host's own while the portal's is unknown. The header has
    // whole seconds, so the truth may be up to a second later, and a transfer time earlier.
    wall_time now(const clock_reading& at) const
    {
        if (!anchor_)
            return at.wall;
        return anchor_->date + std::chrono::duration_cast<tick>(at.mono - anchor_->mono);
    }

    // How far this host's clock is ahead of the portal's.
    tick skew(const clock_reading& at) const { return at.wall - now(at); }

private:
    struct anchor {
        wall_time date;
        mono_time mono;
    };
    std::optional<anchor> anchor_;
};

} // namespace docwarden::core
