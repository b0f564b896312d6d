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
    response_mode response = response_mode::disable;
    bool operator==(const rule&) const = default;
};

// The rules in force: a part of the settings, or a value of its own. Never null.
using shared_rules = std::shared_ptr<const std::vector<rule>>;
shared_rules share(std::vector<rule> rules);

// 0 without rules.
milliseconds longest_window(const std::vector<rule>& rules);

} // namespace docwarden::core
