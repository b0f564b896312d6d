#include "core/engine/engine.hpp"

#include "core/base/check.hpp"
#include "core/preflight/preflight_judge.hpp"

#include <algorithm>
#include <utility>

namespace docwarden::core
{

engine::engine(shared_settings settings, std::uint64_t seed)
    : settings_(std::move(settings)), random_(seed), counts_(rules_of(settings_)),
      responder_(settings_, seed + 1), poller_(settings_), seen_(seen_rows_max), people_(settings_)
{
}

step_result engine::step(const input& event, const clock_reading& at)
{
    at_ = at;
    out_.clear();
    std::visit([this](const auto& concrete) { handle(concrete); }, event);
    pump();
    step_result result;
    result.effects = std::move(out_);
    result.wake_at = wake_at();
    return result;
}

step_time engine::now() const
{
    return {clock_.now(at_), at_.mono, clock_.is_known()};
}

portal_now engine::portal_range() const
{
    const wall_time portal = clock_.now(at_);
    return {std::min(portal, at_.wall), std::max(portal, at_.wall), portal};
}

// Whether an incident's user still is above its threshold, as far as is known.
responder::crossing_check engine::crossing_check() const
{
    return [this](const incident& subject) {
        for (std::size_t i = 0; i < counts_.rules().size(); ++i) {
            const rule& crossed = counts_.rules()[i];
            if (crossed.name == subject.rule)
                return counts_.count_at(subject.user, i, subject.span.newest) > crossed.threshold;
        }
        return false;
    };
}

void engine::emit_responses()
{
    for (responder_effect& next : responses_)
        std::visit([this](auto& concrete) { emit_response(concrete); }, next);
    responses_.clear();
}

void engine::emit_response(call& next)
{
    calls_.emplace(next.id, next.request);
    out_.emplace_back(std::move(next));
}

void engine::emit_response(const incident_fact& subject)
{
    out_.emplace_back(subject);
}

void engine::emit_response(const ignore_events& order)
{
    counts_.ignore_before(order.user, order.time);
}

void engine::send(portal_request request)
{
    const call_id id = ++last_call_;
    DOCWARDEN_ASSERT(calls_.count(id) == 0);
    calls_.emplace(id, request);
    out_.emplace_back(call{id, std::move(request)});
}

// What was asked decides who gets the answer.
void engine::handle(const answered& answer)
{
    const auto known = calls_.find(answer.id);
    if (known == calls_.end())
        return; // to a call that is over, or never was
    const portal_request request = std::move(known->second);
    calls_.erase(known);
    observe_date(answer.date, answer.failure());
    std::visit([&](const auto& asked) { on_answer(asked, answer); }, request);
}

// Of any answer of the portal, refusals included.
void engine::observe_date(const std::optional<wall_time>& date, const api_failure* failure)
{
    if (!date) {
        const bool was_answered = failure == nullptr || failure->status != 0;
        if (was_answered && !clock_.is_known())
            report_result(subsystem::clock, judge_clock(date, at_.wall));
        return;
    }
    const bool was_known = clock_.is_known();
    const bool is_believed = clock_.observe(*date, at_);
    report_result(subsystem::clock, judge_clock(date, at_.wall));
    if (!is_believed)
        return;
    // This host's clock, by which pages were asked for up to now, may be off: then reading has
    // begun too late.
    const tick skew = clock_.skew(at_);
    if (!was_known && std::max(skew, -skew) > tick(std::chrono::seconds(1))) {
        // Rows may have been left out as too old by a clock that was ahead.
        seen_.clear();
        counts_.expect_history();
        poller_.begin_again(at_.mono);
        warnings_.begin(clock_.now(at_));
    }
}

void engine::on_answer(const profile_request&, const answered& answer)
{
    track_people_api_health(answer.failure(), look_fails_);
    responder_.on_profile(answer.id, answer.as<profile>(), now(), responses_);
    emit_responses();
}

void engine::on_answer(const disable_request&, const answered& answer)
{
    track_people_api_health(answer.failure(), disable_fails_);
    responder_.on_disabled(answer.id, answer.as<accepted>(), now(), responses_);
    emit_responses();
}

// A refusal, for want of a seat or of a right, concerns that account: the looks tell the rest.
void engine::on_answer(const enable_request&, const answered& answer)
{
    responder_.on_enabled(answer.id, answer.as<accepted>(), now(), responses_);
    emit_responses();
}

// Tells a fault of the people API as a whole from one that concerns a single user.
void engine::track_people_api_health(const api_failure* failure, bool& fails)
{
    // Each kind of call clears only what it raised.
    if (failure == nullptr) {
        fails = false;
        if (!look_fails_ && !disable_fails_)
            emit(conditions_.clear(subsystem::acting, at_.mono));
        return;
    }
    const bool concerns_one_user =
        is_missing(failure->kind) || failure->kind == failure_kind::rejected;
    if (concerns_one_user)
        return;
    fails = true;
    emit(conditions_.raise(subsystem::acting, *failure, at_.mono));
}

void engine::handle(const reconfigured& change)
{
    const shared_settings before = std::exchange(settings_, change.settings);
    warnings_.on_reload(before->rules, settings_->rules, clock_.now(at_));
    holds_.on_reload(before->rules, settings_->rules, clock_.now(at_), poller_.passes_begun() + 1);
    configure_people();
    const auto choice = std::make_shared<const rule_choice>(
        settings_->rules, members_of(settings_->rules, people_.known())
    );
    const bool needs_history = counts_.set_rules(rules_of(settings_), choice);
    responder_.set_choice(choice);
    responder_.configure(settings_, crossing_check(), now(), responses_);
    responder_.set_active_users(people_.known().active_users);
    emit_responses();
    poller_.configure(settings_);
    if (needs_history) {
        // What was condensed or never kept is read again; sets make that harmless.
        seen_.clear();
        poller_.read_back(at_.mono);
    }
    decide_breaches();
}

void engine::handle(const scan_asked& request)
{
    poller_.poll_at_once(at_.mono);
    scans_.ask(request.token, poller_.passes_begun() + 1);
}

void engine::handle(const restored& earlier)
{
    responder_.restore(earlier.kept, now(), responses_);
    emit_responses();
    // What is to be carried out may have been undone since by somebody: the trail tells.
    const auto oldest = responder_.oldest_intent();
    if (!oldest)
        return;
    const wall_time stale = portal_range().latest - tick(responder::stale_after);
    if (poller_.passes_begun() != 0) {
        seen_.clear();
        counts_.expect_history();
    }
    poller_.reach_back(std::max(*oldest, stale), at_.mono);
}

void engine::handle(const committed& outcome)
{
    responder_.on_committed(outcome, now());
    if (!outcome.problem.empty())
        emit(conditions_.raise(subsystem::store, store_failure{outcome.problem}, at_.mono));
}

void engine::handle(const store_changed& change)
{
    // What can be used again may be another file, that holds nothing of what was written before.
    if (!store_problem_.empty() && change.problem.empty())
        responder_.keep_all();
    store_problem_ = change.problem;
}

void engine::answer_scans()
{
    const bool is_settled = responder_.is_settled() || !responder_.has_identity();
    if (!is_settled || has_waiting_ || !scans_.has_answerable())
        return;
    const wall_time since = portal_range().earliest - tick(longest_window(settings_->rules));
    scans_.answer(responder_.incidents_since(since), out_);
}

// What is due now. Accounts come first: every millisecond before their request leaves is the
// attacker's.
void engine::pump()
{
    decide_what_waited();
    responder_.pump(now(), last_call_, responses_);
    emit_responses();
    report_store();
    pump_preflight();
    pump_people();
    poller_.start(at_.mono);
    if (may_poll_)
        pump_reading();
    if (conditions_.has(subsystem::acting) && !responder_.is_acting()) {
        look_fails_ = disable_fails_ = false;
        emit(conditions_.clear(subsystem::acting, at_.mono));
    }
    answer_scans();
}

void engine::report_store()
{
    if (!store_problem_.empty())
        emit(conditions_.raise(subsystem::store, store_failure{store_problem_}, at_.mono));
    else if (responder_.is_storing(at_.mono))
        emit(conditions_.clear(subsystem::store, at_.mono));
    else if (!conditions_.has(subsystem::store))
        emit(conditions_.raise(subsystem::store, store_failure{}, at_.mono));
}

void engine::pump_reading()
{
    const auto watermark = poller_.watermark();
    const auto query = poller_.next(portal_range(), at_.mono);
    if (!query)
        return;
    if (!warnings_.has_begun())
        warnings_.begin(clock_.now(at_));
    if (watermark && poller_.watermark() < watermark) // it went back with the clocks
        counts_.forget_before(*poller_.watermark());
    send(page_request{*query});
}

std::optional<mono_time> engine::wake_at() const
{
    std::optional<mono_time> earliest;
    const auto consider = [&](std::optional<mono_time> moment) {
        if (moment)
            earliest = std::min(earliest.value_or(*moment), *moment);
    };
    consider(preflight_.due());
    if (may_poll_)
        consider(poller_.due());
    consider(responder_.due(now()));
    if (may_poll_)
        consider(people_.due());
    if (has_waiting_)
        consider(people_wait_end_);
    return earliest;
}

bool engine_status::is_ready() const
{
    return has_read && can_act &&
           std::all_of(conditions.begin(), conditions.end(), [](const condition& limit) {
               return limit.is_advisory();
           });
}

engine_status engine::status() const
{
    engine_status result;
    result.portal = settings_->portal;
    result.was_tried = preflight_.was_tried();
    result.has_read = poller_.has_finished_pass();
    result.can_act = can_act_ && responder_.has_identity();
    result.conditions = conditions_.list();
    result.events = events_;
    result.users = counts_.users();
    result.open_cases = responder_.open_cases();
    result.complete = poller_.watermark();
    result.clock_skew = clock_.skew(at_);
    result.memory_bytes = memory_bytes();
    result.seen_bytes = seen_.memory_bytes();
    return result;
}

} // namespace docwarden::core
