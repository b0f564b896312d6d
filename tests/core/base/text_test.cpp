// ASCII, spans of time, and foreign text made safe to print: escaping for every code point near a
// border, and cuts.

#include "core/base/text.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::test::text_test
{

using core::escape_text;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

namespace
{

struct range {
    std::uint32_t first;
    std::uint32_t last;
};

// What must not reach a terminal as it is (the names are Unicode's).
const std::vector<range> escaped_ranges{
    {0x00, 0x1F},
    {0x7F, 0x9F},
    {0xAD, 0xAD},
    {0x61C, 0x61C},
    {0x115F, 0x1160},
    {0x180E, 0x180E},
    {0x200B, 0x200F},
    {0x2028, 0x202E},
    {0x2060, 0x206F},
    {0x3164, 0x3164},
    {0xFDD0, 0xFDEF},
    {0xFEFF, 0xFEFF},
    {0xFFA0, 0xFFA0},
    {0xFFF9, 0xFFFB},
    {0xFFFE, 0xFFFF},
    {0xE0000, 0xE007F},
};

bool is_escaped(std::uint32_t point)
{
    if ((point & 0xFFFF) >= 0xFFFE) // the last two of each plane
        return true;
    return std::any_of(escaped_ranges.begin(), escaped_ranges.end(), [&](const range& r) {
        return point >= r.first && point <= r.last;
    });
}

std::string utf8(std::uint32_t point)
{
    std::string text;
    const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
    if (point < 0x80) {
        add(point);
    } else if (point < 0x800) {
        add(0xC0 | point >> 6);
        add(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        add(0xE0 | point >> 12);
        add(0x80 | (point >> 6 & 0x3F));
        add(0x80 | (point & 0x3F));
    } else {
        add(0xF0 | point >> 18);
        add(0x80 | (point >> 12 & 0x3F));
        add(0x80 | (point >> 6 & 0x3F));
        add(0x80 | (point & 0x3F));
    }
    return text;
}

std::string hex_of(std::uint32_t point)
{
    std::string text;
    for (; point != 0; point /= 16)
        text.insert(text.begin(), "0123456789abcdef"[point % 16]);
    return text.empty() ? "0" : text;
}

// Every byte by itself, as it is shown when it is no character.
std::string as_bytes(const std::string& bytes)
{
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += byte < 0x80 ? std::string(1, c) : "\\x" + hex_of(byte);
    }
    return text;
}

} // namespace

TEST_CASE("lower_case: A to Z become a to z, and nothing else changes")
{
    CHECK(core::lower_case("AZaz@[`{ \xc3\x84") == "azaz@[`{ \xc3\x84");
    CHECK(core::lower_case("") == "");
}

TEST_CASE("trim: blanks, tabs and line ends go at both ends, and stay between")
{
    CHECK(core::trim(" \t a b\r\n") == "a b");
    CHECK(core::trim("a") == "a");
    CHECK(core::trim(" \n").empty());
    CHECK(core::trim("").empty());
}

TEST_CASE("is_visible_ascii: no blank, no control character, nothing beyond ASCII")
{
    CHECK(core::is_visible_ascii("!~az"));
    CHECK(core::is_visible_ascii(""));
    for (const std::string_view text : {"a b", "a\n", "a\r", "a\x7f", "\xc3\xa4"})
        CHECK_FALSE(core::is_visible_ascii(text));
}

TEST_CASE("is_guid: only the one spelling that may become part of a path")
{
    CHECK(core::is_guid("4c65a238-ca50-4374-b904-0d51d4c1822b"));
    const std::string_view text = GENERATE(
        as<std::string_view>{},
        "",
        "jane",
        "4C65A238-CA50-4374-B904-0D51D4C1822B",
        "{4c65a238-ca50-4374-b904-0d51d4c1822b}",
        "4c65a238ca504374b9040d51d4c1822b",
        "4c65a238-ca50-4374-b904-0d51d4c1822",
        "4c65a238-ca50-4374-b904-0d51d4c1822b0",
        "4c65a238-ca50-4374-b904-0d51d4c1822g",
        "4c65a238-ca50-4374-b904/0d51d4c1822b",
        "4c65a238-ca50-4374-b904-../../settin"
    );
    INFO(text);
    CHECK_FALSE(core::is_guid(text));
}

TEST_CASE("escape_text: harmless text of any script passes unchanged")
{
    const std::string_view text = "Bob \"the\" O'Neil <a@b.c> Jürgen 田中 🙂 100%";
    CHECK(escape_text(text) == text);
    CHECK(escape_text("").empty());
}

// One example of each reason; every single character stands in the tests below.
TEST_CASE("escape_text: what starts a line, moves a cursor, reorders, hides or is no text is shown")
{
    CHECK(escape_text("a\nPRIORITY=7") == "a\\u{a}PRIORITY=7");
    CHECK(escape_text("a\u2028b\u0085c") == "a\\u{2028}b\\u{85}c");
    CHECK(escape_text("\x1b[2Jgone") == "\\u{1b}[2Jgone");
    CHECK(escape_text(std::string_view("a\0b", 3)) == "a\\u{0}b");
    CHECK(escape_text("evil\u202Efdp.exe") == "evil\\u{202e}fdp.exe");
    CHECK(escape_text("ad\u200Bmin\uFEFF") == "ad\\u{200b}min\\u{feff}");
    CHECK(escape_text("a\uFFFFb") == "a\\u{ffff}b"); // journalctl would call it binary
    CHECK(escape_text("a\xff") == "a\\xff");
}

TEST_CASE("escape_text: what looks like an escape cannot be forged")
{
    CHECK(escape_text("\\u{202e}") == "\\\\u{202e}");
    CHECK(escape_text("C:\\x41") == "C:\\\\x41");
}

TEST_CASE("escape_text: a text that does not fit is cut between characters and marked")
{
    CHECK(escape_text("abcd", 4) == "abcd");
    CHECK(escape_text("ab\n", 7) == "ab\\u{a}");
    CHECK(escape_text("", 0).empty());
    CHECK(escape_text("abcde", 4) == "abcd…");
    CHECK(escape_text("abc€", 4) == "abc…");
    CHECK(escape_text("abc🙂", 6) == "abc…");
    CHECK(escape_text("a", 0) == "…");
    // Never in the middle of an escape.
    CHECK(escape_text("ab\n", 6) == "ab…");
    CHECK(escape_text("ab\xff", 5) == "ab…");
    CHECK(escape_text("abc\\", 4) == "abc…");
    CHECK(escape_text("abc\\d", 5) == "abc\\\\…");
}

TEST_CASE("escape_text: at every limit the result is a prefix of the whole within the limit")
{
    const std::string_view text = "a\n€\\\xff🙂\u202E\x1b[0m田";
    const std::string whole = escape_text(text);
    for (std::size_t limit = 0; limit < whole.size(); ++limit) {
        CAPTURE(limit);
        std::string cut = escape_text(text, limit);
        const std::string mark = "…";
        REQUIRE(cut.size() >= mark.size());
        REQUIRE(cut.substr(cut.size() - mark.size()) == mark);
        cut.resize(cut.size() - mark.size());
        CHECK(cut.size() <= limit);
        CHECK(whole.substr(0, cut.size()) == cut);
    }
    CHECK(escape_text(text, whole.size()) == whole);
}

TEST_CASE("escape_text: of all characters exactly those are shown that move, hide or break text")
{
    std::vector<std::uint32_t> points;
    for (std::uint32_t point = 0; point < 0x3200; ++point)
        points.push_back(point);
    for (std::uint32_t plane = 0; plane <= 0x100000; plane += 0x10000) {
        for (std::uint32_t low = 0xFD00; low < 0x10010; ++low)
            points.push_back(plane + low);
    }
    for (std::uint32_t point = 0xE0000 - 16; point < 0xE0100; ++point)
        points.push_back(point);
    for (const std::uint32_t point : {0xD7FFU, 0xE000U, 0x10000U, 0x3FFFFU, 0x40000U, 0xFFFFFU})
        points.push_back(point);
    for (const std::uint32_t point : points) {
        if (point == '\\' || point > 0x10FFFF)
            continue;
        const std::string text = utf8(point);
        INFO("U+" << hex_of(point));
        REQUIRE(escape_text(text) == (is_escaped(point) ? "\\u{" + hex_of(point) + "}" : text));
    }
}

TEST_CASE("escape_text: a sequence with one wrong or missing byte is shown byte by byte")
{
    for (const std::uint32_t point : {0xE9U, 0x7FFU, 0x800U, 0x20ACU, 0xFFFDU, 0x1F642U}) {
        const std::string whole = utf8(point);
        for (std::size_t i = 1; i < whole.size(); ++i) {
            std::string wrong = whole;
            wrong[i] = 'a';
            INFO("U+" << hex_of(point) << ", byte " << i);
            REQUIRE(escape_text(wrong) == as_bytes(wrong));
            REQUIRE(escape_text(whole.substr(0, i)) == as_bytes(whole.substr(0, i)));
        }
    }
}

TEST_CASE("escape_text: a longer form than needed, a surrogate and what lies beyond are bytes")
{
    const std::string bytes = GENERATE(
        as<std::string>{},
        "\xC1\xBF",
        "\xE0\x9F\xBF",
        "\xED\xA0\x80",
        "\xED\xBF\xBF",
        "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xC1\xBF\x80\x80",
        "\xE0\x9F\xBF\x80"
    );
    CHECK(escape_text(bytes) == as_bytes(bytes));
}

TEST_CASE("escape_text and clip_text: unless told otherwise 256 bytes are shown")
{
    const std::string exact(256, 'x');
    CHECK(escape_text(exact) == exact);
    CHECK(escape_text(exact + "x") == exact + "…");
    CHECK(core::clip_text(exact) == exact);
    CHECK(core::clip_text(exact + "x") == exact + "…");
}

TEST_CASE("clip_text: a cut is marked and never leaves half a character")
{
    CHECK(core::clip_text("abcd", 4) == "abcd");
    CHECK(core::clip_text("abcde", 4) == "abcd…");
    CHECK(core::clip_text("abc€", 5) == "abc…");
    CHECK(core::clip_text("🙂🙂", 7) == "🙂…");
    CHECK(core::clip_text("é", 1) == "…");
    CHECK(core::clip_text("", 0).empty());
}

TEST_CASE("clip_text: what is no UTF-8 loses three bytes at the most, and never more than it has")
{
    const std::string bytes(10, '\x80');
    CHECK(core::clip_text(bytes, 5) == bytes.substr(0, 2) + "…");
    CHECK(core::clip_text(bytes, 2) == "…");
    CHECK(core::clip_text(bytes, 1) == "…");
}

TEST_CASE("format_span: the two largest units, as the configuration would spell them")
{
    const auto [span, text] = GENERATE(table<milliseconds, std::string>({
        {0ms, "0s"},
        {-5s, "0s"},
        {1ms, "1ms"},
        {250ms, "250ms"},
        {999ms, "999ms"},
        {1s, "1s"},
        {1500ms, "1s 500ms"},
        {45s, "45s"},
        {60s, "1m"},
        {90s, "1m 30s"},
        {61'500ms, "1m 1s"},
        {10min, "10m"},
        {1h, "1h"},
        {90min, "1h 30m"},
        {1h + 1s, "1h 1s"},
        {24h, "1d"},
        {25h + 1min, "1d 1h"},
        {24h * 30, "30d"},
    }));
    CHECK(core::format_span(span) == text);
}

} // namespace docwarden::test::text_test
