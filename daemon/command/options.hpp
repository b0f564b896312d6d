#pragma once
// The command line as a value. Parsing it does nothing else: no output, no exit.

#include "daemon/host/exit_code.hpp"
#include "daemon/log/log_format.hpp"

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace docwarden::daemon
{

enum class command {
    run,    // the daemon
    check,  // configuration, then the portal
    scan,   // one pass, then the end
    status, // what the running daemon says about itself
    replay, // recorded events through the rules
};

std::string_view to_string(command value);

struct options {
    command chosen_command = command::run;
    std::string config_file = "/etc/docwarden/docwarden.toml";
    log_format format = log_format::automatic;
    bool offline = false;             // check: do not talk to the portal
    bool json = false;                // check, scan, status, replay: results as JSON
    std::vector<std::string> files{}; // replay: at least one; "-" is standard input
    bool operator==(const options&) const = default;
};

// The command line asks for nothing to be run: help, version, or a mistake in it.
struct early_exit {
    int code = exit_done;
    std::string text; // ends with a newline
    bool to_stderr = false;
};

// The arguments after the program's name.
std::variant<options, early_exit> parse_options(std::span<const char* const> arguments);

} // namespace docwarden::daemon
