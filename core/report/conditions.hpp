#pragma once
// What limits the daemon at the moment: each condition is a fact once when it begins or turns into
// another one, and once when it is over. What stands here is also what /readyz and STATUS= say.

#include "core/report/condition.hpp"
#include "core/report/fact.hpp"

#include <map>
#include <optional>
#include <vector>

namespace docwarden::core
{

class conditions
{
public:
    // The fact to report, if this is news: a condition with the same code is the same.
    std::optional<condition_fact> raise(subsystem affected, condition_cause cause, mono_time now);
    std::optional<condition_fact> clear(subsystem affected, mono_time now);

    bool has(subsystem affected) const { return active_.count(affected) != 0; }
    std::vector<condition> list() const; // in the order of `subsystem`

private:
    std::map<subsystem, condition> active_;
};

} // namespace docwarden::core
