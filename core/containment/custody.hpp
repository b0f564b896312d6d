#pragma once
// What follows a containment: the account stays disabled until its time has come, and is given back
// then. A state machine without I/O, as `containment` is.
//
//   resting --time has come--> looking --terminated--> sending --accepted--> confirming --> over
//      ^                       |     |                    |                      |
//      |     only a look <-----+     +--> over            +-----> paused <-------+
//      +---- "still disabled"             active: somebody was faster      (then it looks again)
//
// Nothing is sent without a look, because a person may have decided meanwhile, and only an account
// that is read back as active has been given back.

#include "core/base/backoff.hpp"
#include "core/base/time.hpp"
#include "core/portal/portal_api.hpp"

#include <optional>

namespace docwarden::core
{

class custody
{
public:
    static constexpr unsigned unchanged_max = 5; // confirmations that change nothing, then `failed`
    static constexpr unsigned faults_reported_after = 8; // transient ones in a row
    static constexpr unsigned gone_min = 5;              // looks in a row that find no such account
    static constexpr std::chrono::hours pause_failed{1};
    static constexpr std::chrono::minutes pause_max{1}; // of those that grow

    enum class phase {
        resting,    // nothing is to be done yet
        looking,    // the profile is read
        sending,    // the request to enable the account
        confirming, // the profile is read back
        paused,     // until `due`
        over,       // for good
    };

    // The call to make now.
    enum class request { none, profile, enable };

    // What an answer changed.
    enum class outcome {
        unchanged,      // nothing worth a word
        still_disabled, // by a look that was not made in order to give it back
        given_back,     // by us, and read back
        found_active,   // by somebody else: nothing was sent
        gone,           // the account has been removed
        failed,         // it should be active, and is not: somebody must know. Once
    };

    // What of it outlives the process. What was under way begins anew, with a look.
    struct record {
        std::optional<wall_time> release_at; // the portal's time; nothing: a person gives it back
        // From the moment on at which the portal's time is known, and with it `release_at`.
        std::optional<milliseconds> release_after;
        std::optional<wall_time> sent; // since then a request may have had its effect
        bool is_failure_reported = false;
        bool operator==(const record&) const = default;
    };

    explicit custody(const record& kept) : kept_(kept), is_surely_without_effect_(!kept.sent) {}
    const record& kept() const { return kept_; }

    // When its time will have come, in the portal's time.
    void plan(wall_time release_at);
    // The account is to be looked at, and left as it is.
    void look(mono_time now);
    // ... at that moment, if nothing happens before.
    void look_at_rest(mono_time then);
    // Its time has come.
    void release(mono_time now);
    // A person may have decided meanwhile: what is not under way yet is not sent.
    void hesitate();
    // It is not to be given back any more. A request that is under way cannot be called back.
    void keep();
    // Nobody waits for the call under way any more.
    void interrupt();

    // The call that is due, if any. It is under way until its answer is passed to one of those
    // below.
    request next(const step_time& now);
    request under_way() const { return under_way_; }

    outcome on_profile(const profile& account, mono_time now, random_source& random);
    outcome on_enable_accepted(mono_time now);
    outcome on_failure(const api_failure& failure, mono_time now, random_source& random);

    phase current() const { return phase_; }
    std::optional<mono_time> due() const { return due_; }
    std::optional<wall_time> release_at() const { return kept_.release_at; }
    // Since when the account may be active by our doing, in the portal's time.
    std::optional<wall_time> sent() const { return kept_.sent; }
    bool is_releasing() const { return is_releasing_; }
    // As the latest look said: the other request is needed for it.
    bool is_ldap() const { return is_ldap_; }
    // Why the last call failed. Nothing if the portal accepted the request and changed nothing.
    const std::optional<api_failure>& failure() const { return failure_; }

private:
    void advance(phase next);
    void pause(milliseconds length, mono_time now);
    outcome on_active();
    outcome on_unchanged(mono_time now, random_source& random);
    outcome report_once();

    record kept_;
    phase phase_ = phase::resting;
    request under_way_ = request::none;
    std::optional<mono_time> due_;
    bool is_releasing_ = false;
    bool is_ldap_ = false;
    bool is_surely_without_effect_; // every request so far
    unsigned faults_ = 0;           // in a row
    unsigned unchanged_ = 0;
    unsigned gone_ = 0; // in a row
    std::optional<api_failure> failure_;
};

} // namespace docwarden::core
