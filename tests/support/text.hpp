#pragma once
// Questions about texts that read well inside CHECK, with both Catch2 versions.

#include <string_view>

namespace docwarden::test
{

inline bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

} // namespace docwarden::test
