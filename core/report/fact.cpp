#include "core/report/fact.hpp"

#include "core/base/text.hpp"
#include "core/report/condition_texts.hpp"
#include "core/report/incident_texts.hpp"

#include <type_traits>

namespace docwarden::core
{

namespace
{

// "a; b; c"
std::string joined(const std::vector<std::string>& parts)
{
    std::string text;
    for (const std::string& part : parts)
        text += (text.empty() ? "" : "; ") + part;
    return text;
}

report describe(const reading_begun& begun)
{
    return {
        report_kind::ready,
        priority::info,
        "Read " + counted(begun.rows, "recent audit record", "recent audit records") + "; " +
            counted(begun.users, "user", "users") + " made changes",
        {{"ROWS", std::to_string(begun.rows)}}};
}

report describe(const bad_record& record)
{
    const record_problem& problem = record.problem;
    const std::string where = problem.id != 0 ? "id " + std::to_string(problem.id)
                                              : "number " + std::to_string(problem.index + 1);
    return {
        report_kind::bad_record,
        priority::warning,
        "Audit record " + where + " is malformed: " + clip_text(problem.text, 300) +
            (problem.was_counted ? ". It was still counted"
                                 : ". It was left out; the rest of the page was read"),
        {{"RECORD", where}, {"PROBLEM", problem.text}}};
}

report describe(const unknown_action& unknown)
{
    const std::string action = std::to_string(unknown.action);
    return {
        report_kind::unknown_action,
        priority::notice,
        "The portal reports the action " + action +
            ", which this version of docwarden does not know and does not count. If the portal is "
            "newer than docwarden, update docwarden",
        {{"ACTION", action}}};
}

report describe(const suppressed_records& suppressed)
{
    const std::string count = std::to_string(suppressed.count);
    return {
        report_kind::suppressed,
        priority::warning,
        "Not reported one by one in the last minute: " +
            counted(suppressed.count, "malformed audit record", "malformed audit records"),
        {{"COUNT", count}}};
}

// The first few of them: who wants all sees them in `docwarden check`.
std::string listed(const char* singular, const char* plural, const std::vector<std::string>& names)
{
    constexpr std::size_t listed_max = 5;
    std::string text = names.size() == 1 ? singular : plural;
    for (std::size_t i = 0; i < std::min(names.size(), listed_max); ++i)
        text += (i == 0 ? " \"" : ", \"") + clip_text(names[i], 128) + '"';
    if (names.size() > listed_max)
        text += " and " + std::to_string(names.size() - listed_max) + " more";
    return text;
}

report describe(const unknown_names& unknown)
{
    report record{report_kind::config_warning, priority::warning, "The portal does not know ", {}};
    if (!unknown.groups.empty())
        record.message += listed("the group", "the groups", unknown.groups);
    if (!unknown.groups.empty() && !unknown.people.empty())
        record.message += ", nor ";
    if (!unknown.people.empty())
        record.message += listed("the user", "the users", unknown.people);
    if (unknown.rule.empty()) {
        record.message += ", exempt in `exempt` of [containment], where nobody is exempt by that: ";
    } else {
        record.message +=
            ", named by the rule " + unknown.rule + ", which concerns nobody by that: ";
        record.fields.push_back({"RULE", unknown.rule});
    }
    record.message += "correct the configuration, or the portal";
    return record;
}

report describe(const process_started& started)
{
    report record{report_kind::started, priority::info, {}, {}};
    record.message = "docwarden " + started.version + " has started with " +
                     counted(started.portals, "portal", "portals") + " and " +
                     counted(started.rules, "rule", "rules") + ", configured in " +
                     started.config_file;
    record.fields = {{"VERSION", started.version}, {"CONFIG", started.config_file}};
    if (started.admin_port) {
        const std::string port = std::to_string(*started.admin_port);
        record.message += "; admin endpoint on " + started.admin_address + " port " + port;
        record.fields.push_back({"ADMIN_PORT", port});
    }
    return record;
}

report describe(const process_stopping&)
{
    return {report_kind::stopping, priority::info, "Stopping", {}};
}

report describe(const config_reloaded& reload)
{
    report record{report_kind::reload, priority::notice, {}, {}};
    record.message = reload.changes.empty()
                         ? "The configuration was read again: nothing has changed"
                         : "A new configuration is in force: " + joined(reload.changes);
    if (!reload.ignored.empty())
        record.message += ". Takes effect only after a restart: " + joined(reload.ignored);
    return record;
}

report describe(const reload_rejected& rejection)
{
    return {
        report_kind::reload_rejected,
        priority::error,
        "The new configuration is rejected and the old one stays in force: " +
            joined(rejection.problems),
        {{"PROBLEMS", std::to_string(rejection.problems.size())}}};
}

} // namespace

report describe(const fact& subject, const std::string& contact)
{
    return std::visit(
        [&](const auto& concrete) {
            if constexpr (std::is_same_v<decltype(concrete), const incident_fact&>)
                return describe(concrete, contact);
            else
                return describe(concrete);
        },
        subject
    );
}

} // namespace docwarden::core
