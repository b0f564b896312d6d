#include "core/report/failure_texts.hpp"

#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"
#include "core/report/report.hpp"

namespace docwarden::core
{

namespace
{

constexpr std::size_t detail_length_max = 300;

} // namespace

std::string with_detail(std::string text, const api_failure& failure)
{
    if (!failure.text.empty())
        text += " (" + clip_text(failure.text, detail_length_max) + ")";
    return text;
}

std::string explain_identity_failure(const api_failure& failure)
{
    switch (failure.kind) {
    case failure_kind::unauthorised:
        return with_detail(
            "the portal refuses the API key: it is wrong, expired or revoked, or its user is "
            "disabled or not activated yet. Create a new key and install it",
            failure
        );
    case failure_kind::unpaid:
        return with_detail(
            "the portal does not answer because its subscription is unpaid: renew it", failure
        );
    case failure_kind::forbidden:
        return with_detail(
            "the portal denies the key access to its own user's profile: the key needs the scope "
            "*:read, and the portal must allow this host's IP address",
            failure
        );
    case failure_kind::not_found:
        return with_detail(
            "there is no portal at this address, or it is suspended: check `url`", failure
        );
    case failure_kind::gone:
        return with_detail(
            "the portal does not know the key's own user: create a key as an administrator", failure
        );
    case failure_kind::throttled:
        return with_detail(
            "the portal is rate-limiting docwarden, and should answer again within minutes", failure
        );
    case failure_kind::redirected:
        return with_detail(
            "the portal redirects to another address, where docwarden does not send the key: "
            "correct `url`",
            failure
        );
    case failure_kind::bad_answer:
        return with_detail(
            "the response is not from the API of a DocSpace portal, where `url` should lead",
            failure
        );
    // These texts say themselves what to look at: DNS, connection, certificate, time limit.
    case failure_kind::unreachable:
    case failure_kind::interrupted:
        if (!failure.text.empty())
            return clip_text(failure.text, detail_length_max);
        break;
    case failure_kind::rejected:
    case failure_kind::broken:
        break;
    }
    return with_detail(
        "the portal returned an unexpected response: check the portal's log", failure
    );
}

std::string explain_reading_failure(const api_failure& failure)
{
    switch (failure.kind) {
    case failure_kind::unauthorised:
        return with_detail(
            "The portal refuses the API key: it is wrong, expired or revoked, or its user is "
            "disabled or not activated yet. docwarden sees nothing and cannot disable anybody "
            "until the portal accepts the key, or a valid one is installed and docwarden restarted",
            failure
        );
    case failure_kind::unpaid:
        return with_detail(
            "The portal's plan does not include the audit trail, or the subscription is unpaid. "
            "docwarden sees nothing until that changes",
            failure
        );
    case failure_kind::forbidden:
        return with_detail(
            "The portal denies access to the audit trail, so docwarden sees nothing: the key's "
            "user must be the owner or a DocSpace administrator, the key needs the scope *:read, "
            "and the portal must allow this host's IP address",
            failure
        );
    case failure_kind::not_found:
    case failure_kind::gone:
        return with_detail(
            "There is no portal at this address, or it is suspended, so docwarden sees nothing: "
            "check `url`",
            failure
        );
    case failure_kind::throttled:
        return with_detail(
            "The portal is rate-limiting docwarden, which sees changes late or not at all", failure
        );
    case failure_kind::bad_answer:
        return with_detail(
            "The portal's response about the audit trail cannot be understood; docwarden sees "
            "nothing until that changes",
            failure
        );
    case failure_kind::redirected:
        return with_detail(
            "The portal redirects to another address, where docwarden does not send the key: "
            "correct `url`",
            failure
        );
    case failure_kind::unreachable:
    case failure_kind::interrupted:
    case failure_kind::rejected:
    case failure_kind::broken:
        break;
    }
    return with_detail(
        "The audit trail cannot be read; docwarden sees nothing until the portal answers again",
        failure
    );
}

std::string explain_people_failure(const api_failure& failure)
{
    switch (failure.kind) {
    case failure_kind::unauthorised:
        return with_detail("The portal refuses the API key, so nobody can be disabled", failure);
    case failure_kind::forbidden:
        return with_detail(
            "The portal denies access to its users, so nobody can be disabled: the key needs the "
            "scope accounts:write, and its user must be the owner or a DocSpace administrator",
            failure
        );
    case failure_kind::unreachable:
    case failure_kind::interrupted:
    case failure_kind::unpaid:
    case failure_kind::not_found:
    case failure_kind::gone:
    case failure_kind::throttled:
    case failure_kind::rejected:
    case failure_kind::broken:
    case failure_kind::bad_answer:
    case failure_kind::redirected:
        break;
    }
    return with_detail(
        "The portal's people API fails; nobody can be disabled until it answers again", failure
    );
}

std::string explain_lookup_failure(const api_failure& failure)
{
    const char* const consequence =
        "Users about whom no earlier answer is known fall under the rules for everybody; "
        "without an earlier number of active users max_disables alone limits docwarden";
    if (failure.kind == failure_kind::forbidden)
        return with_detail(
            std::string("The portal denies access to its groups and users. ") + consequence +
                ": give the key the scope *:read",
            failure
        );
    return with_detail(
        std::string("The groups and addresses in the configuration, or the number of active users, "
                    "cannot be looked up. "
        ) + consequence,
        failure
    );
}

std::string explain_unbelievable_date(wall_time portal, wall_time host)
{
    return "The portal's clock says " + format_date(portal) + ", this host's " + format_date(host) +
           ": they are more than a day apart, so docwarden ignores the portal's clock. Synchronise "
           "both clocks (NTP)";
}

std::string explain_missing_date(wall_time host)
{
    return "The portal's responses have no readable Date, so docwarden uses this host's clock, "
           "which says " +
           format_date(host) + ": keep it synchronised, or changes are seen late or not at all";
}

std::string explain_missing_rights(const profile& self)
{
    return "The API key belongs to " + clip_text(self.display_name, 80) + " (" + self.id +
           "), who is neither the owner nor a DocSpace administrator, so the audit trail cannot be "
           "read and nobody can be disabled. Create the key as an administrator";
}

std::string explain_gap()
{
    return "A period of the audit trail cannot be read completely: the portal returns inconsistent "
           "pages for it. Some changes in it may go unseen until that is over";
}

std::string explain_ignored_filter()
{
    return "The portal returns events from outside the requested period: its plan lacks the audit "
           "feature, so docwarden sees only the newest 20 events and misses bursts. Upgrade to a "
           "plan that includes the audit trail";
}

std::string explain_memory_limit()
{
    return "There are more changes than fit the memory limit: docwarden drops the oldest history, "
           "so late events may not be counted";
}

std::string explain_store_failure(const std::string& problem)
{
    const std::string cause =
        problem.empty() ? "a write has taken longer than two seconds" : problem;
    return "Decisions cannot be stored (" + cause +
           "). docwarden goes on from memory and stores them as soon as it can; if it ends before, "
           "it forgets them. Check the disk of the state directory";
}

priority urgency_of(failure_kind kind)
{
    return needs_person(kind) ? priority::critical : priority::error;
}

} // namespace docwarden::core
