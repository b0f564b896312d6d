#pragma once
// After a reload made a rule stricter, old events may cross it all at once: such crossings are held
// for a person instead of disabling people in a batch (design.md section 4). This remembers which
// rules, up to which event, and until which reading of the past has ended. Pure.

#include "core/base/time.hpp"
#include "core/settings/rule.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace docwarden::core
{

class backfill_holds
{
public:
    // New rules are in force at `now`. `pass` is the number of the first pass that begins after
    // it.
    void on_reload(
        const std::vector<rule>& before,
        const std::vector<rule>& after,
        wall_time now,
        std::uint64_t pass
    )
    {
        std::map<std::string, hold> kept;
        for (const rule& current : after) {
            const auto old = std::find_if(before.begin(), before.end(), [&](const rule& r) {
                return r.name == current.name;
            });
            if (old == before.end() || is_stricter(*old, current) ||
                reaches_further(before, *old, after, current))
                kept[current.name] = {now, pass};
            else if (const auto known = holds_.find(current.name); known != holds_.end())
                kept[current.name] = known->second;
        }
        holds_ = std::move(kept);
    }

    // Whether a crossing of that rule with that newest event is of the past that a reload made
    // cross.
    bool applies(const std::string& rule_name, wall_time newest) const
    {
        const auto known = holds_.find(rule_name);
        return known != holds_.end() && newest <= known->second.until;
    }

    // The past has been read by the pass of that number: what turns up later is not due to the
    // reload.
    void on_past_read(std::uint64_t pass)
    {
        std::erase_if(holds_, [&](const auto& entry) { return pass >= entry.second.pass; });
    }

private:
    struct hold {
        wall_time until;
        std::uint64_t pass = 0;
    };

    // May catch somebody whom the old one let pass. Another window or other actions may.
    static bool is_stricter(const rule& old, const rule& current)
    {
        return current.window != old.window || current.actions != old.actions ||
               current.threshold < old.threshold ||
               (current.response == response_mode::disable && old.response != current.response);
    }

    std::map<std::string, hold> holds_;
};

} // namespace docwarden::core
