#include "core/containment/containment.hpp"

#include <algorithm>

namespace docwarden::core
{

std::string_view to_string(containment_state state)
{
    switch (state) {
    case containment_state::observed:
        return "observed";
    case containment_state::intended:
        return "intended";
    case containment_state::sending:
        return "sending";
    case containment_state::contained:
        return "contained";
    case containment_state::refused:
        return "refused";
    case containment_state::held:
        return "held";
    case containment_state::failed:
        return "failed";
    case containment_state::rejected:
        return "rejected";
    case containment_state::released:
        return "released";
    }
    return "unknown";
}

bool is_open(containment_state state)
{
    return state == containment_state::intended || state == containment_state::sending ||
           state == containment_state::failed || state == containment_state::held;
}

bool containment::is_going_on() const
{
    return state_ == containment_state::intended || state_ == containment_state::sending ||
           state_ == containment_state::failed;
}

std::optional<mono_time> containment::due() const
{
    if (!is_going_on() || is_under_way_)
        return std::nullopt;
    return due_;
}

containment::step containment::next(mono_time now)
{
    if (!is_going_on() || is_under_way_ || now < due_)
        return step::none;
    is_under_way_ = true;
    if (!is_ready_to_disable_)
        return step::look;
    is_ready_to_disable_ = false;
    if (state_ != containment_state::failed)
        state_ = containment_state::sending;
    return step::disable;
}

containment::outcome
containment::on_profile(const profile& who, protection guard, mono_time now, random_source& random)
{
    is_under_way_ = false;
    look_faults_ = 0;
    if (who.status == user_status::terminated) {
        state_ = containment_state::contained;
        return may_have_acted_ ? outcome::contained : outcome::already_contained;
    }
    if (guard != protection::none) {
        guard_ = guard;
        state_ = containment_state::refused;
        return outcome::refused;
    }
    if (was_accepted_) {
        // 200, and the status is what it was: portals before 3.7.1 do that to protected accounts.
        was_accepted_ = false;
        std::string problem =
            "the portal accepts the request to disable the account but leaves it active";
        if (++unchanged_ >= tries_max(unchanged_max))
            return give_up(now, std::move(problem));
        return pause(
            backoff_pause(unchanged_, std::chrono::seconds(20), random), now, std::move(problem)
        );
    }
    // LDAP accounts are refused by the status endpoint (docspace-api.md section 5.2).
    if (who.is_ldap)
        method_ = disable_method::member;
    is_ready_to_disable_ = true;
    due_ = now;
    problem_.clear();
    return outcome::going_on;
}

containment::outcome
containment::on_profile_failure(const api_failure& why, mono_time now, random_source& random)
{
    return pause_after(why, look_faults_, now, random);
}

containment::outcome containment::on_disable_accepted()
{
    is_under_way_ = false;
    was_accepted_ = true;
    may_have_acted_ = true;
    disable_faults_ = 0;
    return outcome::going_on;
}

containment::outcome
containment::on_disable_failure(const api_failure& why, mono_time now, random_source& random)
{
    // Whatever came back, the next step is to look: a lost answer may have taken effect.
    const bool is_ambiguous = why.kind == failure_kind::interrupted ||
                              why.kind == failure_kind::broken ||
                              why.kind == failure_kind::bad_answer;
    may_have_acted_ = may_have_acted_ || is_ambiguous;
    return pause_after(why, disable_faults_, now, random);
}

containment::outcome containment::pause_after(
    const api_failure& why,
    unsigned& faults,
    mono_time now,
    random_source& random
)
{
    is_under_way_ = false;
    switch (why.kind) {
    case failure_kind::unauthorised:
    case failure_kind::unpaid:
        return pause(pause_key, now, why.text);
    case failure_kind::throttled: {
        const milliseconds least(1000);
        const milliseconds asked = why.retry_after.value_or(std::chrono::seconds(1));
        return pause(
            std::clamp<milliseconds>(asked, least, milliseconds(retry_after_max)), now, why.text
        );
    }
    case failure_kind::forbidden:
    case failure_kind::not_found:
    case failure_kind::rejected:
        // Not final on one answer alone: a portal that is being moved answers 403 and 404 too.
        if (++refusals_ >= tries_max(refusals_max))
            return give_up(now, why.text);
        return pause(backoff_pause(refusals_, std::chrono::seconds(20), random), now, why.text);
    case failure_kind::unreachable:
    case failure_kind::interrupted:
    case failure_kind::broken:
    case failure_kind::bad_answer:
    case failure_kind::redirected:
        break;
    }
    // It is tried for ever, but somebody must know that the account is still active.
    (void)pause(backoff_pause(++faults, std::chrono::seconds(20), random), now, why.text);
    if (faults < faults_told_max || was_failure_told_)
        return outcome::retrying;
    was_failure_told_ = true;
    return outcome::failed;
}

// Once it has failed there is one try an hour, not a whole series.
unsigned containment::tries_max(unsigned limit) const
{
    return state_ == containment_state::failed ? 1 : limit;
}

bool containment::is_settled() const
{
    return !is_going_on() || (!is_under_way_ && !problem_.empty());
}

containment::outcome containment::pause(milliseconds length, mono_time now, std::string problem)
{
    due_ = now + length;
    problem_ = std::move(problem);
    return outcome::retrying;
}

containment::outcome containment::give_up(mono_time now, std::string problem)
{
    const bool is_news = state_ != containment_state::failed;
    state_ = containment_state::failed;
    unchanged_ = 0;
    refusals_ = 0;
    is_ready_to_disable_ = false;
    due_ = now + pause_failed;
    problem_ = std::move(problem);
    return is_news ? outcome::failed : outcome::retrying;
}

void containment::resume(mono_time now)
{
    state_ = containment_state::intended;
    is_under_way_ = false;
    is_ready_to_disable_ = false;
    decided_ = now;
    due_ = now;
    problem_.clear();
}

} // namespace docwarden::core
