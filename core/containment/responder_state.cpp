// What outlives the process: which of it is written down when, and what a restart makes of it.

#include "core/containment/responder.hpp"

#include <algorithm>
#include <utility>

namespace docwarden::core
{

void responder::restore(const stored_state& kept, const step_time& now, effects& out)
{
    // Of what was written together the order is not kept.
    std::vector<incident> opened = kept.incidents;
    std::stable_sort(opened.begin(), opened.end(), [](const incident& a, const incident& b) {
        return a.span.first < b.span.first;
    });
    for (incident& subject : opened) {
        if (incidents_.find(subject.id) == nullptr)
            incidents_.open(std::move(subject));
    }
    for (const account_record& account : kept.accounts)
        restore_account(account, now, out);
    for (const incident& subject : kept.incidents) {
        const auto known = cases_.find(subject.user);
        const bool is_in_work = known != cases_.end() && known->second.owns(subject.id) &&
                                is_open(known->second.machine.state());
        if (!is_in_work)
            incidents_.close(subject.id, subject.state);
    }
    (void)incidents_.take_changed(); // it has just been read
    for (const account_record& account : kept.accounts)
        call_off_unwanted(account.user, now, out);
}

void responder::restore_account(const account_record& kept, const step_time& now, effects& out)
{
    if (kept.counted && !budget_.taken(kept.user))
        budget_.restore(kept.user, *kept.counted);
    if (kept.ignore_before)
        out.emplace_back(ignore_events{kept.user, *kept.ignore_before});
    const mono_time due = now.mono + evidence_patience;
    account_case restored = case_of(kept, now, due);
    const auto known = cases_.find(kept.user);
    if (known != cases_.end()) {
        if (!knows_better(kept, known->second))
            return; // of this process, so it is newer
        void_calls(kept.user);
        for (std::string& id : known->second.incidents) {
            if (!restored.owns(id))
                restored.incidents.push_back(std::move(id));
        }
        cases_.erase(known);
    }
    const bool is_known =
        !kept.incidents.empty() && incidents_.find(kept.incidents.front()) != nullptr;
    if (is_open(restored.machine.state()) && !is_known)
        return; // what it is about is lost: the trail will tell anew
    awaits_evidence_ = true;
    evidence_late_ = due;
    writer_.on_restored(kept);
    account_case& known_now = cases_.emplace(kept.user, std::move(restored)).first->second;
    plan_release(known_now, now);
    if (known_now.watch)
        watch_on(known_now, now);
    else
        schedule(known_now);
}

responder::account_case
responder::case_of(const account_record& kept, const step_time& now, mono_time due) const
{
    account_case restored(containment(kept.user, kept.course, now.mono, due));
    restored.incidents = kept.incidents;
    restored.is_problem_reported = kept.is_problem_reported;
    restored.has_older_place = kept.counted.has_value(); // as far as is known
    restored.ignore_before = kept.ignore_before;
    restored.containments = kept.containments;
    restored.contained_at = kept.contained_at;
    if (kept.course.ended == containment::ending::contained)
        restored.watch.emplace(kept.watch);
    // Otherwise what came before the crossing is ignored, and nothing later.
    const incident* const subject =
        kept.incidents.empty() ? nullptr : incidents_.find(kept.incidents.front());
    restored.is_overruled = subject != nullptr && kept.ignore_before &&
                            *kept.ignore_before >= subject->span.first &&
                            kept.course.ended == containment::ending::called_off;
    return restored;
}

// This process began without what was kept, and took our own work for somebody else's.
bool responder::knows_better(const account_record& kept, const account_case& own) const
{
    return kept.course.ended == containment::ending::contained &&
           own.machine.state() == containment_state::contained && !own.machine.may_have_acted() &&
           (kept.course.has_sent || kept.course.may_have_acted);
}

// The rules may have changed while docwarden was down; what they want no more is called off as by a
// reload. Nothing is counted yet, so what crossed then is taken to cross still.
void responder::call_off_unwanted(const std::string& user, const step_time& now, effects& out)
{
    const auto known = cases_.find(user);
    if (known == cases_.end() || !is_open(known->second.machine.state()))
        return;
    const auto still_crosses = [](const incident&) { return true; };
    account_case& open = known->second;
    if (!asks_to_disable(subject_of(open)) && !act_for_another(open, still_crosses, now))
        call_off(open, incident_event::called_off, now, out);
}

std::optional<wall_time> responder::oldest_intent() const
{
    std::optional<wall_time> oldest;
    for (const auto& [user, known] : cases_) {
        const containment& machine = known.machine;
        const bool is_intent = is_open(machine.state()) || machine.is_in_doubt();
        if (machine.is_restored() && is_intent)
            oldest = std::min(oldest.value_or(machine.decided()), machine.decided());
    }
    return oldest;
}

void responder::on_evidence(mono_time now)
{
    if (!std::exchange(awaits_evidence_, false))
        return;
    for (auto& [user, open] : cases_) {
        open.machine.bring_forward(now);
        schedule(open);
    }
}

void responder::ignore_before(account_case& concerned, wall_time time, effects& out)
{
    concerned.ignore_before = std::max(concerned.ignore_before.value_or(time), time);
    out.emplace_back(ignore_events{concerned.machine.user(), time});
}

account_record responder::record_of(const account_case& concerned) const
{
    account_record made;
    made.user = concerned.machine.user();
    made.course = concerned.machine.kept();
    made.incidents = concerned.incidents;
    made.is_problem_reported = concerned.is_problem_reported;
    made.counted = budget_.taken(made.user);
    made.ignore_before = concerned.ignore_before;
    made.watch = concerned.watch ? concerned.watch->kept() : custody::record();
    made.containments = concerned.containments;
    made.contained_at = concerned.contained_at;
    return made;
}

// A case about which nothing has been said yet is nothing to go on with: what it was opened for
// will be found again.
std::optional<account_record> responder::account_to_keep(const std::string& user) const
{
    const auto known = cases_.find(user);
    if (known == cases_.end() || known->second.is_unspoken())
        return std::nullopt;
    return record_of(known->second);
}

std::optional<incident> responder::incident_to_keep(const std::string& id) const
{
    const incident* const subject = incidents_.find(id);
    if (subject == nullptr)
        return std::nullopt;
    const auto known = cases_.find(subject->user);
    if (known != cases_.end() && known->second.owns(id) && known->second.is_unspoken())
        return std::nullopt;
    incident made = *subject;
    made.state = state_of(*subject);
    return made;
}

// The decision is on the disk, or the disk is out of order: then memory has to do.
bool responder::may_send(const account_case& open, mono_time now) const
{
    return writer_.is_failing(now) || writer_.is_on_disk(record_of(open));
}

void responder::on_committed(const committed& outcome, const step_time& now)
{
    for (const std::string& user : writer_.on_committed(outcome, now.mono, random_)) {
        const auto known = cases_.find(user);
        if (known == cases_.end() || !known->second.machine.awaits_commit() ||
            !may_send(known->second, now.mono))
            continue;
        known->second.machine.send(now.mono);
        schedule(known->second);
    }
}

void responder::keep_all()
{
    writer_.forget_kept();
    for (const auto& [user, known] : cases_)
        writer_.note_account(user);
    for (const incident& known : incidents_.since(wall_time::min()))
        writer_.note_incident(known.id);
}

void responder::pump_commits(mono_time now, effects& out)
{
    for (const std::string& id : incidents_.take_changed())
        writer_.note_incident(id);
    auto next = writer_.next(
        now,
        [this](const std::string& user) { return account_to_keep(user); },
        [this](const std::string& id) { return incident_to_keep(id); }
    );
    if (next)
        out.emplace_back(std::move(*next));
}

} // namespace docwarden::core
