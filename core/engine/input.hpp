#pragma once
// Everything an engine can be told, as values.

#include "core/detection/rule.hpp"
#include "core/portal/portal_api.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace docwarden::core
{

// It is time: the moment asked for by step_result::wake_at has come (or any other).
struct woken {
};

// The answer to fetch_page. On a failure `partial` holds what could be read before it.
struct page_answered {
    call_id call = 0;
    answer<audit_page> result;
    audit_page partial;
};

// The answer to fetch_identity: the profile of the key's own user.
struct identity_answered {
    call_id call = 0;
    answer<profile> result;
};

// The answer to fetch_settings.
struct settings_answered {
    call_id call = 0;
    answer<portal_facts> result;
};

// The answer to fetch_key.
struct key_answered {
    call_id call = 0;
    answer<key_facts> result;
};

// The answer to fetch_quota.
struct quota_answered {
    call_id call = 0;
    answer<quota_facts> result;
};

// The answer to fetch_canary.
struct canary_answered {
    call_id call = 0;
    answer<canary_sight> result;
};

// The answer to fetch_profile.
struct profile_answered {
    call_id call = 0;
    answer<profile> result;
};

// The answer to send_disable.
struct disable_answered {
    call_id call = 0;
    answer<accepted> result;
};

// A new configuration, already checked.
struct reconfigured {
    engine_settings settings;
};

// Somebody wants a detection pass now; `token` comes back in scan_finished.
struct scan_asked {
    std::uint64_t token = 0;
};

// How the latest save_coverage ended, when that differs from the one before.
struct store_answered {
    std::string error; // empty: it is durable
};

using input = std::variant<
    woken,
    page_answered,
    identity_answered,
    settings_answered,
    key_answered,
    quota_answered,
    canary_answered,
    profile_answered,
    disable_answered,
    reconfigured,
    scan_asked,
    store_answered>;

} // namespace docwarden::core
