#include "core/settings/rule.hpp"

#include <algorithm>
#include <utility>

namespace docwarden::core
{

namespace
{

using people = std::pair<std::vector<std::string>, std::vector<std::string>>;

// Whom the alternatives that stand before a rule keep from it; ascending.
std::vector<people> taken_before(const std::vector<rule>& rules, const rule& concerned)
{
    std::vector<people> taken;
    for (const rule& earlier : rules) {
        if (&earlier == &concerned)
            break;
        if (are_alternatives(earlier, concerned))
            taken.emplace_back(earlier.users, earlier.groups);
    }
    std::sort(taken.begin(), taken.end());
    return taken;
}

bool names(const std::vector<std::string>& list, const std::string& name)
{
    return std::binary_search(list.begin(), list.end(), name);
}

} // namespace

std::string_view to_string(response_mode mode)
{
    switch (mode) {
    case response_mode::observe:
        return "observe";
    case response_mode::alert:
        return "alert";
    case response_mode::disable:
        return "disable";
    }
    return "unknown";
}

shared_rules share(std::vector<rule> rules)
{
    return std::make_shared<const std::vector<rule>>(std::move(rules));
}

bool are_alternatives(const rule& a, const rule& b)
{
    return a.actions == b.actions && (a.users != b.users || a.groups != b.groups);
}

std::vector<const rule*> rules_covering(const std::vector<rule>& rules, std::size_t index)
{
    const rule& concerned = rules[index];
    std::vector<const rule*> earlier;
    for (std::size_t i = 0; i < index; ++i) {
        if (!are_alternatives(rules[i], concerned))
            continue;
        if (rules[i].is_for_everybody())
            return {&rules[i]};
        earlier.push_back(&rules[i]);
    }
    std::vector<const rule*> covering;
    const auto is_taken = [&](const std::string& name, std::vector<std::string> rule::*list) {
        const auto taker = std::find_if(earlier.begin(), earlier.end(), [&](const rule* r) {
            return names(r->*list, name);
        });
        if (taker == earlier.end())
            return false;
        if (std::find(covering.begin(), covering.end(), *taker) == covering.end())
            covering.push_back(*taker);
        return true;
    };
    const bool is_covered =
        std::all_of(
            concerned.users.begin(),
            concerned.users.end(),
            [&](const std::string& name) { return is_taken(name, &rule::users); }
        ) &&
        std::all_of(concerned.groups.begin(), concerned.groups.end(), [&](const std::string& name) {
            return is_taken(name, &rule::groups);
        });
    if (!is_covered)
        covering.clear();
    return covering; // of a rule for everybody: none
}

bool reaches_further(
    const std::vector<rule>& before,
    const rule& old,
    const std::vector<rule>& after,
    const rule& current
)
{
    if (old.users != current.users || old.groups != current.groups)
        return true;
    const std::vector<people> taken_then = taken_before(before, old);
    const std::vector<people> taken_now = taken_before(after, current);
    return !std::includes(taken_now.begin(), taken_now.end(), taken_then.begin(), taken_then.end());
}

milliseconds longest_window(const std::vector<rule>& rules)
{
    milliseconds longest(0);
    for (const rule& r : rules)
        longest = std::max(longest, r.window);
    return longest;
}

} // namespace docwarden::core
