#pragma once
// What a reload changes, in words. Pure.

#include "daemon/config/config.hpp"

#include <string>
#include <vector>

namespace docwarden::daemon
{

struct config_difference {
    std::vector<std::string> changes; // in force at once: "rule bulk-change: threshold 20 -> 10"
    std::vector<std::string> ignored; // changed in the file, but in force only after a restart
};

config_difference compare(const config& before, const config& after);

// `after` as far as it can be in force without a restart: connections, the admin endpoint and the
// set of portals stay as in `before`.
config applicable(const config& before, config after);

} // namespace docwarden::daemon
