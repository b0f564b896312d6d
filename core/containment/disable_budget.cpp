#include "core/containment/disable_budget.hpp"

#include "core/base/check.hpp"

#include <algorithm>

namespace docwarden::core
{

bool disable_budget::take(
    const std::string& user,
    const containment_settings& limits,
    mono_time now
)
{
    std::erase_if(taken_, [&](const place& old) {
        return old.since + limits.disables_window <= now;
    });
    const auto known = std::find_if(taken_.begin(), taken_.end(), [&](const place& held) {
        return held.user == user;
    });
    if (known != taken_.end() && taken_.size() <= limits.disables_max) {
        known->since = now;
        return true;
    }
    if (taken_.size() >= limits.disables_max)
        return false;
    taken_.push_back({user, now});
    DOCWARDEN_ASSERT(taken_.size() <= limits.disables_max);
    return true;
}

} // namespace docwarden::core
