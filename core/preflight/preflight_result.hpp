#pragma once
// One result of the preflight: what is so about one topic, how bad that is, and what to do.

#include <string>
#include <string_view>

namespace docwarden::core
{

// In the order in which results are given.
enum class preflight_topic {
    connection, // the portal answers, and accepts the key
    clock,      // how far the clocks are apart
    version,    // which bugs of the portal are to be reckoned with
    portal,     // it is in use, not suspended or being moved
    rights,     // what the key's user may do
    key,        // valid, for how long, and whose
    scopes,     // what the key may be used for
    plan,       // the portal's plan holds the audit trail
    filters,    // the portal answers what it is asked, and not something else
    events,     // the audit trail looks as the API promises
};

std::string_view to_string(preflight_topic topic);

enum class verdict {
    good,
    warning, // docwarden works; somebody should know
    bad,     // it would not see, or not act
};

struct preflight_result {
    preflight_topic topic = preflight_topic::connection;
    verdict outcome = verdict::good;
    std::string code;   // stable, for machines: "expires-soon"
    std::string found;  // what is so
    std::string advice; // what to do; empty if nothing

    // What was found and what to do, as one text.
    std::string text() const { return advice.empty() ? found : found + ": " + advice; }
    bool operator==(const preflight_result&) const = default;
};

} // namespace docwarden::core
