#pragma once
// Everything that will happen in one world, drawn beforehand: a flat list, so that a failing
// history can be made smaller by leaving parts of it out, and told to a person.

#include "core/base/time.hpp"
#include "tests/sim/agenda.hpp"
#include "tests/sim/profile.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace docwarden::proof
{

enum class event_kind {
    burst,   // `who` changes `count` files within `length`
    enable,  // an administrator gives `who` back, if disabled for a while
    disable, // an administrator disables `who`
    scan,    // an operator asks for a pass
    reload,  // other thresholds, windows, responses, limits
    outage,  // no connection for `length`
    fault,   // `fault` happens to requests of `where` for `length`
    crash,   // the process dies; it is back after `length`
    stop,    // it is stopped in order; likewise
    jump,    // this host's wall clock is set `length` (of any sign) off
};
inline constexpr std::size_t event_kinds = static_cast<std::size_t>(event_kind::jump) + 1;

std::string_view to_string(event_kind kind);

struct event {
    event_kind kind = event_kind::burst;
    span at{0};
    span length{0};
    unsigned user = 0; // index of a person
    unsigned count = 0;
    std::uint64_t variety = 0; // feeds what is drawn while it happens; unique in its history
    fault_kind fault = fault_kind::refused;
    side where = side::all;
};

// Ascending by `at`.
using history = std::vector<event>;

history draw_history(const profile& world);

// One line an event.
std::string describe(const event& fact);
std::string describe(const history& events);

} // namespace docwarden::proof
