#pragma once
// When to put which question of the contract check to a portal: all of them at the start, then
// every hour, one at a time; after a failure sooner. The probe of the filters alone more often
// while the portal ignores filters. It keeps the time and what was answered; what that means is
// judged by core/preflight/contract.hpp and told by the engine.

#include "core/base/random.hpp"
#include "core/preflight/contract.hpp"

#include <optional>

namespace docwarden::core
{

class contract_round
{
public:
    static constexpr std::chrono::hours interval{1};
    // How often the filters are probed while the portal ignores them.
    static constexpr std::chrono::minutes probe_interval{5};
    // ... and the least time between two, however often reading has its doubts.
    static constexpr std::chrono::seconds probe_pause{60};
    // The cap of the pause after a round in which some question was not answered.
    static constexpr milliseconds pause_max{300'000};

    // The question to put now, if it is time. The caller puts it, and says so by `asked`.
    std::optional<contract_question> next(mono_time now) const;
    void asked(contract_question question, mono_time now);

    // The question under way is over.
    void on_answer(contract_question what, mono_time now);
    // `cap` is that of the pause when nobody says whose key this is: nothing else is asked then.
    void on_failure(
        contract_question what,
        const api_failure& why,
        mono_time now,
        milliseconds cap,
        random_source& random
    );

    // When to call `next` again; nothing while a question is under way.
    std::optional<mono_time> due() const;

    // Something looks as if the portal ignored what it is asked for: the probe is to decide.
    void probe_soon(mono_time now);
    void set_filters_ignored(bool are_ignored, mono_time now);
    bool are_filters_ignored() const { return are_filters_ignored_; }

    // Every question has been put once, or the portal could not be reached.
    bool was_tried() const { return was_tried_; }
    // Rounds in a row in which some question but the first was not answered.
    unsigned failed_rounds() const { return failed_rounds_; }

    // What was answered last; kept when a later answer fails.
    std::optional<profile> self;
    std::optional<portal_facts> facts;
    std::optional<key_facts> key;
    std::optional<quota_facts> quota;

private:
    void go_on(contract_question after, mono_time now);
    void end(mono_time now);

    std::optional<contract_question> under_way_;
    contract_question pending_ = contract_question::identity; // of the round
    mono_time due_{};                                         // of `pending_`
    mono_time probe_due_{};
    bool wants_probe_ = false;             // on its own, between two rounds
    std::optional<mono_time> probe_asked_; // the latest
    bool is_probe_alone_ = false;          // the probe under way is no part of a round
    bool are_filters_ignored_ = false;
    bool was_tried_ = false;
    bool has_failed_ = false; // in the round under way
    milliseconds pause_{0};   // after such a round
    unsigned identity_failures_ = 0;
    unsigned failed_rounds_ = 0;
};

} // namespace docwarden::core
