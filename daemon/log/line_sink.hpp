#pragma once
// Writes lines to a descriptor that somebody else may read slowly, not at all or no longer:
// standard error. It never waits long and never fails loudly. What a line says, and telling of
// lines that were lost, is not its business.

#include <chrono>
#include <string_view>

namespace docwarden::daemon
{

class line_sink
{
public:
    // Writes to `descriptor`, which stays open and is not closed here. Every 4096 bytes of a line
    // may wait `patience` for room; after a line that found none the next ones do not wait until
    // one gets through. SIGPIPE must be ignored: a reader that left would end the process.
    explicit line_sink(
        int descriptor,
        std::chrono::milliseconds patience = std::chrono::milliseconds(50)
    );

    // `line` without its newline. False when it, or the end of it, was given up.
    bool write(std::string_view line);

private:
    bool write_all(std::string_view text);

    int descriptor_;
    std::chrono::milliseconds patience_;
    bool is_stuck_ = false; // the last line was given up
    bool in_line_ = false;  // ... in its middle: its newline is still owed
};

} // namespace docwarden::daemon
