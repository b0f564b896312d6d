#include "core/base/backoff.hpp"

#include <algorithm>

namespace docwarden::core
{

milliseconds backoff_pause(unsigned failures, milliseconds cap, random_source& random)
{
    constexpr unsigned doublings_max = 20;
    const unsigned doublings = std::min(failures > 0 ? failures - 1 : 0, doublings_max);
    const milliseconds full = std::min(milliseconds(1000LL << doublings), cap);
    const auto half = static_cast<std::uint64_t>(full.count() / 2);
    return full - milliseconds(static_cast<milliseconds::rep>(random.below(half + 1)));
}

} // namespace docwarden::core
