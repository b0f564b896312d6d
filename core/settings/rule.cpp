#include "core/settings/rule.hpp"

#include <algorithm>
#include <utility>

namespace docwarden::core
{

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

milliseconds longest_window(const std::vector<rule>& rules)
{
    milliseconds longest(0);
    for (const rule& r : rules)
        longest = std::max(longest, r.window);
    return longest;
}

} // namespace docwarden::core
