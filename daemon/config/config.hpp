#pragma once
// The whole configuration of the process, checked and immutable: design.md section 5. Only
// `read_config` (daemon/config/config_text.hpp) makes one from text.

#include "core/settings/containment_settings.hpp"
#include "core/settings/engine_settings.hpp"
#include "core/settings/polling_settings.hpp"
#include "core/settings/rule.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace docwarden::daemon
{

struct portal_settings {
    std::string name;         // "portal" for a single [portal]; unique among several [[portal]]
    std::string url;          // origin only: scheme, host, optional port, no path
    std::string api_key_file; // empty: $CREDENTIALS_DIRECTORY/api-key, then env DOCSPACE_API_KEY
    core::polling_settings polling;
    core::milliseconds request_timeout{20'000}; // 1 s ... 5 m
    std::string ca_file;                        // extra trust anchor, empty for none
    std::string proxy;                          // http://host:port, empty for none
    bool operator==(const portal_settings&) const = default;
};

struct admin_settings {
    std::string address = "127.0.0.1"; // of the HTTP endpoint; a loopback or other local IP address
    std::uint16_t port = 3000;         // 0 lets the system choose (tests)
    bool enabled = true;               // false for listen = ""
    std::string socket = "/run/docwarden/control.sock";
    bool operator==(const admin_settings&) const = default;
};

struct config {
    std::vector<portal_settings> portals; // at least one
    std::vector<core::rule> rules;        // at least one, names unique
    core::containment_settings containment;
    std::string contact;
    admin_settings admin;
    std::string state_directory; // empty: $STATE_DIRECTORY, then /var/lib/docwarden
    bool operator==(const config&) const = default;

    // What the engine of that portal is to know.
    core::shared_settings settings_for(const portal_settings& portal) const;
};

} // namespace docwarden::daemon
