#pragma once
// What GET /status answered, in lines for a person. Pure, and wary: whatever listens on that port
// may have written the text.

#include <optional>
#include <string>
#include <string_view>

namespace docwarden::daemon
{

struct printed_status {
    bool is_ready = false;
    std::string text; // ends with a newline
};

// Nothing if this is not the answer of a docwarden.
std::optional<printed_status> print_status(std::string_view json);

} // namespace docwarden::daemon
