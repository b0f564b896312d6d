#include "tests/portal/audit_log.hpp"

#include <algorithm>

namespace docwarden::sim
{

row_number audit_log::add(audit_entry entry, wall_time date, wall_time visible_at)
{
    audit_row row;
    row.number = rows_.size();
    row.date = date;
    for (const std::string& target : entry.targets)
        row.target += (row.target.empty() ? "" : ",") + target;
    row.entry = std::move(entry);
    rows_.push_back(std::move(row));
    pending_.emplace(visible_at, rows_.size() - 1);
    return rows_.size() - 1;
}

void audit_log::commit(wall_time now)
{
    const auto end = pending_.upper_bound(now);
    for (auto due = pending_.begin(); due != end; ++due) {
        audit_row& row = rows_[due->second];
        row.id = next_id_++;
        const std::pair place{row.date, row.number};
        // Nearly always at the end: only late rows cost a move.
        by_date_.insert(std::ranges::upper_bound(by_date_, place), place);
    }
    pending_.erase(pending_.begin(), end);
}

const audit_row* audit_log::committed(row_number number) const
{
    return number < rows_.size() && rows_[number].id != 0 ? &rows_[number] : nullptr;
}

std::vector<const audit_row*> audit_log::select(const range& wanted, const predicate& matches)
{
    ++queries_;
    using std::ranges::lower_bound;
    using std::ranges::upper_bound;
    constexpr auto date_of = &std::pair<wall_time, row_number>::first;
    auto first = by_date_.begin();
    auto last = by_date_.end();
    if (wanted.from)
        first = lower_bound(by_date_, *wanted.from, {}, date_of);
    if (wanted.to)
        last = upper_bound(by_date_, *wanted.to, {}, date_of);

    std::vector<const audit_row*> found;
    std::size_t left_out = 0;
    // One moment after another, going back; the rows of one moment have no order of their own.
    while (first < last && found.size() < wanted.count) {
        const wall_time moment = std::prev(last)->first;
        const auto moment_begin = lower_bound(first, last, moment, {}, date_of);
        std::vector<std::pair<std::uint64_t, const audit_row*>> same;
        for (auto place = moment_begin; place != last; ++place) {
            const audit_row& row = rows_[place->second];
            if (matches(row))
                same.emplace_back(sort_key(row, wanted.ties), &row);
        }
        std::ranges::sort(same, std::ranges::greater{}, [](const auto& entry) {
            return entry.first;
        });
        for (const auto& [key, row] : same) {
            if (left_out < wanted.start)
                ++left_out;
            else if (found.size() < wanted.count)
                found.push_back(row);
        }
        last = moment_begin;
    }
    return found;
}

std::uint64_t audit_log::sort_key(const audit_row& row, tie_order ties) const
{
    const auto id = static_cast<std::uint64_t>(row.id);
    return ties == tie_order::by_id ? id : mixed(mixed(seed_ + queries_) + id);
}

} // namespace docwarden::sim
