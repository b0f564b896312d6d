#pragma once
// Text for people: spans in words, and foreign text made safe to print.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace docwarden::core
{

// "10m", "1h 30m", "45s", "250ms": the largest units first, at most two.
std::string format_span(std::chrono::milliseconds span);

// The text with every control character, line separator, bidirectional override, invisible
// character and invalid UTF-8 byte written as \u{...} or \x.. and each backslash doubled: what a
// portal sent can then neither forge a line nor hide one. At most `length_max` bytes of that are
// kept, never half a character or half an escape; a cut is marked with "…", which comes on top.
std::string escape_text(std::string_view text, std::size_t length_max = 256);

// At most `length_max` bytes of the text, never half a character, with "…" where it was cut. For
// texts that go into a report's message, which is escaped as a whole when it is written.
std::string clip_text(std::string_view text, std::size_t length_max = 256);

} // namespace docwarden::core
