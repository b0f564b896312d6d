#include "core/report/incident_texts.hpp"

#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"
#include "core/report/course_texts.hpp"
#include "core/report/crossing_texts.hpp"
#include "core/report/release_texts.hpp"

#include <utility>

namespace docwarden::core
{

std::string format_user(const incident& subject)
{
    if (subject.user_name.empty())
        return clip_text(subject.user);
    return clip_text(subject.user_name, 80) + " (" + clip_text(subject.user) + ")";
}

std::string format_crossing(const incident& subject)
{
    return format_user(subject) + " changed " + format_count(subject) + " (rule " +
           clip_text(subject.rule, 64) + ", threshold " + std::to_string(subject.threshold);
}

std::vector<report_field> fields_of(const incident& subject)
{
    return {
        {"USER_ID", subject.user},
        {"USER", subject.user_name},
        {"RULE", subject.rule},
        {"COUNT", std::to_string(subject.span.count)},
        {"THRESHOLD", std::to_string(subject.threshold)},
        {"WINDOW", format_span(subject.window)},
        {"MODE", std::string(to_string(subject.response))},
        {"INCIDENT", subject.id},
        {"STATE", std::string(to_string(subject.state))},
        {"CROSSED_AT", format_date(subject.span.first)},
    };
}

namespace
{

constexpr std::size_t problem_length_max = 400;

std::string listed(const std::vector<std::string>& ids, const char* separator)
{
    std::string text;
    for (const std::string& id : ids)
        text += (text.empty() ? "" : separator) + id;
    return text;
}

void add_course(report& record, const incident_fact& fact)
{
    for (report_field& field : course_fields(fact.subject))
        record.fields.push_back(std::move(field));
    if (!fact.ended_too.empty())
        record.fields.push_back({"ENDED_TOO", listed(fact.ended_too, " ")});
}

// How far it went until the account was disabled, and which crossings are over with that.
std::string describe_course(const incident_fact& fact)
{
    std::string text = "Seen until then: " + format_count(fact.subject) + ", " +
                       format_course(fact.subject.span) + " (incident " + fact.subject.id + ").";
    if (!fact.ended_too.empty())
        text += " It ends " + listed(fact.ended_too, ", ") + " as well.";
    return text;
}

// Any other record about an incident.
report
incident_report(report_kind kind, priority level, const incident_fact& fact, std::string message)
{
    return {kind, level, std::move(message), fields_of(fact.subject)};
}

std::string describe_latency(milliseconds took)
{
    return took.count() == 0 ? "less than a millisecond after the decision"
                             : format_span(took) + " after the decision";
}

report contained_report(const incident_fact& fact, bool by_us)
{
    std::string message = by_us ? "Account disabled: " : "Account was already disabled: ";
    message += format_user(fact.subject);
    if (!fact.actor.empty())
        message += ", by " + clip_text(fact.actor, 80);
    message += by_us ? ", confirmed by the portal " + describe_latency(fact.took)
                     : "; no request was sent";
    message += ". " + describe_course(fact) + ' ';
    message += fact.release_at
                   ? "docwarden enables it again on " + format_second(*fact.release_at) +
                         " unless a person decides otherwise."
                   : "When the case is settled, enable the user again in the portal.";
    report record =
        incident_report(report_kind::contained, priority::notice, fact, std::move(message));
    if (fact.release_at)
        record.fields.push_back({"RELEASE_AT", format_second(*fact.release_at)});
    const std::string by = fact.actor.empty() ? "somebody else" : fact.actor;
    record.fields.push_back({"BY", by_us ? "docwarden" : by});
    record.fields.push_back({"LATENCY_MS", std::to_string(fact.took.count())});
    add_course(record, fact);
    return record;
}

report gone_report(const incident_fact& fact)
{
    report record = incident_report(
        report_kind::contained,
        priority::notice,
        fact,
        "Account removed: " + format_user(fact.subject) +
            " is no longer a user of the portal, so nothing is left to disable. " +
            describe_course(fact)
    );
    record.fields.push_back({"BY", "somebody else"});
    add_course(record, fact);
    return record;
}

// Why an account cannot be disabled, as the end of a sentence about it, and what to do instead.
std::string explain_guard(protection guard)
{
    switch (guard) {
    case protection::owner:
        return "is the owner of the portal, whom nobody can disable. Contact the person, change "
               "the password and end the sessions, or restrict the portal by IP address.";
    case protection::self:
        return "is the account whose API key docwarden itself uses. Somebody else has the key or "
               "the account: revoke the key in the portal and install a new one.";
    case protection::administrator:
        return "is a DocSpace administrator, whom only the owner's key can disable. Have the owner "
               "disable the account now, or give docwarden a key of the owner.";
    case protection::none:
        break;
    }
    return "is protected.";
}

// "10% of 34 active users".
std::string format_share(const user_share& share)
{
    return std::to_string(share.percent) + "% of " +
           counted(share.users, "active user", "active users") +
           (share.is_below_one() ? ", but at least 1" : "");
}

// What has to be raised for more room.
std::string settings_of(const disable_limit& limit)
{
    if (!limit.share)
        return "max_disables";
    return limit.is_number ? "max_disables and max_disables_share" : "max_disables_share";
}

report describe_hold(const incident_fact& fact)
{
    const disable_limit& limit = fact.limit;
    report record = incident_report(
        report_kind::held,
        priority::critical,
        fact,
        "HELD, not disabled: " + format_user(fact.subject) + ". The limit of " +
            counted(limit.most, "disabled account", "disabled accounts") + " within " +
            format_span(limit.window) +
            (limit.share ? " (" + format_share(*limit.share) + ")" : "") +
            " is reached. Disable the account in the portal now if that is right, or raise " +
            settings_of(limit) + " and reload: docwarden then decides again about held accounts."
    );
    record.fields.push_back({"LIMIT", std::to_string(limit.most)});
    record.fields.push_back({"LIMIT_WINDOW", format_span(limit.window)});
    if (limit.share) {
        record.fields.push_back({"LIMIT_SHARE", std::to_string(limit.share->percent) + '%'});
        record.fields.push_back({"ACTIVE_USERS", std::to_string(limit.share->users)});
    }
    return record;
}

report describe_trouble(const incident_fact& fact)
{
    const std::string user = format_user(fact.subject);
    const std::string problem =
        fact.failure ? clip_text(fact.failure->text, problem_length_max)
                     : "the portal accepts the request to disable the account but leaves it active";
    switch (fact.event) {
    case incident_event::refused:
        return incident_report(
            report_kind::refused,
            priority::alert,
            fact,
            "CANNOT CONTAIN, ACT NOW: " + user + ' ' + explain_guard(fact.guard)
        );
    case incident_event::failed:
        return incident_report(
            report_kind::failed,
            priority::alert,
            fact,
            "NOT CONTAINED, ACT NOW: " + user + " could not be disabled: " + problem +
                ". Disable the account in the portal, without waiting for docwarden to succeed."
        );
    default:
        return incident_report(
            report_kind::retrying,
            priority::error,
            fact,
            "Disabling " + user + " has not succeeded yet: " + problem
        );
    }
}

report describe_end(const incident_fact& fact)
{
    const std::string user = format_user(fact.subject);
    switch (fact.event) {
    case incident_event::called_off:
        return incident_report(
            report_kind::observed,
            priority::notice,
            fact,
            "Called off: the rules in force no longer disable " + user +
                ". A request that has already been sent may still take effect."
        );
    case incident_event::overruled:
        return incident_report(
            report_kind::observed,
            priority::notice,
            fact,
            "Called off: somebody changed the status of " + user +
                " in the portal, which settles what came before. Only further changes count. A "
                "request that has already been sent may still take effect."
        );
    default:
        return incident_report(
            report_kind::observed,
            priority::info,
            fact,
            "Further changes by " + user + " were recorded; the account is still disabled."
        );
    }
}

// The crossing is over, and nothing of it was in the way.
report describe_over(const incident_fact& fact)
{
    const incident& subject = fact.subject;
    const bool is_observed = subject.response == response_mode::observe;
    report record = incident_report(
        report_kind::crossing_ended,
        is_observed ? priority::info : priority::notice,
        fact,
        "Over: " + format_crossing(subject) + ", mode " + std::string(to_string(subject.response)) +
            "), " + format_course(subject.span) + ". "
    );
    const bool is_active_still =
        subject.response == response_mode::disable && subject.state != containment_state::contained;
    if (subject.state == containment_state::rejected)
        record.message += "It was called off. "; // and perhaps a person has disabled the account
    else if (is_active_still)
        record.message +=
            "The account was not disabled (" + std::string(to_string(subject.state)) + "). ";
    record.message += "Incident " + subject.id + '.';
    add_course(record, fact);
    return record;
}

} // namespace

report describe(const incident_fact& fact, const std::string& contact)
{
    switch (fact.event) {
    case incident_event::observed:
    case incident_event::alerted:
    case incident_event::exempted:
    case incident_event::out_of_date:
    case incident_event::not_an_account:
    case incident_event::disabling:
    case incident_event::joined:
    case incident_event::held_by_reload:
    case incident_event::went_on:
    case incident_event::active_again:
        break;
    case incident_event::held_by_limit:
        return describe_hold(fact);
    case incident_event::contained:
    case incident_event::already_contained:
        return contained_report(fact, fact.event == incident_event::contained);
    case incident_event::gone:
        return gone_report(fact);
    case incident_event::refused:
    case incident_event::failed:
    case incident_event::retrying:
        return describe_trouble(fact);
    case incident_event::still_disabled:
    case incident_event::called_off:
    case incident_event::overruled:
        return describe_end(fact);
    case incident_event::released:
    case incident_event::given_back:
    case incident_event::reasserting:
    case incident_event::kept_disabled:
    case incident_event::release_failed:
        return describe_release(fact);
    case incident_event::over:
        return describe_over(fact);
    }
    return describe_crossing(fact, contact);
}

} // namespace docwarden::core
