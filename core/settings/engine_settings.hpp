#pragma once
// What an engine must know about one portal, as one checked value. Reading it from a file, with
// positions for errors, is the daemon's work.

#include "core/settings/containment_settings.hpp"
#include "core/settings/polling_settings.hpp"
#include "core/settings/rule.hpp"

#include <memory>
#include <string>
#include <utility>
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

// One value for all that read it. A reload replaces it, nothing changes it.
using shared_settings = std::shared_ptr<const engine_settings>;
inline shared_settings share(engine_settings settings)
{
    return std::make_shared<const engine_settings>(std::move(settings));
}

// The rules alone, for whoever needs no more; they keep the settings alive.
inline shared_rules rules_of(const shared_settings& settings)
{
    return shared_rules(settings, &settings->rules);
}

} // namespace docwarden::core
