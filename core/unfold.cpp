#include "core/unfold.hpp"

#include "core/broken_variants.hpp"

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

wall_time unfolded(wall_time printed, const page_query& asked)
{
    if (printed <= asked.to)
        return printed;
    for (const tick shift : shifts) {
        if (printed - shift >= asked.from && printed - shift <= asked.to)
            return printed - shift;
    }
    return printed;
}

} // namespace

std::optional<audit_page>
unfold(const audit_page& page, const page_query& asked, const seen_ids& seen)
{
    if (!page.newest || *page.newest <= asked.to || is_broken(variant::autumn_hour_is_believed))
        return std::nullopt;
    audit_page corrected = page;
    corrected.newest = unfolded(*page.newest, asked);
    corrected.oldest = unfolded(*page.oldest, asked);
    for (audit_event& event : corrected.events) {
        if (!seen.contains(event.id, event.time))
            event.time = unfolded(event.time, asked);
        corrected.newest = std::max(*corrected.newest, event.time);
        corrected.oldest = std::min(*corrected.oldest, event.time);
    }
    return corrected;
}

} // namespace docwarden::core
