#include "core/preflight/preflight_result.hpp"

#include "core/base/check.hpp"

#include <algorithm>
#include <iterator>

namespace docwarden::core
{

namespace
{

struct finding_row {
    preflight_finding finding;
    preflight_topic topic;
    verdict outcome;
    const char* code; // null: the details say it
};

// The row of that finding.
const finding_row& row_of(preflight_finding wanted)
{
    using enum preflight_finding;
    using enum preflight_topic;
    using enum verdict;
    static constexpr finding_row rows[] = {
        {connected, connection, good, "ok"},
        {not_connected, connection, bad, nullptr},
        {clocks_agree, clock, good, "ok"},
        {skew, clock, warning, "skew"},
        {date_missing, clock, bad, "date-missing"},
        {date_unbelievable, clock, bad, "date-unbelievable"},
        {version_current, version, good, "ok"},
        {version_unknown, version, warning, "unknown"},
        {before_2_6, version, warning, "before-2.6"},
        {before_3_2_1, version, warning, "before-3.2.1"},
        {before_3_7_1, version, warning, "before-3.7.1"},
        {version_unanswered, version, warning, nullptr},
        {in_use, portal, good, "ok"},
        {not_in_use, portal, bad, nullptr},
        {is_owner, rights, good, "ok"},
        {is_admin, rights, good, "ok"},
        {not_admin, rights, bad, "not-admin"},
        {user_disabled, rights, bad, "user-disabled"},
        {user_pending, rights, bad, "user-pending"},
        {key_valid, key, good, "ok"},
        {key_inactive, key, bad, "inactive"},
        {key_expired, key, bad, "expired"},
        {other_user, key, bad, "other-user"},
        {expires_soon, key, warning, "expires-soon"},
        {key_not_known, key, warning, "not-known"},
        {key_unanswered, key, warning, nullptr},
        {scopes_enough, scopes, good, "ok"},
        {scopes_all, scopes, good, "ok"},
        {no_write, scopes, bad, "no-write"},
        {no_read, scopes, bad, "no-read"},
        {has_audit, plan, good, "ok"},
        {no_audit, plan, bad, "no-audit"},
        {audit_unknown, plan, warning, "unknown"},
        {plan_unanswered, plan, warning, nullptr},
        {filters_heeded, filters, good, "ok"},
        {filters_ignored, filters, bad, "filter-ignored"},
        {filters_unanswered, filters, warning, nullptr},
        {events_understood, events, good, "ok"},
        {partly_understood, events, warning, "partly-understood"},
        {not_understood, events, bad, "not-understood"},
        {events_unread, events, bad, nullptr},
    };
    const auto* const row = std::ranges::find(rows, wanted, &finding_row::finding);
    DOCWARDEN_ASSERT(row != std::end(rows));
    return *row;
}

} // namespace

preflight_topic preflight_result::topic() const
{
    return row_of(finding).topic;
}

verdict preflight_result::outcome() const
{
    return row_of(finding).outcome;
}

std::string preflight_result::code() const
{
    if (const char* code = row_of(finding).code)
        return code;
    if (const auto* facts = std::get_if<portal_facts>(&details))
        return "tenant-status-" + std::to_string(facts->tenant_status);
    return std::string(to_string(std::get<api_failure>(details).kind));
}

std::string_view to_string(preflight_topic topic)
{
    static constexpr const char* names[] = {
        "connection",
        "clock",
        "version",
        "tenant",
        "rights",
        "key",
        "scopes",
        "plan",
        "filters",
        "audit trail"};
    return names[static_cast<std::size_t>(topic)];
}

} // namespace docwarden::core
