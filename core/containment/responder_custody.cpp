// What becomes of contained accounts: when each is given back, and what a person did to it before.

#include "core/base/check.hpp"
#include "core/containment/responder.hpp"

#include <algorithm>
#include <utility>

namespace docwarden::core
{

namespace
{

// So long is an account contained that has been contained so often in a row.
milliseconds
length_of(milliseconds release_after, std::uint32_t containments, const containment_settings& by)
{
    milliseconds length = std::min(release_after, by.release_max);
    for (std::uint32_t i = 1; i < containments && length < by.release_max; ++i)
        length = std::min(length * by.release_growth / 100, by.release_max);
    return length;
}

} // namespace

// The strictest of the rules that ask for it decides; 0: a person gives the account back.
milliseconds responder::release_after(const account_case& contained) const
{
    milliseconds longest(0);
    for (const std::string& id : contained.incidents) {
        const incident* const subject = incidents_.find(id);
        if (subject == nullptr || subject->response != response_mode::disable)
            continue;
        const rule* const by = rule_of(*subject);
        if (by == nullptr || by->release_after == milliseconds(0))
            return milliseconds(0);
        longest = std::max(longest, by->release_after);
    }
    return longest;
}

// docwarden has disabled the account, and gives back what it took.
void responder::begin_custody(account_case& contained, bool by_us, const step_time& now)
{
    custody::record begun;
    if (by_us) {
        const bool is_soon = contained.contained_at &&
                             now.portal - *contained.contained_at <= tick(limits().release_memory);
        contained.containments = is_soon ? contained.containments + 1 : 1;
        contained.contained_at = now.portal;
        const milliseconds after = release_after(contained);
        if (after > milliseconds(0) && !contained.is_overruled)
            begun.release_after = length_of(after, contained.containments, limits());
    }
    contained.watch.emplace(begun);
    plan_release(contained, now);
    watch_on(contained, now);
}

// Only in the portal's time: this host's clock may be hours away from it.
void responder::plan_release(account_case& contained, const step_time& now)
{
    const std::string& user = contained.machine.user();
    writer_.note_account(user);
    if (!contained.watch)
        return;
    custody& watch = *contained.watch;
    if (const auto after = watch.kept().release_after) {
        if (!now.is_portal_known) {
            unplanned_.insert(user);
            return;
        }
        watch.plan(now.portal + tick(*after));
    }
    if (watch.release_at())
        releases_.emplace(*watch.release_at(), user);
}

void responder::plan_releases(const step_time& now)
{
    if (!now.is_portal_known)
        return;
    for (const std::string& user : std::exchange(unplanned_, {})) {
        const auto known = cases_.find(user);
        if (known != cases_.end())
            plan_release(known->second, now);
    }
}

// After a restart the trail comes first: somebody may have decided meanwhile. And this host's clock
// is no substitute for the portal's.
bool responder::may_release(const step_time& now) const
{
    return now.is_portal_known && (!awaits_evidence_ || now.mono >= evidence_late_);
}

void responder::pump_releases(const step_time& now)
{
    plan_releases(now);
    while (!releases_.empty() && releases_.begin()->first <= now.portal && may_release(now)) {
        const auto [moment, user] = std::move(*releases_.begin());
        releases_.erase(releases_.begin());
        const auto known = cases_.find(user);
        if (known == cases_.end() || !known->second.watch ||
            known->second.watch->release_at() != moment || known->second.changed_by)
            continue; // it is over, or the plan is void, or a look decides about it
        known->second.watch->release(now.mono);
        schedule(known->second);
    }
}

// Not exact to the hour for what is far off: clocks change.
std::optional<mono_time> responder::release_due(const step_time& now) const
{
    if (releases_.empty() || !now.is_portal_known)
        return std::nullopt;
    const mono_time least = awaits_evidence_ ? evidence_late_ : now.mono;
    const wall_time moment = releases_.begin()->first;
    if (moment <= now.portal)
        return std::max(least, now.mono);
    const tick wait = std::min(moment - now.portal, tick(std::chrono::hours(1)));
    return std::max(least, now.mono + std::chrono::ceil<mono_time::duration>(wait));
}

// Somebody else changed a contained account. Whether it is free now is looked at.
void responder::note_change(account_case& contained, const audit_event& row, bool is_status)
{
    // What is older than our request is no answer to it; dates of rows may be rounded. Without a
    // request by this process somebody may have disabled the account since the decision, which may
    // be dated hours ahead while only this host's clock was known.
    const std::chrono::seconds rounding(2);
    const wall_time decided = contained.machine.decided();
    const wall_time answered = contained.requested
                                   ? *contained.requested - rounding
                                   : std::min(decided, contained.ignore_before.value_or(decided));
    if (!contained.watch || row.time <= answered)
        return;
    if (!has_identity()) {
        attribute_later(contained.machine.user(), row, is_status);
        return;
    }
    if (protection_.is_self(row.user)) {
        // Of our own requests the rows are older; the key's user may have acted by hand.
        if (is_status && contained.contained_at &&
            row.time > *contained.contained_at + std::chrono::seconds(1))
            looks_.insert(contained.machine.user());
        return;
    }
    if (is_status)
        note_change(contained, change_of(row));
    else
        looks_.insert(contained.machine.user());
}

void responder::note_change(account_case& contained, const change& by)
{
    contained.changed_by = by;
    contained.watch->hesitate();
    looks_.insert(contained.machine.user());
}

void responder::on_member_changed(std::string_view user, const audit_event& row)
{
    const auto known = cases_.find(std::string(user));
    if (known != cases_.end())
        note_change(known->second, row, false);
}

void responder::pump_looks(const step_time& now)
{
    std::erase_if(looks_, [&](const std::string& user) {
        const auto known = cases_.find(user);
        if (known == cases_.end() || !known->second.watch)
            return true;
        custody& watch = *known->second.watch;
        if (watch.under_way() != custody::request::none)
            return false; // its answer may be older than the change
        watch.look(now.mono);
        schedule(known->second);
        return true;
    });
}

void responder::on_enabled(
    call_id call,
    const answer<accepted>& answered,
    const step_time& now,
    effects& out
)
{
    account_case* const held = take_call(call);
    if (held == nullptr)
        return;
    DOCWARDEN_ASSERT(held->watch.has_value());
    custody& watch = *held->watch;
    const api_failure* const failure = answered.failure();
    conclude_custody(
        *held,
        failure != nullptr ? watch.on_failure(*failure, now.mono, random_)
                           : watch.on_enable_accepted(now.mono),
        nullptr,
        now,
        out
    );
}

void responder::conclude_custody(
    account_case& contained,
    custody::outcome outcome,
    const profile* seen,
    const step_time& now,
    effects& out
)
{
    custody& watch = *contained.watch;
    switch (outcome) {
    case custody::outcome::unchanged:
        break;
    case custody::outcome::given_back:
        // Only what comes after it can lead to another containment.
        ignore_before(contained, *watch.sent(), out);
        free(contained, incident_event::released, now, out);
        return;
    case custody::outcome::found_active:
        if (contained.changed_by)
            ignore_before(contained, contained.changed_by->time, out);
        DOCWARDEN_ASSERT(seen != nullptr);
        if (may_reassert(contained, *seen, now))
            reassert(contained, now, out);
        else
            free(contained, incident_event::given_back, now, out);
        return;
    case custody::outcome::gone:
        contained.watch.reset();
        writer_.note_account(contained.machine.user());
        return;
    case custody::outcome::failed: {
        incident_fact fact = custody_fact(contained, incident_event::release_failed);
        fact.failure = watch.failure();
        out.emplace_back(std::move(fact));
        break;
    }
    case custody::outcome::still_disabled:
        if (looks_.contains(contained.machine.user()))
            break; // changed since: another look follows
        if (contained.changed_by && watch.release_at()) {
            // A person has the last word about it.
            watch.keep();
            out.emplace_back(custody_fact(contained, incident_event::kept_disabled));
        }
        contained.changed_by.reset();
        break;
    }
    watch_on(contained, now);
}

// Somebody may enable the account without a row that says so. Not all accounts are looked at at
// once.
void responder::watch_on(account_case& contained, const step_time& now)
{
    const auto most = static_cast<std::uint64_t>(limits().recheck_interval.count());
    const milliseconds wait(static_cast<std::int64_t>(most - random_.below(most / 8)));
    contained.watch->look_at_rest(now.mono + wait);
    schedule(contained);
}

// It was docwarden that disabled it, and the rules still want it disabled.
bool responder::may_reassert(
    const account_case& contained,
    const profile& seen,
    const step_time& now
) const
{
    const incident* const subject = incidents_.find(contained.incidents.front());
    return limits().when_enabled == enabled_policy::reassert &&
           contained.machine.may_have_acted() && subject != nullptr && asks_to_disable(*subject) &&
           find_exemption(seen, limits().exempt, now.portal) == nullptr;
}

void responder::reassert(account_case& enabled, const step_time& now, effects& out)
{
    const std::string user = enabled.machine.user();
    std::string actor = enabled.changed_by ? enabled.changed_by->by : "";
    incident subject = *incidents_.find(enabled.incidents.front());
    enabled.machine.release();
    enabled.watch.reset();
    enabled.changed_by.reset();
    close(enabled);
    account_case& begun = begin_case(std::move(subject), now);
    (void)budget_.take(user, limits(), now);
    schedule(begun);
    incident_fact announced = announcement_of(begun, incident_event::reasserting);
    announced.actor = std::move(actor);
    out.emplace_back(std::move(announced));
}

// The account is active again.
void responder::free(
    account_case& contained,
    incident_event event,
    const step_time& now,
    effects& out
)
{
    if (contained.contained_at)
        contained.contained_at = now.portal;
    contained.machine.release();
    contained.watch.reset();
    close(contained);
    out.emplace_back(custody_fact(contained, event));
    contained.changed_by.reset();
}

// The incident may be so old that it is forgotten.
incident_fact responder::custody_fact(const account_case& contained, incident_event event) const
{
    incident_fact fact{event, {}};
    if (const incident* const known = incidents_.find(contained.incidents.front()))
        fact.subject = *known;
    fact.subject.user = contained.machine.user();
    fact.subject.state = contained.machine.state();
    if (contained.changed_by && event != incident_event::released)
        fact.actor = contained.changed_by->by;
    return fact;
}

} // namespace docwarden::core
