// What is told once a crossing is over. And the users whom the portal's profile showed to be
// exempt, by address or group: each of their crossings is told once, too.

#include "core/containment/responder.hpp"

#include <algorithm>
#include <utility>

namespace docwarden::core
{

namespace
{

// Says which one it is, with a word that begins neither an id nor an address.
std::string name_of(const exemption& by)
{
    return by.group.empty() ? by.account : "group " + by.group;
}

} // namespace

// The incidents of a case are in the state of their account.
containment_state responder::state_of(const incident& subject) const
{
    const auto known = cases_.find(subject.user);
    const bool is_owned = known != cases_.end() && known->second.owns(subject.id);
    return is_owned ? known->second.machine.state() : subject.state;
}

// What becomes of it will be told, and that tells of its end as well.
bool responder::awaits_outcome(const incident& subject) const
{
    const auto known = cases_.find(subject.user);
    if (known == cases_.end() || !known->second.owns(subject.id))
        return false;
    if (known->second.is_unspoken())
        return true; // it may turn out to be nothing at all
    const containment_state state = known->second.machine.state();
    return state == containment_state::intended || state == containment_state::sending;
}

void responder::on_complete(wall_time complete, effects& out)
{
    for (const std::string& id : incidents_.untold_before(complete)) {
        const incident& subject = *incidents_.find(id);
        if (awaits_outcome(subject))
            continue;
        incidents_.tell_end(id);
        incident_fact fact{incident_event::over, subject};
        fact.subject.state = state_of(subject);
        out.emplace_back(std::move(fact));
    }
}

// What is told of the account tells the end of all that it had to do with.
void responder::end_with_account(const account_case& contained, incident_fact& fact)
{
    for (const std::string& id : contained.incidents) {
        incidents_.tell_end(id);
        if (id != fact.subject.id)
            fact.ended_too.push_back(id);
    }
}

// By what its account was when it was looked at, and by the settings of now.
bool responder::is_exempt_as(const incident* known, const step_time& now) const
{
    const std::vector<exemption>& exempt = limits().exempt;
    return known != nullptr && !known->exempted_as.empty() &&
           std::any_of(exempt.begin(), exempt.end(), [&](const exemption& candidate) {
               return name_of(candidate) == known->exempted_as &&
                      !candidate.has_expired(now.portal);
           });
}

bool responder::was_exempt(const account_case& before, const step_time& now) const
{
    return std::any_of(
        before.incidents.begin(),
        before.incidents.end(),
        [&](const std::string& id) { return is_exempt_as(incidents_.find(id), now); }
    );
}

bool responder::needs_no_warning(const std::string& user, const step_time& now) const
{
    if (find_exemption(user, limits().exempt, now.portal) != nullptr)
        return true;
    const auto known = cases_.find(user);
    if (known == cases_.end())
        return false;
    const containment_state state = known->second.machine.state();
    return is_open(state) || state == containment_state::contained ||
           was_exempt(known->second, now);
}

// Nothing was said yet, because its user was exempt before. Now it turns out otherwise.
void responder::speak(account_case& quiet, effects& out)
{
    if (!std::exchange(quiet.is_quiet, false))
        return;
    writer_.note_account(quiet.machine.user());
    for (const std::string& id : quiet.incidents)
        writer_.note_incident(id);
    incident_fact fact = announcement_of(quiet, incident_event::disabling);
    fact.subject.state = containment_state::intended; // as it was decided
    out.emplace_back(std::move(fact));
}

// An exemption turned up with the account's profile.
void responder::exempt_now(account_case& open, const exemption& by, effects& out)
{
    open.is_quiet = false;
    open.machine.end(containment::ending::exempted);
    for (const std::string& id : open.incidents) {
        incident* const subject = incidents_.find(id);
        if (subject != nullptr)
            subject->exempted_as = name_of(by);
    }
    close(open);
    incident_fact fact = fact_about(open, incident_event::exempted);
    fact.exempted_by = by;
    out.emplace_back(std::move(fact));
}

} // namespace docwarden::core
