// Names and sentences to the letter, and escaping for every code point near a border.

#include "core/base/text.hpp"
#include "core/portal/failure_texts.hpp"
#include "core/portal/portal_api.hpp"
#include "core/report/conditions.hpp"
#include "core/report/report.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace docwarden::test::text_bounds_test
{

namespace
{

using core::escape_text;
using core::failure_kind;
using namespace std::chrono_literals;

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

TEST_CASE("clip_text: what is no UTF-8 loses three bytes at the most, and never more than it has")
{
    const std::string bytes(10, '\x80');
    CHECK(core::clip_text(bytes, 5) == bytes.substr(0, 2) + "…");
    CHECK(core::clip_text(bytes, 2) == "…");
    CHECK(core::clip_text(bytes, 1) == "…");
    CHECK(core::clip_text("abcdef", 3) == "abc…");
    CHECK(core::clip_text("é", 1) == "…");
}

TEST_CASE(
    "names: failures, concerns and the youngest report are called what records are searched for"
)
{
    const std::vector<std::string> failures{
        "unreachable",
        "interrupted",
        "unauthorised",
        "unpaid",
        "forbidden",
        "not-found",
        "throttled",
        "rejected",
        "broken",
        "bad-answer",
        "redirected",
    };
    for (std::size_t i = 0; i < failures.size(); ++i)
        CHECK(core::to_string(static_cast<failure_kind>(i)) == failures[i]);
    const std::vector<std::string> concerns{
        "reading",
        "plan",
        "identity",
        "rights",
        "acting",
        "records",
        "gap",
        "clock",
        "memory",
    };
    for (std::size_t i = 0; i < concerns.size(); ++i)
        CHECK(core::to_string(static_cast<core::concern>(i)) == concerns[i]);
    CHECK(core::to_string(core::report_kind::crashed) == "crashed");
}

TEST_CASE("failures: each that wants another answer from a person has a text of its own")
{
    core::api_failure why; // without any text of the portal
    std::set<std::string> reading;
    std::set<std::string> people;
    for (int number = 0; number <= static_cast<int>(failure_kind::redirected); ++number) {
        why.kind = static_cast<failure_kind>(number);
        reading.insert(core::explain_reading_failure(why));
        people.insert(core::explain_people_failure(why));
        CHECK_FALSE(contains(core::explain_people_failure(why), "()"));
    }
    CHECK(reading.size() == 8); // the four that pass by themselves share one
    CHECK(people.size() == 3);
    why.kind = failure_kind::throttled;
    CHECK(contains(core::explain_reading_failure(why), "limits our requests"));
    why.kind = failure_kind::bad_answer;
    CHECK(contains(core::explain_reading_failure(why), "cannot be understood"));
    why.kind = failure_kind::broken;
    CHECK(contains(core::explain_reading_failure(why), "cannot be read; nothing is seen"));
    why.kind = failure_kind::unauthorised;
    CHECK(contains(core::explain_people_failure(why), "refuses the API key"));
}

TEST_CASE("failures: of what the portal said 300 bytes are told, of a name 80")
{
    core::api_failure why;
    why.text = std::string(300, 'x');
    CHECK(contains(core::explain_people_failure(why), "(" + why.text + ")"));
    why.text += 'x';
    CHECK(contains(core::explain_people_failure(why), "(" + std::string(300, 'x') + "…)"));
    core::profile self;
    self.display_name = std::string(80, 'n');
    CHECK(contains(core::explain_missing_rights(self), self.display_name + " ("));
    self.display_name += 'n';
    CHECK(contains(core::explain_missing_rights(self), std::string(80, 'n') + "… ("));
}

} // namespace docwarden::test::text_bounds_test
