// Whole answers: the envelope and what else may come in its place, and the fields of its records.

#include "core/audit/audit_page.hpp"
#include "tests/core/audit/page_text.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace docwarden::test::audit_page_test
{

using core::audit_page;
using core::page_form;
using core::read_audit_page;
using core::read_page_result;

namespace
{

audit_page read_list(std::string_view records)
{
    const auto result = read_audit_page("[" + std::string(records) + "]");
    INFO(records << "\n" << result.error.text);
    REQUIRE(result.ok());
    return result.page;
}

} // namespace

TEST_CASE("audit page: the portal's envelope is read with its bounds in time and its bad records")
{
    const read_page_result result = read_audit_page(mixed_page());
    CHECK(result.error.text.empty());
    CHECK(result.page.rows == 4);
    REQUIRE(result.page.events.size() == 3);
    CHECK(result.page.events[0].object == "11");
    CHECK(result.page.events[0].user_name == "Jane \"JD\" Döe");
    CHECK(result.page.events[2].object == "drive-7");
    CHECK((result.page.oldest == at(-4)));
    CHECK((result.page.newest == at(-1)));
    REQUIRE(result.page.problems.size() == 1);
    CHECK(result.page.problems[0].index == 2);
    CHECK(result.page.problems[0].id == 3);
}

TEST_CASE("audit page: a bare array and, of a recorded file, a single record are pages as well")
{
    const std::string both = "[" + record(1, "11") + "," + record(2, "12") + "]";
    for (const page_form form : {page_form::answer, page_form::recorded}) {
        CHECK(read_audit_page(both, form).page.events.size() == 2);
        CHECK(read_audit_page(envelope(record(1, "11")), form).page.events.size() == 1);
    }
    const read_page_result recorded = read_audit_page(record(1, "11"), page_form::recorded);
    CHECK(recorded.ok());
    CHECK(recorded.page.rows == 1);
    CHECK(recorded.page.events.size() == 1);
    CHECK_FALSE(read_audit_page(record(1, "11"), page_form::answer).ok());
}

TEST_CASE("audit page: an empty list is a page without rows, whatever surrounds it")
{
    const std::string text = GENERATE(
        as<std::string>{},
        "[]",
        " [ ] \r\n",
        R"({"response":[]})",
        R"({"count":0,"total":0,"links":[],"response":[],"status":0,"statusCode":200})",
        R"({"a":{"response":[1]},"b":[{"response":[2]}],"response":[]})"
    );
    INFO(text);
    const read_page_result result = read_audit_page(text);
    CHECK(result.ok());
    CHECK(result.page == core::audit_page{});
}

TEST_CASE("audit page: what is no list of records is an error that says so")
{
    const auto [text, said] = GENERATE(table<std::string, std::string>({
        {"", "byte 0"},
        {"   ", "byte 3"},
        {"<html><body>502 Bad Gateway</body></html>", "byte 0"},
        {"{}", "\"response\" is missing"},
        {R"({"error":{"message":"Access denied"},"status":1})", "\"response\" is missing"},
        {R"({"response":{"title":"One or more validation errors occurred.","status":400,)"
         R"("errors":{"from":["bad"]}},"status":1,"statusCode":400})",
         "\"response\" is not a list"},
        {R"({"response":null})", "\"response\" is not a list"},
        {R"({"response":"none"})", "\"response\" is not a list"},
        {R"({"response":42})", "\"response\" is not a list"},
        {R"({"response":true})", "\"response\" is not a list"},
        {"42", "neither an object nor a list"},
        {"\"text\"", "neither an object nor a list"},
        {"null", "neither an object nor a list"},
        {"[] []", "byte 3"},
        {R"({"response":[]}})", "byte 15"},
        {R"([{"id":1},])", "byte"},
        {"[/*]", "byte"},
        {"[NaN]", "byte 1"},
    }));
    INFO(text);
    const read_page_result result = read_audit_page(text);
    INFO(result.error.text);
    CHECK_FALSE(result.ok());
    CHECK(contains(result.error.text, said));
    CHECK(result.error.offset <= text.size());
}

TEST_CASE("audit page: an element that is no record is a problem of its own")
{
    const std::string element =
        GENERATE(as<std::string>{}, "null", "5", "-1.5", "true", "\"text\"", "[]", R"([{"id":1}])");
    INFO(element);
    const read_page_result result =
        read_audit_page(envelope(record(1, "11") + "," + element + "," + record(2, "12")));
    CHECK(result.ok());
    CHECK(result.page.rows == 3);
    CHECK(result.page.events.size() == 2);
    REQUIRE(result.page.problems.size() == 1);
    CHECK(result.page.problems[0].index == 1);
    CHECK(result.page.problems[0].id == 0);
    CHECK(result.page.problems[0].fingerprint == 0);
    CHECK_FALSE(result.page.problems[0].was_counted);
    CHECK(contains(result.page.problems[0].text, "not an object"));
}

TEST_CASE("audit page: text in a title that looks like JSON is only text")
{
    const std::string title = R"(\"}],\"response\":[{\"id\":666}],{x})";
    const read_page_result result = read_audit_page(envelope(record(1, "11", title)));
    CHECK(result.ok());
    CHECK(result.page.rows == 1);
    CHECK(result.page.events.size() == 1);
}

TEST_CASE("audit page: invalid UTF-8 in a title hides neither its record nor the page")
{
    const std::string title =
        GENERATE(as<std::string>{}, "\xff\xfe", "\xc0\xaf", "\xed\xa0\x80", "a\x80z", "\xe2\x82");
    const read_page_result result =
        read_audit_page(envelope(record(1, "11", title) + "," + record(2, "12")));
    INFO(result.error.text);
    CHECK(result.page.events.size() == 2);
}

TEST_CASE("audit page: prose may be long, what is compared must be whole")
{
    const std::string exact(4096, 'x');
    const std::string longer(4097, 'x');
    CHECK(read_audit_page(envelope(record(1, "11", longer + longer))).page.events.size() == 1);
    const auto kept = read_audit_page(envelope(record(1, exact)));
    REQUIRE(kept.page.events.size() == 1);
    CHECK(kept.page.events[0].object == exact);
    const auto refused = read_audit_page(envelope(record(1, longer) + "," + record(2, "12")));
    CHECK(refused.ok());
    CHECK(refused.page.events.size() == 1);
    REQUIRE(refused.page.problems.size() == 1);
    CHECK(refused.page.problems[0].text == "a field is longer than 4096 bytes: target");
    CHECK(refused.page.problems[0].id == 1);
    CHECK(
        read_list(record_with(R"(,"userId":")" + longer + '"')).problems.at(0).text ==
        "a field is longer than 4096 bytes: userId"
    );
}

TEST_CASE("audit page: a long display name is cut, not refused: it decides nothing")
{
    std::string text = record(1, "11");
    text.replace(text.find("Jane"), 4, std::string(100'000, 'J'));
    const auto result = read_audit_page(envelope(text));
    REQUIRE(result.page.events.size() == 1);
    CHECK(result.page.events[0].user_name == std::string(4096, 'J'));
}

TEST_CASE("audit page: a target with a thousand pieces more than a record may have is a problem")
{
    std::string many = "1";
    for (int i = 0; i < 2000; ++i)
        many += R"(","1)";
    const auto result = read_audit_page(envelope(record(1, many)));
    CHECK(result.ok());
    CHECK(result.page.events.empty());
    REQUIRE(result.page.problems.size() == 1);
    CHECK(result.page.problems[0].text == "target is not a list of texts or numbers");
}

TEST_CASE("audit page: the problems of one page are bounded, its rows are all counted")
{
    std::string text = "[0";
    for (int i = 1; i < 5000; ++i)
        text += ",0";
    const auto result = read_audit_page(text + "]");
    CHECK(result.ok());
    CHECK(result.page.rows == 5000);
    CHECK(result.page.problems.size() == 1000);
}

TEST_CASE("audit page: of a key that is there twice the last value counts, as in every JSON reader")
{
    const std::string base = record(1, "11");
    const auto with = [&](std::string_view more) {
        return envelope(base.substr(0, base.size() - 1) + "," + std::string(more) + "}");
    };
    CHECK(read_audit_page(with(R"("id":77)")).page.events.at(0).id == 77);
    CHECK(read_audit_page(with(R"("userId":"other")")).page.events.at(0).user == "other");
    CHECK(read_audit_page(with(R"("actionId":5018)")).page.events.at(0).action == 5018);
    CHECK(read_audit_page(with(R"("target":["12"])")).page.events.at(0).object == "12");
    CHECK(
        read_audit_page(with(R"("userId":null)")).page.problems.at(0).text == "userId is missing"
    );
}

TEST_CASE("audit page: a list or an object spoils a field that had a good value before")
{
    const auto [members, problem] = GENERATE(table<std::string, std::string>({
        {R"(,"actionId":[5011])", "actionId is neither a number nor a known action name"},
        {R"(,"actionId":"UserFileUpdated","actionId":{})",
         "actionId is neither a number nor a known action name"},
        {R"(,"userId":["jane"])", "userId is neither a text nor a number"},
        {R"(,"userId":{"id":"jane"})", "userId is neither a text nor a number"},
        {R"(,"id":[5])", "id is not a positive integer"},
        {R"(,"target":{"id":"8801"})", "target is not a list of texts or numbers"},
    }));
    INFO(members);
    const audit_page page = read_list(record_with(members));
    REQUIRE(page.problems.size() == 1);
    CHECK(page.problems[0].text == problem);
}

TEST_CASE("audit page: a good target makes up for a malformed one before it")
{
    const audit_page page = read_list(record_with(R"(,"target":[true],"target":["12"])"));
    CHECK(page.problems.empty());
    CHECK(page.events.at(0).object == "12");
}

TEST_CASE("audit page: keys inside a field's own object or list are not the record's")
{
    const std::string members = GENERATE(
        as<std::string>{},
        R"(,"extra":{"target":"1","userId":"other","id":9})",
        R"(,"extra":[{"target":"1","userId":"other","id":9}])",
        R"(,"entries":[1,2],"extra":"text")",
        R"(,"extra":{"response":[]})"
    );
    INFO(members);
    const audit_page page = read_list(record_with(members));
    CHECK(page.problems.empty());
    REQUIRE(page.events.size() == 1);
    CHECK(page.events[0].object == "8801");
    CHECK(page.events[0].user == "jane");
    CHECK(page.events[0].id == 1);
}

TEST_CASE("audit page: a display name that is no text is no name")
{
    CHECK(read_list(record_with(R"(,"user":5)")).events.at(0).user_name.empty());
    CHECK(read_list(record_with(R"(,"user":["Joe"])")).events.at(0).user_name.empty());
}

TEST_CASE("audit page: numbers are read in full, the largest and the smallest that JSON has")
{
    const auto object = [](const std::string& number) {
        return read_list(record_with(R"(,"target":)" + number)).events.at(0).object;
    };
    CHECK(object("9223372036854775807") == "9223372036854775807");
    CHECK(object("9223372036854775808") == "9223372036854775808");
    CHECK(object("18446744073709551615") == "18446744073709551615");
    CHECK(object("-9223372036854775808") == "-9223372036854775808");
}

TEST_CASE("audit page: a record takes nothing over from the one before it")
{
    const audit_page page = read_list(
        record_with("") +
        R"(,{"date":"2026-06-30T13:04:06Z","userId":"joe","actionId":5011,"target":["1"]})"
        R"(,{"id":3,"date":"2026-06-30T13:04:07Z","actionId":5011,"target":["1"]})"
        R"(,{"id":4,"date":"2026-06-30T13:04:07Z","userId":"joe","actionId":5011})"
    );
    REQUIRE(page.events.size() == 2);
    CHECK(page.events[1].user_name.empty());
    CHECK(page.events[1].id == 0);
    REQUIRE(page.problems.size() == 3);
    CHECK(page.problems[0].text == "id is missing");
    CHECK(page.problems[1].text == "userId is missing");
    CHECK(page.problems[2].text == "target is missing, so the file or folder is unknown");
}

TEST_CASE("audit page: a malformed target is forgotten with its record")
{
    const audit_page page = read_list(
        record_with(R"(,"target":[true])") +
        R"(,{"id":2,"date":"2026-06-30T13:04:07Z","userId":"joe","actionId":5011})"
    );
    REQUIRE(page.problems.size() == 2);
    CHECK(page.problems[0].text == "target is not a list of texts or numbers");
    CHECK(page.problems[1].text == "target is missing, so the file or folder is unknown");
}

TEST_CASE("audit page: a bad record has the same fingerprint whatever came before it")
{
    const std::string bad = R"({"id":7,"userId":"joe","actionId":5011,"target":["1","2"]})";
    const audit_page alone = read_list(bad);
    const audit_page after = read_list(record_with(R"(,"account":"j","fileId":5)") + "," + bad);
    REQUIRE(alone.problems.size() == 1);
    REQUIRE(after.problems.size() == 1);
    CHECK(alone.problems[0].fingerprint == after.problems[0].fingerprint);
    CHECK(alone.problems[0].fingerprint != 0);

    const auto fingerprint = [](std::string_view target) {
        return read_list(
                   R"({"id":7,"userId":"joe","actionId":5011,"target":)" + std::string(target) + "}"
        )
            .problems.at(0)
            .fingerprint;
    };
    CHECK(fingerprint(R"(["1","2"])") == alone.problems[0].fingerprint);
    CHECK(fingerprint(R"(["1"])") != alone.problems[0].fingerprint);
    CHECK(fingerprint(R"(["2","1"])") != alone.problems[0].fingerprint);
    CHECK(fingerprint(R"(["3","2"])") != alone.problems[0].fingerprint);
    const audit_page other =
        read_list(R"({"id":7,"userId":"jane","actionId":5011,"target":["1","2"]})");
    CHECK(other.problems.at(0).fingerprint != alone.problems[0].fingerprint);
}

TEST_CASE("audit page: the number of the record in a problem is its own id, if that can be one")
{
    const auto id_of = [](const std::string& id) {
        return read_list(R"({"actionId":5011,"id":)" + id + "}").problems.at(0).id;
    };
    CHECK(id_of("7") == 7);
    CHECK(id_of("999999999999999999") == 999'999'999'999'999'999);
    CHECK(id_of("1000000000000000000") == 0); // of no portal, and nineteen digits may overflow
    CHECK(id_of(R"("7")") == 0);
    CHECK(id_of("null") == 0);
    CHECK(id_of("0") == 0);
    CHECK(id_of("-1") == 0);
}

TEST_CASE("audit page: oldest and newest are those of every readable date, understood or not")
{
    const auto result = read_audit_page(
        R"([{"date":"2026-06-30T13:04:00Z"},{"date":"2026-06-30T13:05:00Z","entityType":"room"},)"
        R"({"date":"never"},{"date":"2026-06-30T13:03:00Z","actionId":"?"}])"
    );
    CHECK(result.ok());
    CHECK(result.page.rows == 4);
    CHECK(result.page.events.empty());
    CHECK((result.page.oldest == at(-65)));
    CHECK((result.page.newest == at(55)));
}

TEST_CASE("audit page: a page without any readable date has no oldest and no newest moment")
{
    const std::string record = GENERATE(
        as<std::string>{},
        R"({"date":"never"})",
        "5",
        R"({"date":"2026-06-30T13:04:05Z","userId":")" + std::string(5000, 'x') + R"("})"
    );
    const audit_page page = read_list(record);
    CHECK(page.rows == 1);
    CHECK_FALSE(page.oldest.has_value());
    CHECK_FALSE(page.newest.has_value());
}

TEST_CASE("audit page: an envelope in a recorded file is no record itself")
{
    const std::string record = record_with("");
    for (const auto& [records, rows] :
         {std::pair<std::string, std::size_t>{"", 0}, {record, 1}, {record + "," + record, 2}}) {
        const auto result = read_audit_page(
            R"({"count":1,"response":[)" + records + R"(],"status":0})", page_form::recorded
        );
        CHECK(result.ok());
        CHECK(result.page.rows == rows);
        CHECK(result.page.problems.empty());
    }
}

} // namespace docwarden::test::audit_page_test
