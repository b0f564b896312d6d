#include "core/report/release_texts.hpp"

#include "core/base/text.hpp"
#include "core/report/crossing_texts.hpp"
#include "core/report/incident_texts.hpp"

namespace docwarden::core
{

namespace
{

// Who changed the account, as the beginning of a sentence.
std::string format_actor(const incident_fact& fact)
{
    return fact.actor.empty() ? "somebody" : clip_text(fact.actor, 80);
}

} // namespace

report describe_release(const incident_fact& fact)
{
    const std::string user = format_user(fact.subject);
    const std::string about = fact.subject.id.empty() ? "" : " (incident " + fact.subject.id + ')';
    report record{report_kind::released, priority::notice, {}, fields_of(fact.subject)};
    switch (fact.event) {
    case incident_event::released:
        record.message = "Account enabled again: " + user +
                         ", because its time had come; confirmed by the portal" + about +
                         ". Only further changes count.";
        record.fields.push_back({"BY", "docwarden"});
        break;
    case incident_event::given_back:
        record.message = "Account enabled again: " + user + ", by " + format_actor(fact) +
                         " in the portal" + about + ". Only further changes count.";
        record.fields.push_back({"BY", fact.actor.empty() ? "somebody else" : fact.actor});
        break;
    case incident_event::reasserting:
        record.kind = report_kind::alert;
        record.level = priority::critical;
        record.message = "Account enabled against docwarden: " + user + ", by " +
                         format_actor(fact) + " in the portal" + about +
                         ". docwarden disables it again" + describe_countdown(fact) +
                         ", because of when_enabled = \"reassert\".";
        add_countdown(record, fact);
        record.fields.push_back({"BY", fact.actor.empty() ? "somebody else" : fact.actor});
        break;
    case incident_event::kept_disabled:
        record.kind = report_kind::contained;
        record.message = "Account stays disabled: " + format_actor(fact) +
                         " changed the status of " + user + " in the portal" + about +
                         ", so docwarden does not enable it again. A person does.";
        record.fields.push_back({"BY", fact.actor.empty() ? "somebody else" : fact.actor});
        break;
    default:
        record.kind = report_kind::failed;
        record.level = priority::critical;
        record.message = "NOT ENABLED AGAIN: " + user + " is still disabled" + about + ": ";
        record.message += fact.failure ? clip_text(fact.failure->text, 400)
                                       : "the portal accepts the request and changes nothing";
        record.message += ". docwarden tries again, at least every hour. Enable the account in the "
                          "portal, or make room for it.";
    }
    return record;
}

} // namespace docwarden::core
