#pragma once
// One crossing of one rule's threshold by one user, and what became of it: the unit an
// administrator talks about.

#include "core/base/time.hpp"
#include "core/containment/containment.hpp"
#include "core/detection/detector.hpp"
#include "core/settings/rule.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace docwarden::core
{

struct incident {
    static constexpr std::size_t files_max = 50;

    std::string id;        // 12 hexadecimal digits, the same after a restart: see incident_id
    std::string user;      // GUID, or an exporter's account name
    std::string user_name; // hostile text
    std::string rule;
    std::uint32_t threshold = 0;
    milliseconds window{0};
    response_mode response = response_mode::observe;
    breach_span span; // as far as it is known: it grows for as long as the crossing goes on
    // As of the moment at which the responder gave this value away.
    containment_state state = containment_state::observed;
    std::vector<evidence> files; // the newest ones of `span`
    std::string exempted_as{};   // the id, address or group by which its user was found exempt last
    bool is_end_told = false;    // that it is over, and it has not grown since
    bool operator==(const incident&) const = default;
};

// Made from what the incident is, not from a counter: finding the same crossing again after a
// restart gives the same id.
std::string incident_id(
    const std::string& portal,
    const std::string& user,
    const std::string& rule,
    wall_time first
);

// A new incident about that breach; without evidence, and in the state `observed`.
incident open_incident(const breach& crossing, const rule& crossed, const std::string& portal);

} // namespace docwarden::core
