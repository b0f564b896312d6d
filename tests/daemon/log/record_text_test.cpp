#include "daemon/log/message_id.hpp"
#include "daemon/log/record_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/report_kinds.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

namespace docwarden::test::record_text_test
{

using daemon::log_record;

namespace
{

// 2026-11-23T06:10:00.1239999Z
constexpr core::wall_time moment{core::tick{17'954'142'001'239'999}};

core::wall_time at_milliseconds(std::int64_t milliseconds_since_1970)
{
    return core::wall_time(std::chrono::milliseconds(milliseconds_since_1970));
}

core::report alert_about(std::string user)
{
    return {
        .kind = core::report_kind::alert,
        .level = core::priority::critical,
        .message = "User " + user + " changed 21 files",
        .fields = {{"USER", user}, {"COUNT", "21"}},
    };
}

bool contains(const std::vector<std::string>& fields, const std::string& wanted)
{
    return std::find(fields.begin(), fields.end(), wanted) != fields.end();
}

} // namespace

TEST_CASE("record_text: a line for people has time, level, kind, portal and message")
{
    const log_record record = daemon::make_record(alert_about("bob"), moment, "main");
    CHECK(
        daemon::text_line(record) ==
        "2026-11-23T06:10:00.123Z crit alert [main] User bob changed 21 files"
    );
    CHECK(daemon::prefixed_line(record) == "<2>alert [main] User bob changed 21 files");
}

TEST_CASE("record_text: a record about the whole process names no portal")
{
    const core::report report{
        .kind = core::report_kind::started,
        .level = core::priority::info,
        .message = "started",
        .fields = {},
    };
    const log_record record = daemon::make_record(report, moment, "");
    CHECK(daemon::text_line(record) == "2026-11-23T06:10:00.123Z info started started");
    CHECK(daemon::json_line(record).find("DOCWARDEN_PORTAL") == std::string::npos);
}

TEST_CASE("record_text: the JSON object has the journal's keys and only texts as values")
{
    const log_record record = daemon::make_record(alert_about("bob \"B\""), moment, "main");
    const std::string line = daemon::json_line(record);
    CHECK(line.find('\n') == std::string::npos);

    const boost::json::value parsed = boost::json::parse(line);
    const boost::json::object& object = parsed.as_object();
    CHECK(object.at("TIMESTAMP").as_string() == "2026-11-23T06:10:00.123Z");
    CHECK(object.at("MESSAGE").as_string() == "User bob \"B\" changed 21 files");
    CHECK(object.at("PRIORITY").as_string() == "2");
    CHECK(object.at("MESSAGE_ID").as_string() == daemon::message_id(core::report_kind::alert));
    CHECK(object.at("SYSLOG_IDENTIFIER").as_string() == "docwarden");
    CHECK(object.at("DOCWARDEN_KIND").as_string() == "alert");
    CHECK(object.at("DOCWARDEN_PORTAL").as_string() == "main");
    CHECK(object.at("DOCWARDEN_USER").as_string() == "bob \"B\"");
    CHECK(object.at("DOCWARDEN_COUNT").as_string() == "21");
    CHECK(object.size() == 9);
}

TEST_CASE("record_text: the journal's fields carry the same facts and the event's own time")
{
    const auto fields =
        daemon::journal_fields(daemon::make_record(alert_about("bob"), moment, "main"));
    CHECK(contains(fields, "MESSAGE=User bob changed 21 files"));
    CHECK(contains(fields, "PRIORITY=2"));
    CHECK(
        contains(fields, "MESSAGE_ID=" + std::string(daemon::message_id(core::report_kind::alert)))
    );
    CHECK(contains(fields, "SYSLOG_IDENTIFIER=docwarden"));
    CHECK(contains(fields, "DOCWARDEN_KIND=alert"));
    CHECK(contains(fields, "DOCWARDEN_PORTAL=main"));
    CHECK(contains(fields, "DOCWARDEN_USER=bob"));
    CHECK(contains(fields, "DOCWARDEN_COUNT=21"));
    CHECK(contains(fields, "DOCWARDEN_TIMESTAMP=2026-11-23T06:10:00.123Z"));
    CHECK(fields.size() == 9);
}

TEST_CASE("record_text: a newline in a name forges neither a line nor a field")
{
    const core::report report = alert_about("bob\nPRIORITY=7\nMESSAGE=all is well");
    const log_record record = daemon::make_record(report, moment, "ma\nin");
    CHECK(daemon::text_line(record).find('\n') == std::string::npos);
    CHECK(daemon::prefixed_line(record).find('\n') == std::string::npos);
    CHECK(daemon::json_line(record).find('\n') == std::string::npos);
    for (const std::string& field : daemon::journal_fields(record)) {
        CAPTURE(field);
        CHECK(field.find('\n') == std::string::npos);
    }
    CHECK(contains(
        daemon::journal_fields(record),
        "DOCWARDEN_USER=bob\\u{a}PRIORITY=7\\u{a}MESSAGE=all is well"
    ));
    CHECK(daemon::prefixed_line(record).find("alert [ma\\u{a}in] ") == 3);
}

TEST_CASE("record_text: a text of any bytes gives valid JSON")
{
    std::string every_byte;
    for (int value = 0; value < 256; ++value)
        every_byte += static_cast<char>(value);
    const log_record record = daemon::make_record(alert_about(every_byte), moment, every_byte);
    boost::system::error_code error;
    const boost::json::value parsed = boost::json::parse(daemon::json_line(record), error);
    REQUIRE_FALSE(error);
    CHECK(parsed.at("DOCWARDEN_USER").as_string().find("\\xff") != std::string::npos);
}

TEST_CASE("record_text: long texts are cut at their limits")
{
    const log_record record = daemon::make_record(
        alert_about(std::string(100'000, 'x')), moment, std::string(100'000, 'p')
    );
    const std::string mark = "…";
    CHECK(record.message.size() == daemon::message_bytes_max + mark.size());
    CHECK(record.portal.size() == daemon::portal_bytes_max + mark.size());
    CHECK(record.fields.at(0).value.size() == daemon::field_bytes_max + mark.size());
}

TEST_CASE("record_text: a field name is upper-case letters, digits and underscores")
{
    CHECK(daemon::is_field_name("USER_ID"));
    CHECK(daemon::is_field_name("SHA256"));
    CHECK(daemon::is_field_name(std::string(54, 'A')));
    CHECK_FALSE(daemon::is_field_name(std::string(55, 'A')));
    CHECK_FALSE(daemon::is_field_name(""));
    CHECK_FALSE(daemon::is_field_name("user"));
    CHECK_FALSE(daemon::is_field_name("_UID"));
    CHECK_FALSE(daemon::is_field_name("1ST"));
    CHECK_FALSE(daemon::is_field_name("A=B"));
    CHECK_FALSE(daemon::is_field_name("A\nB"));
    CHECK_FALSE(daemon::is_field_name("Ä"));
}

TEST_CASE("record_text: bad, taken and repeated field names are left out and counted")
{
    core::report report;
    report.fields = {
        {"USER", "bob"},
        {"user", "x"},
        {"KIND", "ready"},
        {"USER", "eve"},
        {"PORTAL", "y"},
        {"RULE", "r"}};
    const log_record record = daemon::make_record(report, moment, "main");
    const std::vector<core::report_field> expected = {
        {"DOCWARDEN_USER", "bob"},
        {"DOCWARDEN_RULE", "r"},
        {"DOCWARDEN_FIELDS_DROPPED", "4"},
    };
    CHECK(record.fields == expected);
}

TEST_CASE("record_text: no record has more than the allowed number of fields")
{
    core::report report;
    for (std::size_t i = 0; i < daemon::fields_max + 3; ++i)
        report.fields.push_back({"F" + std::to_string(i), "v"});
    const log_record record = daemon::make_record(report, moment, "main");
    CHECK(record.fields.size() == daemon::fields_max + 1);
    CHECK(record.fields.back() == core::report_field{"DOCWARDEN_FIELDS_DROPPED", "3"});
}

TEST_CASE("record_text: times are UTC in RFC 3339 with milliseconds")
{
    CHECK(daemon::rfc3339(at_milliseconds(0)) == "1970-01-01T00:00:00.000Z");
    CHECK(daemon::rfc3339(at_milliseconds(-1)) == "1969-12-31T23:59:59.999Z");
    CHECK(daemon::rfc3339(core::wall_time(core::tick(-1))) == "1969-12-31T23:59:59.999Z");
    CHECK(daemon::rfc3339(at_milliseconds(951'782'400'005)) == "2000-02-29T00:00:00.005Z");
}

TEST_CASE("record_text: a time outside the years that can be printed becomes the nearest one inside"
)
{
    CHECK(daemon::rfc3339(core::wall_time::min()) == "0001-01-01T00:00:00.000Z");
    CHECK(daemon::rfc3339(core::wall_time::max()) == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("record_text: every level has its name and number")
{
    const std::vector<std::string> names = {
        "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"};
    for (std::size_t number = 0; number < names.size(); ++number) {
        core::report report;
        report.level = static_cast<core::priority>(number);
        const log_record record = daemon::make_record(report, moment, "");
        CAPTURE(names[number]);
        CHECK(daemon::text_line(record).find("Z " + names[number] + " ") == 23);
        CHECK(daemon::prefixed_line(record).find("<" + std::to_string(number) + ">") == 0);
    }
}

TEST_CASE("message_id: every kind has a number of its own, in journald's form")
{
    std::set<std::string_view> ids;
    for (const core::report_kind kind : all_report_kinds()) {
        const std::string_view id = daemon::message_id(kind);
        CAPTURE(core::to_string(kind), id);
        CHECK(id.size() == 32);
        CHECK(id.find_first_not_of("0123456789abcdef") == std::string_view::npos);
        CHECK(id.find_first_not_of('0') != std::string_view::npos);
        CHECK(ids.insert(id).second);
    }
}

TEST_CASE("message_id: published numbers stay what they are")
{
    // Administrators have these in their filters.
    CHECK(daemon::message_id(core::report_kind::alert) == "7f2944e6dc034ab8b84ec0ab0491bfe1");
    CHECK(daemon::message_id(core::report_kind::retrying) == "a95601ccf4b34edb8e935e19f6a38316");
}

} // namespace docwarden::test::record_text_test
