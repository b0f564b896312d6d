#include "core/report/course_texts.hpp"

#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"

#include <chrono>

namespace docwarden::core
{

namespace
{

std::chrono::seconds duration_of(const breach_span& span)
{
    return std::chrono::floor<std::chrono::seconds>(span.newest - span.first);
}

} // namespace

std::string format_count(const incident& subject)
{
    return (subject.span.is_least ? "at least " : "") + std::to_string(subject.span.count) +
           " distinct files within " + format_span(subject.window);
}

std::string format_course(const breach_span& span)
{
    const std::string from = format_second(span.first);
    if (duration_of(span) == std::chrono::seconds(0))
        return "above the threshold at " + from;
    return "above the threshold from " + from + " to " + format_second(span.newest) + " (" +
           format_span(duration_of(span)) + ')';
}

std::string list_files(const incident& subject)
{
    std::string text;
    std::size_t listed = 0;
    for (auto file = subject.files.rbegin();
         file != subject.files.rend() && listed < incident::files_max;
         ++file) {
        if (listed++ > 0)
            text += ' ';
        text += clip_text(file->object, 64);
    }
    return text;
}

std::vector<report_field> course_fields(const incident& subject)
{
    return {
        {"COUNT_IS_LEAST", subject.span.is_least ? "1" : "0"},
        {"LAST_CHANGE_AT", format_date(subject.span.newest)},
        {"DURATION_S", std::to_string(duration_of(subject.span).count())},
        {"FILES", list_files(subject)},
    };
}

} // namespace docwarden::core
