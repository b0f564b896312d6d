#include "core/preflight/preflight_round.hpp"

#include "core/base/backoff.hpp"
#include "core/base/check.hpp"
#include "core/portal/limits.hpp"

#include <algorithm>

namespace docwarden::core
{

std::optional<preflight_question> preflight_round::next(mono_time now) const
{
    if (under_way_)
        return std::nullopt;
    if (now >= due_)
        return pending_;
    if (wants_probe_ && now >= probe_due_)
        return preflight_question::probe;
    return std::nullopt;
}

void preflight_round::asked(preflight_question question, mono_time now)
{
    DOCWARDEN_ASSERT(!under_way_);
    under_way_ = question;
    if (question != preflight_question::probe)
        return;
    is_probe_alone_ = pending_ != preflight_question::probe;
    probe_asked_ = now;
    wants_probe_ = false;
}

void preflight_round::on_answer(preflight_question question, mono_time now)
{
    DOCWARDEN_ASSERT(under_way_ == question);
    under_way_.reset();
    if (question == preflight_question::probe && is_probe_alone_)
        return;
    if (question == preflight_question::identity)
        identity_failures_ = 0;
    go_on(question, now);
}

void preflight_round::on_failure(
    preflight_question question,
    const api_failure& failure,
    mono_time now,
    milliseconds cap,
    random_source& random
)
{
    DOCWARDEN_ASSERT(under_way_ == question);
    under_way_.reset();
    if (question == preflight_question::probe && is_probe_alone_) {
        wants_probe_ = true;
        probe_due_ = now + probe_interval;
        return;
    }
    if (question == preflight_question::identity) {
        ++identity_failures_;
        was_tried_ = true;
        due_ = now + (needs_person(failure.kind) ? pause_refused_max
                                                 : backoff_pause(identity_failures_, cap, random));
        return;
    }
    // Old portals do not know this question, and never will.
    const bool is_answer = question == preflight_question::key && is_missing(failure.kind);
    if (!is_answer) {
        has_failed_ = true;
        // The first pauses are skipped: nothing urgent depends on this.
        constexpr unsigned skipped = 3;
        pause_ = backoff_pause(failed_rounds_ + 1 + skipped, pause_max, random);
    }
    const bool is_gone =
        failure.kind == failure_kind::unreachable || failure.kind == failure_kind::interrupted;
    if (is_gone)
        end(now); // each further question would only wait for its time limit
    else
        go_on(question, now);
}

void preflight_round::go_on(preflight_question after, mono_time now)
{
    const auto* const at =
        std::find(preflight_questions.begin(), preflight_questions.end(), after) + 1;
    if (at == preflight_questions.end()) {
        end(now);
        return;
    }
    pending_ = *at;
    due_ = now;
}

void preflight_round::end(mono_time now)
{
    was_tried_ = true;
    failed_rounds_ = has_failed_ ? failed_rounds_ + 1 : 0;
    due_ = now + (has_failed_ ? pause_ : milliseconds(interval));
    has_failed_ = false;
    pending_ = preflight_question::identity;
}

std::optional<mono_time> preflight_round::due() const
{
    if (under_way_)
        return std::nullopt;
    return wants_probe_ ? std::min(due_, probe_due_) : due_;
}

void preflight_round::probe_soon(mono_time now)
{
    const bool is_coming =
        pending_ == preflight_question::probe || under_way_ == preflight_question::probe;
    if (is_coming)
        return;
    const mono_time soon = probe_asked_ ? std::max(now, *probe_asked_ + probe_pause) : now;
    probe_due_ = wants_probe_ ? std::min(probe_due_, soon) : soon;
    wants_probe_ = true;
}

void preflight_round::set_filters_ignored(bool are_ignored, mono_time now)
{
    wants_probe_ = are_ignored;
    probe_due_ = now + probe_interval;
}

} // namespace docwarden::core
