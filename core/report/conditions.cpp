#include "core/report/conditions.hpp"

#include <utility>

namespace docwarden::core
{

std::optional<condition_fact>
conditions::raise(subsystem affected, condition_cause cause, mono_time now)
{
    condition raised{affected, std::move(cause), now};
    const auto known = active_.find(affected);
    if (known != active_.end() && known->second.code() == raised.code())
        return std::nullopt;
    if (known != active_.end())
        raised.since = known->second.since;
    active_.insert_or_assign(affected, raised);
    return condition_fact{std::move(raised), std::nullopt};
}

std::optional<condition_fact> conditions::clear(subsystem affected, mono_time now)
{
    const auto known = active_.find(affected);
    if (known == active_.end())
        return std::nullopt;
    const auto lasted = std::chrono::ceil<std::chrono::seconds>(now - known->second.since);
    condition_fact over{std::move(known->second), lasted};
    active_.erase(known);
    return over;
}

std::vector<condition> conditions::list() const
{
    std::vector<condition> all;
    for (const auto& entry : active_)
        all.push_back(entry.second);
    return all;
}

} // namespace docwarden::core
