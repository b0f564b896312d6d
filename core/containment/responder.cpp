#include "core/containment/responder.hpp"

#include "core/audit/audit_record.hpp"
#include "core/base/text.hpp"
#include "core/containment/responder_reports.hpp"
#include "core/containment/wording.hpp"

#include <algorithm>

namespace docwarden::core
{

namespace
{

wall_time next_whole_second(wall_time time)
{
    return std::chrono::ceil<std::chrono::seconds>(time + tick(1));
}

void extend(breach_span& known, const breach_span& by)
{
    known.last = std::max(known.last, by.last);
    known.newest = std::max(known.newest, by.newest);
    known.count = std::max(known.count, by.count);
}

} // namespace

responder::responder(const responder_settings& settings, detector& counts, std::uint64_t seed)
    : settings_(settings.containment), portal_(settings.portal), contact_(settings.contact),
      counts_(counts), protection_(settings.containment.exempt), random_(seed),
      budget_(settings.containment.disables_max, settings.containment.disables_window)
{
}

void responder::on_breach(
    const breach& what,
    const rule& by,
    bool is_held,
    const step_time& now,
    std::vector<responder_effect>& out
)
{
    if (!what.is_new && !was_left_alone(what, by, now)) {
        go_on(what, by, now, out);
        return;
    }
    incident about = open_incident(what, by, portal_);
    if (is_old_news(about, now)) {
        grow(*incidents_.find(about.id), about.span);
        return;
    }
    const auto rule_index = static_cast<std::size_t>(&by - counts_.rules().data());
    about.files = counts_.evidence_of(what.user, rule_index, what.span.newest, evidence_max);
    if (by.response == response_mode::disable) {
        decide(std::move(about), is_held, now, out);
        return;
    }
    incidents_.record(about);
    if (by.response == response_mode::alert) {
        out.push_back(alert_report(
            about,
            contact_,
            "This rule only alerts: decide whether to disable the account in the portal."
        ));
        return;
    }
    out.push_back(observed_report(about));
}

void responder::grow(incident& about, const breach_span& by)
{
    extend(about.span, by);
    const auto known = cases_.find(about.user);
    if (known != cases_.end() && known->second.about.id == about.id)
        extend(known->second.about.span, by);
}

// The same crossing has become longer or higher.
void responder::go_on(
    const breach& what,
    const rule& by,
    const step_time& now,
    std::vector<responder_effect>& out
)
{
    const auto known = cases_.find(what.user);
    const bool is_held_no_more = known != cases_.end() && known->second.is_held_by_reload &&
                                 by.response == response_mode::disable &&
                                 what.span.newest > known->second.about.span.newest;
    if (incident* about = incidents_.newest_of(what.user, by.name))
        grow(*about, what.span);
    if (!is_held_no_more)
        return;
    // Held because a reload made old events cross; the user has gone on since, so that is over.
    open_case& file = known->second;
    file.is_held_by_reload = false;
    file.machine.resume(now.mono);
    file.about.state = file.machine.state();
    incidents_.record(file.about);
    out.push_back(alert_report(
        file.about,
        contact_,
        "The user was held after a reload and goes on. Trying to disable the account now."
    ));
    schedule(file);
}

void responder::decide(
    incident about,
    bool is_held,
    const step_time& now,
    std::vector<responder_effect>& out
)
{
    if (protection_.is_exempt(about.user)) {
        incidents_.record(about);
        out.push_back(exempted_report(about));
        return;
    }
    if (!is_fresh(about.span, now)) {
        incidents_.record(about);
        out.push_back(alert_report(
            about,
            contact_,
            "This ended more than 24 hours ago, so the account was not disabled: look into it."
        ));
        return;
    }
    if (!is_guid(about.user)) {
        about.state = containment_state::refused;
        incidents_.record(about);
        out.push_back(alert_report(
            about,
            contact_,
            "This is no account id of the portal, so it cannot be disabled from here: act now."
        ));
        return;
    }
    const auto known = cases_.find(about.user);
    if (known != cases_.end() && known->second.machine.state() == containment_state::contained) {
        begin_case(std::move(about), true, now);
        return;
    }
    // Whoever is held and crosses anew is looked at anew; the limit decides again.
    const bool may_be_freed = known != cases_.end() && !is_held &&
                              known->second.machine.state() == containment_state::held;
    if (known != cases_.end() && is_open(known->second.machine.state()) && !may_be_freed) {
        if (known->second.about.id == about.id)
            return;
        about.state = known->second.machine.state();
        incidents_.record(about);
        out.push_back(alert_report(
            about,
            contact_,
            "The same account is already dealt with by incident " + known->second.about.id + " (" +
                std::string(to_string(about.state)) + ")."
        ));
        return;
    }
    if (is_held) {
        hold_new(std::move(about), now, out);
        return;
    }
    about.state = containment_state::intended;
    const std::string user = about.user;
    begin_case(std::move(about), false, now);
    out.push_back(
        alert_report(cases_.at(user).about, contact_, "Trying to disable the account now.")
    );
}

void responder::hold_new(incident about, const step_time& now, std::vector<responder_effect>& out)
{
    about.state = containment_state::held;
    open_case file(std::move(about), settings_.method, now.mono);
    file.is_held_by_reload = true;
    file.machine.hold();
    incidents_.record(file.about);
    out.push_back(held_by_reload_report(file.about, contact_));
    cases_.insert_or_assign(file.about.user, std::move(file));
}

void responder::begin_case(incident about, bool is_recheck, const step_time& now)
{
    about.state = containment_state::intended;
    if (!is_recheck)
        incidents_.record(about);
    open_case file(std::move(about), settings_.method, now.mono);
    file.is_recheck = is_recheck;
    const std::string user = file.about.user;
    const auto place = cases_.insert_or_assign(user, std::move(file)).first;
    schedule(place->second);
}

void responder::schedule(const open_case& file)
{
    if (const auto due = file.machine.due())
        due_.emplace(*due, file.about.user);
}

std::optional<mono_time> responder::due() const
{
    if (!protection_.has_identity() || due_.empty() || calls_.size() >= calls_max)
        return std::nullopt;
    return due_.begin()->first;
}

void responder::pump(const step_time& now, call_id& next_call, std::vector<responder_effect>& out)
{
    if (!protection_.has_identity())
        return;
    while (!due_.empty() && due_.begin()->first <= now.mono && calls_.size() < calls_max) {
        const std::string user = std::move(due_.begin()->second);
        due_.erase(due_.begin());
        const auto known = cases_.find(user);
        if (known == cases_.end() || is_asked_about(user))
            continue;
        open_case& file = known->second;
        const auto step = file.machine.next(now.mono);
        if (step == containment::step::none)
            continue;
        const call_id call = ++next_call;
        calls_.emplace(call, call_under_way{user});
        file.about.state = file.machine.state();
        if (!file.is_recheck)
            incidents_.record(file.about);
        if (step == containment::step::look) {
            out.push_back(fetch_profile{call, user});
            continue;
        }
        out.push_back(send_disable{
            call,
            user,
            file.machine.method(),
            "Disabled by docwarden: changed more than " + std::to_string(file.about.threshold) +
                " files within " + format_span(file.about.window)});
    }
}

responder::open_case* responder::take_call(call_id call)
{
    const auto known = calls_.find(call);
    if (known == calls_.end())
        return nullptr;
    const call_under_way what = known->second;
    calls_.erase(known);
    const auto file = cases_.find(what.user);
    if (file == cases_.end())
        return nullptr;
    if (!what.is_void)
        return &file->second;
    schedule(file->second); // it has waited for this call to end
    return nullptr;
}

void responder::on_profile(
    call_id call,
    const answer<profile>& what,
    const step_time& now,
    std::vector<responder_effect>& out
)
{
    open_case* file = take_call(call);
    if (file == nullptr)
        return;
    const wall_time floor = next_whole_second(now.portal);
    if (const api_failure* why = what.failure()) {
        tell(*file, file->machine.on_profile_failure(*why, now.mono, random_), floor, now, out);
        return;
    }
    const profile& who = *what.value();
    if (file->about.user_name.empty())
        file->about.user_name = who.display_name;
    const auto outcome =
        file->machine.on_profile(who, protection_.guard_of(who), now.mono, random_);
    tell(*file, outcome, floor, now, out);
    if (file->machine.is_about_to_disable())
        gate(*file, who, now, out);
}

void responder::on_disabled(
    call_id call,
    const answer<accepted>& what,
    const step_time& now,
    std::vector<responder_effect>& out
)
{
    open_case* file = take_call(call);
    if (file == nullptr)
        return;
    const wall_time floor = next_whole_second(now.portal);
    if (const api_failure* why = what.failure()) {
        tell(*file, file->machine.on_disable_failure(*why, now.mono, random_), floor, now, out);
        return;
    }
    tell(*file, file->machine.on_disable_accepted(), floor, now, out);
}

// The last look before the request leaves: exemptions by address, and the budget.
void responder::gate(
    open_case& file,
    const profile& who,
    const step_time& now,
    std::vector<responder_effect>& out
)
{
    const containment_state state = file.machine.state();
    if (state == containment_state::observed || state == containment_state::held)
        return; // called off, or held since, while the look was under way
    if (file.is_recheck) {
        file.is_recheck = false;
        incidents_.record(file.about);
        out.push_back(alert_report(
            file.about,
            contact_,
            "The account had been disabled before and is active again. Trying to disable it once "
            "more."
        ));
    }
    if (protection_.is_exempt(who)) {
        file.machine.exempt();
        file.about.state = file.machine.state();
        incidents_.record(file.about);
        out.push_back(exempted_report(file.about));
        return;
    }
    if (budget_.take(file.about.user, now.mono))
        return;
    file.machine.hold();
    file.about.state = file.machine.state();
    incidents_.record(file.about);
    out.push_back(held_by_limit_report(file.about, settings_));
}

void responder::tell(
    open_case& file,
    containment::outcome what,
    wall_time floor,
    const step_time& now,
    std::vector<responder_effect>& out
)
{
    schedule(file);
    file.about.state = file.machine.state();
    if (!file.is_recheck)
        incidents_.record(file.about);
    switch (what) {
    case containment::outcome::going_on:
        return;
    case containment::outcome::contained:
    case containment::outcome::already_contained:
        tell_contained(file, what == containment::outcome::contained, floor, now, out);
        return;
    case containment::outcome::refused:
        out.push_back(refused_report(file.about, file.machine.guard()));
        return;
    case containment::outcome::failed:
        out.push_back(failed_report(file.about, file.machine.last_problem()));
        return;
    case containment::outcome::retrying:
        if (!file.was_problem_told)
            out.push_back(retrying_report(file.about, file.machine.last_problem()));
        file.was_problem_told = true;
    }
}

void responder::tell_contained(
    open_case& file,
    bool by_us,
    wall_time floor,
    const step_time& now,
    std::vector<responder_effect>& out
)
{
    // What happened up to here has had its answer: only what comes later can lead to another.
    counts_.ignore_before(file.about.user, floor);
    if (file.is_recheck) {
        out.push_back(still_disabled_report(file.about));
        return;
    }
    const auto took = std::chrono::duration_cast<milliseconds>(now.mono - file.machine.decided());
    out.push_back(contained_report(file.about, by_us, took));
}

} // namespace docwarden::core
