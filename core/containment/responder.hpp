#pragma once
// What is done about breaches: opens incidents, drives every containment, keeps within the limits.
// It asks for calls by effects and is told their answers. Never twice: one open containment a user,
// and a contained account is looked at before anything is sent again (design.md section 4).

#include "core/base/random.hpp"
#include "core/containment/containment_settings.hpp"
#include "core/containment/disable_budget.hpp"
#include "core/containment/incident.hpp"
#include "core/containment/incident_log.hpp"
#include "core/containment/protection_policy.hpp"
#include "core/detection/detector.hpp"
#include "core/portal/portal_call.hpp"
#include "core/report/report.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace docwarden::core
{

// The moment of a step, in both kinds of time.
struct step_time {
    wall_time portal; // the portal's own
    mono_time mono;
};

struct responder_settings {
    std::string portal;  // the name shown in every message
    std::string contact; // who is told to act; shown in alerts
    containment_settings containment;
};

// What the responder asks for. Calls are carried out, reports are written, in this order.
using responder_effect = std::variant<fetch_profile, send_disable, report>;

class responder
{
public:
    // Requests about people that may be under way at once.
    static constexpr std::size_t calls_max = 8;
    // A crossing that ended longer ago is only alerted: see design.md section 3.
    static constexpr std::chrono::hours stale_after{24};
    static constexpr std::size_t evidence_max = 50; // files kept with an incident

    // Sets floors in `counts` and reads evidence from it; it must outlive the responder.
    responder(const responder_settings& settings, detector& counts, std::uint64_t seed);

    // New settings are in force. Who is held for want of room is decided again if there is more of
    // it; what the rules no longer want is called off.
    void configure(
        const responder_settings& settings,
        const step_time& now,
        std::vector<responder_effect>& out
    );
    // Somebody enabled or disabled the account in the portal, as `row` says: that is the answer to
    // what had happened up to then, and a containment for it is called off.
    void on_status_changed(
        std::string_view user,
        const audit_event& row,
        std::vector<responder_effect>& out
    );
    // Whose key this is. Nothing is sent before that is known.
    void set_identity(const profile& self) { protection_.set_identity(self); }
    bool has_identity() const { return protection_.has_identity(); }

    // A threshold was crossed, or a crossing goes on. `is_held`: only because of a reload, so it
    // waits for a person.
    void on_breach(
        const breach& what,
        const rule& by,
        bool is_held,
        const step_time& now,
        std::vector<responder_effect>& out
    );

    // Answers. They return the failure, if it was one, so that the engine can judge the portal.
    void on_profile(
        call_id call,
        const answer<profile>& what,
        const step_time& now,
        std::vector<responder_effect>& out
    );
    void on_disabled(
        call_id call,
        const answer<accepted>& what,
        const step_time& now,
        std::vector<responder_effect>& out
    );

    // Starts the calls that are due. `next_call` is counted up.
    void pump(const step_time& now, call_id& next_call, std::vector<responder_effect>& out);
    std::optional<mono_time> due() const;
    // Nothing is under way that could end without a further pause.
    bool is_settled() const;

    // Incidents with a change at `since` or later, oldest first.
    std::vector<incident> incidents_since(wall_time since) const { return incidents_.since(since); }
    std::size_t open_cases() const;
    std::map<containment_state, std::size_t> cases_by_state() const;
    // Requests are being sent or repeated.
    bool is_acting() const;

private:
    // One user's containment, and the incident it belongs to.
    struct open_case {
        open_case(incident what, disable_method method, mono_time decided)
            : machine(what.user, method, decided), about(std::move(what))
        {
        }
        containment machine;
        incident about;
        bool is_recheck = false; // contained before: look first, speak only if it is free again
        bool is_held_by_reload = false;
        bool is_held_by_limit() const
        {
            return machine.state() == containment_state::held && !is_held_by_reload;
        }
        bool was_problem_told = false;
    };

    struct call_under_way {
        std::string user;
        bool is_void = false; // its case was called off: the answer is nobody's
    };

    void
    decide(incident about, bool is_held, const step_time& now, std::vector<responder_effect>& out);
    void begin_case(incident about, bool is_recheck, const step_time& now);
    // Not so long over that it is only alerted.
    static bool is_fresh(const breach_span& span, const step_time& now);
    bool asks_to_disable(const std::string& rule_name) const;
    bool go_on_by_another_rule(open_case& file, const step_time& now);
    void call_off(open_case& file, std::vector<responder_effect>& out);
    void resume(open_case& file, const step_time& now);
    bool has_live_case(const std::string& user) const;
    bool still_crosses(const incident& about) const;
    bool is_old_news(const incident& about, const step_time& now);
    // The crossing began when its user was not to be disabled (the rule only alerted, an exemption
    // held, it had seemed long over) and goes on now that nothing stands in the way any more.
    bool was_left_alone(const breach& what, const rule& by, const step_time& now);
    void grow(incident& about, const breach_span& by);
    void go_on(
        const breach& what,
        const rule& by,
        const step_time& now,
        std::vector<responder_effect>& out
    );
    void hold_new(incident about, const step_time& now, std::vector<responder_effect>& out);
    void gate(
        open_case& file,
        const profile& who,
        const step_time& now,
        std::vector<responder_effect>& out
    );
    void tell(
        open_case& file,
        containment::outcome what,
        wall_time floor,
        const step_time& now,
        std::vector<responder_effect>& out
    );
    void tell_contained(
        open_case& file,
        bool by_us,
        wall_time floor,
        const step_time& now,
        std::vector<responder_effect>& out
    );
    void schedule(const open_case& file);
    bool is_asked_about(const std::string& user) const;
    open_case* take_call(call_id call);

    containment_settings settings_;
    std::string portal_;
    std::string contact_;
    detector& counts_;
    protection_policy protection_;
    random_source random_;
    disable_budget budget_;
    std::map<std::string, open_case> cases_; // by user
    std::map<call_id, call_under_way> calls_;
    std::multimap<mono_time, std::string> due_; // users whose next step waits for that moment
    incident_log incidents_;
};

} // namespace docwarden::core
