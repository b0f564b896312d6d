#include "core/containment/disable_budget.hpp"

#include "core/base/check.hpp"

#include <algorithm>

namespace docwarden::core
{

bool disable_budget::take(
    const std::string& user,
    const containment_settings& limits,
    wall_time now
)
{
    std::erase_if(taken_, [&](const place& old) {
        return old.since + limits.disables_window <= now;
    });
    const auto known = place_of(user);
    if (known != taken_.end() && taken_.size() <= limits.disables_max) {
        restore(user, std::max(known->since, now));
        return true;
    }
    if (taken_.size() >= limits.disables_max)
        return false;
    taken_.push_back({user, now});
    DOCWARDEN_ASSERT(taken_.size() <= limits.disables_max);
    return true;
}

void disable_budget::give_back(const std::string& user)
{
    const auto known = place_of(user);
    if (known != taken_.end())
        taken_.erase(known);
}

void disable_budget::restore(const std::string& user, wall_time since)
{
    give_back(user);
    taken_.push_back({user, since});
}

std::optional<wall_time> disable_budget::taken(const std::string& user) const
{
    const auto known = place_of(user);
    return known == taken_.end() ? std::nullopt : std::optional(known->since);
}

std::vector<disable_budget::place>::const_iterator disable_budget::place_of(const std::string& user
) const
{
    return std::find_if(taken_.begin(), taken_.end(), [&](const place& held) {
        return held.user == user;
    });
}

} // namespace docwarden::core
