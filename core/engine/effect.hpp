#pragma once
// Everything an engine can ask for, as values. The shell carries them out in order and feeds the
// answers back as inputs, named by their call.

#include "core/containment/incident.hpp"
#include "core/containment/state_writer.hpp"
#include "core/portal/portal_call.hpp"
#include "core/report/fact.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace docwarden::core
{

// What a detection pass found.
struct scan_outcome {
    std::uint64_t token = 0;
    std::string error; // why it could not be made; empty if it was
    std::vector<incident> findings;
};

// A commit is answered by `committed`, whatever comes of it.
using effect = std::variant<call, fact, scan_outcome, commit>;

struct step_result {
    std::vector<effect> effects;
    std::optional<mono_time> wake_at; // send `woken` then, at the latest
};

} // namespace docwarden::core
