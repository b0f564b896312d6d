#include "core/preflight/contract_round.hpp"

#include "core/base/backoff.hpp"
#include "core/portal/failure_texts.hpp"
#include "core/portal/limits.hpp"

#include <algorithm>

namespace docwarden::core
{

std::optional<contract_question> contract_round::next(mono_time now) const
{
    if (under_way_)
        return std::nullopt;
    if (now >= due_)
        return pending_;
    if (wants_canary_ && now >= canary_due_)
        return contract_question::canary;
    return std::nullopt;
}

void contract_round::asked(contract_question what, call_id call, mono_time now)
{
    under_way_ = under_way{what, call};
    if (what != contract_question::canary)
        return;
    is_canary_alone_ = pending_ != contract_question::canary;
    canary_asked_ = now;
    wants_canary_ = false;
}

bool contract_round::take(contract_question what, call_id call)
{
    if (!under_way_ || under_way_->what != what || under_way_->call != call)
        return false;
    under_way_.reset();
    return true;
}

void contract_round::on_answer(contract_question what, mono_time now)
{
    if (what == contract_question::canary && is_canary_alone_)
        return;
    if (what == contract_question::identity)
        identity_failures_ = 0;
    go_on(what, now);
}

void contract_round::on_failure(
    contract_question what,
    const api_failure& why,
    mono_time now,
    milliseconds cap,
    random_source& random
)
{
    if (what == contract_question::canary && is_canary_alone_) {
        wants_canary_ = true;
        canary_due_ = now + canary_interval;
        return;
    }
    if (what == contract_question::identity) {
        ++identity_failures_;
        was_tried_ = true;
        const bool needs_person = urgency_of(why.kind) == priority::critical;
        due_ = now +
               (needs_person ? pause_refused_max : backoff_pause(identity_failures_, cap, random));
        return;
    }
    // Old portals do not know this question, and never will.
    const bool is_answer = what == contract_question::key && why.kind == failure_kind::not_found;
    if (!is_answer) {
        has_failed_ = true;
        // The first pauses are skipped: nothing urgent depends on this.
        constexpr unsigned skipped = 3;
        pause_ = backoff_pause(failed_rounds_ + 1 + skipped, pause_max, random);
    }
    const bool is_gone =
        why.kind == failure_kind::unreachable || why.kind == failure_kind::interrupted;
    if (is_gone)
        end(now); // each further question would only wait for its time limit
    else
        go_on(what, now);
}

void contract_round::go_on(contract_question after, mono_time now)
{
    const auto* const at =
        std::find(contract_questions.begin(), contract_questions.end(), after) + 1;
    if (at == contract_questions.end()) {
        end(now);
        return;
    }
    pending_ = *at;
    due_ = now;
}

void contract_round::end(mono_time now)
{
    was_tried_ = true;
    failed_rounds_ = has_failed_ ? failed_rounds_ + 1 : 0;
    due_ = now + (has_failed_ ? pause_ : milliseconds(interval));
    has_failed_ = false;
    pending_ = contract_question::identity;
}

std::optional<mono_time> contract_round::due() const
{
    if (under_way_)
        return std::nullopt;
    return wants_canary_ ? std::min(due_, canary_due_) : due_;
}

void contract_round::ask_canary_soon(mono_time now)
{
    const bool is_coming = pending_ == contract_question::canary ||
                           (under_way_ && under_way_->what == contract_question::canary);
    if (is_coming)
        return;
    const mono_time soon = canary_asked_ ? std::max(now, *canary_asked_ + canary_pause) : now;
    canary_due_ = wants_canary_ ? std::min(canary_due_, soon) : soon;
    wants_canary_ = true;
}

void contract_round::set_filters_ignored(bool are_ignored, mono_time now)
{
    are_filters_ignored_ = are_ignored;
    wants_canary_ = are_ignored;
    canary_due_ = now + canary_interval;
}

} // namespace docwarden::core
