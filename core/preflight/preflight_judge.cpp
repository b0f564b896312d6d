#include "core/preflight/preflight_judge.hpp"

#include "core/portal/limits.hpp"

#include <algorithm>
#include <charconv>

namespace docwarden::core
{

namespace
{

struct product_version {
    unsigned major = 0;
    unsigned minor = 0;
    unsigned patch = 0;
    auto operator<=>(const product_version&) const = default;
};

// "3.7.2", "3.7.2.1544" or "3.7": the first three numbers.
std::optional<product_version> parse_version(std::string_view text)
{
    product_version read;
    unsigned* const parts[] = {&read.major, &read.minor, &read.patch};
    const char* at = text.data();
    const char* const end = at + text.size();
    std::size_t count = 0;
    for (unsigned* part : parts) {
        const auto [next, problem] = std::from_chars(at, end, *part);
        if (problem != std::errc())
            return std::nullopt;
        ++count;
        at = next;
        if (at == end)
            break;
        if (*at++ != '.')
            return std::nullopt;
    }
    return count >= 2 ? std::optional(read) : std::nullopt;
}

bool holds(const std::vector<std::string>& permissions, std::string_view scope)
{
    return std::find(permissions.begin(), permissions.end(), scope) != permissions.end();
}

preflight_finding finding_about_version(std::string_view text)
{
    const auto version = parse_version(text);
    if (!version)
        return preflight_finding::version_unknown;
    if (*version < product_version{2, 6, 0})
        return preflight_finding::before_2_6;
    if (*version < product_version{3, 2, 1})
        return preflight_finding::before_3_2_1;
    if (*version < product_version{3, 7, 1})
        return preflight_finding::before_3_7_1;
    return preflight_finding::version_current;
}

preflight_finding finding_about_user(const profile& self)
{
    // The portal refuses whatever comes from such an account, if not this time then the next.
    if (self.status == user_status::terminated)
        return preflight_finding::user_disabled;
    if (self.status == user_status::pending)
        return preflight_finding::user_pending;
    if (self.is_owner)
        return preflight_finding::is_owner;
    return self.is_admin ? preflight_finding::is_admin : preflight_finding::not_admin;
}

preflight_finding finding_about_key(const key_details& all)
{
    const key_facts& key = all.key;
    if (!key.is_active)
        return preflight_finding::key_inactive;
    if (key.expires && *key.expires <= all.now)
        return preflight_finding::key_expired;
    // Nothing is claimed about what was not answered.
    if (!all.self_id.empty() && !key.creator_id.empty() && key.creator_id != all.self_id)
        return preflight_finding::other_user;
    if (key.expires && *key.expires - all.now < tick(key_warning))
        return preflight_finding::expires_soon;
    return preflight_finding::key_valid;
}

} // namespace

preflight_result judge_clock(const std::optional<wall_time>& portal, wall_time host)
{
    const clock_pair clocks{portal, host};
    if (!portal)
        return {preflight_finding::date_missing, clocks};
    const tick skew = std::max(host - *portal, *portal - host);
    if (skew > tick(believable_date_skew_max))
        return {preflight_finding::date_unbelievable, clocks};
    if (skew > tick(skew_max))
        return {preflight_finding::skew, clocks};
    return {preflight_finding::clocks_agree, clocks};
}

preflight_result judge_version(const portal_facts& facts)
{
    return {finding_about_version(facts.version), facts};
}

preflight_result judge_portal(const portal_facts& facts)
{
    const bool is_in_use = facts.tenant_status == 0;
    return {is_in_use ? preflight_finding::in_use : preflight_finding::not_in_use, facts};
}

preflight_result judge_key(const key_facts& key, const profile* self, wall_time now)
{
    const key_details all{key, self != nullptr ? self->id : "", now};
    return {finding_about_key(all), all};
}

preflight_result judge_scopes(const key_facts& key)
{
    const auto& given = key.permissions;
    if (given.empty() || holds(given, "*") || holds(given, "*:write"))
        return {preflight_finding::scopes_all, {}};
    if (!holds(given, "accounts:write"))
        return {preflight_finding::no_write, {}};
    if (!holds(given, "*:read"))
        return {preflight_finding::no_read, {}};
    return {preflight_finding::scopes_enough, {}};
}

preflight_result judge_rights(const profile& self, const portal_facts* facts)
{
    return {
        finding_about_user(self), rights_details{self, facts != nullptr ? facts->owner_id : ""}};
}

preflight_result judge_plan(const quota_facts& quota)
{
    if (!quota.has_audit)
        return {preflight_finding::audit_unknown, quota};
    return {*quota.has_audit ? preflight_finding::has_audit : preflight_finding::no_audit, quota};
}

preflight_result judge_filters(const filter_probe& probe)
{
    // Nothing can have happened in the second that was asked about.
    const bool are_heeded = probe.rows == 0;
    return {
        are_heeded ? preflight_finding::filters_heeded : preflight_finding::filters_ignored, {}};
}

preflight_result judge_events(const audit_page& page, events_source source)
{
    const event_counts counts{source, page.rows, page.problems.size()};
    if (page.problems.empty())
        return {preflight_finding::events_understood, counts};
    return {
        page.events.empty() ? preflight_finding::not_understood
                            : preflight_finding::partly_understood,
        counts};
}

} // namespace docwarden::core
