#pragma once
// "Did you mean ...?": the known name that a mistyped one was most likely meant to be.

#include <optional>
#include <span>
#include <string_view>

namespace docwarden::daemon
{

// The name with the fewest slips (a letter too many, missing, wrong, or two swapped) if they are
// few for its length, else nothing. The first one listed wins a tie.
std::optional<std::string_view>
nearest_name(std::string_view typed, std::span<const std::string_view> names);

} // namespace docwarden::daemon
