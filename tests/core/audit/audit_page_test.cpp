// Whole answers: the envelope and what else may come in its place, pieces, bounds, broken text.

#include "core/audit/audit_page.hpp"
#include "core/base/random.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::test::audit_page_test
{

namespace
{

using core::page_form;
using core::read_audit_page;
using core::read_page_result;

std::string record(int id, std::string_view file, std::string_view title = "plan.docx")
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

std::string envelope(std::string_view records)
{
    return R"({"response":[)" + std::string(records) +
           R"(],"count":1,"links":[{"href":"https://)"
           R"(docs.example.com/api/2.0/security/audit/events/filter","action":"GET"}],"status":0,)"
           R"("statusCode":200})";
}

// Three good records, a bad one among them.
std::string mixed_page()
{
    return envelope(
        record(1, "11") + "," + record(2, "12") + R"(,{"id":3,"actionId":5011},)" +
        record(4, "drive-7")
    );
}

// Keeps what it is handed, as a stream's reader does.
struct collector final : core::record_sink {
    std::vector<core::audit_event> events;
    std::vector<core::record_problem> problems;
    void on_event(const core::audit_event& event) override { events.push_back(event); }
    void on_problem(const core::record_problem& problem) override { problems.push_back(problem); }
};

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
    const read_page_result one = read_audit_page(record(1, "11"), page_form::recorded);
    CHECK(one.ok());
    CHECK(one.page.rows == 1);
    CHECK(one.page.events.size() == 1);
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
    CHECK(contains(result.page.problems[0].text, "not an object"));
}

TEST_CASE("audit page: cut in two at any byte, it reads the same")
{
    const std::string text = mixed_page();
    const read_page_result whole = read_audit_page(text);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        INFO("cut at " << cut);
        collector sink;
        core::audit_page_reader reader(sink, page_form::answer);
        REQUIRE(reader.write(std::string_view(text).substr(0, cut)));
        REQUIRE(reader.write(std::string_view(text).substr(cut)));
        REQUIRE(reader.finish());
        REQUIRE(sink.events == whole.page.events);
        REQUIRE(sink.problems == whole.page.problems);
        REQUIRE(reader.rows() == whole.page.rows);
        REQUIRE(reader.oldest() == whole.page.oldest);
        REQUIRE(reader.newest() == whole.page.newest);
    }
}

TEST_CASE("audit page: byte by byte it reads the same, and so does a reader that is used again")
{
    const std::string text = mixed_page();
    const read_page_result whole = read_audit_page(text);
    collector sink;
    core::audit_page_reader reader(sink, page_form::answer);
    for (int round = 0; round < 3; ++round) {
        sink = {};
        reader.restart();
        for (const char c : text)
            REQUIRE(reader.write(std::string_view(&c, 1)));
        REQUIRE(reader.finish());
        CHECK(sink.events == whole.page.events);
        CHECK(sink.problems == whole.page.problems);
    }
    CHECK_FALSE(reader.write("junk"));
    reader.restart();
    CHECK(reader.write("[]"));
    CHECK(reader.finish());
    CHECK(reader.rows() == 0);
}

TEST_CASE("audit page: cut short at any byte, the records before the cut have been handed out")
{
    const std::string text = mixed_page();
    const read_page_result whole = read_audit_page(text);
    std::vector<std::size_t> ends; // where each record that is an event ends
    constexpr std::string_view last = R"(Rooms: \u0041"})";
    for (auto found = text.find(last); found != std::string::npos;
         found = text.find(last, found + 1))
        ends.push_back(found + last.size());
    REQUIRE(ends.size() == 3);
    for (std::size_t length = 0; length < text.size(); ++length) {
        INFO("cut after " << length << " bytes");
        const read_page_result cut = read_audit_page(std::string_view(text).substr(0, length));
        REQUIRE_FALSE(cut.ok());
        REQUIRE(cut.error.offset <= length);
        const auto expected =
            std::count_if(ends.begin(), ends.end(), [&](std::size_t end) { return end <= length; });
        REQUIRE(cut.page.events.size() == static_cast<std::size_t>(expected));
        REQUIRE(
            std::equal(cut.page.events.begin(), cut.page.events.end(), whole.page.events.begin())
        );
    }
}

TEST_CASE("audit page: a control byte anywhere is found where it is, and what came before counts")
{
    const std::string good = mixed_page();
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string text = good;
        text[i] = '\x01';
        const read_page_result result = read_audit_page(text);
        INFO("byte " << i << ": " << result.error.text);
        REQUIRE_FALSE(result.ok());
        REQUIRE(result.error.offset <= i + 1);
        REQUIRE(result.error.offset + 8 > i);
        REQUIRE(contains(result.error.text, std::to_string(result.error.offset)));
        const auto before = read_audit_page(std::string_view(good).substr(0, i));
        REQUIRE(result.page.events == before.page.events);
    }
}

TEST_CASE("audit page: whatever bytes are changed, it never crashes and never invents rows")
{
    const std::string good = mixed_page();
    for (std::uint64_t seed = 1; seed <= 5000; ++seed) {
        core::random_source random(seed);
        std::string text = good;
        const std::uint64_t edits = 1 + random.below(4);
        for (std::uint64_t i = 0; i < edits; ++i) {
            const auto place = static_cast<std::size_t>(random.below(text.size()));
            constexpr std::string_view telling = "{}[]\",:\\0-en \x7f\xff";
            text[place] = random.below(2) == 0 ? telling[random.below(telling.size())]
                                               : static_cast<char>(random.below(256));
        }
        const read_page_result result = read_audit_page(text);
        INFO("seed " << seed << "\n" << text);
        REQUIRE(result.page.events.size() <= result.page.rows);
        REQUIRE(result.page.rows <= 12);
        REQUIRE(result.error.offset <= text.size());
    }
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

TEST_CASE("audit page: nesting is read to a depth of 32 and refused beyond, without a crash")
{
    const auto nested = [](std::size_t depth) {
        return R"([{"extra":)" + std::string(depth, '[') + std::string(depth, ']') + "}]";
    };
    CHECK(read_audit_page(nested(30)).ok());
    CHECK_FALSE(read_audit_page(nested(31)).ok());
    CHECK_FALSE(read_audit_page(nested(1'000'000)).ok());
    CHECK_FALSE(read_audit_page(std::string(1'000'000, '[')).ok());
    CHECK_FALSE(read_audit_page(std::string(1'000'000, '{')).ok());
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

TEST_CASE("audit page: a problem names its record by no number that no row can have")
{
    const auto result = read_audit_page(R"([{"id":-1,"actionId":"?"},{"id":0,"actionId":"?"}])");
    REQUIRE(result.page.problems.size() == 2);
    CHECK(result.page.problems[0].id == 0);
    CHECK(result.page.problems[1].id == 0);
}

} // namespace docwarden::test::audit_page_test
