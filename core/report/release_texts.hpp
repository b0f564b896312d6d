#pragma once
// The sentences about what becomes of a disabled account afterwards: it is enabled again, by
// docwarden or by somebody, or it stays disabled.

#include "core/containment/incident_fact.hpp"
#include "core/report/report.hpp"

namespace docwarden::core
{

// Of `released`, `given_back`, `reasserting`, `kept_disabled` and `release_failed`.
report describe_release(const incident_fact& fact);

} // namespace docwarden::core
