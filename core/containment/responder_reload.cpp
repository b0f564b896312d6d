// What becomes of open cases when something outside of them changes: the rules by a reload, or an
// account by somebody in the portal.

#include "core/containment/responder.hpp"

#include <algorithm>
#include <utility>

namespace docwarden::core
{

void responder::configure(
    shared_settings settings,
    const crossing_check& still_crosses,
    const step_time& now,
    effects& out
)
{
    const shared_settings before = std::exchange(settings_, std::move(settings));
    const bool has_more_room = budget_.has_more_room(before->containment, limits());
    for (auto& entry : cases_) {
        account_case& open = entry.second;
        if (!is_open(open.machine.state()))
            continue;
        if (!is_wanted(open, still_crosses, now)) {
            call_off(open, incident_event::called_off, now, out);
        } else if (has_more_room && open.machine.is_held_by(containment::hold_reason::limit) &&
                   is_fresh(subject_of(open).span, now)) {
            resume(open, now);
        } else {
            renew_countdown(open, now);
        }
        if (before->containment.method != limits().method) {
            open.machine.retry(now.mono);
            schedule(open);
        }
    }
}

void responder::reconsider(const crossing_check& still_crosses, const step_time& now, effects& out)
{
    for (auto& entry : cases_) {
        account_case& open = entry.second;
        if (is_open(open.machine.state()) && !is_wanted(open, still_crosses, now))
            call_off(open, incident_event::called_off, now, out);
    }
}

bool responder::is_wanted(
    account_case& open,
    const crossing_check& still_crosses,
    const step_time& now
)
{
    return (asks_to_disable(subject_of(open)) && is_above(subject_of(open))) ||
           act_for_another(open, still_crosses, now);
}

// The threshold that is in force, as far as is known.
bool responder::is_above(const incident& subject) const
{
    const rule* const by = rule_of(subject);
    return by != nullptr && (subject.span.is_least || subject.span.count > by->threshold);
}

// The rule of its name that is in force, if any.
const rule* responder::rule_of(const incident& subject) const
{
    const std::vector<rule>& rules = settings_->rules;
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const rule& one) {
        return one.name == subject.rule;
    });
    return found == rules.end() ? nullptr : &*found;
}

// By the rules in force, as far as they apply to its user.
bool responder::asks_to_disable(const incident& subject) const
{
    const rule* const by = rule_of(subject);
    if (by == nullptr || by->response != response_mode::disable)
        return false;
    const auto index = static_cast<std::size_t>(by - settings_->rules.data());
    return choice_->applies(subject.user, index);
}

// The user has crossed another rule as well, about which was said that this case deals with it.
bool responder::act_for_another(
    account_case& open,
    const crossing_check& still_crosses,
    const step_time& now
)
{
    const auto other =
        std::find_if(open.incidents.rbegin(), open.incidents.rend(), [&](const std::string& id) {
            const incident* const candidate = incidents_.find(id);
            return candidate != nullptr && asks_to_disable(*candidate) &&
                   still_crosses(*candidate) && is_fresh(candidate->span, now);
        });
    if (other == open.incidents.rend())
        return false;
    open.act_for(std::string(*other));
    writer_.note_account(open.machine.user());
    return true;
}

// A request that has left cannot be called back, and keeps its place.
void responder::call_off(
    account_case& open,
    incident_event event,
    const step_time& now,
    effects& out
)
{
    if (open.is_recheck && open.earlier != nullptr) {
        // Nothing was said of a crossing, so nothing is of its end; and the account is contained.
        incidents_.forget(open.incidents.front());
        void_calls(open.machine.user());
        go_back(open, now);
        return;
    }
    speak(open, out);
    open.has_older_place = open.has_older_place || open.machine.may_have_acted();
    // An earlier process may have sent a request later than the row.
    const bool has_changed = event == incident_event::overruled && !open.machine.is_restored();
    open.machine.end(containment::ending::called_off, has_changed);
    close(open);
    schedule(open);
    out.emplace_back(fact_about(open, event));
}

void responder::on_status_changed(
    std::string_view user,
    const audit_event& row,
    const crossing_check& still_crosses,
    const step_time& now,
    effects& out
)
{
    const auto known = cases_.find(std::string(user));
    if (known != cases_.end()) {
        note_change(known->second, row, true);
        settle_doubt(known->second, row);
    }
    if (known == cases_.end() || !is_open(known->second.machine.state()))
        return;
    account_case& open = known->second;
    if (open.ignore_before && row.time <= *open.ignore_before)
        return; // it has had its answer
    const bool is_later = row.time >= subject_of(open).span.first;
    const bool has_acted =
        open.machine.may_have_acted() || open.machine.state() == containment_state::failed;
    if (is_later && has_acted && !has_identity()) {
        attribute_later(user, row, true);
        return;
    }
    // Our own request is no second opinion; and what is older than the crossing matters only if
    // nothing is left of it without what came before. What an earlier process has decided was
    // counted there, and is not counted again before all of it is read again.
    const bool may_be_ours =
        (has_acted || open.machine.is_restored()) && protection_.is_self(row.user);
    if (is_later && may_be_ours)
        open.machine.note_effect();
    const bool is_answer =
        is_later ? !may_be_ours : !open.machine.is_restored() && !still_crosses(subject_of(open));
    if (!is_answer)
        return;
    if (is_later && open.machine.is_counting_down()) {
        // Perhaps they did what the alert asks for: a look tells.
        open.changed_by = change_of(row);
        count_down(open, milliseconds(0), now);
        return;
    }
    overrule(open, change_of(row), now, out);
}

void responder::overrule(account_case& open, const change& by, const step_time& now, effects& out)
{
    if (act_for_later(open, by.time, now, out))
        return;
    const bool was_recheck = open.is_recheck;
    open.ignore_before = std::max(open.ignore_before.value_or(by.time), by.time);
    open.is_overruled = true;
    call_off(open, incident_event::overruled, now, out);
    if (was_recheck && open.watch)
        note_change(open, by); // then it is the contained account that was changed
}

// What the user did after that is not settled by it: the case goes on for that.
bool responder::act_for_later(
    account_case& open,
    wall_time time,
    const step_time& now,
    effects& out
)
{
    const auto is_later = [&](const std::string& id) {
        const incident* const candidate = incidents_.find(id);
        return candidate != nullptr && candidate->span.first > time && asks_to_disable(*candidate);
    };
    const auto later = std::find_if(open.incidents.begin(), open.incidents.end(), is_later);
    if (open.is_unspoken() || is_later(open.incidents.front()) || later == open.incidents.end())
        return false;
    open.act_for(std::string(*later));
    std::erase_if(open.incidents, [&](const std::string& id) {
        if (is_later(id))
            return false;
        incidents_.close(id, containment_state::rejected);
        if (const incident* const settled = incidents_.find(id))
            out.emplace_back(incident_fact{incident_event::overruled, *settled});
        return true;
    });
    open.ignore_before = std::max(open.ignore_before.value_or(time), time);
    open.machine.decide(now);
    writer_.note_account(open.machine.user());
    return true;
}

responder::change responder::change_of(const audit_event& row)
{
    return {row.user_name.empty() ? row.user : row.user_name, row.time};
}

// Whatever a request has done to an account whose case was called off, somebody has had the last
// word since.
void responder::settle_doubt(account_case& called_off, const audit_event& row)
{
    const bool is_theirs = has_identity() && !protection_.is_self(row.user);
    if (!called_off.machine.is_in_doubt() || !is_theirs || row.time <= called_off.machine.decided())
        return;
    called_off.machine.settle();
    called_off.is_overruled = true;
    writer_.note_account(called_off.machine.user());
}

void responder::attribute_later(std::string_view user, const audit_event& row, bool is_status)
{
    if (unattributed_.size() < unattributed_max)
        unattributed_.push_back({std::string(user), row, is_status});
}

void responder::set_identity(const profile& self, const step_time& now, effects& out)
{
    protection_.set_identity(self);
    for (const auto& [user, row, is_status] : std::exchange(unattributed_, {})) {
        const auto known = cases_.find(user);
        if (known == cases_.end() || protection_.is_self(row.user))
            continue;
        account_case& concerned = known->second;
        if (!is_open(concerned.machine.state()))
            note_change(concerned, row, is_status);
        else if (is_status && row.time >= subject_of(concerned).span.first)
            overrule(concerned, change_of(row), now, out);
    }
}

} // namespace docwarden::core
