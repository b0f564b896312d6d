#pragma once
// Everything docwarden decides about one portal, without any I/O: an input and a clock reading go
// in, effects come out (house rule: if you need "now" in here, something is wrong). It reads the
// audit trail by asking for pages, counts, and drives containments. One engine a portal; engines
// share nothing.

#include "core/containment/backfill_holds.hpp"
#include "core/containment/responder.hpp"
#include "core/detection/detector.hpp"
#include "core/detection/warning_start.hpp"
#include "core/engine/effect.hpp"
#include "core/engine/input.hpp"
#include "core/engine/scan_waiters.hpp"
#include "core/portal/page_query.hpp"
#include "core/preflight/preflight.hpp"
#include "core/preflight/preflight_round.hpp"
#include "core/reading/poller.hpp"
#include "core/reading/portal_clock.hpp"
#include "core/reading/record_watch.hpp"
#include "core/reading/seen_ids.hpp"
#include "core/report/conditions.hpp"
#include "core/roster/roster_round.hpp"
#include "core/settings/engine_settings.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace docwarden::core
{

// What an engine says about itself, for /readyz and STATUS=.
struct engine_status {
    std::string portal;
    // The preflight was complete once, or the portal could not be reached for it.
    bool was_tried = false;
    bool has_read = false; // one pass at least was complete
    bool can_act = false;  // the key and its user are known and may disable accounts
    std::vector<condition> conditions;
    std::uint64_t events = 0; // different audit rows understood since the start
    std::size_t users = 0;    // with changes inside the windows
    std::size_t open_cases = 0;
    // Everything dated up to here has been read and can no longer change; nothing at first.
    std::optional<wall_time> complete;
    tick clock_skew{0}; // how far this host's clock is ahead of the portal's, as far as is known
    std::size_t memory_bytes = 0; // of the windows and of the rows known, reckoned generously
    std::size_t seen_bytes = 0;   // ... the rows' part of it

    // It can see and it can act. What is advisory does not keep it from that.
    bool is_ready() const;
};

class engine
{
public:
    // The most memory that the windows of a portal and the rows known may take (`memory_bytes` of
    // the status). Beyond, the oldest history is given up, and that is reported.
    static constexpr std::size_t memory_max = std::size_t{192} << 20;
    static constexpr std::size_t seen_rows_max = 1'000'000;
    // Decisions wait so long for who falls under which rule, and for how many users are active,
    // from when the first is due.
    static constexpr std::chrono::seconds people_patience{5};
    static_assert(seen_rows_max * seen_ids::row_bytes < memory_max / 2);

    // `seed` feeds the jitter of retries.
    engine(shared_settings settings, std::uint64_t seed);

    step_result step(const input& event, const clock_reading& at);

    engine_status status() const;
    // How many accounts are in each state of containment.
    std::map<containment_state, std::size_t> cases_by_state() const
    {
        return responder_.cases_by_state();
    }
    const engine_settings& settings() const { return *settings_; }

private:
    void handle(const woken&) { emit(records_.take_suppressed(at_.mono)); }
    void handle(const answered& answer);
    void handle(const reconfigured& change);
    void handle(const scan_asked& request);
    void handle(const restored& earlier);
    void handle(const committed& outcome);
    void handle(const store_changed& change);

    void on_answer(const page_request& request, const answered& answer);
    void on_answer(const profile_request&, const answered& answer);
    void on_answer(const disable_request&, const answered& answer);
    void on_answer(const enable_request&, const answered& answer);
    void on_answer(const identity_request&, const answered& answer)
    {
        on_preflight_answer(preflight_question::identity, answer);
    }
    void on_answer(const settings_request&, const answered& answer)
    {
        on_preflight_answer(preflight_question::settings, answer);
    }
    void on_answer(const key_request&, const answered& answer)
    {
        on_preflight_answer(preflight_question::key, answer);
    }
    void on_answer(const quota_request&, const answered& answer)
    {
        on_preflight_answer(preflight_question::quota, answer);
    }
    void on_answer(const probe_request&, const answered& answer)
    {
        on_preflight_answer(preflight_question::probe, answer);
    }

    template <class Request>
    void on_answer(const Request& about_people, const answered& answer)
    {
        const bool was_complete = people_.is_complete();
        people_.on_answer(about_people, answer);
        on_people_answer(was_complete);
    }

    void send(portal_request request);
    void observe_date(const std::optional<wall_time>& date, const api_failure* failure);
    void feed(const audit_page& page);
    void feed_event(const audit_event& event);
    bool has_room();
    std::size_t memory_bytes() const { return counts_.memory_bytes() + seen_.memory_bytes(); }
    void note_status_change(const audit_event& event);
    void decide_breaches(const std::vector<std::string>& held = {});
    void warn(const breach& crossing, const rule& crossed);
    void accept_page(const page_query& query, const audit_page& page);
    void on_pass_finished();
    void on_reading_failure(const api_failure& failure);
    void track_people_api_health(const api_failure* failure, bool& fails);

    // engine_people.cpp: who falls under which rule, and how many users are active.
    void pump_people();
    void configure_people();
    void on_people_answer(bool was_complete);
    void tell_unknown_names();
    bool awaits_people();
    void decide_what_waited();
    void take_evidence();

    void on_preflight_answer(preflight_question question, const answered& answer);
    void on_identity(const profile& self);
    void on_probe(const filter_probe& probe);
    void report_unanswered(
        preflight_question question,
        const api_failure& failure,
        const preflight_results& results
    );
    void report_results(preflight_question question, const preflight_results& results);
    void report_rights(const preflight_results& results);
    void report_plan(const preflight_results& results);
    void report_record_shape(const audit_page& page);
    void report_result(subsystem affected, const preflight_result& result);
    // Something looks as if the portal ignored what it is asked for: its answer to a question with
    // one right answer decides. Cheap to call; it is asked once a minute at most.
    void probe_soon() { preflight_.probe_soon(at_.mono); }
    void pump();
    void report_store();
    void pump_preflight();
    void pump_reading();
    void answer_scans();
    std::optional<mono_time> wake_at() const;

    template <class Fact>
    void emit(std::optional<Fact> subject)
    {
        if (subject)
            out_.emplace_back(fact(std::move(*subject)));
    }
    void emit_responses();
    void emit_response(call& next);
    void emit_response(const incident_fact& subject);
    void emit_response(const ignore_events& order);
    void emit_response(commit& next) { out_.emplace_back(std::move(next)); }
    responder::crossing_check crossing_check() const;
    step_time now() const;
    portal_now portal_range() const;

    shared_settings settings_;
    random_source random_;
    detector counts_;
    responder responder_;
    poller poller_;
    portal_clock clock_;
    conditions conditions_;
    record_watch records_;
    seen_ids seen_;

    clock_reading at_{}; // of the step under way
    std::vector<effect> out_;
    std::vector<responder_effect> responses_; // empty between steps
    call_id last_call_ = 0;
    std::map<call_id, portal_request> calls_; // under way
    preflight_round preflight_;
    preflight_answers answers_; // the latest good one to each question
    bool may_poll_ = false;     // the first call has been answered or has failed
    bool can_act_ = false;
    bool look_fails_ = false; // the latest call of its kind failed
    bool disable_fails_ = false;
    backfill_holds holds_;
    warning_start warnings_;
    std::uint64_t events_ = 0;
    std::uint64_t rows_read_ = 0;
    bool was_room_made_ = false; // while the page under way is fed
    bool was_ready_reported_ = false;
    scan_waiters scans_;
    std::string store_problem_;
    roster_round people_;
    std::optional<mono_time> people_wait_end_;  // nothing: nothing has waited for them yet
    bool has_waiting_ = false;                  // decisions, until then
    bool has_waiting_evidence_ = false;         // ... and restored cases
    std::optional<std::uint64_t> waiting_past_; // ... and what a reading of the past ends
    std::vector<unknown_names> told_names_;     // since the start or the latest reload
};

} // namespace docwarden::core
