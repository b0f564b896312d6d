#pragma once
// What is done about breaches: opens incidents, drives every containment, keeps within the limits.
// It asks for calls by effects and is told their answers. Never twice: one open containment a user,
// and a contained account is looked at before anything is sent again (design.md section 4).

#include "core/base/random.hpp"
#include "core/containment/custody.hpp"
#include "core/containment/disable_budget.hpp"
#include "core/containment/incident.hpp"
#include "core/containment/incident_fact.hpp"
#include "core/containment/incident_log.hpp"
#include "core/containment/protection_policy.hpp"
#include "core/containment/state_writer.hpp"
#include "core/detection/rule_choice.hpp"
#include "core/portal/portal_call.hpp"
#include "core/settings/engine_settings.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace docwarden::core
{

// Events of the user up to `time` have had their answer and must not count again.
struct ignore_events {
    std::string user;
    wall_time time;
};

// What the responder asks for, to be carried out in this order.
using responder_effect = std::variant<call, ignore_events, incident_fact, commit>;

class responder
{
public:
    // Calls about people that may be under way at once.
    static constexpr std::size_t calls_max = 8;
    // A crossing that ended longer ago is only alerted: see design.md section 3.
    static constexpr std::chrono::hours stale_after{24};
    // What was open when the process ended waits so long for the trail, which may show that
    // somebody has given the account back meanwhile.
    static constexpr std::chrono::seconds evidence_patience{5};

    using effects = std::vector<responder_effect>;
    // Whether the counts of its user still cross the incident's rule at its newest event.
    using crossing_check = std::function<bool(const incident&)>;

    // `seed` feeds the jitter of pauses.
    responder(shared_settings settings, std::uint64_t seed);

    // New settings are in force. Who is held for want of room is decided again if there is more of
    // it; what the rules no longer want is called off.
    void configure(
        shared_settings settings,
        const crossing_check& still_crosses,
        const step_time& now,
        effects& out
    );
    // Other users fall under the rules now, or under those of the settings that `configure` brings.
    void set_choice(shared_choice choice) { choice_ = std::move(choice); }
    // Then what the rules no longer want is called off.
    void reconsider(const crossing_check& still_crosses, const step_time& now, effects& out);
    // Somebody enabled or disabled the account in the portal, as `row` says: that is the answer to
    // what had happened up to then, and a containment for it is called off.
    void on_status_changed(
        std::string_view user,
        const audit_event& row,
        const crossing_check& still_crosses,
        const step_time& now,
        effects& out
    );
    // Somebody changed something else about that account, which may have enabled it.
    void on_member_changed(std::string_view user, const audit_event& row);
    // How many users the portal says are active, for the limit on disables: nothing if unknown.
    // Frees nobody who is held.
    void set_active_users(std::optional<std::uint32_t> number) { budget_.set_active_users(number); }
    // What was kept by an earlier process. An account that has an open case by now is left as it
    // is. Asks for nothing yet but that events be ignored.
    void restore(const stored_state& kept, const step_time& now, effects& out);
    // The trail has been read up to now, or cannot be: what waits for it goes on.
    void on_evidence(mono_time now);
    // The oldest decision of which the trail since then may say that somebody has undone it.
    std::optional<wall_time> oldest_intent() const;
    // The trail has been read completely up to that moment: what was over by then is told.
    void on_complete(wall_time complete, effects& out);
    // What came of a commit.
    void on_committed(const committed& outcome, const step_time& now);
    // The disk may have lost what was written: all of it is written anew.
    void keep_all();

    // Whose key this is. Nothing is sent before that is known, and rows that may be about our own
    // requests wait for it.
    void set_identity(const profile& self, const step_time& now, effects& out);
    bool has_identity() const { return protection_.has_identity(); }

    // A threshold was crossed, or a crossing goes on. `files` are the newest behind it. `is_held`:
    // only because of a reload, so it waits for a person.
    void on_breach(
        const breach& crossing,
        const rule& crossed,
        std::vector<evidence> files,
        bool is_held,
        const step_time& now,
        effects& out
    );

    // Answers. Those to calls that are nobody's any more change nothing.
    void
    on_profile(call_id call, const answer<profile>& answered, const step_time& now, effects& out);
    void
    on_disabled(call_id call, const answer<accepted>& answered, const step_time& now, effects& out);
    void
    on_enabled(call_id call, const answer<accepted>& answered, const step_time& now, effects& out);

    // Starts the calls that are due, and asks for a commit of what has changed. `last_call` is
    // counted up.
    void pump(const step_time& now, call_id& last_call, effects& out);
    std::optional<mono_time> due(const step_time& now) const;
    // Nothing is under way that could end without a further pause.
    bool is_settled() const;

    // Incidents with a change at `since` or later, oldest first.
    std::vector<incident> incidents_since(wall_time since) const;
    // Nobody needs to be warned of that user: exempt, or the account is dealt with already.
    bool needs_no_warning(const std::string& user, const step_time& now) const;
    std::size_t open_cases() const;
    std::map<containment_state, std::size_t> cases_by_state() const;
    // Requests are being sent or repeated.
    bool is_acting() const;
    // What has changed gets to the disk, as far as is known.
    bool is_storing(mono_time now) const { return !writer_.is_failing(now); }

private:
    // A row of the portal about an account.
    struct change {
        std::string by; // hostile text
        wall_time time;
    };

    // A row about an account, while it is not known whether we are its author.
    struct unattributed_change {
        std::string user;
        audit_event row;
        bool is_status = false;
    };
    static constexpr std::size_t unattributed_max = 1'000;

    // One user's latest containment. The state of its incidents is that of the containment; the log
    // learns it when it has ended.
    struct account_case {
        explicit account_case(containment begun) : machine(std::move(begun)) {}
        containment machine;
        std::vector<std::string> incidents; // ids; the first is the one that it acts for
        bool is_recheck = false; // contained before: look first, speak only if it is active again
        bool is_quiet = false;   // exempt at the last look: look first, speak then
        bool is_problem_reported = false;
        bool is_overruled = false;    // by a person, while a request was under way
        bool has_older_place = false; // of max_disables: what was done about an earlier crossing
        std::optional<wall_time> requested;     // by this process: when its latest request left
        std::optional<wall_time> ignore_before; // events up to then have had their answer
        std::optional<custody> watch;           // while it is contained
        std::uint32_t containments = 0;         // in a row, each soon after the one before
        std::optional<wall_time> contained_at;  // the latest of them, or its end
        std::optional<change> changed_by;       // its status by somebody else; a look decides
        // What a recheck looks at. It is the case again if nothing has changed.
        std::unique_ptr<account_case> earlier;

        bool owns(const std::string& id) const;
        // Nothing has been said about it yet, so there is nothing to go on with after a restart.
        bool is_unspoken() const { return is_recheck || is_quiet; }
        void act_for(const std::string& id); // makes it the first
    };

    struct call_under_way {
        std::string user;
        bool is_void = false; // its case is no more: the answer is nobody's
    };

    const containment_settings& limits() const { return settings_->containment; }

    // responder.cpp: what is decided about a crossing.
    void decide(incident subject, bool is_held, const step_time& now, effects& out);
    void
    join(account_case& open, incident subject, bool is_held, const step_time& now, effects& out);
    void leave_alone(
        incident subject,
        incident_event event,
        effects& out,
        const exemption& by = exemption()
    );
    account_case& begin_case(incident subject, const step_time& now);
    static void succeed(account_case& begun, account_case& before);
    void extend_incident(
        const breach& crossing,
        const rule& crossed,
        std::vector<evidence> files,
        const step_time& now,
        effects& out
    );
    bool needs_new_decision(const breach& crossing, const rule& crossed, const step_time& now);
    bool already_reported(const incident& subject, const step_time& now) const;
    wall_time newest_change(const account_case& open) const;
    const incident* overlapping(const incident& subject) const;
    void resume(account_case& held, const step_time& now);
    bool has_live_case(const std::string& user) const;
    static wall_time next_whole_second(wall_time time)
    {
        return std::chrono::ceil<std::chrono::seconds>(time + tick(1));
    }
    // Not so long over that it is only alerted.
    static bool is_fresh(const breach_span& span, const step_time& now);

    // responder_calls.cpp: the calls of open cases, and what comes of them.
    account_case* take_call(call_id call);
    bool has_call_under_way(const std::string& user) const;
    void void_calls(std::string_view user);
    void pump_calls(const step_time& now, call_id& last_call, effects& out);
    void
    pump_custody(account_case& contained, const step_time& now, call_id& last_call, effects& out);
    void schedule(const account_case& open);
    void gate(account_case& open, const profile& account, const step_time& now, effects& out);
    void conclude(
        account_case& concluded,
        containment::outcome outcome,
        const step_time& now,
        effects& out
    );
    void
    conclude_contained(account_case& contained, bool by_us, const step_time& now, effects& out);
    void go_back(account_case& recheck, const step_time& now);
    void close(const account_case& closed);
    wall_time answered_until(const account_case& concluded, const step_time& now) const;
    const incident& subject_of(const account_case& open) const;
    incident_fact fact_about(const account_case& concerned, incident_event event) const;
    incident_fact announcement_of(const account_case& decided, incident_event event) const;

    // responder_countdown.cpp: the time that people have before an account is disabled.
    milliseconds countdown_of(const account_case& open) const;
    milliseconds time_left(const account_case& open, const step_time& now) const;
    void count_down(account_case& open, milliseconds left, const step_time& now);
    void renew_countdown(account_case& open, const step_time& now);

    // responder_end.cpp: what is told once a crossing is over, and who a look showed to be exempt.
    containment_state state_of(const incident& subject) const;
    bool awaits_outcome(const incident& subject) const;
    void end_with_account(const account_case& contained, incident_fact& fact);
    bool is_exempt_as(const incident* known, const step_time& now) const;
    bool was_exempt(const account_case& before, const step_time& now) const;
    void speak(account_case& quiet, effects& out);
    void exempt_now(account_case& open, const exemption& by, effects& out);

    // responder_reload.cpp: what becomes of open cases when the rules or an account change.
    const rule* rule_of(const incident& subject) const;
    bool asks_to_disable(const incident& subject) const;
    bool is_above(const incident& subject) const;
    bool is_wanted(account_case& open, const crossing_check& still_crosses, const step_time& now);
    bool
    act_for_another(account_case& open, const crossing_check& still_crosses, const step_time& now);
    void call_off(account_case& open, incident_event event, const step_time& now, effects& out);
    void overrule(account_case& open, const change& by, const step_time& now, effects& out);
    bool act_for_later(account_case& open, wall_time time, const step_time& now, effects& out);
    static change change_of(const audit_event& row);
    void settle_doubt(account_case& called_off, const audit_event& row);
    void attribute_later(std::string_view user, const audit_event& row, bool is_status);

    // responder_custody.cpp: what becomes of contained accounts.
    milliseconds release_after(const account_case& contained) const;
    void begin_custody(account_case& contained, bool by_us, const step_time& now);
    void plan_release(account_case& contained, const step_time& now);
    void plan_releases(const step_time& now);
    bool may_release(const step_time& now) const;
    void pump_releases(const step_time& now);
    std::optional<mono_time> release_due(const step_time& now) const;
    void note_change(account_case& contained, const audit_event& row, bool is_status);
    void note_change(account_case& contained, const change& by);
    void pump_looks(const step_time& now);
    void conclude_custody(
        account_case& contained,
        custody::outcome outcome,
        const profile* seen,
        const step_time& now,
        effects& out
    );
    void watch_on(account_case& contained, const step_time& now);
    bool
    may_reassert(const account_case& contained, const profile& seen, const step_time& now) const;
    void reassert(account_case& enabled, const step_time& now, effects& out);
    void free(account_case& contained, incident_event event, const step_time& now, effects& out);
    incident_fact custody_fact(const account_case& contained, incident_event event) const;

    // responder_state.cpp: what outlives the process.
    void restore_account(const account_record& kept, const step_time& now, effects& out);
    account_case case_of(const account_record& kept, const step_time& now, mono_time due) const;
    bool knows_better(const account_record& kept, const account_case& own) const;
    void call_off_unwanted(const std::string& user, const step_time& now, effects& out);
    void ignore_before(account_case& concerned, wall_time time, effects& out);
    account_record record_of(const account_case& concerned) const;
    std::optional<account_record> account_to_keep(const std::string& user) const;
    std::optional<incident> incident_to_keep(const std::string& id) const;
    bool may_send(const account_case& open, mono_time now) const;
    void pump_commits(mono_time now, effects& out);

    shared_settings settings_;
    shared_choice choice_;
    protection_policy protection_;
    random_source random_;
    disable_budget budget_;
    std::map<std::string, account_case> cases_; // by user
    std::map<call_id, call_under_way> calls_;
    std::multimap<mono_time, std::string> due_; // users whose next call waits for that moment
    incident_log incidents_;
    state_writer writer_;
    bool awaits_evidence_ = false;                   // some restored cases do
    mono_time evidence_late_{};                      // ... not longer than that
    std::multimap<wall_time, std::string> releases_; // users to be given back then
    std::vector<unattributed_change> unattributed_;
    std::set<std::string> unplanned_; // ... some time after the clock is known
    std::set<std::string> looks_;     // users whom somebody has changed
};

} // namespace docwarden::core
