#include "core/report/conditions.hpp"

#include "core/base/text.hpp"

namespace docwarden::core
{

std::string_view to_string(subsystem affected)
{
    switch (affected) {
    case subsystem::reading:
        return "reading";
    case subsystem::plan:
        return "plan";
    case subsystem::identity:
        return "identity";
    case subsystem::rights:
        return "rights";
    case subsystem::acting:
        return "acting";
    case subsystem::records:
        return "records";
    case subsystem::gap:
        return "gap";
    case subsystem::clock:
        return "clock";
    case subsystem::memory:
        return "memory";
    case subsystem::key:
        return "key";
    case subsystem::portal:
        return "portal";
    case subsystem::version:
        return "version";
    case subsystem::preflight:
        return "contract";
    }
    return "unknown";
}

std::optional<report> conditions::raise(
    subsystem affected,
    std::string code,
    std::string text,
    mono_time now,
    priority level
)
{
    const auto known = active_.find(affected);
    if (known != active_.end() && known->second.code == code)
        return std::nullopt;
    const mono_time since = known != active_.end() ? known->second.since : now;
    report made{report_kind::degraded, level, text, {}};
    made.fields = {{"CONCERN", std::string(to_string(affected))}, {"REASON", code}};
    active_.insert_or_assign(
        affected, condition{affected, std::move(code), std::move(text), since, level}
    );
    return made;
}

std::optional<report> conditions::clear(subsystem affected, mono_time now)
{
    const auto known = active_.find(affected);
    if (known == active_.end())
        return std::nullopt;
    const auto lasted = std::chrono::ceil<std::chrono::seconds>(now - known->second.since);
    report made{report_kind::recovered, priority::notice, {}, {}};
    made.message = "Recovered after " + format_span(lasted) + ": " + known->second.text;
    made.fields = {
        {"CONCERN", std::string(to_string(affected))},
        {"REASON", known->second.code},
        {"LASTED", format_span(lasted)},
    };
    active_.erase(known);
    return made;
}

std::vector<condition> conditions::list() const
{
    std::vector<condition> all;
    for (const auto& entry : active_)
        all.push_back(entry.second);
    return all;
}

} // namespace docwarden::core
