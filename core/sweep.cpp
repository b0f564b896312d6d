#include "core/sweep.hpp"

#include <algorithm>

namespace docwarden::core
{

page_query sweep::next() const
{
    if (is_dense_)
        return {to_, to_, start_index_};
    return {from_, to_, 0};
}

void sweep::accept(const audit_page& page)
{
    if (++pages_ > pages_max) {
        state_ = state::given_up;
        return;
    }
    if (is_dense_) {
        accept_dense(page);
        return;
    }
    if (page.rows < page_query::rows_max) {
        // One statement of the database saw all the rest: nothing can have slipped between pages.
        state_ = state::complete;
        return;
    }
    if (!page.oldest) {
        // A full page without one readable date: there is no telling where to go on.
        state_ = state::given_up;
        return;
    }
    // A row may be dated outside of what was asked for (the portal's autumn hour): never go back
    // up.
    if (const wall_time oldest = std::max(*page.oldest, from_); oldest < to_) {
        to_ = oldest;
        return;
    }
    is_dense_ = true;
    start_index_ = 0;
    rows_in_pass_ = 0;
    passes_ = 0;
    stale_pages_ = 0;
    ids_.clear();
}

void sweep::accept_dense(const audit_page& page)
{
    const auto note = [this](std::int64_t id) {
        if (id == 0) // cannot be told from another: taken as read
            return;
        ++rows_in_pass_;
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
    if (ids_.size() >= rows_in_pass_) {
        step_below(to_);
        return;
    }
    if (++passes_ >= passes_max) {
        state_ = state::given_up;
        return;
    }
    start_index_ = 0;
    rows_in_pass_ = 0;
}

void sweep::step_below(wall_time time)
{
    is_dense_ = false;
    to_ = time - tick(1);
    if (to_ < from_)
        state_ = state::complete;
}

} // namespace docwarden::core
