#pragma once
// Configuration text to checked configuration: every key, range and default of design.md section 5.
// All that is wrong is found in one reading, except that a text that is no TOML ends it at once.

#include "daemon/config/config.hpp"
#include "daemon/config/diagnostic.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::daemon
{

inline constexpr std::size_t config_bytes_max = 1024 * 1024;

struct config_reading {
    std::optional<config> value; // there if and only if nothing is wrong
    std::vector<diagnostic> problems;
};

// Reads a whole configuration. `file_name` is only for the positions of problems.
config_reading read_config(std::string_view text, std::string file_name);

// The keys that a table of the configuration may have.
struct config_section {
    std::string_view name;
    std::span<const std::string_view> keys;
};

// Every table and key that read_config() knows.
std::span<const config_section> config_sections();

} // namespace docwarden::daemon
