#pragma once
// The results of the preflight in the words the administrator reads. Pure text.

#include "core/preflight/preflight_result.hpp"

#include <string>
#include <string_view>

namespace docwarden::core
{

// What is so. `portal` is how the portal is called where it is connected.
std::string found_text(const preflight_result& result, std::string_view portal = "the portal");
// What to do; empty if nothing, or if that has been said already.
std::string_view advice_text(const preflight_result& result);
// Both as one text.
std::string text_of(const preflight_result& result);

} // namespace docwarden::core
