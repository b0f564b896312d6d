#pragma once
// Audit records as the portal serialises them (docspace-api.md section 2.1), made from a few facts.

#include "core/base/iso8601.hpp"
#include "core/base/time.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::test
{

inline constexpr std::string_view jane = "4c65a238-ca50-4374-b904-0d51d4c1822b";

// 2026-06-30T13:04:05Z plus so many seconds.
inline core::wall_time at_second(int seconds)
{
    return core::wall_time(std::chrono::seconds(1'782'824'645 + seconds));
}

// `user` saved the file `number`, so many seconds into the recording.
inline boost::json::object saved(int number, int second, std::string_view user = jane)
{
    return {
        {"id", 184'000 + number},
        {"date", core::format_date(at_second(second))},
        {"user", "Jane Doe"},
        {"userId", user},
        {"action", "File Updated: plan.docx"},
        {"actionId", 5034},
        {"target", boost::json::array{std::to_string(number)}},
        {"entries", boost::json::array{1}},
        {"context", "Rooms: Contracts"},
    };
}

// So many different files, one a second.
inline std::vector<boost::json::object> saved_files(int count, std::string_view user = jane)
{
    std::vector<boost::json::object> events;
    for (int i = 0; i < count; ++i)
        events.push_back(saved(i, i, user));
    return events;
}

inline std::string as_array(const std::vector<boost::json::object>& events)
{
    return boost::json::serialize(boost::json::array(events.begin(), events.end()));
}

inline std::string as_page(const std::vector<boost::json::object>& events)
{
    return "{\"response\":" + as_array(events) + ",\"count\":" + std::to_string(events.size()) +
           ",\"status\":0,\"statusCode\":200}";
}

inline std::string
as_lines(const std::vector<boost::json::object>& events, std::string_view line_end = "\n")
{
    std::string text;
    for (const auto& event : events)
        text += boost::json::serialize(event) + std::string(line_end);
    return text;
}

} // namespace docwarden::test
