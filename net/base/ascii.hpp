#pragma once
// Text of the protocols we speak is ASCII, whatever locale the process runs in.

#include <string>
#include <string_view>

namespace docwarden::net
{

// A-Z become a-z; every other byte stays.
std::string lower_case(std::string_view text);

// True if the text can stand in a header line or a request target as it is: visible ASCII without
// blanks. Anything else (above all CR and LF) could smuggle in a line of its own.
bool is_visible_ascii(std::string_view text);

} // namespace docwarden::net
