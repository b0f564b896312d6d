#include "core/detection/distinct_window.hpp"

#include <algorithm>

namespace docwarden::core
{

namespace
{
constexpr std::size_t none = static_cast<std::size_t>(-1);
}

// Whether the entry at `position` and its neighbours ascend.
bool distinct_window::is_in_order(std::size_t position) const
{
    const entry& touch = entries_[position];
    return (position == 0 || is_before(entries_[position - 1], touch)) &&
           (position + 1 == entries_.size() || is_before(touch, entries_[position + 1]));
}

// The last touch of `object` before `position` that is at most W earlier than `time`.
std::size_t
distinct_window::find_before(std::size_t position, object_key object, wall_time time) const
{
    for (std::size_t i = position; i-- > 0 && time - entries_[i].time <= window_;) {
        if (object_of(entries_[i]) == object)
            return i;
    }
    return none;
}

// The first touch of `object` at `position` or after it that is at most W later than `time`.
std::size_t
distinct_window::find_after(std::size_t position, object_key object, wall_time time) const
{
    for (std::size_t i = position; i < entries_.size() && entries_[i].time - time <= window_; ++i) {
        if (object_of(entries_[i]) == object)
            return i;
    }
    return none;
}

bool distinct_window::insert(wall_time time, object_key object)
{
    DOCWARDEN_ASSERT(object.value >> 62 == 0); // or it would run into the flags
    entry touch{time, object.value << 2};
    const auto place = std::lower_bound(entries_.begin(), entries_.end(), touch, is_before);
    if (place != entries_.end() && place->time == time && object_of(*place) == object)
        return false;
    const auto position = static_cast<std::size_t>(place - entries_.begin());

    const std::size_t after = find_after(position, object, time);
    const std::size_t before = find_before(position, object, time);
    if (before != none && after != none && entries_[after].time - entries_[before].time <= window_)
        return false; // its neighbours cover it

    touch.bits |= (before == none ? opens : 0) | (after == none ? closes : 0);
    // Look for neighbours that the new touch makes superfluous before positions shift.
    std::size_t drop_after = none;
    if (after != none) {
        if (find_after(after + 1, object, time) != none)
            drop_after = after;
        entries_[after].bits &= ~opens;
    }
    std::size_t drop_before = none;
    if (before != none) {
        if (find_before(before, object, time) != none)
            drop_before = before;
        entries_[before].bits &= ~closes;
    }
    if (drop_after != none)
        entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(drop_after));
    entries_.insert(entries_.begin() + static_cast<std::ptrdiff_t>(position), touch);
    if (drop_before != none)
        entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(drop_before));
    DOCWARDEN_ASSERT(is_in_order(drop_before != none ? position - 1 : position));
    return true;
}

// Walks through time. The count changes only when a touch opens a stretch, or when a closed one
// expires: on_touch(time, count) after the touches of one moment have been added, on_expiry(last
// moment in the window, count after it) for each object that leaves.
template <class OnTouch, class OnExpiry>
void distinct_window::sweep(OnTouch on_touch, OnExpiry on_expiry) const
{
    std::uint32_t count = 0;
    std::size_t expired = 0;
    const auto expire = [&](const entry& touch) {
        if ((touch.bits & closes) == 0)
            return;
        DOCWARDEN_ASSERT(count > 0);
        on_expiry(touch.time + window_, --count);
    };
    for (std::size_t i = 0; i < entries_.size();) {
        const wall_time time = entries_[i].time;
        for (; entries_[expired].time + window_ < time; ++expired)
            expire(entries_[expired]);
        for (; i < entries_.size() && entries_[i].time == time; ++i)
            count += (entries_[i].bits & opens) != 0 ? 1U : 0U;
        on_touch(time, count);
    }
    for (; expired < entries_.size(); ++expired)
        expire(entries_[expired]);
    DOCWARDEN_ASSERT(count == 0); // what opens also closes
}

std::vector<breach_span> distinct_window::breaches(std::uint32_t threshold) const
{
    std::vector<breach_span> spans;
    if (entries_.size() <= threshold)
        return spans;
    const auto on_touch = [&](wall_time time, std::uint32_t count) {
        if (count <= threshold)
            return;
        if (spans.empty() || time - spans.back().last > window_)
            spans.push_back({time, time, time, count});
        // A stretch may go on for longer than a window before it ends.
        spans.back().newest = spans.back().last = time;
        spans.back().count = std::max(spans.back().count, count);
    };
    const auto on_expiry = [&](wall_time last, std::uint32_t count) {
        if (count != threshold)
            return;
        DOCWARDEN_ASSERT(!spans.empty() && spans.back().newest <= last);
        spans.back().last = last;
    };
    sweep(on_touch, on_expiry);
    return spans;
}

std::uint32_t distinct_window::count_at(wall_time end) const
{
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < entries_.size() && entries_[i].time <= end; ++i) {
        // Of each object's touches in the window exactly one is the first.
        if (end - entries_[i].time > window_)
            continue;
        count += find_before(i, object_of(entries_[i]), end) == none ? 1U : 0U;
    }
    return count;
}

void distinct_window::forget_before(wall_time time)
{
    const auto kept = std::partition_point(entries_.begin(), entries_.end(), [&](const entry& e) {
        return e.time < time;
    });
    if (kept == entries_.begin())
        return;
    entries_.erase(entries_.begin(), kept);
    link_again();
}

void distinct_window::condense(const breach_span& span, std::uint32_t objects_max)
{
    const auto begin = std::partition_point(entries_.begin(), entries_.end(), [&](const entry& e) {
        return e.time < span.first - window_;
    });
    const auto end = std::partition_point(begin, entries_.end(), [&](const entry& e) {
        return e.time <= span.last;
    });
    if (static_cast<std::size_t>(end - begin) <= objects_max)
        return;
    // From the newest back: keep the first sight of each of the first `objects_max` objects.
    std::vector<entry> kept;
    kept.reserve(objects_max);
    std::vector<std::uint64_t> seen;
    seen.reserve(objects_max);
    for (auto touch = end; touch != begin && kept.size() < objects_max;) {
        --touch;
        const auto place = std::lower_bound(seen.begin(), seen.end(), touch->bits >> 2);
        if (place != seen.end() && *place == touch->bits >> 2)
            continue;
        seen.insert(place, touch->bits >> 2);
        kept.push_back(*touch);
    }
    const auto rest = std::copy(kept.rbegin(), kept.rend(), begin);
    entries_.erase(rest, end);
    link_again();
}

// Finds every entry's flags anew after entries were taken out.
void distinct_window::link_again()
{
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        DOCWARDEN_ASSERT(is_in_order(i));
        const object_key object = object_of(entries_[i]);
        const bool has_before = find_before(i, object, entries_[i].time) != none;
        const bool has_after = find_after(i + 1, object, entries_[i].time) != none;
        entries_[i].bits =
            (object.value << 2) | (has_before ? 0 : opens) | (has_after ? 0 : closes);
    }
}

} // namespace docwarden::core
