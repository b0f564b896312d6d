#include "core/report/condition_texts.hpp"

#include "core/base/text.hpp"
#include "core/report/failure_texts.hpp"
#include "core/report/preflight_texts.hpp"

namespace docwarden::core
{

namespace
{

// But for the program's name, which is written small everywhere.
std::string capitalise(std::string text)
{
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z' && !text.starts_with("docwarden"))
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

struct explanation {
    subsystem affected;

    std::string operator()(const api_failure& failure) const
    {
        if (affected == subsystem::identity)
            return "The user of the API key is not known yet, so nobody is disabled: " +
                   explain_identity_failure(failure);
        return affected == subsystem::acting ? explain_people_failure(failure)
                                             : explain_reading_failure(failure);
    }
    std::string operator()(const preflight_result& result) const
    {
        return capitalise(text_of(result));
    }
    std::string operator()(const unreadable_stretch&) const { return explain_gap(); }
    std::string operator()(const memory_limit&) const { return explain_memory_limit(); }
    std::string operator()(const store_failure& failure) const
    {
        return explain_store_failure(failure.text);
    }
    std::string operator()(const lookup_failure& failure) const
    {
        return explain_lookup_failure(failure.reason);
    }
};

} // namespace

std::string explain(const condition& limit)
{
    return std::visit(explanation{limit.affected}, limit.cause);
}

report describe(const condition_fact& change)
{
    const condition& limit = change.subject;
    report record{report_kind::degraded, limit.level(), explain(limit), {}};
    record.fields = {{"CONCERN", std::string(to_string(limit.affected))}, {"REASON", limit.code()}};
    if (change.lasted) {
        const std::string lasted = format_span(*change.lasted);
        record.kind = report_kind::recovered;
        record.level = priority::notice;
        record.message = "Recovered after " + lasted + ": " + record.message;
        record.fields.push_back({"LASTED", lasted});
    }
    return record;
}

} // namespace docwarden::core
