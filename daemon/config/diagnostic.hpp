#pragma once
// One thing that is wrong with the configuration (or deserves a warning), with the place to mend.
// Whether it is an error or a warning is told by the list it is in.

#include <string>

namespace docwarden::daemon
{

struct diagnostic {
    std::string file;
    unsigned line = 0;   // from 1; 0 if the whole file is meant
    unsigned column = 0; // from 1, in characters
    std::string path;    // "portal.url", "rule[2].window" (rules and items count from 1), or empty
    std::string message; // what is wrong
    std::string hint;    // what to do about it, or empty
    bool operator==(const diagnostic&) const = default;
};

// As "file:line:column: path: message (hint)", leaving out what is not known.
std::string to_text(const diagnostic& problem);

} // namespace docwarden::daemon
