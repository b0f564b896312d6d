#pragma once
// One result of the preflight as a value: what was found, and what a sentence about it must name.
// The topic, how bad it is and the code for machines follow from the finding. No sentences here.

#include "core/portal/portal_api.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace docwarden::core
{

// In the order in which results are given.
enum class preflight_topic {
    connection, // the portal answers, and accepts the key
    clock,      // how far the clocks are apart
    version,    // which bugs of the portal are to be reckoned with
    portal,     // it is in use, not suspended or being moved
    rights,     // what the key's user may do
    key,        // valid, for how long, and whose
    scopes,     // what the key may be used for
    plan,       // the portal's plan holds the audit trail
    filters,    // the portal answers what it is asked, and not something else
    events,     // the audit trail looks as the API promises
};

std::string_view to_string(preflight_topic topic);

enum class verdict {
    good,
    warning, // docwarden works; somebody should know
    bad,     // it would not see, or not act
};

// Topic by topic. A question that is not answered is a finding about the first topic that needs it.
enum class preflight_finding {
    connected,
    not_connected,
    clocks_agree, // nearly
    skew,
    date_missing,
    date_unbelievable,
    version_current,
    version_unknown,
    before_2_6,
    before_3_2_1,
    before_3_7_1,
    version_unanswered,
    in_use,
    not_in_use,
    is_owner,
    is_admin,
    not_admin,
    user_disabled,
    user_pending, // invited, and not activated yet
    key_valid,
    key_inactive,
    key_expired,
    other_user,
    expires_soon,
    key_not_known, // old portals cannot answer that
    key_unanswered,
    scopes_enough,
    scopes_all, // more than enough
    no_write,
    no_read,
    has_audit,
    no_audit,
    audit_unknown,
    plan_unanswered,
    filters_heeded,
    filters_ignored,
    filters_unanswered,
    events_understood,
    partly_understood,
    not_understood,
    events_unread,
};

// What the portal's Date header said, if anything, when this host's clock said `host`.
struct clock_pair {
    std::optional<wall_time> portal;
    wall_time host;
    bool operator==(const clock_pair&) const = default;
};

struct key_details {
    key_facts key;
    std::string self_id; // as whom the portal takes the key; empty if it does not say
    wall_time now;       // the portal's time
    bool operator==(const key_details&) const = default;
};

struct rights_details {
    profile self;
    std::string owner_id; // empty if the portal does not say
    bool operator==(const rights_details&) const = default;
};

enum class events_source { last_hour, one_answer };

struct event_counts {
    events_source source = events_source::last_hour;
    std::size_t rows = 0;
    std::size_t not_understood = 0;
    bool operator==(const event_counts&) const = default;
};

struct preflight_result {
    // One alternative for each topic, or why there is no answer; nothing where the finding says it.
    using details_type = std::variant<
        std::monostate,
        api_failure,
        clock_pair,
        portal_facts,
        key_details,
        rights_details,
        quota_facts,
        event_counts>;

    preflight_finding finding = preflight_finding::connected;
    details_type details;

    preflight_topic topic() const;
    verdict outcome() const;
    // Stable, for machines: "expires-soon". "ok" for everything good.
    std::string code() const;
    bool operator==(const preflight_result&) const = default;
};

} // namespace docwarden::core
