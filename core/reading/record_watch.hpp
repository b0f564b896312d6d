#pragma once
// Reports audit records that are not as expected, and never floods the journal: each fault once,
// and a bounded number in a minute.

#include "core/audit/event.hpp"
#include "core/base/time.hpp"
#include "core/report/report.hpp"
#include "core/report/report_limiter.hpp"

#include <optional>
#include <set>

namespace docwarden::core
{

class record_watch
{
public:
    // The report to write, if this is to be reported.
    std::optional<report> on_problem(const record_problem& problem, mono_time now);
    // Once for each action that the catalogue does not know: it is tolerated, but not counted.
    std::optional<report> on_event(const audit_event& event);
    // How many reports were left out, once a minute.
    std::optional<report> take_suppressed(mono_time now);

private:
    static constexpr std::size_t unknown_actions_max = 1000;

    report_limiter limiter_;
    std::set<int> unknown_actions_;
};

} // namespace docwarden::core
