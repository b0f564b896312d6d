#pragma once
// Deliberate mistakes, to prove that the simulation would notice them. In the product every
// question here is answered "no" by the compiler and leaves no trace; only the library
// `core_variants`, which the simulation links, has a switch (tests/sim). Used in .cpp files only,
// so that headers mean the same everywhere.

#include <array>
#include <cstddef>
#include <string_view>

namespace docwarden::core
{

enum class variant {
    none,
    at_threshold,              // N distinct files are too many, instead of N + 1
    window_one_second_short,   // the window's older end is cut off
    same_file_counts_twice,    // every touch counts, not every file
    late_rows_dropped,         // what is dated more than a minute ago is not counted
    promise_without_lateness,  // the cursor moves to when the reading began
    promise_of_short_sweep,    // the cursor moves without a rescan
    never_rescans,             // only the short overlap is read again
    restart_without_window,    // the start reads back the lateness only
    boundary_second_skipped,   // paging goes on below the oldest second, not at it
    dense_second_skipped,      // a second that fills a page is taken as read
    offset_paging,             // pages by offset while rows come in
    skew_is_trusted,           // reading begins by this host's clock and stays there
    autumn_hour_is_believed,   // dates of the hour that clocks show twice are taken as printed
    absurd_date_is_believed,   // a Date of any year moves the portal's clock
    retry_after_is_obeyed,     // whatever the portal asks for
    no_look_before,            // disables without looking at the account first
    answer_is_proof,           // 200 to the request is success
    repeats_blindly,           // after a lost answer the request is sent again without a look
    gives_up_after_faults,     // a containment whose requests fail often is dropped
    floor_is_forgotten,        // no change of status settles what was before
    given_back_is_ignored,     // rows about changes of status are not read
    old_news_is_told,          // a crossing counted anew is told again
    breaker_off_by_one,        // one more than the limit
    breaker_never_full,        // no limit at all
    held_is_dropped,           // who is held by the limit is forgotten
    exemption_is_ignored,      // everybody can be disabled
    administrators_too,        // nobody is protected
    alarm_each_time,           // a condition is told with each failure
    alarm_never_raised,        // nothing is ever said to be wrong
    alarm_never_cleared,       // ... and never taken back
    nothing_is_forgotten,      // counts grow for ever
    cursor_never_moves,        // everything since the start is read again with each sweep
    history_is_dropped,        // a reload in an outage leaves out what the outage hid
    always_held,               // the limit lets nobody through
    everybody_is_protected,    // the key is never enough
    replaced_rule_goes_on,     // a reload does not reach the counts
    sent_again_when_confirmed, // one request more after the portal has confirmed
};

inline constexpr std::size_t variants =
    static_cast<std::size_t>(variant::sent_again_when_confirmed) + 1;

#ifdef DOCWARDEN_BROKEN_VARIANTS
bool is_broken(variant what);
// For the whole program, until it is changed.
void break_by(variant what);
std::string_view to_string(variant what);
#else
constexpr bool is_broken(variant)
{
    return false;
}
#endif

} // namespace docwarden::core
