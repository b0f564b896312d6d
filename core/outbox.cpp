#include "core/outbox.hpp"

#include "core/audit_record.hpp"
#include "core/wording.hpp"

#include <algorithm>

namespace docwarden::core
{

namespace
{

wall_time next_whole_second(wall_time time)
{
    return std::chrono::ceil<std::chrono::seconds>(time + tick(1));
}

// Something is still to come of it.
bool is_open(containment_state state)
{
    return state == containment_state::intended || state == containment_state::sending ||
           state == containment_state::failed || state == containment_state::held;
}

incident make_incident(const breach& what, const rule& by, const std::string& portal)
{
    incident about;
    about.id = incident_id(portal, what.user, by.name, what.span.first);
    about.user = what.user;
    about.user_name = what.user_name;
    about.rule = by.name;
    about.threshold = by.threshold;
    about.window = by.window;
    about.response = by.response;
    about.span = what.span;
    return about;
}

} // namespace

outbox::outbox(const engine_settings& settings, detector& counts, std::uint64_t seed)
    : settings_(settings.containment), portal_(settings.portal), contact_(settings.contact),
      counts_(counts), random_(seed),
      breaker_(settings.containment.disables_max, settings.containment.disables_window)
{
}

void outbox::configure(const engine_settings& settings, const step_time& now)
{
    settings_ = settings.containment;
    contact_ = settings.contact;
    breaker_.configure(settings_.disables_max, settings_.disables_window);
    for (auto& entry : cases_) {
        case_file& file = entry.second;
        if (file.machine.state() != containment_state::held || file.is_held_by_reload)
            continue;
        file.machine.resume(now.mono);
        schedule(file);
    }
}

void outbox::set_identity(const profile& self)
{
    self_ = self;
}

protection outbox::guard_of(const profile& who) const
{
    if (self_ && who.id == self_->id)
        return protection::self;
    if (who.is_owner)
        return protection::owner;
    if (who.is_admin && !(self_ && self_->is_owner))
        return protection::administrator;
    return protection::none;
}

bool outbox::is_exempt(const std::string& text) const
{
    return !text.empty() && std::find(settings_.exempt.begin(), settings_.exempt.end(), text) !=
                                settings_.exempt.end();
}

void outbox::record(const incident& about)
{
    const bool is_known = incidents_.insert_or_assign(about.id, about).second == false;
    if (is_known)
        return;
    incident_order_.push_back(about.id);
    if (incident_order_.size() > incidents_max) {
        incidents_.erase(incident_order_.front());
        incident_order_.pop_front();
    }
}

void outbox::on_breach(
    const breach& what,
    const rule& by,
    bool is_held,
    const step_time& now,
    std::vector<effect>& out
)
{
    if (!what.is_new) {
        go_on(what, by, now, out);
        return;
    }
    incident about = make_incident(what, by, portal_);
    const auto rule_index = static_cast<std::size_t>(&by - counts_.rules().data());
    about.files = counts_.evidence_of(what.user, rule_index, what.span.newest, evidence_max);
    if (by.response == response_mode::disable) {
        decide(std::move(about), is_held, now, out);
        return;
    }
    record(about);
    if (by.response == response_mode::alert) {
        out.push_back(alert_report(
            about,
            contact_,
            "This rule only alerts: decide whether to disable the account in the portal."
        ));
        return;
    }
    report seen = alert_report(about, contact_, "This rule only observes: nothing was done.");
    seen.kind = report_kind::observed;
    seen.level = priority::notice;
    seen.message.replace(0, seen.message.find(':'), "Observed");
    out.push_back(std::move(seen));
}

// The same crossing has become longer or higher.
void outbox::go_on(
    const breach& what,
    const rule& by,
    const step_time& now,
    std::vector<effect>& out
)
{
    for (auto id = incident_order_.rbegin(); id != incident_order_.rend(); ++id) {
        incident& about = incidents_.at(*id);
        if (about.user != what.user || about.rule != by.name)
            continue;
        about.span.last = std::max(about.span.last, what.span.last);
        about.span.newest = std::max(about.span.newest, what.span.newest);
        about.span.count = std::max(about.span.count, what.span.count);
        break;
    }
    const auto known = cases_.find(what.user);
    if (known == cases_.end() || !known->second.is_held_by_reload ||
        by.response != response_mode::disable)
        return;
    // Held because a reload made old events cross; the user has gone on since, so that is over.
    case_file& file = known->second;
    if (what.span.newest <= file.about.span.newest)
        return;
    file.is_held_by_reload = false;
    file.about.span.last = what.span.last;
    file.about.span.newest = what.span.newest;
    file.about.span.count = std::max(file.about.span.count, what.span.count);
    file.machine.resume(now.mono);
    file.about.state = file.machine.state();
    record(file.about);
    out.push_back(alert_report(
        file.about,
        contact_,
        "The user was held after a reload and goes on. Disabling the account now."
    ));
    schedule(file);
}

void outbox::decide(incident about, bool is_held, const step_time& now, std::vector<effect>& out)
{
    if (is_exempt(about.user)) {
        record(about);
        report told = alert_report(about, contact_, "The user is exempt: nothing was done.");
        told.kind = report_kind::exempted;
        told.level = priority::warning;
        out.push_back(std::move(told));
        return;
    }
    if (now.portal - about.span.newest > tick(stale_after)) {
        record(about);
        out.push_back(alert_report(
            about,
            contact_,
            "This ended more than 24 hours ago, so the account was not disabled: look into it."
        ));
        return;
    }
    if (!is_guid(about.user)) {
        about.state = containment_state::refused;
        record(about);
        out.push_back(alert_report(
            about,
            contact_,
            "This is no account id of the portal, so it cannot be disabled from here: act now."
        ));
        return;
    }
    const auto known = cases_.find(about.user);
    if (known != cases_.end() && known->second.machine.state() == containment_state::contained) {
        open_case(std::move(about), true, now);
        return;
    }
    if (known != cases_.end() && is_open(known->second.machine.state())) {
        about.state = known->second.machine.state();
        record(about);
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
    open_case(std::move(about), false, now);
    out.push_back(alert_report(cases_.at(user).about, contact_, "Disabling the account now."));
}

void outbox::hold_new(incident about, const step_time& now, std::vector<effect>& out)
{
    about.state = containment_state::held;
    case_file file(std::move(about), settings_.method, now.mono);
    file.is_held_by_reload = true;
    file.machine.hold();
    record(file.about);
    report told = alert_report(
        file.about,
        contact_,
        "The reloaded rules make this user cross on events from before the reload: held, not "
        "disabled. The account is disabled if the user goes on; otherwise decide in the portal."
    );
    told.kind = report_kind::held;
    out.push_back(std::move(told));
    cases_.insert_or_assign(file.about.user, std::move(file));
}

void outbox::open_case(incident about, bool is_recheck, const step_time& now)
{
    about.state = containment_state::intended;
    if (!is_recheck)
        record(about);
    case_file file(std::move(about), settings_.method, now.mono);
    file.is_recheck = is_recheck;
    const std::string user = file.about.user;
    const auto place = cases_.insert_or_assign(user, std::move(file)).first;
    schedule(place->second);
}

void outbox::schedule(const case_file& file)
{
    if (const auto due = file.machine.due())
        due_.emplace(*due, file.about.user);
}

std::optional<mono_time> outbox::due() const
{
    if (!self_ || due_.empty() || calls_.size() >= calls_max)
        return std::nullopt;
    return due_.begin()->first;
}

void outbox::pump(const step_time& now, call_id& next_call, std::vector<effect>& out)
{
    if (!self_)
        return;
    while (!due_.empty() && due_.begin()->first <= now.mono && calls_.size() < calls_max) {
        const std::string user = std::move(due_.begin()->second);
        due_.erase(due_.begin());
        const auto known = cases_.find(user);
        if (known == cases_.end())
            continue;
        case_file& file = known->second;
        const auto step = file.machine.next(now.mono);
        if (step == containment::step::none)
            continue;
        const call_id call = ++next_call;
        calls_.emplace(call, user);
        file.about.state = file.machine.state();
        if (!file.is_recheck)
            record(file.about);
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

outbox::case_file* outbox::take_call(call_id call)
{
    const auto known = calls_.find(call);
    if (known == calls_.end())
        return nullptr;
    const auto file = cases_.find(known->second);
    calls_.erase(known);
    return file == cases_.end() ? nullptr : &file->second;
}

void outbox::on_profile(
    call_id call,
    const answer<profile>& what,
    const step_time& now,
    std::vector<effect>& out
)
{
    case_file* file = take_call(call);
    if (file == nullptr)
        return;
    const wall_time floor = next_whole_second(what.date.value_or(now.portal));
    if (const api_failure* why = what.failure()) {
        tell(*file, file->machine.on_profile_failure(*why, now.mono, random_), floor, now, out);
        return;
    }
    const profile& who = *what.value();
    if (file->about.user_name.empty())
        file->about.user_name = who.display_name;
    const auto outcome = file->machine.on_profile(who, guard_of(who), now.mono, random_);
    tell(*file, outcome, floor, now, out);
    if (file->machine.is_about_to_disable())
        gate(*file, who, now, out);
}

void outbox::on_disabled(
    call_id call,
    const answer<accepted>& what,
    const step_time& now,
    std::vector<effect>& out
)
{
    case_file* file = take_call(call);
    if (file == nullptr)
        return;
    const wall_time floor = next_whole_second(what.date.value_or(now.portal));
    if (const api_failure* why = what.failure()) {
        tell(*file, file->machine.on_disable_failure(*why, now.mono, random_), floor, now, out);
        return;
    }
    tell(*file, file->machine.on_disable_accepted(), floor, now, out);
}

// The last look before the request leaves: exemptions by address, and the budget.
void outbox::gate(
    case_file& file,
    const profile& who,
    const step_time& now,
    std::vector<effect>& out
)
{
    if (file.is_recheck) {
        file.is_recheck = false;
        record(file.about);
        out.push_back(alert_report(
            file.about,
            contact_,
            "The account had been disabled before and is active again. Disabling it once more."
        ));
    }
    std::string email = who.email;
    std::transform(email.begin(), email.end(), email.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (is_exempt(email) || is_exempt(file.about.user)) {
        file.machine.exempt();
        file.about.state = file.machine.state();
        record(file.about);
        out.push_back(incident_report(
            report_kind::exempted,
            priority::warning,
            file.about,
            "Not disabled: " + format_user(file.about) + " is exempt by the configuration."
        ));
        return;
    }
    // A repeated request takes no further budget.
    file.has_budget = file.has_budget || breaker_.take(now.mono);
    if (file.has_budget)
        return;
    file.machine.hold();
    file.about.state = file.machine.state();
    record(file.about);
    out.push_back(incident_report(
        report_kind::held,
        priority::critical,
        file.about,
        "HELD, not disabled: " + format_user(file.about) + ". The limit of " +
            std::to_string(settings_.disables_max) + " disabled accounts within " +
            format_span(settings_.disables_window) +
            " is reached. Disable the account in the portal now if that is right, or raise "
            "max_disables and reload: held accounts are then decided again."
    ));
}

void outbox::tell(
    case_file& file,
    containment::outcome what,
    wall_time floor,
    const step_time& now,
    std::vector<effect>& out
)
{
    schedule(file);
    file.about.state = file.machine.state();
    if (!file.is_recheck)
        record(file.about);
    switch (what) {
    case containment::outcome::going_on:
        return;
    case containment::outcome::contained:
    case containment::outcome::already_contained:
        tell_contained(file, what == containment::outcome::contained, floor, now, out);
        return;
    case containment::outcome::refused:
        out.push_back(incident_report(
            report_kind::refused,
            priority::alert,
            file.about,
            "CANNOT CONTAIN, ACT NOW: " + format_user(file.about) + " " +
                explain_guard(file.machine.guard())
        ));
        return;
    case containment::outcome::failed:
        out.push_back(incident_report(
            report_kind::failed,
            priority::alert,
            file.about,
            "NOT CONTAINED, ACT NOW: " + format_user(file.about) + " is still active. " +
                clip_text(file.machine.last_problem(), 400) +
                ". Disable the account in the portal; docwarden tries again every hour."
        ));
        return;
    case containment::outcome::retrying:
        if (file.was_problem_told)
            return;
        file.was_problem_told = true;
        out.push_back(incident_report(
            report_kind::retrying,
            priority::error,
            file.about,
            "Disabling " + format_user(file.about) + " does not work yet and is tried again: " +
                clip_text(file.machine.last_problem(), 400)
        ));
    }
}

void outbox::tell_contained(
    case_file& file,
    bool by_us,
    wall_time floor,
    const step_time& now,
    std::vector<effect>& out
)
{
    // What happened up to here has had its answer: only what comes later can lead to another.
    counts_.set_floor(file.about.user, floor);
    if (file.is_recheck) {
        out.push_back(incident_report(
            report_kind::observed,
            priority::info,
            file.about,
            "Further changes by " + format_user(file.about) +
                " were recorded; the account is still disabled."
        ));
        return;
    }
    const auto took = std::chrono::duration_cast<milliseconds>(now.mono - file.machine.decided());
    std::string text = by_us ? "Account disabled: " : "Account was already disabled: ";
    text += format_user(file.about);
    text += by_us ? ", confirmed by the portal " + format_span(took) + " after the decision"
                  : "; no request was sent";
    text += " (incident " + file.about.id +
            "). When it is settled, enable the user again in the portal.";
    report told =
        incident_report(report_kind::contained, priority::notice, file.about, std::move(text));
    told.fields.push_back({"BY", by_us ? "docwarden" : "somebody else"});
    told.fields.push_back({"LATENCY_MS", std::to_string(took.count())});
    out.push_back(std::move(told));
}

bool outbox::is_settled() const
{
    return std::all_of(cases_.begin(), cases_.end(), [](const auto& entry) {
        return entry.second.machine.is_settled();
    });
}

std::vector<incident> outbox::incidents_since(wall_time since) const
{
    std::vector<incident> found;
    for (const std::string& id : incident_order_) {
        const incident& about = incidents_.at(id);
        if (about.span.newest >= since)
            found.push_back(about);
    }
    return found;
}

std::size_t outbox::open_cases() const
{
    const auto count = std::count_if(cases_.begin(), cases_.end(), [](const auto& entry) {
        return is_open(entry.second.machine.state());
    });
    return static_cast<std::size_t>(count);
}

} // namespace docwarden::core
