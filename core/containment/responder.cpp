#include "core/containment/responder.hpp"

#include "core/base/check.hpp"
#include "core/base/text.hpp"

#include <algorithm>

namespace docwarden::core
{

namespace
{

// Whoever an earlier process held after a reload is held for all that came before that, read by now
// or not.
bool is_covered(const containment& held, const breach_span& span)
{
    return held.is_restored() && held.is_held_by(containment::hold_reason::reload) &&
           span.newest <= held.decided();
}

} // namespace

responder::responder(shared_settings settings, std::uint64_t seed)
    : settings_(std::move(settings)),
      choice_(std::make_shared<const rule_choice>(settings_->rules)), random_(seed)
{
}

bool responder::account_case::owns(const std::string& id) const
{
    return std::find(incidents.begin(), incidents.end(), id) != incidents.end();
}

void responder::account_case::act_for(const std::string& id)
{
    std::erase(incidents, id);
    incidents.insert(incidents.begin(), id);
}

bool responder::is_fresh(const breach_span& span, const step_time& now)
{
    return now.portal - span.newest <= tick(stale_after);
}

// Something is being done about the user, or has been done.
bool responder::has_live_case(const std::string& user) const
{
    const auto known = cases_.find(user);
    if (known == cases_.end())
        return false;
    const containment_state state = known->second.machine.state();
    return is_open(state) || state == containment_state::contained ||
           state == containment_state::refused;
}

void responder::on_breach(
    const breach& crossing,
    const rule& crossed,
    std::vector<evidence> files,
    bool is_held,
    const step_time& now,
    effects& out
)
{
    if (!crossing.is_new && !needs_new_decision(crossing, crossed, now)) {
        extend_incident(crossing, crossed, std::move(files), now, out);
        return;
    }
    incident subject = open_incident(crossing, crossed, settings_->portal);
    if (already_reported(subject, now)) {
        extend_incident(crossing, crossed, std::move(files), now, out);
        return;
    }
    subject.files = std::move(files);
    switch (crossed.response) {
    case response_mode::observe:
        leave_alone(std::move(subject), incident_event::observed, out);
        return;
    case response_mode::alert:
        leave_alone(std::move(subject), incident_event::alerted, out);
        return;
    case response_mode::disable:
        decide(std::move(subject), is_held, now, out);
    }
}

// The crossing began when its user was not to be disabled (the rule only alerted, an exemption
// held, it had seemed long over) and goes on now that nothing stands in the way any more.
bool responder::needs_new_decision(
    const breach& crossing,
    const rule& crossed,
    const step_time& now
)
{
    const incident* known = incidents_.newest_of(crossing.user, crossed.name);
    if (known != nullptr && known->response < crossed.response)
        return true; // a reload lets the rule do more
    return crossed.response == response_mode::disable && !has_live_case(crossing.user) &&
           !is_exempt_as(known, now) &&
           find_exemption(crossing.user, limits().exempt, now.portal) == nullptr &&
           is_guid(crossing.user) && is_fresh(crossing.span, now);
}

// The same crossing, counted anew after a reload or after clocks went back, with nothing new to do
// about it.
bool responder::already_reported(const incident& subject, const step_time& now) const
{
    const incident* known = incidents_.find(subject.id);
    if (known == nullptr)
        known = overlapping(subject);
    if (known == nullptr || known->response < subject.response)
        return false;
    const bool is_beyond_us =
        known->state == containment_state::refused || is_exempt_as(known, now) ||
        find_exemption(subject.user, limits().exempt, now.portal) != nullptr ||
        !is_fresh(subject.span, now);
    if (subject.response != response_mode::disable || is_beyond_us)
        return true;
    return has_live_case(subject.user);
}

// Stretches above one rule's threshold are disjoint: what overlaps is the same crossing. Its
// beginning may not be in what was read after a restart.
const incident* responder::overlapping(const incident& subject) const
{
    const incident* const known = incidents_.newest_of(subject.user, subject.rule);
    const bool is_same = known != nullptr && known->span.first <= subject.span.newest &&
                         subject.span.first <= known->span.newest;
    return is_same ? known : nullptr;
}

// The same crossing has become longer or higher.
void responder::extend_incident(
    const breach& crossing,
    const rule& crossed,
    std::vector<evidence> files,
    const step_time& now,
    effects& out
)
{
    const auto known = cases_.find(crossing.user);
    const bool is_held_no_more =
        known != cases_.end() &&
        known->second.machine.is_held_by(containment::hold_reason::reload) &&
        crossed.response == response_mode::disable &&
        crossing.span.newest > newest_change(known->second) &&
        !is_covered(known->second.machine, crossing.span);
    const incident* const subject =
        incidents_.crossing_of(crossing.user, crossed.name, crossing.span);
    if (subject != nullptr)
        incidents_.extend(std::string(subject->id), crossing.span, std::move(files));
    if (!is_held_no_more)
        return;
    // Held because a reload made old events cross; the user has gone on since, so that is over.
    known->second.machine.decide(now);
    resume(known->second, now);
    out.emplace_back(announcement_of(known->second, incident_event::went_on));
}

// Of all that the case is about.
wall_time responder::newest_change(const account_case& open) const
{
    wall_time newest = wall_time::min();
    for (const std::string& id : open.incidents) {
        if (const incident* const subject = incidents_.find(id))
            newest = std::max(newest, subject->span.newest);
    }
    return newest;
}

void responder::decide(incident subject, bool is_held, const step_time& now, effects& out)
{
    if (const exemption* by = find_exemption(subject.user, limits().exempt, now.portal)) {
        leave_alone(std::move(subject), incident_event::exempted, out, *by);
        return;
    }
    if (!is_fresh(subject.span, now)) {
        leave_alone(std::move(subject), incident_event::out_of_date, out);
        return;
    }
    if (!is_guid(subject.user)) {
        subject.state = containment_state::refused;
        leave_alone(std::move(subject), incident_event::not_an_account, out);
        return;
    }
    const auto known = cases_.find(subject.user);
    if (known != cases_.end() && is_open(known->second.machine.state())) {
        join(known->second, std::move(subject), is_held, now, out);
        return;
    }
    const bool was_contained =
        known != cases_.end() && known->second.machine.state() == containment_state::contained;
    // Without an identity no look can leave, and nobody would hear of it.
    const bool is_quiet = known != cases_.end() && !is_held && protection_.has_identity() &&
                          was_exempt(known->second, now);
    account_case& begun = begin_case(std::move(subject), now);
    if (was_contained) {
        begun.is_recheck = true;
        schedule(begun);
        return;
    }
    if (is_quiet) {
        begun.is_quiet = true;
        schedule(begun);
        return;
    }
    if (is_held) {
        begun.machine.hold(containment::hold_reason::reload);
        writer_.note_account(begun.machine.user());
        out.emplace_back(fact_about(begun, incident_event::held_by_reload));
        return;
    }
    // The place is taken now, so that it is on the disk by the time the account has been looked at.
    (void)budget_.take(begun.machine.user(), limits(), now);
    schedule(begun);
    out.emplace_back(announcement_of(begun, incident_event::disabling));
}

// From held: decided again.
void responder::resume(account_case& held, const step_time& now)
{
    held.machine.resume(now.mono);
    held.has_older_place = budget_.taken(held.machine.user()).has_value();
    (void)budget_.take(held.machine.user(), limits(), now);
    schedule(held);
}

// One more crossing of a user whose account is already dealt with.
void responder::join(
    account_case& open,
    incident subject,
    bool is_held,
    const step_time& now,
    effects& out
)
{
    const std::string id = subject.id;
    // Whoever is held and crosses anew is looked at anew; the limit decides again.
    const bool is_freed = open.machine.state() == containment_state::held && !is_held &&
                          !is_covered(open.machine, subject.span);
    if (!is_freed && open.owns(id))
        return;
    incidents_.open(std::move(subject));
    if (is_freed) {
        open.act_for(id);
        open.is_problem_reported = false;
        open.machine.decide(now);
        resume(open, now);
        out.emplace_back(announcement_of(open, incident_event::disabling));
        return;
    }
    open.incidents.push_back(id);
    writer_.note_account(open.machine.user());
    const incident& joined = *incidents_.find(id);
    if (open.machine.is_counting_down()) {
        const rule* const by = rule_of(joined);
        const milliseconds own = by != nullptr ? by->countdown : milliseconds(0);
        if (now.mono + own < *open.machine.due()) {
            open.machine.decide(now);
            count_down(open, own, now);
        }
    }
    incident_fact fact{incident_event::joined, joined};
    if (open.machine.is_counting_down()) {
        const auto left = *open.machine.due() - now.mono;
        fact.countdown = std::chrono::ceil<std::chrono::seconds>(left);
        fact.disable_at = now.portal + left;
    }
    fact.subject.state = open.machine.state();
    fact.other_incident = open.incidents.front();
    out.emplace_back(std::move(fact));
}

// Nothing is done about it.
void responder::leave_alone(
    incident subject,
    incident_event event,
    effects& out,
    const exemption& by
)
{
    incidents_.open(subject);
    incidents_.close(subject.id, subject.state);
    incident_fact fact{event, std::move(subject)};
    fact.exempted_by = by;
    out.emplace_back(std::move(fact));
}

responder::account_case& responder::begin_case(incident subject, const step_time& now)
{
    const std::string user = subject.user;
    const auto known = cases_.find(user);
    DOCWARDEN_ASSERT(known == cases_.end() || !is_open(known->second.machine.state()));
    void_calls(user);
    account_case begun(containment(user, limits().method, now));
    begun.has_older_place = budget_.taken(user).has_value();
    begun.incidents.push_back(subject.id);
    if (known != cases_.end())
        succeed(begun, known->second);
    incidents_.open(std::move(subject));
    return cases_.insert_or_assign(user, std::move(begun)).first->second;
}

// What is left of the user's case before.
void responder::succeed(account_case& begun, account_case& before)
{
    begun.ignore_before = before.ignore_before;
    begun.containments = before.containments;
    begun.contained_at = before.contained_at;
    if (before.machine.state() != containment_state::contained)
        return;
    if (before.watch)
        before.watch->interrupt(); // the new crossing comes first
    begun.earlier = std::make_unique<account_case>(std::move(before));
}

std::vector<incident> responder::incidents_since(wall_time since) const
{
    std::vector<incident> found;
    for (incident& subject : incidents_.since(since)) {
        subject.state = state_of(subject);
        const auto known = cases_.find(subject.user);
        if (known != cases_.end() && known->second.owns(subject.id)) {
            // Whether a recheck is about anything is not known before its account was looked at.
            if (known->second.is_recheck && known->second.incidents.front() == subject.id &&
                is_open(subject.state))
                continue;
        }
        found.push_back(std::move(subject));
    }
    return found;
}

bool responder::is_settled() const
{
    return std::all_of(cases_.begin(), cases_.end(), [](const auto& entry) {
        return entry.second.machine.is_settled();
    });
}

bool responder::is_acting() const
{
    return std::any_of(cases_.begin(), cases_.end(), [](const auto& entry) {
        const containment_state state = entry.second.machine.state();
        const bool is_watched =
            entry.second.watch && entry.second.watch->current() != custody::phase::resting;
        return is_watched || entry.second.machine.is_in_doubt() ||
               (is_open(state) && state != containment_state::held);
    });
}

std::size_t responder::open_cases() const
{
    const auto count = std::count_if(cases_.begin(), cases_.end(), [](const auto& entry) {
        return is_open(entry.second.machine.state());
    });
    return static_cast<std::size_t>(count);
}

std::map<containment_state, std::size_t> responder::cases_by_state() const
{
    std::map<containment_state, std::size_t> counts;
    for (const auto& entry : cases_)
        ++counts[entry.second.machine.state()];
    return counts;
}

} // namespace docwarden::core
