#include "core/reading/coverage.hpp"

#include "core/base/check.hpp"

#include <algorithm>

namespace docwarden::core
{

namespace
{

constexpr tick least(1);

bool is_alike(const gap& left, const gap& right)
{
    return left.reason == right.reason && left.is_given_up == right.is_given_up;
}

// One gap over both and what lies between.
gap joined(const gap& left, const gap& right)
{
    gap both = left;
    both.from = std::min(left.from, right.from);
    both.to = std::max(left.to, right.to);
    both.since = std::min(left.since, right.since);
    both.is_given_up = left.is_given_up && right.is_given_up;
    return both;
}

} // namespace

std::string_view to_string(gap_reason reason)
{
    switch (reason) {
    case gap_reason::unreadable:
        return "unreadable";
    case gap_reason::downtime:
        return "downtime";
    case gap_reason::plan:
        return "plan";
    case gap_reason::overflow:
        return "overflow";
    }
    return "unknown";
}

coverage::coverage(std::vector<gap> gaps)
{
    for (const gap& kept : gaps) {
        if (kept.from <= kept.to)
            open(kept);
    }
}

void coverage::open(const gap& added)
{
    if (added.from > added.to)
        return;
    // Only the parts that are no gap yet.
    std::vector<gap> parts;
    wall_time from = added.from;
    for (const gap& known : gaps_) {
        if (known.to < from || known.from > added.to)
            continue;
        if (known.from > from) {
            parts.push_back(added);
            parts.back().from = from;
            parts.back().to = known.from - least;
        }
        from = known.to + least;
    }
    if (from <= added.to) {
        parts.push_back(added);
        parts.back().from = from;
    }
    gaps_.insert(gaps_.end(), parts.begin(), parts.end());
    std::sort(gaps_.begin(), gaps_.end(), [](const gap& a, const gap& b) {
        return a.from < b.from;
    });
    // Neighbours of one kind are one.
    for (std::size_t i = 1; i < gaps_.size();) {
        if (gaps_[i - 1].to + least == gaps_[i].from && is_alike(gaps_[i - 1], gaps_[i])) {
            gaps_[i - 1] = joined(gaps_[i - 1], gaps_[i]);
            gaps_.erase(gaps_.begin() + static_cast<std::ptrdiff_t>(i));
        } else {
            ++i;
        }
    }
    while (gaps_.size() > gaps_max)
        join_closest();
    check();
}

// Every change walks over all gaps anyway.
void coverage::check() const
{
    for (std::size_t i = 0; i < gaps_.size(); ++i) {
        DOCWARDEN_ASSERT(gaps_[i].from <= gaps_[i].to);
        DOCWARDEN_ASSERT(i == 0 || gaps_[i - 1].to < gaps_[i].from);
    }
    DOCWARDEN_ASSERT(gaps_.size() <= gaps_max);
}

void coverage::join_closest()
{
    std::size_t best = 1;
    const auto is_better = [&](std::size_t i) {
        const bool alike = is_alike(gaps_[i - 1], gaps_[i]);
        const bool best_alike = is_alike(gaps_[best - 1], gaps_[best]);
        if (alike != best_alike)
            return alike;
        return gaps_[i].from - gaps_[i - 1].to < gaps_[best].from - gaps_[best - 1].to;
    };
    for (std::size_t i = 2; i < gaps_.size(); ++i) {
        if (is_better(i))
            best = i;
    }
    gaps_[best - 1] = joined(gaps_[best - 1], gaps_[best]);
    gaps_.erase(gaps_.begin() + static_cast<std::ptrdiff_t>(best));
}

std::vector<gap> coverage::fill(wall_time from, wall_time to)
{
    std::vector<gap> filled;
    std::vector<gap> left;
    for (const gap& known : gaps_) {
        if (known.to < from || known.from > to) {
            left.push_back(known);
            continue;
        }
        filled.push_back(known);
        filled.back().from = std::max(known.from, from);
        filled.back().to = std::min(known.to, to);
        if (known.from < from) {
            left.push_back(known);
            left.back().to = from - least;
        }
        if (known.to > to) {
            left.push_back(known);
            left.back().from = to + least;
        }
    }
    gaps_ = std::move(left);
    while (gaps_.size() > gaps_max) // a gap that was filled in its middle is two
        join_closest();
    check();
    return filled;
}

std::vector<gap> coverage::give_up_before(wall_time time)
{
    std::vector<gap> given_up;
    for (gap& known : gaps_) {
        if (known.is_given_up || known.to >= time)
            continue;
        known.is_given_up = true;
        given_up.push_back(known);
    }
    return given_up;
}

bool coverage::has_open() const
{
    return std::any_of(gaps_.begin(), gaps_.end(), [](const gap& known) {
        return !known.is_given_up;
    });
}

bool coverage::covers(wall_time time) const
{
    return std::none_of(gaps_.begin(), gaps_.end(), [time](const gap& known) {
        return known.from <= time && time <= known.to;
    });
}

} // namespace docwarden::core
