#include "core/report/failure_texts.hpp"

#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"
#include "core/report/report.hpp"

namespace docwarden::core
{

namespace
{

std::string with_detail(std::string text, const api_failure& failure)
{
    if (!failure.text.empty())
        text += " (" + clip_text(failure.text, 300) + ")";
    return text;
}

} // namespace

std::string explain_reading_failure(const api_failure& failure)
{
    switch (failure.kind) {
    case failure_kind::unauthorised:
        return with_detail(
            "The portal refuses the API key: it is wrong, expired or revoked, or its user is "
            "disabled. Nothing is seen and nobody can be contained: install a valid key and "
            "restart. "
            "Trying again slowly",
            failure
        );
    case failure_kind::unpaid:
        return with_detail(
            "The portal's plan does not allow reading the audit trail, or the portal is unpaid. "
            "Nothing is seen until that changes",
            failure
        );
    case failure_kind::forbidden:
        return with_detail(
            "The portal forbids reading the audit trail: the key's user must be the owner or a "
            "DocSpace administrator, the key needs the scope *:read, and this host's address must "
            "be allowed. Nothing is seen",
            failure
        );
    case failure_kind::not_found:
        return with_detail(
            "There is no portal at this address, or it is suspended: check `url`. Nothing is seen",
            failure
        );
    case failure_kind::throttled:
        return with_detail("The portal limits our requests; reading goes on more slowly", failure);
    case failure_kind::bad_answer:
        return with_detail(
            "The portal's answer about the audit trail cannot be understood; reading is tried "
            "again",
            failure
        );
    case failure_kind::redirected:
        return with_detail(
            "The portal redirects to another address, which is never followed with the key: "
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
        "The audit trail cannot be read; nothing is seen until it answers again", failure
    );
}

std::string explain_people_failure(const api_failure& failure)
{
    switch (failure.kind) {
    case failure_kind::unauthorised:
        return with_detail("The portal refuses the API key: nobody can be contained", failure);
    case failure_kind::forbidden:
        return with_detail(
            "The portal forbids what is needed to contain accounts: the key needs the scope "
            "accounts:write and an owner or DocSpace administrator as its user",
            failure
        );
    case failure_kind::unreachable:
    case failure_kind::interrupted:
    case failure_kind::unpaid:
    case failure_kind::not_found:
    case failure_kind::throttled:
    case failure_kind::rejected:
    case failure_kind::broken:
    case failure_kind::bad_answer:
    case failure_kind::redirected:
        break;
    }
    return with_detail(
        "The portal's people API does not work; containing accounts is tried again until it does",
        failure
    );
}

std::string explain_unbelievable_date(wall_time portal, wall_time host)
{
    return "The portal says it is " + format_date(portal) + ", this host says " +
           format_date(host) +
           ": more than a day apart, so the portal's clock is not used. Set the clocks right";
}

std::string explain_missing_date(wall_time host)
{
    return "The portal's answers do not say what time it is there (no readable Date), so this "
           "host's clock is used, by which it is " +
           format_date(host) + ": keep it synchronised, or changes are seen late or not at all";
}

std::string explain_missing_rights(const profile& self)
{
    return "The API key belongs to " + clip_text(self.display_name, 80) + " (" + self.id +
           "), who is neither the owner nor a DocSpace administrator: the audit trail cannot be "
           "read and nobody can be disabled. Create the key as an administrator";
}

std::string explain_gap()
{
    return "The audit trail has a stretch that could not be read completely: the portal's pages "
           "there do not add up. Some changes may have gone unseen; it is tried again";
}

std::string explain_ignored_filter()
{
    return "The portal answers with events outside of the time asked for: its plan lacks the audit "
           "feature, so only the newest 20 events can be seen and bursts are missed. Book a plan "
           "with the audit trail";
}

std::string explain_memory_limit()
{
    return "More changes than the memory limit allows: the oldest history is given up, so late "
           "events may not be counted";
}

priority urgency_of(failure_kind kind)
{
    return needs_person(kind) ? priority::critical : priority::error;
}

} // namespace docwarden::core
