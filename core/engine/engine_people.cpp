// What the engine makes of the groups and people that the configuration names: who falls under
// which rule, what waits for that, and what is told of names that the portal does not know. The
// number of active users comes the same way.

#include "core/engine/engine.hpp"

#include <algorithm>

namespace docwarden::core
{

// Only when it is known that somebody answers, and as whom the key asks.
void engine::pump_people()
{
    while (may_poll_) {
        auto question = people_.next(at_.mono);
        if (!question)
            return;
        send(std::move(*question));
    }
}

void engine::configure_people()
{
    people_.configure(settings_);
    people_wait_end_.reset();
    told_names_.clear();
    if (wanted_names(*settings_).empty())
        emit(conditions_.clear(subsystem::people, at_.mono));
}

// Users who come under another rule because a group has changed are held for what they did before;
// those of whom it was only not known yet are not.
void engine::on_people_answer(bool was_complete)
{
    responder_.set_active_users(people_.known().active_users);
    const auto choice = std::make_shared<const rule_choice>(
        settings_->rules, members_of(settings_->rules, people_.known())
    );
    const std::vector<std::string> moved = counts_.set_choice(choice);
    if (!moved.empty()) {
        responder_.set_choice(choice);
        responder_.reconsider(crossing_check(), now(), responses_);
        emit_responses();
        decide_breaches(was_complete ? moved : std::vector<std::string>());
    }
    if (!people_.end_round(at_.mono, random_))
        return;
    tell_unknown_names();
    // One lost answer in an hour is no news.
    if (people_.failed_rounds() == 0)
        emit(conditions_.clear(subsystem::people, at_.mono));
    else if (people_.failed_rounds() > 1 || people_.is_short())
        emit(conditions_.raise(subsystem::people, lookup_failure{people_.failure()}, at_.mono));
}

// Each once, until a reload may have put it right.
void engine::tell_unknown_names()
{
    std::vector<unknown_names> found = names_not_found(*settings_, people_.known());
    for (const unknown_names& names : found) {
        if (std::find(told_names_.begin(), told_names_.end(), names) == told_names_.end())
            emit(std::optional(names));
    }
    told_names_ = std::move(found);
}

// Whether it is still to be waited for who falls under which rule, or how many are active.
bool engine::awaits_people()
{
    if (!people_.is_short())
        return false;
    if (!people_wait_end_) {
        people_wait_end_ = at_.mono + people_patience;
        people_.hurry(at_.mono);
    }
    return at_.mono < *people_wait_end_;
}

// Nothing that was to be decided waits any longer than for that.
void engine::decide_what_waited()
{
    if (has_waiting_)
        decide_breaches();
    if (has_waiting_)
        return;
    if (waiting_past_)
        holds_.on_past_read(*std::exchange(waiting_past_, std::nullopt));
    if (std::exchange(has_waiting_evidence_, false))
        responder_.on_evidence(at_.mono);
}

// The trail has been read up to now, or cannot be: what was decided earlier goes on.
void engine::take_evidence()
{
    if (has_waiting_)
        has_waiting_evidence_ = true;
    else
        responder_.on_evidence(at_.mono);
}

} // namespace docwarden::core
