#include "core/report/crossing_texts.hpp"

#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"
#include "core/report/course_texts.hpp"
#include "core/report/incident_texts.hpp"

#include <chrono>

namespace docwarden::core
{

std::string describe_countdown(const incident_fact& fact)
{
    if (fact.countdown == milliseconds(0))
        return " now";
    return " in " + format_span(fact.countdown) + ", at " + format_second(fact.disable_at);
}

void add_countdown(report& record, const incident_fact& fact)
{
    if (fact.countdown == milliseconds(0))
        return;
    record.fields.push_back({"COUNTDOWN", format_span(fact.countdown)});
    record.fields.push_back({"DISABLE_AT", format_second(fact.disable_at)});
}

namespace
{

// A crossing, whatever is done about it. It has to be understood alone, so it says everything.
report crossing_report(
    report_kind kind,
    priority level,
    const incident_fact& fact,
    const std::string& contact,
    const char* headline,
    const std::string& next_step
)
{
    const incident& subject = fact.subject;
    report record{kind, level, {}, fields_of(subject)};
    record.message = std::string(headline) + ": " + format_crossing(subject) + ", mode " +
                     std::string(to_string(subject.response)) + "). " + next_step;
    record.fields.push_back({"FILES", list_files(subject)});
    add_countdown(record, fact);
    if (!contact.empty())
        record.fields.push_back({"CONTACT", contact});
    return record;
}

// What is to become of the account, and what people can do about that.
std::string describe_attempt(const incident_fact& fact, const char* again = "")
{
    if (fact.countdown == milliseconds(0))
        return std::string("Trying to disable the account") + again + " now.";
    return std::string("docwarden disables the account") + again + describe_countdown(fact) +
           ". Until then: disable it in the portal if that is right, or exempt the user and reload "
           "if it is not.";
}

// What follows the crossing itself in an alert.
std::string next_step_after(const incident_fact& fact)
{
    switch (fact.event) {
    case incident_event::alerted:
        return "This rule only alerts: decide whether to disable the account in the portal.";
    case incident_event::out_of_date:
        return "The changes ended more than 24 hours ago, so the account was not disabled: review "
               "them in the portal.";
    case incident_event::not_an_account:
        return "This is not the id of a portal account, so docwarden cannot disable it: act now.";
    case incident_event::joined:
        return "Incident " + fact.other_incident + " already covers this account (" +
               std::string(to_string(fact.subject.state)) + ")." +
               (fact.countdown == milliseconds(0) ? "" : ' ' + describe_attempt(fact));
    case incident_event::went_on:
        return "The user was held after a reload and continues. " + describe_attempt(fact);
    case incident_event::active_again:
        return "The account had been disabled and is active again. " +
               describe_attempt(fact, " again");
    case incident_event::held_by_reload:
        return "By the reloaded rules, changes from before the reload cross the threshold: held, "
               "not disabled. docwarden disables the account if the user continues; otherwise "
               "decide in the portal.";
    default:
        return describe_attempt(fact);
    }
}

// What the configuration says of the exemption, as the end of a sentence.
std::string explain_exemption(const exemption& by)
{
    std::string text = by.group.empty()
                           ? "the configuration exempts this user"
                           : "the configuration exempts the group " + clip_text(by.group, 128);
    if (by.until)
        text += " until " + format_second(*by.until);
    if (!by.reason.empty())
        text += " (" + by.reason + ")";
    text += '.';
    if (!by.owner.empty())
        text += " Ask " + by.owner + " about the exemption.";
    return text;
}

report describe_exempted(const incident_fact& fact)
{
    const exemption& by = fact.exempted_by;
    report record = crossing_report(
        report_kind::exempted,
        priority::warning,
        fact,
        {},
        "Exempt",
        "The account is not disabled, because " + explain_exemption(by)
    );
    if (!by.reason.empty())
        record.fields.push_back({"EXEMPT_REASON", by.reason});
    if (!by.owner.empty())
        record.fields.push_back({"EXEMPT_OWNER", by.owner});
    if (by.until)
        record.fields.push_back({"EXEMPT_UNTIL", format_second(*by.until)});
    return record;
}

} // namespace

report describe_crossing(const incident_fact& fact, const std::string& contact)
{
    switch (fact.event) {
    case incident_event::observed:
        return crossing_report(
            report_kind::observed,
            priority::notice,
            fact,
            {},
            "Observed",
            "This rule only observes: nothing was done."
        );
    case incident_event::exempted:
        return describe_exempted(fact);
    default: {
        const bool is_held = fact.event == incident_event::held_by_reload;
        return crossing_report(
            is_held ? report_kind::held : report_kind::alert,
            priority::critical,
            fact,
            contact,
            "SECURITY ALERT",
            next_step_after(fact)
        );
    }
    }
}

} // namespace docwarden::core
