#include "core/containment/disable_budget.hpp"

#include "core/base/check.hpp"

#include <algorithm>

namespace docwarden::core
{

bool disable_budget::take(
    const std::string& user,
    const containment_settings& limits,
    const step_time& now
)
{
    const std::uint32_t most = limit(limits).most;
    std::erase_if(taken_, [&](const place& old) {
        return is_over(old, limits.disables_window, now);
    });
    if (taken(user) && taken_.size() <= most) {
        move(user, now);
        return true;
    }
    if (taken_.size() >= most)
        return false;
    taken_.push_back(place_at(now, user, nullptr));
    DOCWARDEN_ASSERT(taken_.size() <= most);
    return true;
}

// While only this host's clock is known, which may be hours behind, a place begins no sooner than
// it did.
disable_budget::place
disable_budget::place_at(const step_time& moment, const std::string& user, const place* before)
{
    const bool is_later = before == nullptr || moment.is_portal_known;
    return {user, is_later ? moment.portal : std::max(moment.portal, before->since), moment.mono};
}

bool disable_budget::is_over(const place& old, milliseconds window, const step_time& now)
{
    if (old.taken)
        return *old.taken + window <= now.mono;
    return now.is_portal_known && old.since + window <= now.portal;
}

bool disable_budget::has_more_room(
    const containment_settings& before,
    const containment_settings& now
) const
{
    const bool may_be_larger = !active_users_ && now.disables_share > before.disables_share;
    return may_be_larger || limit(now).most > limit(before).most ||
           now.disables_window < before.disables_window;
}

void disable_budget::move(const std::string& user, const step_time& moment)
{
    for (place& held : taken_) {
        if (held.user == user)
            held = place_at(moment, user, &held);
    }
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
    taken_.push_back({user, since, std::nullopt});
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
