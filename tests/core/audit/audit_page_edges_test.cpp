// What one record of a page leaves behind for the next (nothing), and the bounds to the byte.

#include "core/audit/audit_page.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace docwarden::test::audit_page_edges_test
{

namespace
{

using core::audit_page;
using core::audit_page_reader;
using core::page_form;
using core::read_audit_page;

// A record of the portal that is understood, with further members at its end.
std::string record_with(std::string_view more)
{
    return R"({"id":1,"date":"2026-06-30T13:04:05Z","user":"Jane","userId":"jane",)"
           R"("actionId":5011,"target":["8801"])" +
           std::string(more) + "}";
}

audit_page read_list(std::string_view records)
{
    const auto result = read_audit_page("[" + std::string(records) + "]");
    INFO(records << "\n" << result.error.text);
    REQUIRE(result.ok());
    return result.page;
}

struct counting_sink final : core::record_sink {
    std::size_t events = 0;
    std::size_t problems = 0;
    void on_event(const core::audit_event&) override { ++events; }
    void on_problem(const core::record_problem&) override { ++problems; }
};

} // namespace

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

TEST_CASE("audit page: which field is too long is told by its name")
{
    const std::string text = R"(,"userId":")" + std::string(4097, 'u') + '"';
    CHECK(
        read_list(record_with(text)).problems.at(0).text ==
        "a field is longer than 4096 bytes: userId"
    );
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
}

TEST_CASE("audit page: an element that is no record has neither id nor fingerprint")
{
    for (const std::string element : {"5", "[]"}) {
        const audit_page page = read_list(element);
        INFO(element);
        CHECK(page.rows == 1);
        REQUIRE(page.problems.size() == 1);
        CHECK(page.problems[0].index == 0);
        CHECK(page.problems[0].id == 0);
        CHECK(page.problems[0].fingerprint == 0);
        CHECK_FALSE(page.problems[0].was_counted);
    }
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

TEST_CASE("audit page: white space after the end is no fault, in pieces neither; anything else is")
{
    counting_sink sink;
    audit_page_reader reader(sink, page_form::answer);
    for (const std::string_view piece : {" [", "] ", "\r", "\n \t"})
        REQUIRE(reader.write(piece));
    CHECK(reader.finish());
    reader.restart();
    REQUIRE(reader.write("[]"));
    CHECK_FALSE(reader.write(" \n{"));
    CHECK(reader.error().offset == 4);
    CHECK(contains(reader.error().text, "extra data"));
    // A fault of the text itself is told as such.
    CHECK_FALSE(contains(read_audit_page("[NaN]").error.text, "extra data"));
}

TEST_CASE("audit page: after a fault nothing is read any more, and the first fault stays")
{
    counting_sink sink;
    audit_page_reader reader(sink, page_form::answer);
    REQUIRE(reader.write("[1,"));
    REQUIRE_FALSE(reader.write("?"));
    const std::string said = reader.error().text;
    const std::size_t offset = reader.error().offset;
    CHECK_FALSE(reader.write("2]"));
    CHECK_FALSE(reader.write(""));
    CHECK_FALSE(reader.finish());
    CHECK(reader.error().text == said);
    CHECK(reader.error().offset == offset);
    CHECK(sink.problems == 1);
}

TEST_CASE("audit page: a text that is cut short is a fault when it is finished, and stays one")
{
    counting_sink sink;
    audit_page_reader reader(sink, page_form::answer);
    REQUIRE(reader.write("[1"));
    CHECK_FALSE(reader.finish());
    const std::string said = reader.error().text;
    CHECK_FALSE(said.empty());
    CHECK_FALSE(reader.finish());
    CHECK(reader.error().text == said);
}

TEST_CASE("audit page: the place of a fault is counted from the start of its own text")
{
    counting_sink sink;
    audit_page_reader reader(sink, page_form::answer);
    REQUIRE(reader.write("[1,2,3]"));
    reader.restart();
    CHECK_FALSE(reader.write("[?"));
    CHECK(reader.error().offset == 1);
    CHECK(read_audit_page("{}").error.offset == 0);
}

TEST_CASE("audit page: texts are read up to 16 MiB and keys up to one, and not a byte more")
{
    constexpr std::size_t mebibyte = 1U << 20;
    const auto with_title = [](std::size_t size) {
        return read_audit_page(R"([{"title":")" + std::string(size, 'x') + R"("}])");
    };
    CHECK(with_title(16 * mebibyte).ok());
    CHECK_FALSE(with_title(16 * mebibyte + 1).ok());
    const auto with_key = [](std::size_t size) {
        return read_audit_page(R"([{")" + std::string(size, 'k') + R"(":1}])");
    };
    CHECK(with_key(mebibyte).ok());
    CHECK_FALSE(with_key(mebibyte + 1).ok());
}

TEST_CASE("audit record: a user's id is read up to the length of the longest e-mail address")
{
    const auto with_user = [](std::size_t size) {
        return read_list(record_with(R"(,"userId":")" + std::string(size, 'u') + '"'));
    };
    CHECK(with_user(320).events.at(0).user == std::string(320, 'u'));
    CHECK(with_user(321).problems.at(0).text == "userId is longer than any real one");
}

TEST_CASE(
    "audit record: a target's last part is the destination of copies and moves, and of no other"
)
{
    const auto [action, object] = GENERATE(table<std::string, std::string>({
        {"5012", "12,77"},
        {"5013", "12"},
        {"5016", "12"},
        {"5017", "12,77"},
        {"5022", "12"},
        {"5025", "12"},
        {"5026", "12,77"},
    }));
    INFO(action);
    const std::string members = R"(,"actionId":)" + action + R"(,"target":["12","77"])";
    CHECK(read_list(record_with(members)).events.at(0).object == object);
}

TEST_CASE("audit record: a list of targets is read up to its bound, and not one more")
{
    const auto with_targets = [](int count) {
        std::string list = "1";
        for (int i = 1; i < count; ++i)
            list += ",1";
        return read_list(record_with(R"(,"actionId":5017,"target":[)" + list + "]"));
    };
    CHECK(with_targets(1024).events.size() == 1);
    CHECK(with_targets(1025).problems.size() == 1);
}

} // namespace docwarden::test::audit_page_edges_test
