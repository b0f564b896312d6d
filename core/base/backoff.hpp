#pragma once
// How long to pause after a failure: exponential, with jitter so that many clients do not return at
// the same moment, and capped.

#include "core/base/random.hpp"
#include "core/base/time.hpp"

namespace docwarden::core
{

// The pause after the `failures`-th failure in a row (from 1): between half and all of
// min(1 s * 2^(failures - 1), cap).
milliseconds backoff_pause(unsigned failures, milliseconds cap, random_source& random);

} // namespace docwarden::core
