#pragma once
// The limit on our own power: at most so many accounts are disabled within a window. What exceeds
// it is held for a person, never dropped (design.md section 4).

#include "core/base/time.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace docwarden::core
{

class disable_budget
{
public:
    disable_budget(std::uint32_t disables_max, milliseconds window)
        : disables_max_(disables_max), window_(window)
    {
    }

    void configure(std::uint32_t disables_max, milliseconds window)
    {
        disables_max_ = disables_max;
        window_ = window;
    }

    // Takes one account out of the budget. False, and nothing is taken, if there is none left. An
    // account that is in it already keeps its place, and its window begins anew; not if the limit
    // has been lowered below what is taken.
    bool take(const std::string& user, mono_time now)
    {
        std::erase_if(taken_, [&](const place& one) { return one.since + window_ <= now; });
        const auto known = std::find_if(taken_.begin(), taken_.end(), [&](const place& one) {
            return one.user == user;
        });
        if (known != taken_.end() && taken_.size() <= disables_max_) {
            known->since = now;
            return true;
        }
        if (taken_.size() >= disables_max_)
            return false;
        taken_.push_back({user, now});
        return true;
    }

private:
    struct place {
        std::string user;
        mono_time since;
    };

    std::uint32_t disables_max_;
    milliseconds window_;
    std::vector<place> taken_;
};

} // namespace docwarden::core
