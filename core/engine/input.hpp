#pragma once
// Everything an engine can be told, as values.

#include "core/portal/portal_call.hpp"
#include "core/settings/engine_settings.hpp"

#include <cstdint>
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

using input = std::variant<woken, answered, reconfigured, scan_asked>;

} // namespace docwarden::core
