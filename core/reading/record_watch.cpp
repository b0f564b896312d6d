#include "core/reading/record_watch.hpp"

#include "core/audit/action_catalog.hpp"

#include <string>

namespace docwarden::core
{

std::optional<bad_record> record_watch::on_problem(const record_problem& problem, mono_time now)
{
    // A position shifts when new rows come, so a record without an id is known by what it says.
    const std::string identity =
        problem.id != 0 ? "id " + std::to_string(problem.id) : std::to_string(problem.fingerprint);
    if (!limiter_.allow(identity + ' ' + problem.text, now))
        return std::nullopt;
    return bad_record{problem};
}

std::optional<unknown_action> record_watch::on_event(const audit_event& event)
{
    if (find_action(event.action) != nullptr || unknown_actions_.size() >= unknown_actions_max ||
        !unknown_actions_.insert(event.action).second)
        return std::nullopt;
    return unknown_action{event.action};
}

std::optional<suppressed_records> record_watch::take_suppressed(mono_time now)
{
    const std::size_t count = limiter_.take_suppressed(now);
    if (count == 0)
        return std::nullopt;
    return suppressed_records{count};
}

} // namespace docwarden::core
