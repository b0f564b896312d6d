#pragma once
// Something that limits what the daemon can see or do, as a value: what suffers, why, since when.
// Its sentence is made by core/report/condition_texts.

#include "core/base/time.hpp"
#include "core/portal/portal_api.hpp"
#include "core/preflight/preflight_result.hpp"
#include "core/report/report.hpp"

#include <string>
#include <string_view>
#include <variant>

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
    store,     // what is decided cannot be written to the disk
    people,    // who belongs to the groups and addresses in the rules cannot be found out
};

std::string_view to_string(subsystem affected);

// Why. `unreadable_stretch` and `memory_limit` say all there is to say by their name.
struct unreadable_stretch {
};
struct memory_limit {
};
// The store's own words; empty if it only takes too long.
struct store_failure {
    std::string text;
};
// A question about the groups and people that the configuration names.
struct lookup_failure {
    api_failure reason;
};
using condition_cause = std::variant<
    api_failure,
    preflight_result,
    unreadable_stretch,
    memory_limit,
    store_failure,
    lookup_failure>;

struct condition {
    subsystem affected = subsystem::reading;
    condition_cause cause;
    mono_time since{};

    std::string code() const; // stable, for machines: "unauthorised"
    priority level() const;
    // Worth knowing, but everything works.
    bool is_advisory() const
    {
        return affected == subsystem::store || level() >= priority::warning;
    }
};

} // namespace docwarden::core
