#pragma once
// Everything an engine can be told, as values.

#include "core/containment/state_writer.hpp"
#include "core/containment/stored_state.hpp"
#include "core/portal/portal_call.hpp"
#include "core/settings/engine_settings.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace docwarden::core
{

// It is time: the moment asked for by step_result::wake_at has come (or any other).
struct woken {
};

// A new configuration, already checked.
struct reconfigured {
    shared_settings settings;
};

// Somebody wants a detection pass now; `token` comes back in scan_outcome.
struct scan_asked {
    std::uint64_t token = 0;
};

// What an earlier process has kept of this portal; first of all, or as soon as it can be read.
struct restored {
    stored_state kept;
};

// Why nothing can be written to the disk at present, whether or not there was something to write;
// empty: it can.
struct store_changed {
    std::string problem;
};

using input =
    std::variant<woken, answered, reconfigured, scan_asked, restored, committed, store_changed>;

} // namespace docwarden::core
