#include "core/report/preflight_texts.hpp"

#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"
#include "core/portal/page_query.hpp"
#include "core/report/failure_texts.hpp"

#include <algorithm>

namespace docwarden::core
{

namespace
{

using finding = preflight_finding;

std::string name_text(std::string_view name)
{
    return clip_text(name, 80);
}

std::string span_text(tick length)
{
    return format_span(std::chrono::floor<std::chrono::seconds>(std::max(length, -length)));
}

const char* meaning_of_status(int tenant_status)
{
    switch (tenant_status) {
    case 1:
        return "is suspended";
    case 2:
        return "is about to be removed";
    case 3:
        return "is being transferred";
    case 4:
        return "is being restored from a backup";
    case 5:
        return "is being migrated";
    case 6:
        return "is being encrypted";
    default:
        return "is in a state that docwarden does not know";
    }
}

std::string version_text(finding result, const std::string& version)
{
    if (result == finding::version_current)
        return "DocSpace " + version;
    if (result == finding::version_unknown)
        return version.empty() ? "the portal does not say which version it runs"
                               : "the portal's version \"" + version + "\" cannot be understood";
    std::string text = "DocSpace " + version + " is old";
    if (result == finding::before_2_6)
        text += "; its audit records appear up to a minute late (docwarden reads them again; keep "
                "`lateness` at 2m or more)";
    if (result != finding::before_3_7_1)
        text += "; it has other page limits (docwarden requests 100 records, which every version "
                "allows)";
    return text + "; asked to disable a protected account, it answers 200 and does nothing "
                  "(docwarden reads each status back and reports it); it lets a key disable its "
                  "own user (docwarden never counts that user); and it does not enforce the scopes "
                  "of keys (a key can do more there than its scopes say)";
}

// --- what is found, by what the details are -------------------------------------------------

std::string found_in(finding result, std::monostate)
{
    switch (result) {
    case finding::no_write:
        return "the key lacks the scope accounts:write, so nobody can be disabled";
    case finding::no_read:
        return "the key lacks the scope *:read, so docwarden sees nothing";
    case finding::scopes_all:
        return "the key has full access; *:read and accounts:write would be enough";
    case finding::scopes_enough:
        return "the key has *:read and accounts:write, which is enough";
    case finding::filters_ignored:
        return explain_ignored_filter();
    default:
        return "the portal applies the requested filters";
    }
}

std::string found_in(finding result, const api_failure& failure)
{
    const auto unsaid = [&](const char* subject) {
        return with_detail("docwarden cannot find out " + std::string(subject), failure);
    };
    switch (result) {
    case finding::events_unread:
        return explain_reading_failure(failure);
    case finding::version_unanswered:
        return unsaid("the portal's version and state");
    case finding::key_not_known:
        return unsaid("when the key expires and what it allows") + "; old portals do not say";
    case finding::key_unanswered:
        return unsaid("when the key expires and what it allows");
    case finding::plan_unanswered:
        return unsaid("whether the portal's plan includes the audit trail");
    case finding::filters_unanswered:
        return unsaid("whether the portal applies the requested filters");
    default:
        break;
    }
    return explain_identity_failure(failure);
}

std::string found_in(finding result, const clock_pair& clocks)
{
    if (result == finding::date_missing)
        return explain_missing_date(clocks.host);
    if (result == finding::date_unbelievable)
        return explain_unbelievable_date(*clocks.portal, clocks.host);
    const tick skew = clocks.host - *clocks.portal;
    if (std::max(skew, -skew) < tick(std::chrono::seconds(2)))
        return "this host's clock and the portal's agree";
    const std::string text = "this host's clock is " + span_text(skew) +
                             (skew > tick(0) ? " ahead of" : " behind") + " the portal's";
    if (result == finding::clocks_agree)
        return text;
    return text + ". The portal dates the events, so nothing is missed, but each poll costs more, "
                  "and the times in the logs of the two systems do not match";
}

std::string found_in(finding result, const portal_facts& facts)
{
    if (result == finding::in_use)
        return facts.is_standalone ? "in use, self-hosted" : "in use";
    if (result != finding::not_in_use)
        return version_text(result, facts.version);
    return std::string("the portal ") + meaning_of_status(facts.tenant_status) + " (status " +
           std::to_string(facts.tenant_status) +
           "), so it returns neither its audit trail nor its users";
}

std::string found_in(finding result, const key_details& all)
{
    const std::string name = "the key \"" + name_text(all.key.name) + "\"";
    const std::string date = all.key.expires ? format_date(*all.key.expires) : "";
    switch (result) {
    case finding::key_inactive:
        return name + " is deactivated";
    case finding::key_expired:
        return name + " expired on " + date;
    case finding::other_user:
        return name + " was created by " + all.key.creator_id +
               ", but the portal identifies the caller as " + all.self_id +
               ", so it is unclear which user docwarden acts as";
    case finding::expires_soon:
        return name + " expires on " + date + ", in " + span_text(*all.key.expires - all.now) +
               "; after that docwarden sees nothing";
    default:
        return name + (date.empty() ? " is valid and does not expire" : " is valid until " + date);
    }
}

std::string found_in(finding result, const rights_details& all)
{
    if (result == finding::not_admin)
        return explain_missing_rights(all.self);
    const std::string name = name_text(all.self.display_name) + " (" + all.self.id + ")";
    if (result == finding::user_disabled || result == finding::user_pending)
        return "the API key belongs to " + name + ", whose account is " +
               (result == finding::user_disabled ? "disabled" : "not activated yet") +
               ", so the portal refuses the key, and nobody can be disabled";
    if (result == finding::is_owner)
        return name + " is the owner: everybody else can be disabled";
    const std::string owner = all.owner_id.empty() ? "" : " (" + all.owner_id + ")";
    return name +
           " is a DocSpace administrator: users and guests can be disabled, other administrators "
           "and the owner" +
           owner + " cannot";
}

std::string found_in(finding result, const quota_facts& quota)
{
    const std::string name = "the plan \"" + name_text(quota.plan) + "\"";
    if (result == finding::audit_unknown)
        return name + " does not say whether it includes the audit trail";
    if (result == finding::has_audit)
        return name + " includes the audit trail";
    return name + " lacks the audit trail, so docwarden sees only the newest 20 events and misses "
                  "bursts";
}

std::string found_in(finding result, const event_counts& counts)
{
    std::string text =
        "read " + counted(counts.rows, "event", "events") +
        (counts.source == events_source::last_hour ? " from the last hour" : " from one response");
    if (counts.rows >= page_query::rows_max)
        text += " (there may be more)";
    if (result == finding::events_understood)
        return text;
    if (result == finding::not_understood)
        return text + "; none of them could be understood, so docwarden sees nothing";
    return text + "; " + std::to_string(counts.not_understood) + " of them could not be understood";
}

} // namespace

std::string found_text(const preflight_result& result, std::string_view portal)
{
    if (result.finding == finding::connected)
        return std::string(portal) + " answers and accepts the key";
    return std::visit(
        [&](const auto& details) { return found_in(result.finding, details); }, result.details
    );
}

std::string_view advice_text(const preflight_result& result)
{
    switch (result.finding) {
    case finding::skew:
        return "synchronise both clocks (NTP)";
    case finding::version_unknown:
        return "docwarden supports DocSpace 2.5 to 3.7; check the portal's version";
    case finding::before_2_6:
    case finding::before_3_2_1:
    case finding::before_3_7_1:
        return "update the portal to 3.7.1 or later";
    case finding::not_in_use:
        return "wait until that is over, or end it in the portal's settings";
    case finding::user_disabled:
        return "enable the account, or create the key as another administrator";
    case finding::user_pending:
        return "have the user accept the invitation, or create the key as another administrator";
    case finding::key_inactive:
        return "activate it in the portal, or create and install a new one";
    case finding::key_expired:
        return "create and install a new one";
    case finding::other_user:
        return "check for a proxy that mixes up responses, then create and install a new key";
    case finding::expires_soon:
        return "create and install a new one before that date";
    case finding::key_not_known:
        return "look that up in the portal, and replace the key in time";
    case finding::no_write:
    case finding::no_read:
        return "create and install a key with the scopes *:read and accounts:write";
    case finding::audit_unknown:
        return "the check \"filters\" shows whether it does";
    case finding::no_audit:
        return "upgrade to a plan that includes the audit trail";
    case finding::not_understood:
        return "the portal may be newer than docwarden, so update docwarden";
    default: // nothing is to be done, or what is found says it
        return {};
    }
}

std::string text_of(const preflight_result& result)
{
    std::string text = found_text(result);
    if (const std::string_view advice = advice_text(result); !advice.empty())
        text.append(": ").append(advice);
    return text;
}

} // namespace docwarden::core
