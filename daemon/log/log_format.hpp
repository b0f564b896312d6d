#pragma once
// What --log-format asks for: the one word that the command line and the log setup share.

namespace docwarden::daemon
{

enum class log_format {
    automatic, // the journal if standard error leads there anyway, else text
    journal,   // native fields; as prefixed text on standard error if no journal can be reached
    text,      // lines for people
    json,      // an object a line
};

} // namespace docwarden::daemon
