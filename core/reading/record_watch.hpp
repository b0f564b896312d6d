#pragma once
// Reports audit records that are not as expected, and never floods the journal: each fault once,
// and a bounded number in a minute.

#include "core/audit/event.hpp"
#include "core/base/time.hpp"
#include "core/reading/report_limiter.hpp"

#include <optional>
#include <set>

namespace docwarden::core
{

// An audit record that could not be understood, or not wholly.
struct bad_record {
    record_problem problem;
};

// An action id that the catalogue does not know.
struct unknown_action {
    int action = 0;
};

// So many bad records were not reported in the last minute.
struct suppressed_records {
    std::size_t count = 0;
};

class record_watch
{
public:
    // The fact to report, if it is to be reported.
    std::optional<bad_record> on_problem(const record_problem& problem, mono_time now);
    // Once for each action that the catalogue does not know: it is tolerated, but not counted.
    std::optional<unknown_action> on_event(const audit_event& event);
    // What was left out, once a minute.
    std::optional<suppressed_records> take_suppressed(mono_time now);

private:
    static constexpr std::size_t unknown_actions_max = 1000;

    report_limiter limiter_;
    std::set<int> unknown_actions_;
};

} // namespace docwarden::core
