#pragma once
// `docwarden replay`: recorded audit JSON through the rules. It acts on nothing and talks to
// nobody.

#include "daemon/config/config.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace docwarden::daemon
{

struct replay_options {
    std::vector<std::string> files; // "-" is standard input
    bool json = false;
};

// Reads every file (pages in the portal's envelope, bare arrays, or one event or page a line),
// prints the findings to `out` and what could not be read to `err`. Returns the exit code: 0 no
// findings, 1 findings, or a file that could not be read.
int replay(
    const config& settings,
    const replay_options& options,
    std::istream& standard_input,
    std::ostream& out,
    std::ostream& err
);

} // namespace docwarden::daemon
