#pragma once
// The calls an engine makes to a portal, and the answers to them, each named by its call. A new
// call is a request here, a result if no other request has such a one, and its bytes in
// net/docspace.

#include "core/audit/event.hpp"
#include "core/base/check.hpp"
#include "core/portal/page_query.hpp"
#include "core/portal/portal_api.hpp"
#include "core/settings/disable_method.hpp"

#include <optional>
#include <string>
#include <variant>

namespace docwarden::core
{

// One page of the audit trail. Its result is an audit_page.
struct page_request {
    page_query query;
};

// The profile of the key's own user. Its result is a profile.
struct identity_request {
};

// The portal's version and state. Its result are portal_facts.
struct settings_request {
};

// The API key in use. Its result are key_facts.
struct key_request {
};

// What the portal's plan holds. Its result are quota_facts.
struct quota_request {
};

// Whether the portal heeds filters. Its result is a filter_probe.
struct probe_request {
};

// The portal's groups from that position on. Its result is a group_page.
struct groups_request {
    std::size_t start = 0;
};

// The members of a group from that position on. Its result is a member_page.
struct members_request {
    std::string group; // a GUID
    std::size_t start = 0;
};

// How many users of the portal are active. Its result are active_users.
struct active_users_request {
};

// Who somebody is that the configuration names. Its result is a profile.
struct person_request {
    std::string name; // a GUID or an e-mail address
};

// The profile of a user. Its result is a profile.
struct profile_request {
    std::string user; // a GUID
};

// Disables an account. Its result is `accepted`.
struct disable_request {
    std::string user; // a GUID
    disable_method method = disable_method::status;
    std::string comment; // for the portal; it keeps it only in some versions
};

// Enables a disabled account again. Its result is `accepted`.
struct enable_request {
    std::string user; // a GUID
    disable_method method = disable_method::status;
};

using portal_request = std::variant<
    page_request,
    identity_request,
    settings_request,
    key_request,
    quota_request,
    probe_request,
    groups_request,
    members_request,
    active_users_request,
    person_request,
    profile_request,
    disable_request,
    enable_request>;

// It is part of containing an account, or of giving it back: it must not be cut off lightly.
inline bool concerns_account(const portal_request& request)
{
    return std::holds_alternative<profile_request>(request) ||
           std::holds_alternative<disable_request>(request) ||
           std::holds_alternative<enable_request>(request);
}

struct call {
    call_id id = 0;
    portal_request request;
};

// A page that broke off: why, and what could be read before that.
struct partial_page {
    api_failure failure;
    audit_page read;
    bool operator==(const partial_page&) const = default;
};

// What came of a call: what its request asks for, or a failure.
using portal_result = std::variant<
    api_failure,
    partial_page,
    audit_page,
    profile,
    portal_facts,
    key_facts,
    quota_facts,
    filter_probe,
    group_page,
    member_page,
    active_users,
    accepted>;

// The answer to the call of that id.
struct answered {
    call_id id = 0;
    std::optional<wall_time> date; // the Date header, of a failure too
    portal_result result;

    // Why there is no result of the kind asked for; null if there is.
    const api_failure* failure() const
    {
        if (const auto* broken_off = std::get_if<partial_page>(&result))
            return &broken_off->failure;
        return std::get_if<api_failure>(&result);
    }
    // The result, which must be of this kind; null if the call failed.
    template <class Value>
    const Value* value() const
    {
        const Value* found = std::get_if<Value>(&result);
        DOCWARDEN_ASSERT(found != nullptr || failure() != nullptr);
        return found;
    }
    // The same as one value, failure included.
    template <class Value>
    answer<Value> as() const
    {
        if (const api_failure* reason = failure())
            return {*reason, date};
        return {*value<Value>(), date};
    }
};

} // namespace docwarden::core
