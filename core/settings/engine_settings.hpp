#pragma once
// What an engine must know about one portal, as checked values. Reading them from a file, with
// positions for errors, is the daemon's work.

#include "core/settings/containment_settings.hpp"
#include "core/settings/polling_settings.hpp"
#include "core/settings/rule.hpp"

#include <string>
#include <vector>

namespace docwarden::core
{

// Everything one engine needs.
struct engine_settings {
    std::string portal; // the name shown in every message
    polling_settings polling;
    std::vector<rule> rules;
    containment_settings containment;
    std::string contact; // who is told to act; shown in alerts
    bool operator==(const engine_settings&) const = default;
};

} // namespace docwarden::core
