#pragma once
// A warning is about what a user is doing now. This knows since when: what crossed `warn` before
// the process began to read was told by the one before it, or is history; and what a reload makes
// cross on old events is no news about the user. Pure.

#include "core/base/time.hpp"
#include "core/settings/rule.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace docwarden::core
{

class warning_start
{
public:
    // The reading begins at `now`, or begins anew because that time was wrong.
    void begin(wall_time now) { begun_ = now; }
    bool has_begun() const { return begun_.has_value(); }

    // New rules are in force at `now`.
    void on_reload(const std::vector<rule>& before, const std::vector<rule>& after, wall_time now)
    {
        std::map<std::string, wall_time> kept;
        const bool are_others_meant =
            !std::equal(before.begin(), before.end(), after.begin(), after.end(), concern_alike);
        for (const rule& current : after) {
            const auto old = std::find_if(before.begin(), before.end(), [&](const rule& r) {
                return r.name == current.name;
            });
            if (are_others_meant || old == before.end() || !counts_alike(*old, current))
                kept[current.name] = now;
            else if (const auto known = changed_.find(current.name); known != changed_.end())
                kept[current.name] = known->second;
        }
        changed_ = std::move(kept);
    }

    // Whether a crossing of that rule's `warn` at that moment is to be told.
    bool covers(const std::string& rule_name, wall_time crossed) const
    {
        const auto known = changed_.find(rule_name);
        return begun_ && crossed >= *begun_ &&
               (known == changed_.end() || crossed >= known->second);
    }

private:
    // Unless all are so, somebody may fall under another rule of the list than before.
    static bool concern_alike(const rule& old, const rule& current)
    {
        return current.name == old.name && current.actions == old.actions &&
               current.users == old.users && current.groups == old.groups;
    }

    // Whoever crosses `warn` of the one does so of the other, and at the same moment.
    static bool counts_alike(const rule& old, const rule& current)
    {
        return current.warn == old.warn && current.window == old.window &&
               current.actions == old.actions && current.threshold == old.threshold;
    }

    std::optional<wall_time> begun_;
    std::map<std::string, wall_time> changed_; // by rule
};

} // namespace docwarden::core
