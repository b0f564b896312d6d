#pragma once
// Answers of the audit endpoint as text.

#include <string>
#include <string_view>

namespace docwarden::test
{

inline std::string record(int id, std::string_view file, std::string_view title = "plan.docx")
{
    return R"({"id":)" + std::to_string(id) + R"(,"date":"2026-06-30T13:04:0)" +
           std::to_string(id % 10) +
           R"(.0000000Z","user":"Jane \"JD\" Döe","userId":"4c65a238-ca50-4374-b904-0d51d4c1822b",)"
           R"("action":"File Uploaded: )" +
           std::string(title) +
           R"(","actionId":5011,"ip":"203.0.113.7","actionType":13,"product":2,"location":1,)"
           R"("target":[")" +
           std::string(file) + R"("],"entries":[1],"context":"Rooms: \u0041"})";
}

inline std::string envelope(std::string_view records)
{
    return R"({"response":[)" + std::string(records) +
           R"(],"count":1,"links":[{"href":"https://)"
           R"(docs.example.com/api/2.0/security/audit/events/filter","action":"GET"}],"status":0,)"
           R"("statusCode":200})";
}

// Three good records, a bad one among them.
inline std::string mixed_page()
{
    return envelope(
        record(1, "11") + "," + record(2, "12") + R"(,{"id":3,"actionId":5011},)" +
        record(4, "drive-7")
    );
}

// A record of the portal that is understood, with further members at its end.
inline std::string record_with(std::string_view more)
{
    return R"({"id":1,"date":"2026-06-30T13:04:05Z","user":"Jane","userId":"jane",)"
           R"("actionId":5011,"target":["8801"])" +
           std::string(more) + "}";
}

} // namespace docwarden::test
