#pragma once
// The sentence about a user who comes near a threshold. Pure text.

#include "core/containment/incident.hpp"
#include "core/report/report.hpp"

#include <cstdint>

namespace docwarden::core
{

// A user has crossed the lower line of a rule, and not its threshold.
struct warning_fact {
    incident subject; // what is known of it: it is none yet, and has no id
    std::uint32_t warn = 0;
};

report describe(const warning_fact& warning);

} // namespace docwarden::core
