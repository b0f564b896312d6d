#include "core/containment/custody.hpp"

#include "core/base/check.hpp"

#include <algorithm>
#include <utility>

namespace docwarden::core
{

namespace
{

constexpr std::chrono::minutes pause_key{1}; // after 401, and 402 to a look

bool may_follow(custody::phase from, custody::phase to)
{
    using phase = custody::phase;
    switch (from) {
    case phase::resting:
        return to == phase::looking;
    case phase::looking:
        return to == phase::resting || to == phase::sending || to == phase::paused ||
               to == phase::over;
    case phase::sending:
        return to == phase::confirming || to == phase::paused || to == phase::resting;
    case phase::confirming:
        return to == phase::paused || to == phase::resting || to == phase::over;
    case phase::paused:
        return to == phase::looking || to == phase::resting;
    case phase::over:
        return false;
    }
    return false;
}

// After such an answer nobody knows whether the request had its effect.
bool is_ambiguous(failure_kind kind)
{
    return kind == failure_kind::interrupted || kind == failure_kind::broken ||
           kind == failure_kind::bad_answer;
}

// The portal says no: no seat is free, no right, no such account.
bool is_refusal(failure_kind kind)
{
    return kind == failure_kind::unpaid || kind == failure_kind::forbidden ||
           kind == failure_kind::rejected || is_missing(kind);
}

} // namespace

// Every transition goes through here. When the next call is due is the caller's to say.
void custody::advance(phase next)
{
    DOCWARDEN_ASSERT(may_follow(phase_, next));
    phase_ = next;
    due_.reset();
}

void custody::plan(wall_time release_at)
{
    kept_.release_at = release_at;
    kept_.release_after.reset();
}

void custody::look(mono_time now)
{
    if (phase_ == phase::over || under_way_ != request::none)
        return;
    if (phase_ == phase::resting)
        advance(phase::looking);
    due_ = std::min(due_.value_or(now), now);
}

void custody::look_at_rest(mono_time then)
{
    if (phase_ == phase::resting && under_way_ == request::none)
        due_ = then;
}

void custody::release(mono_time now)
{
    if (phase_ == phase::over)
        return;
    is_releasing_ = true;
    look(now);
}

void custody::keep()
{
    kept_.release_at.reset();
    kept_.release_after.reset();
    hesitate();
}

void custody::hesitate()
{
    is_releasing_ = false;
    if (phase_ == phase::sending && under_way_ == request::none)
        advance(phase::resting);
}

void custody::interrupt()
{
    under_way_ = request::none;
    is_releasing_ = false;
    if (phase_ != phase::over && phase_ != phase::resting)
        advance(phase::resting);
}

custody::request custody::next(const step_time& now)
{
    if (!due_ || now.mono < *due_)
        return request::none;
    if (phase_ == phase::paused || phase_ == phase::resting)
        advance(phase::looking);
    due_.reset();
    under_way_ = phase_ == phase::sending ? request::enable : request::profile;
    if (under_way_ == request::enable)
        kept_.sent = kept_.sent.value_or(now.portal);
    return under_way_;
}

custody::outcome custody::on_profile(const profile& account, mono_time now, random_source& random)
{
    DOCWARDEN_ASSERT(under_way_ == request::profile);
    under_way_ = request::none;
    faults_ = 0;
    gone_ = 0;
    is_ldap_ = account.is_ldap;
    failure_.reset();
    // Who never had a name is pending again, not active: that is free as well.
    if (account.status != user_status::terminated)
        return on_active();
    if (phase_ == phase::confirming && is_releasing_)
        return on_unchanged(now, random);
    if (!is_releasing_) {
        advance(phase::resting);
        return outcome::still_disabled;
    }
    advance(phase::sending);
    due_ = now;
    return outcome::unchanged;
}

custody::outcome custody::on_active()
{
    advance(phase::over);
    is_releasing_ = false;
    return kept_.sent ? outcome::given_back : outcome::found_active;
}

custody::outcome custody::on_unchanged(mono_time now, random_source& random)
{
    if (++unchanged_ < unchanged_max) {
        pause(backoff_pause(unchanged_, pause_max, random), now);
        return outcome::unchanged;
    }
    pause(pause_failed, now);
    return report_once();
}

custody::outcome custody::on_enable_accepted(mono_time now)
{
    DOCWARDEN_ASSERT(under_way_ == request::enable);
    under_way_ = request::none;
    is_surely_without_effect_ = false;
    advance(phase::confirming);
    due_ = now;
    return outcome::unchanged;
}

custody::outcome
custody::on_failure(const api_failure& failure, mono_time now, random_source& random)
{
    DOCWARDEN_ASSERT(under_way_ != request::none);
    const bool was_enable = under_way_ == request::enable;
    under_way_ = request::none;
    failure_ = failure;
    is_surely_without_effect_ =
        is_surely_without_effect_ && !(was_enable && is_ambiguous(failure.kind));
    if (was_enable && is_surely_without_effect_)
        kept_.sent.reset();
    gone_ = !was_enable && failure.kind == failure_kind::gone ? gone_ + 1 : 0;
    if (gone_ >= gone_min) {
        advance(phase::over);
        return outcome::gone;
    }
    if (was_enable && is_refusal(failure.kind)) {
        pause(pause_failed, now);
        return report_once();
    }
    ++faults_;
    if (failure.kind == failure_kind::unauthorised || failure.kind == failure_kind::unpaid)
        pause(pause_key, now);
    else if (failure.kind == failure_kind::throttled)
        pause(
            std::clamp<milliseconds>(
                failure.retry_after.value_or(std::chrono::seconds(1)),
                std::chrono::seconds(1),
                pause_max
            ),
            now
        );
    else
        pause(backoff_pause(faults_, pause_max, random), now);
    return faults_ >= faults_reported_after ? report_once() : outcome::unchanged;
}

void custody::pause(milliseconds length, mono_time now)
{
    advance(phase::paused);
    due_ = now + length;
}

// A look that only wants to know is nobody's worry.
custody::outcome custody::report_once()
{
    if (!is_releasing_ || std::exchange(kept_.is_failure_reported, true))
        return outcome::unchanged;
    return outcome::failed;
}

} // namespace docwarden::core
