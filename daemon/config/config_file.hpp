#pragma once
// The configuration as a file: read_config() with the file's own troubles put into words.

#include "daemon/config/config_text.hpp"

#include <string>

namespace docwarden::daemon
{

config_reading read_config_file(const std::string& path);

} // namespace docwarden::daemon
