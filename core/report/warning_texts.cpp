#include "core/report/warning_texts.hpp"

#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"
#include "core/report/incident_texts.hpp"

#include <string>

namespace docwarden::core
{

namespace
{

std::string consequence_of(response_mode response)
{
    switch (response) {
    case response_mode::observe:
        return "that is recorded.";
    case response_mode::alert:
        return "an alert is raised.";
    case response_mode::disable:
        break;
    }
    return "the account is disabled.";
}

} // namespace

report describe(const warning_fact& warning)
{
    const incident& subject = warning.subject;
    const std::string threshold = std::to_string(subject.threshold);
    const std::string warn = std::to_string(warning.warn);
    return {
        report_kind::warning,
        priority::warning,
        "Near the threshold: " + format_crossing(subject) + ", warn " + warn + ", mode " +
            std::string(to_string(subject.response)) + "). Above " + threshold + ", " +
            consequence_of(subject.response),
        {
            {"USER_ID", subject.user},
            {"USER", subject.user_name},
            {"RULE", subject.rule},
            {"COUNT", std::to_string(subject.span.count)},
            {"WARN", warn},
            {"THRESHOLD", threshold},
            {"WINDOW", format_span(subject.window)},
            {"MODE", std::string(to_string(subject.response))},
            {"CROSSED_AT", format_date(subject.span.first)},
        }};
}

} // namespace docwarden::core
