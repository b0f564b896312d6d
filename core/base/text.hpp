#pragma once
// Text: ASCII as the protocols and the portal's ids have it, spans in words for people, and foreign
// text made safe to print. Independent of the locale.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace docwarden::core
{

// A-Z become a-z; every other byte stays.
char lower_case(char c);
std::string lower_case(std::string_view text);

// Without blanks, tabs and line ends at both ends.
std::string_view trim(std::string_view text);

// True for 8-4-4-4-12 lower-case hexadecimal digits, the only form that may become part of a path.
bool is_guid(std::string_view text);

// True if the text can stand in a header line or a request target as it is: visible ASCII without
// blanks. Anything else (above all CR and LF) could smuggle in a line of its own.
bool is_visible_ascii(std::string_view text);

// "10m", "1h 30m", "45s", "250ms": the largest units first, at most two.
std::string format_span(std::chrono::milliseconds span);
// "1 portal", "3 portals".
std::string counted(std::size_t count, const char* singular, const char* plural);

// The text with every control character, line separator, bidirectional override, invisible
// character and invalid UTF-8 byte written as \u{...} or \x.. and each backslash doubled: what a
// portal sent can then neither forge a line nor hide one. At most `length_max` bytes of that are
// kept, never half a character or half an escape; a cut is marked with "…", which comes on top.
std::string escape_text(std::string_view text, std::size_t length_max = 256);

// At most `length_max` bytes of the text, never half a character, with "…" where it was cut. For
// texts that go into a report's message, which is escaped as a whole when it is written.
std::string clip_text(std::string_view text, std::size_t length_max = 256);

} // namespace docwarden::core
