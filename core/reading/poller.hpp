#pragma once
// Decides when to read which stretch of the audit trail. Two kinds of pass alternate: a short one
// at every poll, for speed, and every `rescan_interval` one that reads everything again that may
// still change, for completeness. The watermark says how far all is read: it moves only when a
// whole rescan has succeeded, and never by a time seen in an event (design.md section 3).

#include "core/base/random.hpp"
#include "core/portal/page_query.hpp"
#include "core/portal/portal_api.hpp"
#include "core/reading/trail_pass.hpp"
#include "core/settings/engine_settings.hpp"

#include <optional>

namespace docwarden::core
{

// The portal's time lies between the first two: its Date header and this host's clock may differ.
// The watermark uses the earlier, queries the later, so that skew costs requests, never events.
// Short passes, which are for speed, go by the header, so that skew does not make each of them a
// long one.
struct portal_now {
    wall_time earliest;
    wall_time latest;
    wall_time likely; // by the Date header
};

class poller
{
public:
    // Rows dated a little ahead are asked for as well: the portal rounds dates up, clocks differ.
    static constexpr std::chrono::seconds lookahead{120};
    // The short pass re-reads this much before the previous one began.
    static constexpr std::chrono::seconds overlap{60};
    // A pass that has waited longer for its next page begins anew: what it reads then must not be
    // judged without what happened meanwhile, such as an account that was given back.
    static constexpr std::chrono::seconds stale_after{60};
    // Databases round dates to whole seconds, and so does the Date header: the watermark leaves out
    // the newest two.
    static constexpr std::chrono::seconds rounding{2};

    explicit poller(shared_settings settings);

    // Reading is wanted from now on, even if it cannot begin yet. Later calls change nothing.
    void start(mono_time now) { unread_since_ = unread_since_.value_or(now); }
    void configure(shared_settings settings);
    // Reads back as if this were the start, and what is being read now is left.
    void read_back(mono_time now);
    // The same, but as far back as the latest start: what was read since then is not to be trusted.
    void begin_again(mono_time now);
    // The first reading goes back to that moment at least; if it is under way or over, it begins
    // again.
    void reach_back(wall_time moment, mono_time now);
    // The next pass begins as soon as nothing is under way, and reads everything that may change.
    void poll_at_once(mono_time now);

    // The page to ask for, if it is time; marks it as under way.
    std::optional<page_query> next(const portal_now& now, mono_time mono);
    // When to call `next` again; nothing while a page is under way.
    std::optional<mono_time> due() const;

    enum class progress { reading, finished, gave_up };
    progress on_page(const audit_page& page, mono_time mono);
    void on_failure(const api_failure& failure, mono_time mono, random_source& random);

    // Everything up to here has been read and can no longer change; nothing before the first
    // rescan.
    std::optional<wall_time> watermark() const { return watermark_; }
    unsigned failures() const { return failures_; } // in a row
    bool has_finished_pass() const { return has_finished_pass_; }
    // The pass under way, or the last one, is a rescan: it reads everything that may still change.
    bool last_was_rescan() const { return is_rescan_; }
    // Counts the passes begun: tells whether one began after a certain moment.
    std::uint64_t passes_begun() const { return passes_begun_; }
    const std::optional<trail_pass>& current() const { return pass_; }

private:
    void begin(const portal_now& now, mono_time mono);
    const polling_settings& polling() const { return settings_->polling; }
    wall_time where_to_begin(const portal_now& now, mono_time mono) const;
    bool is_stale(mono_time mono) const { return mono - advanced_at_ > stale_after; }
    void end(mono_time mono);

    shared_settings settings_;
    std::optional<mono_time> unread_since_; // the start, or the latest `read_back`
    std::optional<wall_time> unread_from_;  // what was complete before that
    std::optional<wall_time> watermark_;
    std::optional<wall_time> finished_pass_from_; // when the latest finished pass began, likely
    std::optional<trail_pass> pass_;
    portal_now began_{};
    mono_time began_mono_{};
    mono_time advanced_at_{}; // the pass under way began or took its latest page
    bool is_rescan_ = false;
    bool wants_rescan_ = false;
    mono_time rescan_due_{};
    bool is_under_way_ = false;
    bool has_finished_pass_ = false;
    mono_time due_{};
    unsigned failures_ = 0;
    mono_time failed_at_{};
    bool is_throttled_ = false; // the last failure was a 429
    std::uint64_t passes_begun_ = 0;
};

} // namespace docwarden::core
