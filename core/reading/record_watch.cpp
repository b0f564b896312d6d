#include "core/reading/record_watch.hpp"

#include "core/audit/action_catalog.hpp"
#include "core/base/text.hpp"

namespace docwarden::core
{

std::optional<report> record_watch::on_problem(const record_problem& problem, mono_time now)
{
    const std::string where = problem.id != 0 ? "id " + std::to_string(problem.id)
                                              : "number " + std::to_string(problem.index + 1);
    // A position shifts when new rows come, so a record without an id is known by what it says.
    const std::string identity = problem.id != 0 ? where : std::to_string(problem.fingerprint);
    if (!limiter_.allow(identity + ' ' + problem.text, now))
        return std::nullopt;
    report written{report_kind::bad_record, priority::warning, {}, {}};
    written.message = "Audit record " + where +
                      " is not as it should be: " + clip_text(problem.text, 300) +
                      (problem.was_counted ? ". It was counted all the same"
                                           : ". It was left out; the rest of the page was read");
    written.fields = {{"RECORD", where}, {"PROBLEM", problem.text}};
    return written;
}

std::optional<report> record_watch::on_event(const audit_event& event)
{
    if (find_action(event.action) != nullptr || unknown_actions_.size() >= unknown_actions_max ||
        !unknown_actions_.insert(event.action).second)
        return std::nullopt;
    report written{report_kind::unknown_action, priority::notice, {}, {}};
    written.message = "The portal reports an action that this version does not know (id " +
                      std::to_string(event.action) +
                      "): it is not counted. Is the portal newer than docwarden?";
    written.fields = {{"ACTION", std::to_string(event.action)}};
    return written;
}

std::optional<report> record_watch::take_suppressed(mono_time now)
{
    const std::size_t count = limiter_.take_suppressed(now);
    if (count == 0)
        return std::nullopt;
    report written{report_kind::suppressed, priority::warning, {}, {}};
    written.message = std::to_string(count) + " further records that could not be understood were "
                                              "not reported one by one in the last minute";
    written.fields = {{"COUNT", std::to_string(count)}};
    return written;
}

} // namespace docwarden::core
