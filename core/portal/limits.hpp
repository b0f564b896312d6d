#pragma once
// How far a portal is believed and how often it is asked: bounds that several rooms share.

#include "core/base/time.hpp"

#include <chrono>

namespace docwarden::core
{

// A Date header farther than this from the local clock is not believed, and does not move anything.
inline constexpr std::chrono::hours believable_date_skew_max{24};

// The longest pause after 401 to 404: only a person can change that, so asking often is no use.
inline constexpr milliseconds pause_refused_max{60'000};

} // namespace docwarden::core
