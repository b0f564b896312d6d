#pragma once
// The limit on our own power: at most so many accounts are disabled within a window. What exceeds
// it is held for a person, never dropped (design.md section 4).

#include "core/rule.hpp"
#include "core/time.hpp"

#include <deque>

namespace docwarden::core
{

class breaker
{
public:
    breaker(std::uint32_t disables_max, milliseconds window)
        : disables_max_(disables_max), window_(window)
    {
    }

    void configure(std::uint32_t disables_max, milliseconds window)
    {
        disables_max_ = disables_max;
        window_ = window;
    }

    // Takes one disable out of the budget. False, and nothing is taken, if there is none left.
    bool take(mono_time now)
    {
        while (!taken_.empty() && taken_.front() + window_ <= now)
            taken_.pop_front();
        if (taken_.size() >= disables_max_)
            return false;
        taken_.push_back(now);
        return true;
    }

private:
    std::uint32_t disables_max_;
    milliseconds window_;
    std::deque<mono_time> taken_;
};

} // namespace docwarden::core
