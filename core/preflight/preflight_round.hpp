#pragma once
// When the running engine puts which question of the preflight: all of them at the start, then
// every hour, one at a time; after a failure sooner. The probe of the filters alone more often
// while the portal ignores filters.

#include "core/base/random.hpp"
#include "core/preflight/preflight.hpp"

#include <optional>

namespace docwarden::core
{

class preflight_round
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
    std::optional<preflight_question> next(mono_time now) const;
    void asked(preflight_question question, mono_time now);

    // The question under way is over.
    void on_answer(preflight_question question, mono_time now);
    // `cap` is that of the pause when nobody says whose key this is: nothing else is asked then.
    void on_failure(
        preflight_question question,
        const api_failure& failure,
        mono_time now,
        milliseconds cap,
        random_source& random
    );

    // When to call `next` again; nothing while a question is under way.
    std::optional<mono_time> due() const;

    // Something looks as if the portal ignored what it is asked for: the probe is to decide.
    void probe_soon(mono_time now);
    void set_filters_ignored(bool are_ignored, mono_time now);

    // Every question has been put once, or the portal could not be reached.
    bool was_tried() const { return was_tried_; }
    // Rounds in a row in which some question but the first was not answered.
    unsigned failed_rounds() const { return failed_rounds_; }

private:
    void go_on(preflight_question after, mono_time now);
    void end(mono_time now);

    std::optional<preflight_question> under_way_;
    preflight_question pending_ = preflight_question::identity; // of the round
    mono_time due_{};                                           // of `pending_`
    mono_time probe_due_{};
    bool wants_probe_ = false;             // on its own, between two rounds
    std::optional<mono_time> probe_asked_; // the latest
    bool is_probe_alone_ = false;          // the probe under way is no part of a round
    bool was_tried_ = false;
    bool has_failed_ = false; // in the round under way
    milliseconds pause_{0};   // after such a round
    unsigned identity_failures_ = 0;
    unsigned failed_rounds_ = 0;
};

} // namespace docwarden::core
