#include "core/containment/containment.hpp"

#include "core/base/check.hpp"

#include <algorithm>
#include <utility>

namespace docwarden::core
{

namespace
{

constexpr std::chrono::seconds pause_max{20}; // of the pauses that grow

bool may_follow(containment::phase from, containment::phase to)
{
    using phase = containment::phase;
    switch (from) {
    case phase::looking:
        return to == phase::counting_down || to == phase::committing || to == phase::sending ||
               to == phase::paused || to == phase::held || to == phase::done;
    case phase::counting_down:
        return to == phase::counting_down || to == phase::looking || to == phase::done;
    case phase::committing:
        return to == phase::sending || to == phase::done;
    case phase::sending:
        return to == phase::confirming || to == phase::paused || to == phase::done;
    case phase::confirming:
        return to == phase::paused || to == phase::done;
    case phase::paused:
        return to == phase::looking || to == phase::confirming || to == phase::done;
    case phase::held:
        return to == phase::looking || to == phase::done;
    case phase::done:
        return false;
    }
    return false;
}

containment_state state_of(containment::ending how)
{
    switch (how) {
    case containment::ending::contained:
    case containment::ending::gone:
        return containment_state::contained;
    case containment::ending::refused:
        return containment_state::refused;
    case containment::ending::exempted:
        return containment_state::observed;
    case containment::ending::released:
        return containment_state::released;
    case containment::ending::called_off:
        break;
    }
    return containment_state::rejected;
}

} // namespace

containment_state containment::state() const
{
    switch (phase_) {
    case phase::held:
        return containment_state::held;
    case phase::done:
        return state_of(ending_);
    case phase::looking:
    case phase::counting_down:
    case phase::committing:
    case phase::sending:
    case phase::confirming:
    case phase::paused:
        break;
    }
    if (has_failed_ || are_faults_reported_)
        return containment_state::failed;
    return has_sent_ ? containment_state::sending : containment_state::intended;
}

bool containment::is_held_by(hold_reason reason) const
{
    return phase_ == phase::held && hold_reason_ == reason;
}

bool containment::is_settled() const
{
    return phase_ == phase::counting_down || phase_ == phase::paused || phase_ == phase::held ||
           phase_ == phase::done;
}

// Every transition goes through here. When the next call is due is the caller's to say.
void containment::advance(phase next)
{
    DOCWARDEN_ASSERT(may_follow(phase_, next));
    phase_ = next;
    due_.reset();
}

containment::request containment::next(mono_time now)
{
    if (!due_ || now < *due_)
        return request::none;
    if (phase_ == phase::paused)
        advance(after_pause_);
    if (phase_ == phase::counting_down)
        advance(phase::looking);
    if (phase_ == phase::committing)
        advance(phase::sending);
    due_.reset();
    under_way_ = phase_ == phase::sending ? request::disable : request::profile;
    has_sent_ = has_sent_ || under_way_ == request::disable;
    return under_way_;
}

containment::outcome containment::on_profile(
    const profile& account,
    protection guard,
    mono_time now,
    random_source& random
)
{
    DOCWARDEN_ASSERT(under_way_ == request::profile);
    under_way_ = request::none;
    gone_ = 0;
    if (account.status == user_status::terminated)
        return on_contained();
    if (phase_ == phase::done) { // called off meanwhile
        may_have_acted_ = false;
        return outcome::unchanged;
    }
    profile_faults_ = 0;
    if (guard != protection::none) {
        guard_ = guard;
        conclude(ending::refused);
        return outcome::refused;
    }
    if (phase_ == phase::confirming) {
        // 200, and the status is what it was: portals before 3.7.1 do that to protected accounts.
        // Somebody must know at once that "accepted" meant nothing.
        const bool is_news = !std::exchange(is_unchanged_reported_, true);
        after_pause_ = phase::looking;
        if (++unchanged_ >= tries_max(unchanged_max))
            (void)give_up(now, std::nullopt);
        else
            pause(backoff_pause(unchanged_, pause_max, random), now, std::nullopt);
        return is_news ? outcome::failed : outcome::retrying;
    }
    // LDAP accounts are refused by the status endpoint (docspace-api.md section 5.2).
    if (account.is_ldap)
        method_ = disable_method::member;
    failure_.reset();
    return outcome::may_send;
}

containment::outcome containment::on_contained()
{
    if (phase_ == phase::done && !is_in_doubt())
        return outcome::unchanged;
    conclude(ending::contained);
    return may_have_acted_ ? outcome::contained : outcome::already_contained;
}

containment::outcome
containment::on_profile_failure(const api_failure& failure, mono_time now, random_source& random)
{
    DOCWARDEN_ASSERT(under_way_ == request::profile);
    gone_ = failure.kind == failure_kind::gone ? gone_ + 1 : 0;
    if (gone_ >= gone_min && phase_ != phase::done) {
        under_way_ = request::none;
        conclude(ending::gone);
        return outcome::gone;
    }
    if (phase_ != phase::done)
        after_pause_ = phase_;
    return pause_after(failure, profile_faults_, now, random);
}

containment::outcome containment::on_disable_accepted(mono_time now)
{
    DOCWARDEN_ASSERT(under_way_ == request::disable);
    under_way_ = request::none;
    may_have_acted_ = true;
    if (phase_ == phase::done)
        return look_after_end(now, milliseconds(0));
    disable_faults_ = 0;
    advance(phase::confirming);
    due_ = now;
    return outcome::unchanged;
}

containment::outcome
containment::on_disable_failure(const api_failure& failure, mono_time now, random_source& random)
{
    DOCWARDEN_ASSERT(under_way_ == request::disable);
    // Whatever came back, the next step is to look: a lost answer may have taken effect.
    const bool is_ambiguous = failure.kind == failure_kind::interrupted ||
                              failure.kind == failure_kind::broken ||
                              failure.kind == failure_kind::bad_answer;
    may_have_acted_ = may_have_acted_ || is_ambiguous;
    after_pause_ = phase::looking;
    return pause_after(failure, disable_faults_, now, random);
}

containment::outcome containment::pause_after(
    const api_failure& failure,
    unsigned& faults,
    mono_time now,
    random_source& random
)
{
    const bool was_disable = under_way_ == request::disable;
    under_way_ = request::none;
    if (phase_ == phase::done) {
        may_have_acted_ = may_have_acted_ && gone_ < gone_min;
        if (!is_in_doubt())
            return outcome::unchanged;
        const milliseconds soon = backoff_pause(++faults, pause_max, random);
        const milliseconds later = faults < faults_reported_after ? soon : pause_failed;
        return look_after_end(now, was_disable ? milliseconds(0) : later);
    }
    switch (failure.kind) {
    case failure_kind::unauthorised:
    case failure_kind::unpaid:
        return pause(pause_key, now, failure);
    case failure_kind::throttled: {
        const milliseconds least(1000);
        const milliseconds asked = failure.retry_after.value_or(std::chrono::seconds(1));
        return pause(
            std::clamp<milliseconds>(asked, least, milliseconds(retry_after_max)), now, failure
        );
    }
    case failure_kind::forbidden:
    case failure_kind::not_found:
        if (!was_disable) {
            // Whoever must not even look is refused by a portal in trouble, not for this account.
            refusals_ = 0;
            break;
        }
        [[fallthrough]];
    case failure_kind::rejected:
        // Not final on one answer alone: a portal that is being moved answers 403 and 404 too.
        if (++refusals_ >= tries_max(refusals_max))
            return give_up(now, failure);
        return pause(backoff_pause(refusals_, pause_max, random), now, failure);
    case failure_kind::unreachable:
    case failure_kind::interrupted:
    case failure_kind::broken:
    case failure_kind::bad_answer:
    case failure_kind::redirected:
    case failure_kind::gone:
        break;
    }
    // It is tried for ever, but somebody must know that the account is still active.
    pause(backoff_pause(++faults, pause_max, random), now, failure);
    if (faults < faults_reported_after || are_faults_reported_)
        return outcome::retrying;
    are_faults_reported_ = true;
    return outcome::failed;
}

// It was called off with a request under way. Whoever called it off believes the account active.
containment::outcome containment::look_after_end(mono_time now, milliseconds pause)
{
    due_ = now + pause;
    return outcome::unchanged;
}

containment::outcome
containment::pause(milliseconds length, mono_time now, std::optional<api_failure> failure)
{
    advance(phase::paused);
    due_ = now + length;
    failure_ = std::move(failure);
    return outcome::retrying;
}

containment::outcome containment::give_up(mono_time now, std::optional<api_failure> failure)
{
    const bool is_first = !has_failed_;
    has_failed_ = true;
    unchanged_ = 0;
    refusals_ = 0;
    pause(pause_failed, now, std::move(failure));
    return is_first ? outcome::failed : outcome::retrying;
}

void containment::send(mono_time now)
{
    DOCWARDEN_ASSERT(under_way_ == request::none);
    DOCWARDEN_ASSERT(phase_ == phase::committing || !due_); // it has been looked at
    advance(phase::sending);
    due_ = now;
}

void containment::await_commit(mono_time latest)
{
    DOCWARDEN_ASSERT(under_way_ == request::none && !due_);
    advance(phase::committing);
    due_ = latest;
}

void containment::count_down(mono_time end)
{
    DOCWARDEN_ASSERT(under_way_ == request::none);
    DOCWARDEN_ASSERT(phase_ == phase::counting_down || !due_); // it has been looked at
    advance(phase::counting_down);
    may_have_acted_ = false; // it has been seen active, and much time passes
    due_ = end;
}

void containment::decide(const step_time& now)
{
    decided_ = now;
    is_decided_here_ = true;
}

void containment::retry(mono_time now)
{
    if (phase_ == phase::paused)
        due_ = now;
}

void containment::bring_forward(mono_time now)
{
    if (phase_ == phase::looking && due_ && *due_ > now)
        due_ = now;
}

void containment::hold(hold_reason reason)
{
    DOCWARDEN_ASSERT(under_way_ == request::none);
    advance(phase::held);
    hold_reason_ = reason;
}

void containment::resume(mono_time now)
{
    DOCWARDEN_ASSERT(phase_ == phase::held);
    advance(phase::looking);
    has_sent_ = false;
    has_failed_ = false;
    are_faults_reported_ = false;
    is_unchanged_reported_ = false;
    due_ = now;
    failure_.reset();
}

void containment::end(ending how, bool has_changed)
{
    DOCWARDEN_ASSERT(how == ending::exempted || how == ending::called_off);
    const std::optional<mono_time> next_look = due_;
    conclude(how);
    if (under_way_ != request::none)
        return;
    may_have_acted_ = may_have_acted_ && next_look && !has_changed;
    if (is_in_doubt())
        due_ = next_look;
}

void containment::settle()
{
    DOCWARDEN_ASSERT(is_in_doubt());
    may_have_acted_ = false;
    due_.reset();
}

bool containment::is_in_doubt() const
{
    return phase_ == phase::done && ending_ == ending::called_off && may_have_acted_;
}

// One end turns into another in two cases: a request that could not be called back any more has
// disabled the account, and what was contained is given back.
void containment::conclude(ending how)
{
    if (how == ending::released)
        DOCWARDEN_ASSERT(phase_ == phase::done && ending_ == ending::contained);
    else if (phase_ == phase::done)
        DOCWARDEN_ASSERT(ending_ == ending::called_off && how == ending::contained);
    else
        advance(phase::done);
    ending_ = how;
}

} // namespace docwarden::core
