#include "core/reading/dst_fold.hpp"

#include <algorithm>
#include <array>

namespace docwarden::core
{

namespace
{

// By how much clocks go back: an hour nearly everywhere, 30 minutes on Lord Howe Island, two hours
// at some stations in Antarctica.
constexpr std::array<std::chrono::minutes, 3> shifts{
    std::chrono::minutes(30),
    std::chrono::minutes(60),
    std::chrono::minutes(120)};

bool lies_within(wall_time time, const page_query& asked)
{
    return time >= asked.from && time <= asked.to;
}

// The one shift that explains each date above what was asked for. Nothing if there is none: then
// the portal has answered something else than it was asked.
std::optional<tick>
common_shift(const audit_page& page, const page_query& asked, const seen_ids& seen)
{
    for (const tick shift : shifts) {
        bool is_needed = false;
        bool fits = true;
        for (const audit_event& event : page.events) {
            if (event.time <= asked.to || seen.contains(event.id, event.time))
                continue;
            is_needed = true;
            fits = fits && lies_within(event.time - shift, asked);
        }
        if (page.events.empty()) // only records that were not understood, but their dates
            fits = is_needed = lies_within(*page.newest - shift, asked);
        else if (!is_needed)
            return std::nullopt;
        if (fits)
            return shift;
    }
    return std::nullopt;
}

} // namespace

std::optional<audit_page>
correct_dst_fold(const audit_page& page, const page_query& asked, const seen_ids& seen)
{
    if (!page.newest || *page.newest <= asked.to)
        return std::nullopt;
    const std::optional<tick> shift = common_shift(page, asked, seen);
    if (!shift)
        return std::nullopt;
    const auto correct = [&](wall_time& time) {
        if (time > asked.to && lies_within(time - *shift, asked))
            time -= *shift;
    };
    audit_page corrected = page;
    correct(*corrected.newest);
    correct(*corrected.oldest);
    for (audit_event& event : corrected.events) {
        if (!seen.contains(event.id, event.time))
            correct(event.time);
        corrected.newest = std::max(*corrected.newest, event.time);
        corrected.oldest = std::min(*corrected.oldest, event.time);
    }
    return corrected;
}

} // namespace docwarden::core
