#pragma once
// The limit on our own power: at most so many accounts are disabled within a window. What exceeds
// it is held for a person, never dropped (design.md section 4). Its time is the portal's, so that
// places outlive the process.

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
    bool take(const std::string& user, const containment_settings& limits, wall_time now);
    // Nothing was done about that account.
    void give_back(const std::string& user);
    // A place that was taken before the process began.
    void restore(const std::string& user, wall_time since);
    // Since when that account has a place.
    std::optional<wall_time> taken(const std::string& user) const;

private:
    struct place {
        std::string user;
        wall_time since;
    };

    std::vector<place>::const_iterator place_of(const std::string& user) const;

    std::vector<place> taken_;
};

} // namespace docwarden::core
