// The text of an answer: in pieces, cut short, broken, and as long as it may be.

#include "core/audit/audit_page.hpp"
#include "core/base/random.hpp"
#include "tests/core/audit/page_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::test::audit_page_reader_test
{

using core::audit_page_reader;
using core::page_form;
using core::read_audit_page;
using core::read_page_result;

namespace
{

// Keeps what it is handed, as a stream's reader does.
struct collector final : core::record_sink {
    std::vector<core::audit_event> events;
    std::vector<core::record_problem> problems;
    void on_event(const core::audit_event& event) override { events.push_back(event); }
    void on_problem(const core::record_problem& problem) override { problems.push_back(problem); }
};

} // namespace

TEST_CASE("audit page: cut in two at any byte, it reads the same")
{
    const std::string text = mixed_page();
    const read_page_result whole = read_audit_page(text);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        INFO("cut at " << cut);
        collector sink;
        audit_page_reader reader(sink, page_form::answer);
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
    audit_page_reader reader(sink, page_form::answer);
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

TEST_CASE("audit page: white space after the end is no fault, in pieces neither; anything else is")
{
    collector sink;
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
    collector sink;
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
    CHECK(sink.problems.size() == 1);
}

TEST_CASE("audit page: a text that is cut short is a fault when it is finished, and stays one")
{
    collector sink;
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
    collector sink;
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

} // namespace docwarden::test::audit_page_reader_test
