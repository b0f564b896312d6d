#include "core/reading/trail_pass.hpp"

#include <algorithm>

namespace docwarden::core
{

page_query trail_pass::next() const
{
    DOCWARDEN_ASSERT(state_ == state::reading && from_ <= to_);
    if (order_ == order::instant_by_offset)
        return {to_, to_, start_index_};
    return {slice_from(), to_, order_ == order::rest_by_offset ? start_index_ : 0};
}

wall_time trail_pass::slice_from() const
{
    return std::max(from_, to_ - slice_max);
}

void trail_pass::accept(const audit_page& page)
{
    DOCWARDEN_ASSERT(state_ == state::reading);
    if (++pages_ > pages_max) {
        state_ = state::given_up;
        return;
    }
    if (order_ != order::by_time) {
        accept_offset(page);
        return;
    }
    if (page.rows < page_query::rows_max) {
        // One statement of the database saw all the rest: nothing can have slipped between pages.
        step_below(slice_from());
        return;
    }
    if (!page.oldest) {
        // A full page without one readable date: there is no telling where to go on.
        state_ = state::given_up;
        return;
    }
    // Only dates inside of what was asked for say where to go on: one absurd date must not make the
    // pass jump over everything between.
    std::optional<wall_time> oldest;
    bool is_one_instant = true;
    for (const audit_event& event : page.events) {
        is_one_instant = is_one_instant && event.time == to_;
        if (event.time >= slice_from() && event.time <= to_)
            oldest = std::min(oldest.value_or(event.time), event.time);
    }
    if (oldest && *oldest < to_)
        go_on_from(*oldest);
    else
        read_by_offset(is_one_instant ? order::instant_by_offset : order::rest_by_offset);
}

void trail_pass::read_by_offset(order how)
{
    order_ = how;
    start_index_ = 0;
    rows_in_round_ = 0;
    rounds_ = 0;
    stale_pages_ = 0;
    ids_.clear();
}

void trail_pass::accept_offset(const audit_page& page)
{
    const auto note = [this](std::int64_t id) {
        if (id == 0) // cannot be told from another: taken as read
            return;
        ++rows_in_round_;
        ids_.insert(id);
    };
    const std::size_t known = ids_.size();
    for (const audit_event& event : page.events)
        note(event.id);
    for (const record_problem& problem : page.problems) {
        if (!problem.was_counted)
            note(problem.id);
    }
    stale_pages_ = ids_.size() == known ? stale_pages_ + 1 : 0;
    if (page.rows >= page_query::rows_max) {
        start_index_ += page.rows;
        if (stale_pages_ >= stale_pages_max)
            state_ = state::given_up;
        return;
    }
    // Rows of one second may come in another order with each query, so that pages overlap and miss.
    // As many different rows as the pass had: none was missed.
    if (ids_.size() >= rows_in_round_) {
        step_below(order_ == order::rest_by_offset ? slice_from() : to_);
        return;
    }
    if (++rounds_ >= rounds_max) {
        state_ = state::given_up;
        return;
    }
    start_index_ = 0;
    rows_in_round_ = 0;
}

void trail_pass::step_below(wall_time time)
{
    order_ = order::by_time;
    go_on_from(time - tick(1));
}

// What is still to be read only ever becomes shorter, so a pass ends whatever the portal answers.
void trail_pass::go_on_from(wall_time newer_end)
{
    DOCWARDEN_ASSERT(newer_end < to_);
    to_ = newer_end;
    if (to_ < from_)
        state_ = state::complete;
}

} // namespace docwarden::core
