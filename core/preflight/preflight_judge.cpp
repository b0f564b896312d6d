#include "core/preflight/preflight_judge.hpp"

#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"
#include "core/portal/failure_texts.hpp"
#include "core/portal/limits.hpp"
#include "core/portal/page_query.hpp"

#include <algorithm>

namespace docwarden::core
{

namespace
{

constexpr std::size_t name_bytes_max = 80;

preflight_result good(preflight_topic topic, std::string found)
{
    return {topic, verdict::good, "ok", std::move(found), {}};
}

std::string span_text(tick length)
{
    const auto whole =
        std::chrono::floor<std::chrono::seconds>(length < tick(0) ? -length : length);
    return format_span(whole);
}

bool holds(const std::vector<std::string>& permissions, std::string_view scope)
{
    return std::find(permissions.begin(), permissions.end(), scope) != permissions.end();
}

// What a failure of the first question means to somebody who is setting docwarden up. It does not
// say that anything is tried again: a command does not.
std::string explain_first_failure(failure_kind kind)
{
    switch (kind) {
    case failure_kind::unauthorised:
        return "the portal refuses the API key: it is wrong, expired or revoked, or its user is "
               "disabled. Create a new key and install it";
    case failure_kind::unpaid:
        return "the portal must be paid for before it answers";
    case failure_kind::forbidden:
        return "the portal forbids the key to read its own user's profile: it needs the scope "
               "*:read, and this host's address must be allowed there";
    case failure_kind::not_found:
        return "there is no portal at this address, or it is suspended: check `url`";
    case failure_kind::throttled:
        return "the portal limits our requests: check again in a minute";
    case failure_kind::redirected:
        return "the portal redirects to another address, which is never followed with the key: "
               "correct `url`";
    case failure_kind::bad_answer:
        return "what answers there is not the API of a DocSpace portal: check `url`";
    case failure_kind::unreachable:
    case failure_kind::interrupted:
    case failure_kind::rejected:
    case failure_kind::broken:
        break;
    }
    return "the portal answers, but not as it should: look into its own log";
}

} // namespace

preflight_result judge_connection(const api_failure* failure)
{
    if (failure == nullptr)
        return good(preflight_topic::connection, "the portal answers and accepts the key");
    const std::string detail = clip_text(failure->text, 300);
    preflight_result result{
        preflight_topic::connection, verdict::bad, std::string(to_string(failure->kind)), {}, {}};
    // These texts say themselves what to look at: DNS, connection, certificate, time limit.
    const bool is_network =
        failure->kind == failure_kind::unreachable || failure->kind == failure_kind::interrupted;
    result.found = is_network ? detail : explain_first_failure(failure->kind) + " (" + detail + ")";
    return result;
}

preflight_result judge_clock(const std::optional<wall_time>& portal, wall_time host)
{
    constexpr auto topic = preflight_topic::clock;
    if (!portal)
        return {topic, verdict::bad, "date-missing", explain_missing_date(host), {}};
    const tick skew = host - *portal;
    const tick size = std::max(skew, -skew);
    if (size > tick(believable_date_skew_max))
        return {
            topic, verdict::bad, "date-unbelievable", explain_unbelievable_date(*portal, host), {}};
    const std::string direction = skew > tick(0) ? " ahead of" : " behind";
    if (size > tick(skew_max))
        return {
            topic,
            verdict::warning,
            "skew",
            "this host's clock is " + span_text(skew) + direction +
                " the portal's. Events are dated by the portal, so nothing is missed, but each "
                "poll costs more, and the dates of the two systems' records do not match",
            "set the clocks right (NTP)"};
    if (size < tick(std::chrono::seconds(2)))
        return good(topic, "this host's clock and the portal's agree");
    return good(topic, "this host's clock is " + span_text(skew) + direction + " the portal's");
}

preflight_result judge_key(const key_facts& key, const profile* self, wall_time now)
{
    constexpr auto topic = preflight_topic::key;
    const std::string name = "the key \"" + clip_text(key.name, name_bytes_max) + "\"";
    if (!key.is_active)
        return {
            topic,
            verdict::bad,
            "inactive",
            name + " is deactivated",
            "activate it in the portal, or create and install a new one"};
    if (key.expires && *key.expires <= now)
        return {
            topic,
            verdict::bad,
            "expired",
            name + " expired on " + format_date(*key.expires),
            "create and install a new one"};
    if (self != nullptr && !key.creator_id.empty() && key.creator_id != self->id)
        return {
            topic,
            verdict::bad,
            "other-user",
            name + " was created by " + key.creator_id + ", but the portal takes us for " +
                self->id + ", so nobody can say for whom docwarden acts",
            "look for a proxy that mixes answers up, then create and install a new key"};
    if (key.expires && *key.expires - now < tick(key_warning))
        return {
            topic,
            verdict::warning,
            "expires-soon",
            name + " expires on " + format_date(*key.expires) + ", in " +
                span_text(*key.expires - now) + "; after that nothing is seen",
            "create and install a new one before"};
    return good(
        topic,
        name + (key.expires ? " is valid until " + format_date(*key.expires)
                            : std::string(" is valid and does not expire"))
    );
}

preflight_result judge_scopes(const key_facts& key)
{
    constexpr auto topic = preflight_topic::scopes;
    const auto& given = key.permissions;
    constexpr const char* enough = "*:read and accounts:write";
    const bool is_all = given.empty() || holds(given, "*") || holds(given, "*:write");
    const bool may_read = is_all || holds(given, "*:read");
    const bool may_act = is_all || holds(given, "accounts:write");
    if (!may_act)
        return {
            topic,
            verdict::bad,
            "no-write",
            "the key may not change accounts (the scope accounts:write is missing), so nobody can "
            "be disabled",
            std::string("create and install a key with the scopes ") + enough};
    if (!may_read)
        return {
            topic,
            verdict::bad,
            "no-read",
            "the key may not read the audit trail (the scope *:read is missing), so nothing is "
            "seen",
            std::string("create and install a key with the scopes ") + enough};
    if (is_all)
        return good(
            topic, std::string("the key may do everything; ") + enough + " would be enough"
        );
    return good(topic, std::string("the key has ") + enough + ", which is enough");
}

preflight_result judge_rights(const profile& self, const portal_facts* facts)
{
    constexpr auto topic = preflight_topic::rights;
    const std::string name = clip_text(self.display_name, name_bytes_max) + " (" + self.id + ")";
    const bool is_owner = self.is_owner || (facts != nullptr && facts->owner_id == self.id);
    if (is_owner)
        return good(topic, name + " is the owner: everybody else can be disabled");
    if (!self.is_admin)
        return {topic, verdict::bad, "not-admin", explain_missing_rights(self), {}};
    std::string found = name + " is a DocSpace administrator: users and guests can be disabled; "
                               "other administrators and the owner";
    if (facts != nullptr && !facts->owner_id.empty())
        found += " (" + facts->owner_id + ")";
    return good(topic, found + " can not");
}

preflight_result judge_plan(const quota_facts& quota)
{
    constexpr auto topic = preflight_topic::plan;
    const std::string name = "the plan \"" + clip_text(quota.plan, name_bytes_max) + "\"";
    if (!quota.has_audit)
        return {
            topic,
            verdict::warning,
            "unknown",
            name + " does not say whether it holds the audit trail",
            "see whether the portal ignores filters, below"};
    if (!*quota.has_audit)
        return {
            topic,
            verdict::bad,
            "no-audit",
            name + " lacks the audit trail: only the newest 20 events can be seen, and bursts are "
                   "missed",
            "book a plan with the audit trail"};
    return good(topic, name + " holds the audit trail");
}

preflight_result judge_filters(const filter_probe& probe)
{
    constexpr auto topic = preflight_topic::filters;
    if (probe.rows == 0)
        return good(topic, "the portal answers what it is asked");
    return {topic, verdict::bad, "filter-ignored", explain_ignored_filter(), {}};
}

preflight_result judge_events(const audit_page& page, std::string_view source)
{
    constexpr auto topic = preflight_topic::events;
    std::string found = std::to_string(page.rows);
    found += page.rows < page_query::rows_max ? " events " : " events or more ";
    found += source;
    if (page.problems.empty())
        return good(topic, std::move(found));
    found += "; " + std::to_string(page.problems.size()) + " of them could not be understood";
    if (page.events.empty())
        return {
            topic,
            verdict::bad,
            "not-understood",
            found + ", which is all of them: what happens there is not seen",
            "this docwarden does not know that portal's version; update docwarden"};
    return {topic, verdict::warning, "partly-understood", std::move(found), {}};
}

} // namespace docwarden::core
