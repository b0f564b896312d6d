#pragma once
// The calls an engine makes to a portal, and the answers to them, each named by its call.

#include "core/audit/event.hpp"
#include "core/portal/disable_method.hpp"
#include "core/portal/page_query.hpp"
#include "core/portal/portal_api.hpp"

#include <string>

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

} // namespace docwarden::core
