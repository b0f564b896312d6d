#pragma once
// The limit on our own power: at most so many accounts are disabled within a window. What exceeds
// it is held for a person, never dropped (design.md section 4).

#include "core/base/time.hpp"
#include "core/settings/containment_settings.hpp"

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
    bool take(const std::string& user, const containment_settings& limits, mono_time now);

private:
    struct place {
        std::string user;
        mono_time since;
    };

    std::vector<place> taken_;
};

} // namespace docwarden::core
