#pragma once
// Reads one stretch of the audit trail completely, page by page: says what to ask next, and when
// all has been seen. The portal answers newest first, at most 100 rows, with no tie-break and no
// total, and rows may be inserted meanwhile (docspace-api.md section 1.2), so offsets alone would
// lose rows. The stretch is therefore shortened from its newer end; only a second that holds a
// whole page or more is read by offset, as often as it takes to have seen as many different rows as
// there are.

#include "core/audit/event.hpp"
#include "core/base/check.hpp"
#include "core/base/time.hpp"
#include "core/portal/page_query.hpp"

#include <cstdint>
#include <set>

namespace docwarden::core
{

class trail_pass
{
public:
    enum class state {
        reading,
        complete, // every row of the stretch that was visible has been handed out
        given_up, // all but a stretch that cannot be read: see `gap`
    };

    // The most that one request spans: shorter than any shift of a time zone, so that dates of the
    // hour that clocks show twice can be told from others (core/reading/dst_fold.hpp).
    static constexpr std::chrono::minutes slice_max{29};
    // Pages of one pass; beyond it something is wrong with the answers.
    static constexpr std::size_t pages_max = 20'000;
    static constexpr std::size_t rounds_max = 64;
    // Pages in a row without one row that is new: a portal that always answers the same.
    static constexpr std::size_t stale_pages_max = 256;

    trail_pass(wall_time from, wall_time to) : from_(from), to_(to)
    {
        DOCWARDEN_ASSERT(from <= to);
    }

    state status() const { return state_; }
    // The request to send now; only while reading.
    page_query next() const;
    // Takes the answer to it.
    void accept(const audit_page& page);
    std::size_t pages() const { return pages_; }
    // Where reading was given up: everything from the pass's start up to here may be incomplete.
    wall_time gap() const { return to_; }
    wall_time from() const { return from_; }

private:
    // By offset: one instant, or all the rest if the rows' dates are of no help.
    enum class order { by_time, instant_by_offset, rest_by_offset };

    void read_by_offset(order how);
    void accept_offset(const audit_page& page);
    void go_on_from(wall_time newer_end);
    void step_below(wall_time time);
    wall_time slice_from() const; // the older end of what is asked for now

    wall_time from_;
    wall_time to_; // the newer end of what is still to be read
    state state_ = state::reading;
    std::size_t pages_ = 0;

    order order_ = order::by_time;
    std::size_t start_index_ = 0;
    std::size_t rows_in_round_ = 0;
    std::size_t rounds_ = 0;
    std::size_t stale_pages_ = 0;
    std::set<std::int64_t> ids_;
};

} // namespace docwarden::core
