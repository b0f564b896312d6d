#include "core/reading/poller.hpp"

#include "core/base/backoff.hpp"
#include "core/base/check.hpp"
#include "core/portal/limits.hpp"

#include <algorithm>

namespace docwarden::core
{

poller::poller(shared_settings settings) : settings_(std::move(settings)) {}

void poller::configure(shared_settings settings)
{
    // What may come later than was thought is not complete yet.
    const milliseconds before = polling().lateness;
    settings_ = std::move(settings);
    if (watermark_ && polling().lateness > before)
        watermark_ = *watermark_ - (polling().lateness - before);
}

void poller::read_back(mono_time now)
{
    if (watermark_) { // otherwise the first reading has not ended, and begins where it would have
        unread_since_ = now;
        unread_from_ = watermark_;
    }
    begin_again(now);
}

void poller::begin_again(mono_time now)
{
    watermark_.reset();
    pass_.reset();
    if (failures_ == 0) // otherwise the pause stands: it may be a limit of the portal
        due_ = std::min(due_, now);
}

void poller::reach_back(wall_time moment, mono_time now)
{
    unread_from_ = std::min(unread_from_.value_or(moment), moment);
    if (passes_begun_ != 0)
        begin_again(now);
}

void poller::poll_at_once(mono_time now)
{
    wants_rescan_ = true;
    if (failures_ == 0)
        due_ = std::min(due_, now);
    else if (!is_throttled_) // repeated requests must not undo the pauses
        due_ = std::min(due_, std::max(now, failed_at_ + std::chrono::seconds(1)));
}

std::optional<mono_time> poller::due() const
{
    if (is_under_way_)
        return std::nullopt;
    return due_;
}

std::optional<page_query> poller::next(const portal_now& now, mono_time mono)
{
    DOCWARDEN_ASSERT(now.earliest <= now.likely && now.likely <= now.latest);
    if (is_under_way_ || mono < due_)
        return std::nullopt;
    start(mono);
    if (pass_ && is_stale(mono)) {
        wants_rescan_ = wants_rescan_ || is_rescan_;
        pass_.reset();
    }
    if (!pass_)
        begin(now, mono);
    is_under_way_ = true;
    return pass_->next();
}

void poller::begin(const portal_now& now, mono_time mono)
{
    const wall_time to = now.latest + lookahead;
    // Clocks that went back take the watermark and the overlap with them: otherwise everything new
    // would lie before what is asked for, unseen until the clocks have caught up.
    if (watermark_)
        watermark_ = std::min(*watermark_, now.earliest - polling().lateness);
    if (finished_pass_from_)
        finished_pass_from_ = std::min(*finished_pass_from_, now.likely);
    is_rescan_ = !watermark_ || wants_rescan_ || mono >= rescan_due_;
    const wall_time from = where_to_begin(now, mono);
    wants_rescan_ = false;
    began_ = now;
    began_mono_ = mono;
    advanced_at_ = mono;
    ++passes_begun_;
    // The portal compares whole seconds on most databases: begin at one.
    pass_.emplace(std::chrono::floor<std::chrono::seconds>(from), to);
}

wall_time poller::where_to_begin(const portal_now& now, mono_time mono) const
{
    const std::chrono::seconds second(1);
    if (watermark_ && (is_rescan_ || !finished_pass_from_))
        return *watermark_ - second;
    if (watermark_)
        return std::max(*watermark_ - second, *finished_pass_from_ - overlap);
    // So much before the lateness may still be part of a window.
    const milliseconds history = longest_window(settings_->rules);
    // Reading may have waited long for its first answer; and what was not read before `read_back`
    // must not be left out now.
    const wall_time from = now.earliest - (mono - *unread_since_) - polling().lateness - history;
    return unread_from_ ? std::min(from, *unread_from_ - history - second) : from;
}

poller::progress poller::on_page(const audit_page& page, mono_time mono)
{
    DOCWARDEN_ASSERT(is_under_way_);
    is_under_way_ = false;
    failures_ = 0;
    if (!pass_)
        return progress::reading;
    pass_->accept(page);
    advanced_at_ = mono;
    if (pass_->status() == trail_pass::state::reading) {
        due_ = mono;
        return progress::reading;
    }
    const bool was_complete = pass_->status() == trail_pass::state::complete;
    end(mono);
    return was_complete ? progress::finished : progress::gave_up;
}

void poller::end(mono_time mono)
{
    const bool was_complete = pass_->status() == trail_pass::state::complete;
    pass_.reset();
    if (was_complete) {
        has_finished_pass_ = true;
        finished_pass_from_ = began_.likely;
        if (is_rescan_) {
            const wall_time settled = began_.earliest - polling().lateness - rounding;
            watermark_ = std::max(watermark_.value_or(settled), settled);
            unread_from_.reset();
            rescan_due_ = began_mono_ + polling().rescan_interval;
        }
    }
    // Counted from the beginning, so that long passes do not make polls rarer; never at once, so
    // that an endless backlog does not make them a storm.
    const auto pause_least = std::chrono::milliseconds(200);
    due_ =
        wants_rescan_ ? mono : std::max(began_mono_ + polling().poll_interval, mono + pause_least);
}

void poller::on_failure(const api_failure& failure, mono_time mono, random_source& random)
{
    DOCWARDEN_ASSERT(is_under_way_);
    is_under_way_ = false;
    ++failures_;
    failed_at_ = mono;
    is_throttled_ = failure.kind == failure_kind::throttled;
    switch (failure.kind) {
    case failure_kind::unauthorised:
    case failure_kind::unpaid:
    case failure_kind::forbidden:
    case failure_kind::not_found:
    case failure_kind::gone: {
        constexpr unsigned doublings_first = 3; // not below some seconds even at first
        due_ = mono + backoff_pause(failures_ + doublings_first, pause_refused_max, random);
        return;
    }
    case failure_kind::throttled: {
        const milliseconds asked = failure.retry_after.value_or(std::chrono::seconds(0));
        const milliseconds own = backoff_pause(failures_, polling().backoff_max, random);
        due_ = mono + std::clamp(asked, own, std::max(own, polling().backoff_max));
        return;
    }
    case failure_kind::unreachable:
    case failure_kind::interrupted:
    case failure_kind::rejected:
    case failure_kind::broken:
    case failure_kind::bad_answer:
    case failure_kind::redirected:
        due_ = mono + backoff_pause(failures_, polling().backoff_max, random);
    }
}

} // namespace docwarden::core
