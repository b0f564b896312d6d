// What becomes of open containments when something outside of them changes: the rules by a reload,
// or an account by somebody in the portal.

#include "core/audit/audit_record.hpp"
#include "core/containment/responder.hpp"
#include "core/containment/responder_reports.hpp"

#include <algorithm>

namespace docwarden::core
{

void responder::configure(
    const responder_settings& settings,
    const step_time& now,
    std::vector<responder_effect>& out
)
{
    const bool has_more_room = settings.containment.disables_max > settings_.disables_max ||
                               settings.containment.disables_window < settings_.disables_window;
    settings_ = settings.containment;
    protection_.configure(settings_.exempt);
    contact_ = settings.contact;
    budget_.configure(settings_.disables_max, settings_.disables_window);
    for (auto& entry : cases_) {
        open_case& file = entry.second;
        if (!is_open(file.machine.state()))
            continue;
        if (!asks_to_disable(file.about.rule) && !go_on_by_another_rule(file, now))
            call_off(file, out);
        else if (has_more_room && file.is_held_by_limit() && is_fresh(file.about.span, now))
            resume(file, now);
    }
}

// By the rules in force.
bool responder::asks_to_disable(const std::string& rule_name) const
{
    const std::vector<rule>& rules = counts_.rules();
    return std::any_of(rules.begin(), rules.end(), [&](const rule& by) {
        return by.name == rule_name && by.response == response_mode::disable;
    });
}

// The user has crossed another rule as well, about which was said that this case deals with it.
bool responder::go_on_by_another_rule(open_case& file, const step_time& now)
{
    const incident* other = incidents_.newest_that(file.about.user, [&](const incident& one) {
        return one.response == response_mode::disable && is_open(one.state) &&
               asks_to_disable(one.rule) && still_crosses(one) && is_fresh(one.span, now);
    });
    if (other == nullptr)
        return false;
    file.about = *other;
    file.about.state = file.machine.state();
    incidents_.record(file.about);
    return true;
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

bool responder::was_left_alone(const breach& what, const rule& by, const step_time& now)
{
    const incident* known = incidents_.newest_of(what.user, by.name);
    if (known != nullptr && known->response < by.response)
        return true; // a reload lets the rule do more
    return by.response == response_mode::disable && !has_live_case(what.user) &&
           !protection_.is_exempt(what.user) && is_guid(what.user) && is_fresh(what.span, now);
}

bool responder::is_fresh(const breach_span& span, const step_time& now)
{
    return now.portal - span.newest <= tick(stale_after);
}

// The rules no longer want this account disabled. A request that is under way cannot be called
// back.
void responder::call_off(open_case& file, std::vector<responder_effect>& out)
{
    file.machine.exempt();
    file.about.state = file.machine.state();
    incidents_.record(file.about);
    out.push_back(called_off_report(file.about));
}

// A call of an earlier case, which was called off, may still be under way. Its answer is the new
// case's, and says when to go on.
bool responder::is_asked_about(const std::string& user) const
{
    return std::any_of(calls_.begin(), calls_.end(), [&](const auto& call) {
        return call.second.user == user;
    });
}

void responder::resume(open_case& file, const step_time& now)
{
    file.machine.resume(now.mono);
    schedule(file);
}

// The same crossing, counted anew after a reload or after clocks went back, with nothing new to do
// about it.
bool responder::is_old_news(const incident& about, const step_time& now)
{
    const incident* known = incidents_.find(about.id);
    if (known == nullptr || known->response != about.response)
        return false;
    const bool is_beyond_us = known->state == containment_state::refused ||
                              protection_.is_exempt(about.user) || !is_fresh(about.span, now);
    if (about.response != response_mode::disable || is_beyond_us)
        return true;
    return has_live_case(about.user);
}

bool responder::still_crosses(const incident& about) const
{
    const std::vector<rule>& rules = counts_.rules();
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (rules[i].name == about.rule)
            return counts_.count_at(about.user, i, about.span.newest) > rules[i].threshold;
    }
    return false;
}

void responder::on_status_changed(
    std::string_view user,
    const audit_event& row,
    std::vector<responder_effect>& out
)
{
    const auto known = cases_.find(std::string(user));
    if (known == cases_.end() || !is_open(known->second.machine.state()))
        return;
    open_case& file = known->second;
    const bool is_later = row.time >= file.about.span.first;
    // Our own request is no second opinion; and what is older than the crossing matters only if
    // nothing is left of it without what came before.
    const containment_state state = file.machine.state();
    const bool may_be_ours =
        protection_.is_self(row.user) &&
        (file.machine.may_have_acted() || state == containment_state::sending ||
         state == containment_state::failed);
    const bool is_answer = is_later ? !may_be_ours : !still_crosses(file.about);
    if (!is_answer)
        return;
    file.about.state = containment_state::observed;
    incidents_.record(file.about);
    out.push_back(overruled_report(file.about));
    for (auto& call : calls_)
        call.second.is_void = call.second.is_void || call.second.user == user;
    cases_.erase(known);
}

} // namespace docwarden::core
