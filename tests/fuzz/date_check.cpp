#include "core/base/iso8601.hpp"
#include "net/base/http_date.hpp"
#include "tests/fuzz/checks.hpp"

namespace docwarden::test
{

namespace
{

std::string check_portal_date(std::string_view text)
{
    const auto time = core::parse_date(text);
    if (!time)
        return {};
    const std::string printed = core::format_date(*time);
    if (printed.size() != 20 && printed.size() != 28)
        return "printed in a form that no portal takes: " + printed;
    return core::parse_date(printed) == time ? "" : "printed as another moment: " + printed;
}

std::string check_http_date(std::string_view text)
{
    // Years 0 to 9999: four digits have no others.
    constexpr std::chrono::days first(-719'528);
    constexpr std::chrono::days last(2'932'897);
    const auto time = net::parse_http_date(text);
    if (time && (time->time_since_epoch() < first || time->time_since_epoch() >= last))
        return "a date in a year that four digits cannot write";
    return {};
}

std::string check_retry_after(std::string_view text)
{
    const core::wall_time date(std::chrono::seconds(1'782'824'645));
    const auto undated = net::parse_retry_after(text, std::nullopt);
    const auto dated = net::parse_retry_after(text, date);
    for (const auto& pause : {undated, dated}) {
        if (pause && (*pause < std::chrono::seconds(0) || *pause > net::retry_after_max))
            return "a pause out of its bounds";
    }
    if (undated && undated != dated)
        return "a pause in seconds that depends on the date";
    return {};
}

} // namespace

std::string check_date(std::string_view bytes)
{
    for (const auto check : {check_portal_date, check_http_date, check_retry_after}) {
        if (std::string wrong = check(bytes); !wrong.empty())
            return wrong;
    }
    return {};
}

} // namespace docwarden::test
