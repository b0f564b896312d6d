#pragma once
// A rule as a checked value. Reading it from a file, with positions for errors, is the daemon's
// work.

#include "core/base/time.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::core
{

// What a rule does to a user who crosses its threshold.
enum class response_mode {
    observe, // write a record
    alert,   // raise an alert for people
    disable, // raise an alert and disable the account
};

// "observe", "alert", "disable": as the configuration spells it.
std::string_view to_string(response_mode mode);

// "More than `threshold` distinct files changed by one user within `window`": design.md section 2.
struct rule {
    std::string name;             // unique, as shown in every message
    std::vector<int> actions;     // DocSpace action ids (MessageAction), ascending, no duplicates
    milliseconds window{600'000}; // 1 s ... 24 h, both ends inclusive
    std::uint32_t threshold = 20; // fires above it; 0 ... 1,000,000
    std::uint32_t warn = 0;       // warns above it, below `threshold`; 0: never
    response_mode response = response_mode::disable;
    // Whom it concerns; everybody if both are empty. Both ascending, no duplicates.
    std::vector<std::string> users{};  // GUIDs and e-mail addresses, lower case
    std::vector<std::string> groups{}; // GUIDs, lower case, or names of groups as they are written
    // So long after the decision the account is disabled; 0: at once.
    milliseconds countdown{0}; // 0 ... 1 h
    // So long after it was disabled an account is enabled again; 0: a person does it.
    milliseconds release_after{0}; // 0, or 1 min ... 365 d
    bool operator==(const rule&) const = default;

    bool is_for_everybody() const { return users.empty() && groups.empty(); }
};

// Rules with the same actions that concern other people are alternatives: the first in the file
// that concerns a user applies, and with it only those that concern the very same people.
bool are_alternatives(const rule& a, const rule& b);

// The rules that stand before that one and leave nobody for it; empty if it can apply to somebody
// as far as their words say.
std::vector<const rule*> rules_covering(const std::vector<rule>& rules, std::size_t index);

// Whether `current`, one of the rules `after`, may concern somebody whom `old`, one of the rules
// `before`, did not.
bool reaches_further(
    const std::vector<rule>& before,
    const rule& old,
    const std::vector<rule>& after,
    const rule& current
);

// The rules in force: a part of the settings, or a value of its own. Never null.
using shared_rules = std::shared_ptr<const std::vector<rule>>;
shared_rules share(std::vector<rule> rules);

// 0 without rules.
milliseconds longest_window(const std::vector<rule>& rules);

} // namespace docwarden::core
