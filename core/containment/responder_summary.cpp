// What the responder says about itself: to the engine, to /readyz and to a scan.

#include "core/containment/responder.hpp"

#include <algorithm>

namespace docwarden::core
{

bool responder::is_settled() const
{
    return std::all_of(cases_.begin(), cases_.end(), [](const auto& entry) {
        return entry.second.machine.is_settled();
    });
}

bool responder::is_acting() const
{
    return std::any_of(cases_.begin(), cases_.end(), [](const auto& entry) {
        const auto state = entry.second.machine.state();
        return state == containment_state::intended || state == containment_state::sending;
    });
}

std::size_t responder::open_cases() const
{
    const auto count = std::count_if(cases_.begin(), cases_.end(), [](const auto& entry) {
        return is_open(entry.second.machine.state());
    });
    return static_cast<std::size_t>(count);
}

std::map<containment_state, std::size_t> responder::cases_by_state() const
{
    std::map<containment_state, std::size_t> counts;
    for (const auto& entry : cases_)
        ++counts[entry.second.machine.state()];
    return counts;
}

} // namespace docwarden::core
