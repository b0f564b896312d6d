#pragma once
// The version of this program, from the one place that says it (the top CMakeLists.txt).

#include <string_view>

namespace docwarden::daemon
{

// For instance "0.1.0".
std::string_view version();

} // namespace docwarden::daemon
