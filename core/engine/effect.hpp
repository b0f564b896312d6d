#pragma once
// Everything an engine can ask for, as values. The shell carries them out in order and feeds the
// answers back as inputs, named by their call.

#include "core/containment/incident.hpp"
#include "core/portal/portal_api.hpp"
#include "core/reading/coverage.hpp"
#include "core/report/conditions.hpp"
#include "core/report/report.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace docwarden::core
{

struct fetch_page {
    call_id call = 0;
    page_query query;
};

struct fetch_identity {
    call_id call = 0;
};

// The questions of the contract check (core/preflight/contract.hpp) besides that about the key's
// own user.
struct fetch_settings {
    call_id call = 0;
};

struct fetch_key {
    call_id call = 0;
};

struct fetch_quota {
    call_id call = 0;
};

struct fetch_canary {
    call_id call = 0;
};

struct fetch_profile {
    call_id call = 0;
    std::string user; // a GUID
};

struct send_disable {
    call_id call = 0;
    std::string user; // a GUID
    disable_method method = disable_method::status;
    std::string comment; // for the portal; it keeps it only in some versions
};

// To be kept for the next start: durable before the effects that follow.
struct save_coverage {
    coverage_record record;
};

// What a detection pass found.
struct scan_outcome {
    std::uint64_t token = 0;
    std::string error; // why it could not be made; empty if it was
    std::vector<incident> findings;
};

using effect = std::variant<
    fetch_page,
    fetch_identity,
    fetch_settings,
    fetch_key,
    fetch_quota,
    fetch_canary,
    fetch_profile,
    send_disable,
    report,
    scan_outcome,
    save_coverage>;

struct step_result {
    std::vector<effect> effects;
    std::optional<mono_time> wake_at; // send `woken` then, at the latest
};

} // namespace docwarden::core
