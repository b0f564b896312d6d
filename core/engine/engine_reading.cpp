// What the engine makes of the audit trail: each page is counted and decided on at once, and what
// reading says about the portal is reported.

#include "core/base/check.hpp"
#include "core/base/text.hpp"
#include "core/engine/engine.hpp"
#include "core/reading/dst_fold.hpp"
#include "core/report/failure_texts.hpp"

namespace docwarden::core
{

namespace
{

constexpr int user_updated = 4006;         // the other way to enable an account, among much else
constexpr int users_status_updated = 4020; // one row for all the accounts of a request

// What could be read, whether or not the page is whole.
const audit_page& rows_of(const answered& answer)
{
    static const audit_page none;
    if (const auto* broken_off = std::get_if<partial_page>(&answer.result))
        return broken_off->read;
    const audit_page* whole = answer.value<audit_page>();
    return whole != nullptr ? *whole : none;
}

} // namespace

void engine::on_answer(const page_request& request, const answered& answer)
{
    const audit_page& read = rows_of(answer);
    const std::optional<audit_page> corrected = correct_dst_fold(read, request.query, seen_);
    const audit_page& page = corrected ? *corrected : read;
    if (const api_failure* failure = answer.failure()) {
        feed(page);
        on_reading_failure(*failure);
        return;
    }
    accept_page(request.query, page);
}

void engine::accept_page(const page_query& query, const audit_page& page)
{
    // Decide first: every millisecond before the request leaves is the attacker's.
    feed(page);
    report_record_shape(page);
    emit(conditions_.clear(subsystem::reading, at_.mono));
    rows_read_ += page.rows;
    const tick slack = std::chrono::hours(2); // some rows with odd dates are no ignored filter
    if ((page.oldest && *page.oldest < query.from - slack) ||
        (page.newest && *page.newest > query.to + slack))
        probe_soon();
    switch (poller_.on_page(page, at_.mono)) {
    case poller::progress::reading:
        return;
    case poller::progress::finished:
        // Only a rescan reads a stretch again that was given up.
        if (poller_.last_was_rescan()) {
            emit(conditions_.clear(subsystem::gap, at_.mono));
            if (has_waiting_)
                waiting_past_ = poller_.passes_begun();
            else
                holds_.on_past_read(poller_.passes_begun());
        }
        scans_.on_pass_finished(poller_.passes_begun());
        on_pass_finished();
        return;
    case poller::progress::gave_up:
        emit(conditions_.raise(subsystem::gap, unreadable_stretch(), at_.mono));
        scans_.fail(explain_gap(), out_);
        on_pass_finished();
    }
}

void engine::on_pass_finished()
{
    take_evidence();
    // What is not decided yet still needs its counts.
    if (poller_.watermark() && !has_waiting_) {
        responder_.on_complete(*poller_.watermark(), responses_);
        emit_responses();
        counts_.forget_before(*poller_.watermark());
    }
    if (memory_bytes() < memory_max && !counts_.lacks_history())
        emit(conditions_.clear(subsystem::memory, at_.mono));
    if (!was_ready_reported_) {
        was_ready_reported_ = true;
        emit(std::optional(reading_begun{rows_read_, counts_.users()}));
    }
}

void engine::on_reading_failure(const api_failure& failure)
{
    poller_.on_failure(failure, at_.mono, random_);
    take_evidence();
    scans_.fail(explain_reading_failure(failure), out_);
    // One lost answer in an hour is no news; a second in a row is, and so is what will not go away.
    const bool is_blip = poller_.has_finished_pass() && poller_.failures() < 2 &&
                         urgency_of(failure.kind) == priority::error &&
                         failure.kind != failure_kind::bad_answer;
    if (is_blip)
        return;
    emit(conditions_.raise(subsystem::reading, failure, at_.mono));
}

void engine::feed(const audit_page& page)
{
    was_room_made_ = false;
    for (const audit_event& event : page.events)
        feed_event(event);
    decide_breaches();
    for (const record_problem& problem : page.problems)
        emit(records_.on_problem(problem, at_.mono));
}

void engine::feed_event(const audit_event& event)
{
    if (event.id != 0 && !seen_.insert(event.id, event.time))
        return;
    ++events_;
    emit(records_.on_event(event));
    if (event.action == users_status_updated)
        note_status_change(event);
    else if (event.action == user_updated && event.object != event.user)
        responder_.on_member_changed(event.object, event);
    if (has_room())
        counts_.add(event);
}

// Whether one more event may be counted. Making room walks over all users, which takes long with as
// many as fill the memory: it frees enough for some ten thousand events, and is tried once a page
// if it does not.
bool engine::has_room()
{
    if (memory_bytes() < memory_max)
        return true;
    if (!was_room_made_) {
        was_room_made_ = true;
        emit(conditions_.raise(subsystem::memory, memory_limit(), at_.mono));
        counts_.make_room(memory_max / 8 * 7 - seen_.memory_bytes());
    }
    return memory_bytes() < memory_max;
}

// Somebody enabled or disabled accounts: an answer to what they had done up to then, so only what
// comes later counts. Without this a restart would disable a colleague again whom an administrator
// has just given back (docspace-api.md section 5.2). Nobody wipes the slate for themselves.
void engine::note_status_change(const audit_event& event)
{
    // A date from the future would wipe out what is still to come.
    if (event.time > portal_range().latest + poller::lookahead)
        return;
    std::string_view ids = event.object;
    while (!ids.empty()) {
        const std::size_t comma = ids.find(',');
        const std::string_view id = ids.substr(0, comma);
        if (is_guid(id) && id != event.user) {
            counts_.ignore_before(id, event.time);
            responder_.on_status_changed(id, event, crossing_check(), now(), responses_);
            emit_responses();
        }
        ids.remove_prefix(comma == std::string_view::npos ? ids.size() : comma + 1);
    }
}

// Of those users nothing is decided without a person.
void engine::decide_breaches(const std::vector<std::string>& held)
{
    has_waiting_ = awaits_people();
    if (has_waiting_)
        return;
    for (const breach& crossing : counts_.take_breaches()) {
        const rule& crossed = counts_.rules()[crossing.rule];
        if (crossing.is_warning) {
            warn(crossing, crossed);
            continue;
        }
        const bool is_held = holds_.applies(crossed.name, crossing.span.newest) ||
                             std::binary_search(held.begin(), held.end(), crossing.user);
        responder_.on_breach(
            crossing,
            crossed,
            counts_.evidence_of(
                crossing.user, crossing.rule, crossing.span.newest, incident::files_max
            ),
            is_held,
            now(),
            responses_
        );
        emit_responses();
    }
}

void engine::warn(const breach& crossing, const rule& crossed)
{
    if (warnings_.covers(crossed.name, crossing.span.first) &&
        !responder_.needs_no_warning(crossing.user, now()))
        emit(std::optional(warning_fact{
            open_incident(crossing, crossed, settings_->portal), crossed.warn}));
}

} // namespace docwarden::core
