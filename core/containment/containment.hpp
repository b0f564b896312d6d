#pragma once
// One containment: the way from a decision to an account that the portal says is disabled. A state
// machine without I/O: it is told what the portal answered and says what to ask next.
//
//   intended --look--> (already disabled) contained
//            --look--> (protected) refused        (exempt) observed       (no budget) held
//            --look--> sending --disable--> look again --> contained
//                                                      \-> pause and again ... failed
//
// It looks at the profile before it acts, so that nobody is disabled twice, and again afterwards:
// only `status == 2`, read back from the portal, is success (design.md section 4).

#include "core/base/backoff.hpp"
#include "core/base/time.hpp"
#include "core/portal/disable_method.hpp"
#include "core/portal/portal_api.hpp"

#include <optional>
#include <string>

namespace docwarden::core
{

enum class containment_state {
    observed,  // the rule, or an exemption, says that nothing is done
    intended,  // decided; not yet sent
    sending,   // a disable request has been sent and is not confirmed
    contained, // the portal says that the account is disabled
    refused,   // this account cannot be disabled by this key: a person must act
    held,      // waits for a person, or for room under max_disables
    failed,    // the portal does not do it; tried again every hour
    rejected,  // a person decided against it
    released,  // it was contained and is free again
};

std::string_view to_string(containment_state state);

// Something is still to come of it: it is intended, sending, failed for now, or held.
bool is_open(containment_state state);

// Why an account must not be contained.
enum class protection { none, owner, self, administrator };

class containment
{
public:
    // What to do next.
    enum class step {
        none,    // nothing until `due`, or ever
        look,    // GET people/{id}
        disable, // the disable request, by `method()`
    };

    static constexpr unsigned unchanged_max = 5; // confirmations that change nothing, then `failed`
    static constexpr unsigned refusals_max =
        5; // 403, 404 and other definite answers, then `failed`
    static constexpr unsigned faults_told_max = 8; // transient ones in a row, then it is said aloud
    static constexpr std::chrono::hours pause_failed{1};
    static constexpr std::chrono::minutes retry_after_max{1};
    static constexpr milliseconds pause_key{
        60'000}; // after 401 and 402: the key or plan is at fault

    containment(std::string user, disable_method method, mono_time decided)
        : user_(std::move(user)), method_(method), decided_(decided)
    {
    }

    // What happened, in the terms of the reports the engine makes of it.
    enum class outcome {
        going_on,
        contained,         // by us
        already_contained, // by somebody else before us
        refused,
        failed,
        retrying, // a request failed; it is tried again at `due`
    };

    // To be called when nothing is under way and the pause is over: marks a call as under way.
    step next(mono_time now);
    // The profile as it was read. `guard` is what protects this account from being disabled.
    outcome on_profile(const profile& who, protection guard, mono_time now, random_source& random);
    outcome on_profile_failure(const api_failure& why, mono_time now, random_source& random);
    outcome on_disable_accepted();
    outcome on_disable_failure(const api_failure& why, mono_time now, random_source& random);

    void hold() { state_ = containment_state::held; }
    void resume(mono_time now); // from held: decided again
    void exempt() { state_ = containment_state::observed; }

    containment_state state() const { return state_; }
    // When the next step is due; nothing while a call is under way or the state is final.
    std::optional<mono_time> due() const;
    const std::string& user() const { return user_; }
    disable_method method() const { return method_; }
    mono_time decided() const { return decided_; }
    protection guard() const { return guard_; }
    // The profile says active and nothing speaks against disabling: the next step is the request.
    bool is_about_to_disable() const { return is_ready_to_disable_; }
    // A request to disable the account may have had its effect.
    bool may_have_acted() const { return may_have_acted_; }
    // Nothing will change without a further pause: it has ended, or its last request failed.
    bool is_settled() const;
    const std::string& last_problem() const { return problem_; }

private:
    bool is_going_on() const;
    unsigned tries_max(unsigned limit) const;
    outcome pause(milliseconds length, mono_time now, std::string problem);
    outcome
    pause_after(const api_failure& why, unsigned& faults, mono_time now, random_source& random);
    outcome give_up(mono_time now, std::string problem);

    std::string user_;
    disable_method method_;
    mono_time decided_;
    containment_state state_ = containment_state::intended;
    protection guard_ = protection::none;
    bool is_under_way_ = false;
    bool is_ready_to_disable_ = false;
    bool may_have_acted_ = false; // a disable request may have taken effect
    bool was_accepted_ = false;
    mono_time due_{};
    unsigned look_faults_ = 0;    // in a row
    unsigned disable_faults_ = 0; // in a row, whatever the looks between them said
    bool was_failure_told_ = false;
    unsigned refusals_ = 0;
    unsigned unchanged_ = 0;
    std::string problem_;
};

} // namespace docwarden::core
