#pragma once
// What limits the daemon at the moment: each condition is reported once when it begins or turns
// into another one, and once when it is over. What stands here is also what /readyz and STATUS=
// say.

#include "core/base/time.hpp"
#include "core/report/report.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace docwarden::core
{

// The part of the work that suffers. At most one condition each.
enum class subsystem {
    reading,   // the audit trail cannot be read
    plan,      // the portal ignores what it is asked for
    identity,  // whose key this is cannot be found out
    rights,    // the key's user may not do what is needed
    acting,    // requests about people fail
    records,   // the answers are not what the API promises
    gap,       // a stretch of time could not be read completely
    clock,     // the portal's clock is not believable
    memory,    // counts are no longer exact
    key,       // the API key is about to stop working, or is not what it seems
    portal,    // it is suspended, or being moved
    version,   // it has bugs that concern the work
    preflight, // it does not answer the questions of the preflight
};

std::string_view to_string(subsystem affected);

struct condition {
    subsystem affected = subsystem::reading;
    std::string code; // stable, for machines: "unauthorised"
    std::string text; // for the administrator: what is wrong and what to do
    mono_time since{};
    priority level = priority::error;

    // Worth knowing, but everything works.
    bool is_advisory() const { return level >= priority::warning; }
};

class conditions
{
public:
    // The report to write if this is news.
    std::optional<report>
    raise(subsystem affected, std::string code, std::string text, mono_time now, priority level);
    std::optional<report> clear(subsystem affected, mono_time now);

    bool has(subsystem affected) const { return active_.count(affected) != 0; }
    std::vector<condition> list() const; // in the order of `subsystem`

private:
    std::map<subsystem, condition> active_;
};

} // namespace docwarden::core
