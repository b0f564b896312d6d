#pragma once
// The limit on our own power: at most so many accounts are disabled within a window. What exceeds
// it is held for a person, never dropped (design.md section 4). Places outlive the process: those
// of an earlier one end by the portal's time once that is known, and never by this host's.

#include "core/base/time.hpp"
#include "core/settings/containment_settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace docwarden::core
{

class disable_budget
{
public:
    // Takes one account out of what `limits` leave. False, and nothing is taken, if that is none.
    // An account that is in it already keeps its place, and its window begins anew; not if the
    // limit has been lowered below what is taken.
    bool take(const std::string& user, const containment_settings& limits, const step_time& now);
    // Nothing was done about that account.
    void give_back(const std::string& user);
    // A place that was taken before the process began.
    void restore(const std::string& user, wall_time since);
    // Since when that account has a place.
    std::optional<wall_time> taken(const std::string& user) const;

private:
    struct place {
        std::string user;
        wall_time since;                // the portal's time
        std::optional<mono_time> taken; // by this process
    };

    static bool is_over(const place& old, milliseconds window, const step_time& now);

    std::vector<place>::const_iterator place_of(const std::string& user) const;

    std::vector<place> taken_;
};

} // namespace docwarden::core
