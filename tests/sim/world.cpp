#include "tests/sim/world.hpp"

#include "core/report/incident_texts.hpp"
#include "core/settings/disable_method.hpp"
#include "core/settings/engine_settings.hpp"
#include "tests/portal/portal_date.hpp"
#include "tests/sim/assertion.hpp"
#include "tests/sim/chance.hpp"

#include <algorithm>
#include <array>

namespace docwarden::proof
{

namespace
{

using namespace std::chrono_literals;

constexpr span stop_patience = 600ms;

sim::portal_settings portal_of(const profile& world)
{
    sim::portal_settings made;
    made.has_microseconds = world.has_microseconds;
    made.ties = world.ties_reshuffled ? sim::tie_order::reshuffled : sim::tie_order::by_id;
    if (world.has_summer_time)
        made.time_zone = *sim::parse_zone("Europe/Berlin");
    return made;
}

// 2026-06-30T13:04:05Z, or the evening before the clocks go back.
wall_time begin_of(const profile& world)
{
    constexpr std::chrono::seconds summer_day(1'782'824'645);
    constexpr std::chrono::seconds autumn_night(1'792'888'200); // 2026-10-25T00:30:00Z minus 2 h
    chance draw(world.seed, 5);
    const auto fraction = draw.between(core::tick(0), core::tick(1s));
    return wall_time(world.has_summer_time ? autumn_night : summer_day) + fraction;
}

bool is_change(request_kind kind)
{
    return kind == request_kind::disable || kind == request_kind::enable;
}

bool is_lost(fault_kind kind)
{
    return kind == fault_kind::lost_after || kind == fault_kind::late_effect ||
           kind == fault_kind::timed_out || kind == fault_kind::truncated ||
           kind == fault_kind::garbage || kind == fault_kind::oversized;
}

} // namespace

world::world(profile conditions, history events, way how, narrator tell)
    : profile_(std::move(conditions)), history_(std::move(events)), how_(how),
      tell_(std::move(tell)), time_(begin_of(profile_)),
      portal_(portal_of(profile_), profile_.seed),
      scene_{profile_, time_, people_, settings_, portal_, disk_, {}, 0},
      disk_(profile_.seed, profile_.disk_trouble_percent, time_)
{
    time_.set_skew(core::tick(profile_.skew));
    populate();
    checkers_ = make_checkers(scene_);
    plan();
}

world::~world() = default;

void world::populate()
{
    portal_.add_user({.display_name = "Olga Owner", .is_owner = true});
    key_owner_ = portal_.add_user({.display_name = "Adam Admin", .is_admin = true});
    administrator_ = portal_.add_user({.display_name = "Anna Admin", .is_admin = true});
    for (unsigned i = 0; i < profile_.people; ++i) {
        person user;
        user.is_protected = profile_.has_officials && i == 0;
        user.is_exempt = profile_.has_exempt && i == 1;
        user.id =
            portal_.add_user({.is_admin = user.is_protected, .is_collaborator = !user.is_protected}
            );
        if (user.is_exempt)
            profile_.settings.containment.exempt = {core::exemption{user.id}};
        people_.push_back(std::move(user));
    }
    settings_.push_back({time_.portal_time(), profile_.settings});
    network::hooks hooks;
    hooks.sent = [this](const sent_request& request) { note_sent(request); };
    hooks.handled_change = [this](const std::string& user) { note_change(user); };
    hooks.rows_arrive = [this](const std::vector<std::int64_t>& ids) {
        for (const auto& checker : checkers_)
            checker->on_rows(ids);
    };
    hooks.users_counted = [this] {
        for (const auto& checker : checkers_)
            checker->on_users_counted();
    };
    network_ = std::make_unique<network>(
        profile_,
        portal_,
        time_,
        portal_.add_key({.creator_id = key_owner_, .permissions = {"*:read", "accounts:write"}}),
        how_ == way::messages ? lane::rows : lane::text,
        std::move(hooks)
    );
}

void world::plan()
{
    time_.at(span(0), [this] { start(); });
    for (const event& fact : history_)
        time_.at(fact.at, [this, &fact] { apply(fact); });
}

outcome world::run()
{
    try {
        play();
    } catch (const assertion_broken& error) {
        result_.broken = {"core's assertions hold", error.what(), time_.elapsed()};
    }
    return std::move(result_);
}

void world::play()
{
    const span end = profile_.chaos + profile_.calm;
    for (;;) {
        std::optional<span> next = time_.next();
        if (daemon_) {
            if (const auto deadline = daemon_->next_deadline())
                next = std::min(next.value_or(span::max()), *deadline - agenda::mono_begin);
        }
        if (!next || *next > end)
            break;
        time_.advance(*next);
        for (bool goes_on = true; goes_on;) {
            goes_on = time_.run_one();
            if (!goes_on && daemon_)
                goes_on = daemon_->run_due();
            if (find_broken())
                return;
        }
    }
    for (const auto& checker : checkers_) {
        if (daemon_)
            checker->on_end(daemon_->status());
    }
    (void)find_broken();
    result_.counts.hours = std::chrono::duration<double, std::ratio<3600>>(end).count();
    result_.counts.worlds = 1;
}

bool world::find_broken()
{
    for (const auto& checker : checkers_) {
        if (checker->broken() && !result_.broken)
            result_.broken = {std::string(checker->name()), *checker->broken(), time_.elapsed()};
    }
    return result_.broken.has_value();
}

void world::apply(const event& due)
{
    if (due.kind != event_kind::burst)
        narrate(describe(due));
    const span left = std::max(span(0), span(profile_.chaos) - time_.elapsed());
    switch (due.kind) {
    case event_kind::burst:
        for (unsigned i = 0; i < due.count; ++i)
            time_.in(due.length * i / std::max(1U, due.count - 1), [this, &due, i] {
                do_action(due, i);
            });
        return;
    case event_kind::enable:
        enable(people_[due.user]);
        return;
    case event_kind::disable:
        disable(people_[due.user]);
        return;
    case event_kind::scan:
        if (daemon_ && !is_dying_)
            daemon_->scan();
        return;
    case event_kind::reload:
        reload(due);
        return;
    case event_kind::outage:
        network_->begin_outage();
        time_.in(std::min(due.length, left), [this] { network_->end_outage(); });
        return;
    case event_kind::fault:
        network_->begin(due);
        time_.in(std::min(due.length, left), [this, &due] { network_->end(due); });
        return;
    case event_kind::crash:
        // Half of them when it hurts most: between an effect and its answer.
        if (due.variety % 2 == 0)
            die(due.length);
        else
            dies_at_effect_ = due.length;
        return;
    case event_kind::stop:
        if (!daemon_ || is_dying_)
            return;
        note_fault("stop");
        ++result_.counts.stops;
        is_dying_ = true;
        daemon_->stop(stop_patience);
        time_.in(stop_patience, [this, &due] { die(due.length); });
        return;
    case event_kind::jump:
        note_fault("jump");
        time_.set_skew(std::clamp<core::tick>(time_.skew() + due.length, -6h, 6h));
    }
}

void world::do_action(const event& burst, unsigned index)
{
    person& person = people_[burst.user];
    chance draw(profile_.seed + burst.variety, 300 + index);
    const bool is_reuse = draw.percent(profile_.reuse_percent);
    const std::uint64_t old_file = draw.below(15);
    const core::rule& rule = profile_.settings.rules.front();
    const int changing = rule.actions[draw.below(rule.actions.size())];
    const int viewing = 5064;
    const bool is_late = draw.percent(profile_.late_percent);
    const bool is_very_late = draw.percent(profile_.very_late_percent);
    const core::tick lateness(profile_.settings.polling.lateness);
    const core::tick delay = draw.between(core::tick(0), lateness);
    const bool is_view = draw.percent(10);
    const bool burns_after = draw.percent(profile_.afterburn_percent);
    const wall_time now = time_.portal_time();
    if (person.disabled_at && !(burns_after && now - *person.disabled_at < 2s))
        return;

    user_action done;
    done.file =
        burst.user * 1'000'000'000ULL + (is_reuse ? old_file : 1000 + burst.variety * 1000 + index);
    done.action = is_view ? viewing : changing;
    done.visible_at = is_late ? now + delay : now;
    if (is_very_late) {
        done.visible_at = now + lateness + 1min + delay;
        done.is_promised = false;
    }
    done.date = sim::stored_date(now, profile_.has_microseconds);
    done.row = portal_.record_late(
        person.id, done.action, std::to_string(done.file), "f.docx", now, done.visible_at
    );
    person.actions.push_back(done);
    ++result_.counts.actions;
    for (const auto& checker : checkers_)
        checker->on_action(done);
    narrate(
        "person " + std::to_string(burst.user) + " does " + std::to_string(done.action) +
        " to file " + std::to_string(done.file) +
        (done.visible_at > now ? ", visible only later" : "")
    );
}

// Nobody gives an account back within a minute of its being disabled: a person has to notice first.
void world::enable(person& person)
{
    const wall_time now = time_.portal_time();
    if (!person.disabled_at || now - *person.disabled_at < 1min || network_->has_late_effect())
        return;
    change_status(person, sim::employee_status::active);
    person.disabled_at.reset();
    ++person.arming;
    ++result_.counts.given_back;
}

void world::disable(person& person)
{
    if (person.disabled_at || person.is_protected)
        return;
    change_status(person, sim::employee_status::terminated);
    person.disabled_at = time_.portal_time();
}

void world::change_status(person& person, sim::employee_status to)
{
    const wall_time now = time_.portal_time();
    const auto row = portal_.set_user_status(administrator_, person.id, to, now);
    person.settled_until = sim::stored_date(now, profile_.has_microseconds);
    person.changes.push_back({*person.settled_until, row, 0});
}

void world::reload(const event& due)
{
    chance draw(profile_.seed + due.variety, 400);
    core::engine_settings changed = settings_.back().settings;
    core::rule& rule = changed.rules[draw.below(changed.rules.size())];
    switch (draw.below(4)) {
    case 0:
        rule.threshold = draw.one_of<std::uint32_t>({0, 1, 3, 5, 8, 20});
        rule.warn = rule.warn < rule.threshold ? rule.warn : 0;
        break;
    case 1:
        rule.window = draw.one_of<core::milliseconds>({1min, 5min, 10min, 25min});
        break;
    case 2:
        rule.response = draw.one_of(
            {core::response_mode::disable,
             core::response_mode::disable,
             core::response_mode::alert,
             core::response_mode::observe}
        );
        break;
    default:
        changed.containment.disables_max = draw.one_of<std::uint32_t>({0, 1, 2, 5, 100});
    }
    chance more(profile_.seed + due.variety, 401);
    if (more.percent(10))
        changed.containment.method =
            more.percent(50) ? core::disable_method::status : core::disable_method::member;
    if (more.percent(10))
        changed.containment.when_enabled =
            more.percent(50) ? core::enabled_policy::accept : core::enabled_policy::reassert;
    if (rule.countdown > 0s && more.percent(30))
        rule.countdown = more.one_of<core::milliseconds>({1min, 10min, 30min});
    if (rule.release_after > 0s && more.percent(20))
        rule.release_after = more.one_of<core::milliseconds>({0s, 1min, 20min});
    if (profile_.settings.containment.has_share() && more.percent(30))
        changed.containment.disables_share = more.one_of({20U, 50U, 100U});
    settings_.push_back({time_.portal_time(), changed});
    if (tell_)
        narrate("from now on\n" + describe(changed));
    ++result_.counts.reloads;
    note_fault("reload");
    if (daemon_ && !is_dying_)
        daemon_->reconfigure(changed);
}

void world::die(span downtime)
{
    if (!daemon_)
        return;
    if (!is_dying_) {
        note_fault("crash");
        ++result_.counts.crashes;
    }
    daemon_.reset();
    disk_.crash();
    is_dying_ = false;
    scene_.started.reset();
    narrate("the daemon is gone");
    time_.in(downtime, [this] { start(); });
}

void world::start()
{
    scene_.started = time_.portal_time();
    ++scene_.instances;
    for (const auto& checker : checkers_)
        checker->on_start();
    narrate("the daemon starts");
    instance::hooks hooks;
    hooks.report = [this](const core::report& report) { note_report(report); };
    hooks.stepped = [this] {
        const core::engine_status status = daemon_->status();
        for (const auto& checker : checkers_)
            checker->on_step(status);
    };
    hooks.commit = [this](core::commit wanted) {
        disk_.write(std::move(wanted), [this](const core::committed& outcome) {
            daemon_->committed(outcome);
        });
    };
    daemon_ = make_instance(
        how_,
        settings_.back().settings,
        profile_.request_timeout,
        profile_.seed + scene_.instances,
        time_,
        *network_,
        std::move(hooks)
    );
    daemon_->start(disk_.kept());
}

void world::note_sent(const sent_request& request)
{
    ++result_.counts.requests;
    add_to_trace(request.user);
    if (request.fault) {
        note_fault(to_string(*request.fault));
        if (is_lost(*request.fault) && is_change(request.kind))
            ++result_.counts.lost_answers;
    }
    if (tell_)
        narrate(
            "-> " + std::string(to_string(request.kind)) + ' ' + request.user +
            (request.fault ? "  ! " + std::string(to_string(*request.fault)) : "")
        );
    for (const auto& checker : checkers_)
        checker->on_sent(request);
}

// What the daemon's request has done to the account, if anything.
void world::note_change(const std::string& user)
{
    for (person& person : people_) {
        const bool is_off = portal_.user_of(person.id).status == sim::employee_status::terminated;
        if (person.id != user || person.disabled_at.has_value() == is_off)
            continue;
        for (const auto& checker : checkers_)
            is_off ? checker->on_disabled(person) : checker->on_released(person);
        narrate("the account of " + person.id + (is_off ? " is disabled" : " is given back"));
        const wall_time now = time_.portal_time();
        person.settled_until = sim::stored_date(now, profile_.has_microseconds);
        person.changes.push_back({*person.settled_until, row_of_change(), scene_.instances, !is_off}
        );
        if (is_off) {
            person.disabled_at = now;
            ++result_.counts.disables;
        } else {
            person.disabled_at.reset();
            ++person.arming;
            ++result_.counts.released;
        }
    }
    if (dies_at_effect_ && daemon_ && !is_dying_) {
        time_.in(span(0), [this, downtime = *dies_at_effect_] { die(downtime); });
        dies_at_effect_.reset();
    }
}

// The row about the change just made, if its method leaves one that speaks of the status.
std::optional<sim::row_number> world::row_of_change()
{
    constexpr int users_status_updated = 4020;
    const auto rows = portal_.rows_of(key_owner_);
    if (profile_.settings.containment.method == core::disable_method::member || rows.empty() ||
        rows.back()->entry.action != users_status_updated)
        return std::nullopt;
    return rows.back()->number;
}

void world::note_report(const core::report& report)
{
    add_to_trace(report.message);
    if (tell_)
        narrate("   " + std::string(core::to_string(report.kind)) + ": " + report.message);
    for (const auto& checker : checkers_)
        checker->on_report(report);
}

// Which states of a containment the fault meets.
void world::note_fault(std::string_view name)
{
    auto& states = result_.counts.faults[std::string(name)];
    if (!daemon_)
        return;
    const auto cases = daemon_->cases_by_state();
    if (cases.empty())
        ++states["watched"];
    for (const auto& [state, count] : cases)
        states[std::string(core::to_string(state))] += count;
}

void world::add_to_trace(std::string_view text)
{
    constexpr std::uint64_t prime = 1'099'511'628'211U; // FNV-1a
    const auto moment = static_cast<std::uint64_t>(time_.elapsed().count());
    result_.trace = (result_.trace ^ moment) * prime;
    for (const char letter : text)
        result_.trace = (result_.trace ^ static_cast<unsigned char>(letter)) * prime;
}

void world::narrate(const std::string& text)
{
    if (!tell_)
        return;
    std::array<char, 32> stamp{};
    const auto seconds = std::chrono::duration<double>(time_.elapsed()).count();
    (void)std::snprintf(stamp.data(), stamp.size(), "%10.3fs  ", seconds);
    tell_(stamp.data() + text);
}

outcome run_seed(std::uint64_t seed, way how)
{
    const profile drawn = draw_profile(seed);
    return world(drawn, draw_history(drawn), how).run();
}

} // namespace docwarden::proof
