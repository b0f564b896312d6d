#pragma once
// One containment: the way from a decision to an account that the portal says is disabled. A state
// machine without I/O: it is told what the portal answered and says what to ask next.
//
//   looking --active--> committing --> sending --accepted--> confirming --terminated--> done
//    | ^ |  \                               |                     |
//    | | |   held                          paused <---------------+   failed, or changed nothing
//    | | +--> done: contained, gone, refused, exempted, called off
//    v |
//   counting down
//
// It looks at the profile before it acts, so that nobody is disabled twice, and again afterwards:
// only `status == 2`, read back from the portal, is success (design.md section 4). What is decided
// is on the disk before the request leaves, or has not got there for `commit_patience`.

#include "core/base/backoff.hpp"
#include "core/base/time.hpp"
#include "core/containment/containment_state.hpp"
#include "core/portal/portal_api.hpp"
#include "core/settings/disable_method.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace docwarden::core
{

// Why an account must not be contained.
enum class protection { none, owner, self, administrator };

class containment
{
public:
    static constexpr unsigned unchanged_max = 5; // confirmations that change nothing, then `failed`
    // Looks in a row that find no such account: ten seconds or so, for portals that are mistaken.
    static constexpr unsigned gone_min = 5;
    static constexpr unsigned refusals_max = 5; // 403, 404 and the like in a row, then `failed`
    static constexpr unsigned faults_reported_after = 8; // transient ones in a row
    static constexpr std::chrono::hours pause_failed{1};
    static constexpr std::chrono::minutes retry_after_max{1};
    static constexpr milliseconds pause_key{60'000}; // after 401 and 402: key or plan is at fault
    // How long the request waits for a slow disk; then it leaves on what is in memory.
    static constexpr milliseconds commit_patience{2'000};

    // Where it stands.
    enum class phase {
        looking,       // the profile is read before anything is sent
        counting_down, // until `due`: people have that time to decide otherwise
        committing,    // what is decided is on its way to the disk
        sending,       // the request to disable the account
        confirming,    // the profile is read back
        paused,        // until `due`
        held,          // until somebody calls `resume`
        done,          // for good: see `state`
    };

    // How it ended.
    enum class ending {
        contained,  // the portal says that the account is disabled
        gone,       // the portal says, again and again, that there is no such account
        refused,    // the account is protected
        exempted,   // the configuration exempts its user
        called_off, // the rules no longer ask for it
        released    // contained, and given back since, by docwarden or by a person
    };

    enum class hold_reason {
        reload, // a reload made old events cross
        limit,  // max_disables is reached
    };

    // The call to make now.
    enum class request { none, profile, disable };

    // What an answer changed, in the terms of what is reported about it.
    enum class outcome {
        unchanged, // nothing worth a word
        may_send,  // active and unprotected: call `send`, `await_commit`, `count_down`, `hold` or
                   // `end` at once
        contained, // by us
        already_contained, // by somebody else before us
        gone,              // the account has been removed: nothing is left to disable
        refused,
        failed,   // somebody must know: see the three limits above
        retrying, // a call failed; it is tried again at `due`
    };

    // What of it outlives the process. Neither held nor ended: it is open, and goes on with a look.
    struct record {
        disable_method method = disable_method::status;
        wall_time decided{}; // the portal's time
        std::optional<hold_reason> held;
        std::optional<ending> ended;
        protection guard = protection::none; // why it was refused
        bool has_sent = false;               // these as in the class
        bool may_have_acted = false;
        bool has_failed = false;
        bool are_faults_reported = false;
        bool is_unchanged_reported = false;
        bool operator==(const record&) const = default;
    };

    containment(std::string user, disable_method method, const step_time& decided)
        : user_(std::move(user)), method_(method), decided_(decided), due_(decided.mono)
    {
    }
    // One that has outlived a process, which began its work at `now`. If it is open, its next call
    // is due at `due`: a look, for a request may have left that nobody knows of any more.
    containment(std::string user, const record& kept, mono_time now, mono_time due);
    record kept() const;

    // The call that is due, if any. It is under way from then on, until its answer is passed to one
    // of the functions below.
    request next(mono_time now);

    // The profile as it was read; `guard` is what protects this account from being disabled.
    outcome
    on_profile(const profile& account, protection guard, mono_time now, random_source& random);
    outcome on_profile_failure(const api_failure& failure, mono_time now, random_source& random);
    outcome on_disable_accepted(mono_time now);
    outcome on_disable_failure(const api_failure& failure, mono_time now, random_source& random);

    // What was looked at in doubt is decided now.
    void decide(const step_time& now);
    // How the account is to be disabled from now on.
    void use(disable_method method) { method_ = method; }
    // A pause after a failure is over.
    void retry(mono_time now);
    // A row of the trail says that a request has had its effect.
    void note_effect() { may_have_acted_ = true; }
    // After `may_send` or `await_commit`: the request is to leave.
    void send(mono_time now);
    // After `may_send`: the request is to leave once `send` is called, or at `latest`.
    void await_commit(mono_time latest);
    bool awaits_commit() const { return phase_ == phase::committing; }
    // After `may_send`, or while it counts down already: the account is looked at again at `end`.
    void count_down(mono_time end);
    bool is_counting_down() const { return phase_ == phase::counting_down; }
    // A look that is due later, after a restart, is due now.
    void bring_forward(mono_time now);
    // Nothing more is sent. Not while a request to disable the account is under way.
    void hold(hold_reason reason);
    // From held: it goes on with a look.
    void resume(mono_time now);
    // `exempted` or `called_off`. A request that is under way, or whose answer was lost, cannot be
    // called back: what came of it is looked at, and if it has disabled the account, the
    // containment ends as contained after all. Not if the status `has_changed` by somebody else
    // since a request was under way.
    void end(ending how, bool has_changed = false);
    // It was called off, and what a request has done is still to be looked at.
    bool is_in_doubt() const;
    // Somebody has changed the status since, which ends the doubt.
    void settle();
    // From contained: the account is free again.
    void release() { conclude(ending::released); }

    containment_state state() const;
    // When the next call is due; nothing while one is under way or none is to come.
    std::optional<mono_time> due() const { return due_; }
    const std::string& user() const { return user_; }
    disable_method method() const { return method_; }
    // The portal's time.
    wall_time decided() const { return decided_.portal; }
    // How long ago it was decided. What passed before a restart is known from the portal's clock
    // only, and is left out until that is known.
    milliseconds age(const step_time& now) const;
    bool is_restored() const { return is_restored_; } // from an earlier process
    protection guard() const { return guard_; }
    bool is_held_by(hold_reason reason) const;
    // A request to disable the account has left, or may have had its effect.
    bool may_have_acted() const { return has_sent_ || may_have_acted_; }
    // Nothing will change without a further pause: it has ended, is held, or its last call failed.
    bool is_settled() const;
    // Why the last call failed. Nothing if the portal accepted the request to disable the account
    // and left it active.
    const std::optional<api_failure>& failure() const { return failure_; }

private:
    void advance(phase next);
    unsigned tries_max(unsigned limit) const { return has_failed_ ? 1 : limit; }
    outcome on_contained();
    outcome look_after_end(mono_time now, milliseconds pause);
    void conclude(ending how);
    outcome pause(milliseconds length, mono_time now, std::optional<api_failure> failure);
    outcome
    pause_after(const api_failure& failure, unsigned& faults, mono_time now, random_source& random);
    outcome give_up(mono_time now, std::optional<api_failure> failure);

    std::string user_;
    disable_method method_;
    step_time decided_; // `mono`: by this process, or when it took it over
    bool is_restored_ = false;
    bool is_decided_here_ = true; // by this process
    phase phase_ = phase::looking;
    phase after_pause_ = phase::looking; // looking or confirming
    ending ending_ = ending::contained;  // in `done`
    hold_reason hold_reason_ = hold_reason::limit;
    protection guard_ = protection::none;
    request under_way_ = request::none;
    std::optional<mono_time> due_;
    bool has_sent_ = false;       // a request to disable the account, since it was decided
    bool may_have_acted_ = false; // ... and it may have taken effect
    bool has_failed_ = false;     // one try an hour from then on
    bool are_faults_reported_ = false;
    bool is_unchanged_reported_ = false;
    unsigned profile_faults_ = 0; // in a row
    unsigned disable_faults_ = 0; // in a row, whatever the looks between them said
    unsigned refusals_ = 0;
    unsigned gone_ = 0; // in a row
    unsigned unchanged_ = 0;
    std::optional<api_failure> failure_;
};

} // namespace docwarden::core
