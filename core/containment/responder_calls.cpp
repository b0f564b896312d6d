// The calls that open cases make, and what their answers change.

#include "core/base/check.hpp"
#include "core/base/text.hpp"
#include "core/containment/responder.hpp"

#include <algorithm>
#include <utility>

namespace docwarden::core
{

void responder::schedule(const account_case& open)
{
    writer_.note_account(open.machine.user());
    if (const auto due = open.machine.due())
        due_.emplace(*due, open.machine.user());
    if (open.watch && open.watch->due())
        due_.emplace(*open.watch->due(), open.machine.user());
}

std::optional<mono_time> responder::due(const step_time& now) const
{
    std::optional<mono_time> earliest = writer_.due();
    const auto consider = [&](std::optional<mono_time> moment) {
        if (moment)
            earliest = std::min(earliest.value_or(*moment), *moment);
    };
    if (!writer_.is_failing(now.mono))
        consider(writer_.late_at());
    if (protection_.has_identity() && !due_.empty() && calls_.size() < calls_max)
        consider(due_.begin()->first);
    if (protection_.has_identity())
        consider(release_due(now));
    return earliest;
}

// A call of an earlier case may still be under way; its end says when to go on.
bool responder::has_call_under_way(const std::string& user) const
{
    return std::any_of(calls_.begin(), calls_.end(), [&](const auto& call) {
        return call.second.user == user;
    });
}

void responder::void_calls(std::string_view user)
{
    for (auto& [id, call] : calls_)
        call.is_void = call.is_void || call.user == user;
}

void responder::pump(const step_time& now, call_id& last_call, effects& out)
{
    if (protection_.has_identity()) {
        pump_releases(now);
        pump_looks(now);
        pump_calls(now, last_call, out);
    }
    pump_commits(now.mono, out);
}

void responder::pump_calls(const step_time& now, call_id& last_call, effects& out)
{
    while (!due_.empty() && due_.begin()->first <= now.mono && calls_.size() < calls_max) {
        const std::string user = std::move(due_.begin()->second);
        due_.erase(due_.begin());
        const auto known = cases_.find(user);
        if (known == cases_.end() || has_call_under_way(user))
            continue;
        account_case& open = known->second;
        const containment::request request = open.machine.next(now.mono);
        if (request == containment::request::none) {
            pump_custody(open, now, last_call, out);
            continue;
        }
        const call_id id = ++last_call;
        calls_.emplace(id, call_under_way{user});
        if (request == containment::request::profile) {
            out.emplace_back(call{id, profile_request{user}});
            continue;
        }
        writer_.note_account(user);
        if (now.is_portal_known)
            open.requested = now.portal;
        const incident& subject = subject_of(open);
        const std::string comment = "Disabled by docwarden: changed more than " +
                                    std::to_string(subject.threshold) + " files within " +
                                    format_span(subject.window);
        out.emplace_back(call{id, disable_request{user, open.machine.method(), comment}});
    }
    DOCWARDEN_ASSERT(calls_.size() <= calls_max);
}

void responder::pump_custody(
    account_case& contained,
    const step_time& now,
    call_id& last_call,
    effects& out
)
{
    if (!contained.watch)
        return;
    const std::string& user = contained.machine.user();
    const custody::request request = contained.watch->next(now);
    if (request == custody::request::none)
        return;
    const call_id id = ++last_call;
    calls_.emplace(id, call_under_way{user});
    if (request == custody::request::profile) {
        out.emplace_back(call{id, profile_request{user}});
        return;
    }
    writer_.note_account(user);
    const disable_method method =
        contained.watch->is_ldap() ? disable_method::member : limits().method;
    out.emplace_back(call{id, enable_request{user, method}});
}

responder::account_case* responder::take_call(call_id call)
{
    const auto known = calls_.find(call);
    if (known == calls_.end())
        return nullptr;
    const call_under_way taken = known->second;
    calls_.erase(known);
    const auto open = cases_.find(taken.user);
    if (open == cases_.end())
        return nullptr;
    if (!taken.is_void)
        return &open->second;
    schedule(open->second); // it has waited for this call to end
    return nullptr;
}

void responder::on_profile(
    call_id call,
    const answer<profile>& answered,
    const step_time& now,
    effects& out
)
{
    account_case* open = take_call(call);
    if (open == nullptr)
        return;
    const api_failure* const failure = answered.failure();
    if (open->watch && open->watch->under_way() != custody::request::none) {
        custody& watch = *open->watch;
        const auto outcome = failure != nullptr
                                 ? watch.on_failure(*failure, now.mono, random_)
                                 : watch.on_profile(*answered.value(), now.mono, random_);
        conclude_custody(*open, outcome, answered.value(), now, out);
        return;
    }
    if (failure != nullptr) {
        speak(*open, out);
        conclude(*open, open->machine.on_profile_failure(*failure, now.mono, random_), now, out);
        return;
    }
    const profile& account = *answered.value();
    for (const std::string& id : open->incidents) {
        incident* const subject = incidents_.find(id);
        if (subject != nullptr && subject->user_name.empty())
            subject->user_name = account.display_name;
    }
    const auto outcome =
        open->machine.on_profile(account, protection_.guard_of(account), now.mono, random_);
    if (outcome == containment::outcome::may_send)
        gate(*open, account, now, out);
    else
        conclude(*open, outcome, now, out);
}

void responder::on_disabled(
    call_id call,
    const answer<accepted>& answered,
    const step_time& now,
    effects& out
)
{
    account_case* open = take_call(call);
    if (open == nullptr)
        return;
    if (const api_failure* failure = answered.failure())
        conclude(*open, open->machine.on_disable_failure(*failure, now.mono, random_), now, out);
    else
        conclude(*open, open->machine.on_disable_accepted(now.mono), now, out);
}

// The last look before the request leaves: exemptions by address, and the budget.
void responder::gate(account_case& open, const profile& account, const step_time& now, effects& out)
{
    if (const auto by = std::exchange(open.changed_by, std::nullopt)) {
        overrule(open, *by, now, out);
        if (!is_open(open.machine.state()))
            return; // otherwise the user has gone on since
    }
    if (open.is_unspoken())
        open.machine.decide(now);
    if (open.is_recheck) {
        open.is_recheck = false;
        for (const std::string& id : open.earlier->incidents)
            incidents_.close(id, containment_state::released);
        open.earlier.reset();
        for (const std::string& id : open.incidents)
            writer_.note_incident(id);
        out.emplace_back(announcement_of(open, incident_event::active_again));
    }
    if (const exemption* by = find_exemption(account, limits().exempt, now.portal)) {
        exempt_now(open, *by, out);
        return;
    }
    speak(open, out);
    const bool may_be_stale = open.machine.is_restored() && now.is_portal_known;
    if (may_be_stale && !is_fresh(subject_of(open).span, now)) {
        call_off(open, incident_event::out_of_date, now, out);
        return;
    }
    open.machine.use(account.is_ldap ? disable_method::member : limits().method);
    if (budget_.take(open.machine.user(), limits(), now)) {
        if (const milliseconds left = time_left(open, now); left > milliseconds(0)) {
            count_down(open, left, now);
            return;
        }
        if (may_send(open, now.mono))
            open.machine.send(now.mono);
        else
            open.machine.await_commit(now.mono + containment::commit_patience);
        schedule(open);
        return;
    }
    open.machine.hold(containment::hold_reason::limit);
    writer_.note_account(open.machine.user());
    incident_fact fact = fact_about(open, incident_event::held_by_limit);
    fact.limit = budget_.limit(limits());
    out.emplace_back(std::move(fact));
}

void responder::conclude(
    account_case& concluded,
    containment::outcome outcome,
    const step_time& now,
    effects& out
)
{
    speak(concluded, out);
    schedule(concluded);
    if (!is_open(concluded.machine.state()))
        close(concluded);
    switch (outcome) {
    case containment::outcome::unchanged:
    case containment::outcome::may_send:
        return;
    case containment::outcome::contained:
    case containment::outcome::already_contained:
        conclude_contained(concluded, outcome == containment::outcome::contained, now, out);
        return;
    case containment::outcome::gone: {
        // Should it be there after all, its next changes are a new crossing.
        ignore_before(concluded, answered_until(concluded, now), out);
        incident_fact fact = fact_about(concluded, incident_event::gone);
        end_with_account(concluded, fact);
        out.emplace_back(std::move(fact));
        return;
    }
    case containment::outcome::refused: {
        incident_fact fact = fact_about(concluded, incident_event::refused);
        fact.guard = concluded.machine.guard();
        out.emplace_back(std::move(fact));
        return;
    }
    case containment::outcome::retrying:
        if (concluded.is_problem_reported)
            return;
        break;
    case containment::outcome::failed:
        break;
    }
    if (concluded.is_recheck)
        return; // nothing has been said yet that could fail
    concluded.is_problem_reported = true;
    const bool has_failed = outcome == containment::outcome::failed;
    incident_fact fact =
        fact_about(concluded, has_failed ? incident_event::failed : incident_event::retrying);
    fact.failure = concluded.machine.failure();
    out.emplace_back(std::move(fact));
}

void responder::conclude_contained(
    account_case& contained,
    bool by_us,
    const step_time& now,
    effects& out
)
{
    // What happened up to here has had its answer: only what comes later can lead to another.
    ignore_before(contained, answered_until(contained, now), out);
    if (incidents_.find(contained.incidents.front()) == nullptr)
        return; // called off before this answer came, so long ago that it is forgotten
    if (contained.is_recheck) {
        out.emplace_back(fact_about(contained, incident_event::still_disabled));
        // It was opened in case that the account was active again.
        incidents_.forget(contained.incidents.front());
        go_back(contained, now);
        return;
    }
    begin_custody(contained, by_us, now);
    incident_fact fact = fact_about(
        contained, by_us ? incident_event::contained : incident_event::already_contained
    );
    fact.took = contained.machine.age(now);
    fact.release_at = contained.watch->release_at();
    const auto changed = std::exchange(contained.changed_by, std::nullopt);
    if (changed && !by_us)
        fact.actor = changed->by;
    end_with_account(contained, fact);
    out.emplace_back(std::move(fact));
}

// Up to now. But while only this host's clock is known, "now" may be hours ahead, and what the user
// does in them must count: then it is up to the newest change that the trail has shown.
wall_time responder::answered_until(const account_case& concluded, const step_time& now) const
{
    return now.is_portal_known ? next_whole_second(now.portal) : newest_change(concluded);
}

// The containment that a recheck has found in force goes on.
void responder::go_back(account_case& recheck, const step_time& now)
{
    if (recheck.earlier == nullptr)
        return;
    account_case earlier = std::move(*recheck.earlier);
    for (std::size_t i = 1; i < recheck.incidents.size(); ++i) {
        incidents_.close(recheck.incidents[i], earlier.machine.state());
        earlier.incidents.push_back(std::move(recheck.incidents[i]));
    }
    earlier.ignore_before = std::max(earlier.ignore_before, recheck.ignore_before);
    recheck = std::move(earlier);
    plan_release(recheck, now);
    watch_on(recheck, now);
}

// Nothing more is to come of it.
void responder::close(const account_case& closed)
{
    if (!closed.machine.may_have_acted() && !closed.has_older_place)
        budget_.give_back(closed.machine.user());
    writer_.note_account(closed.machine.user());
    for (const std::string& id : closed.incidents)
        incidents_.close(id, closed.machine.state());
}

// An open case's incidents are never forgotten.
const incident& responder::subject_of(const account_case& open) const
{
    const incident* const subject = incidents_.find(open.incidents.front());
    DOCWARDEN_ASSERT(subject != nullptr);
    return *subject;
}

incident_fact responder::fact_about(const account_case& concerned, incident_event event) const
{
    incident_fact fact{event, subject_of(concerned)};
    fact.subject.state = concerned.machine.state();
    return fact;
}

// With the time that people have to decide otherwise.
incident_fact responder::announcement_of(const account_case& decided, incident_event event) const
{
    incident_fact fact = fact_about(decided, event);
    fact.countdown = countdown_of(decided);
    fact.disable_at = decided.machine.decided() + tick(fact.countdown);
    return fact;
}

} // namespace docwarden::core
