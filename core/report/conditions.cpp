#include "core/report/conditions.hpp"

#include "core/base/text.hpp"

namespace docwarden::core
{

std::string_view to_string(concern what)
{
    switch (what) {
    case concern::reading:
        return "reading";
    case concern::plan:
        return "plan";
    case concern::identity:
        return "identity";
    case concern::rights:
        return "rights";
    case concern::acting:
        return "acting";
    case concern::records:
        return "records";
    case concern::gap:
        return "gap";
    case concern::clock:
        return "clock";
    case concern::memory:
        return "memory";
    case concern::key:
        return "key";
    case concern::portal:
        return "portal";
    case concern::version:
        return "version";
    case concern::contract:
        return "contract";
    }
    return "unknown";
}

std::optional<report>
conditions::raise(concern what, std::string code, std::string text, mono_time now, priority level)
{
    const auto known = active_.find(what);
    if (known != active_.end() && known->second.code == code)
        return std::nullopt;
    const mono_time since = known != active_.end() ? known->second.since : now;
    report news{report_kind::degraded, level, text, {}};
    news.fields = {{"CONCERN", std::string(to_string(what))}, {"REASON", code}};
    active_.insert_or_assign(what, condition{what, std::move(code), std::move(text), since, level});
    return news;
}

std::optional<report> conditions::clear(concern what, mono_time now)
{
    const auto known = active_.find(what);
    if (known == active_.end())
        return std::nullopt;
    const auto lasted = std::chrono::ceil<std::chrono::seconds>(now - known->second.since);
    report news{report_kind::recovered, priority::notice, {}, {}};
    news.message = "Recovered after " + format_span(lasted) + ": " + known->second.text;
    news.fields = {
        {"CONCERN", std::string(to_string(what))},
        {"REASON", known->second.code},
        {"LASTED", format_span(lasted)},
    };
    active_.erase(known);
    return news;
}

std::vector<condition> conditions::list() const
{
    std::vector<condition> all;
    for (const auto& entry : active_)
        all.push_back(entry.second);
    return all;
}

} // namespace docwarden::core
