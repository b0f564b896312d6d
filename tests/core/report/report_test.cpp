#include "core/base/text.hpp"
#include "core/report/report.hpp"
#include "tests/support/catch.hpp"

#include <set>
#include <string>
#include <string_view>

namespace docwarden::test::report_test
{

using core::escape_text;

TEST_CASE("escape_text: harmless text of any script passes unchanged")
{
    const std::string_view text = "Bob \"the\" O'Neil <a@b.c> Jürgen 田中 🙂 100%";
    CHECK(escape_text(text) == text);
    CHECK(escape_text("").empty());
}

TEST_CASE("escape_text: a newline cannot start a second line")
{
    CHECK(escape_text("a\nPRIORITY=7") == "a\\u{a}PRIORITY=7");
    CHECK(escape_text("a\r\nb\tc") == "a\\u{d}\\u{a}b\\u{9}c");
    CHECK(escape_text("a\u2028b\u2029c\u0085d") == "a\\u{2028}b\\u{2029}c\\u{85}d");
}

TEST_CASE("escape_text: a terminal's escape sequences are shown, not obeyed")
{
    CHECK(escape_text("\x1b[2Jgone") == "\\u{1b}[2Jgone");
    CHECK(escape_text("\u009b31m") == "\\u{9b}31m");
    CHECK(escape_text(std::string_view("a\0b", 3)) == "a\\u{0}b");
    CHECK(escape_text("\x7f") == "\\u{7f}");
}

TEST_CASE("escape_text: characters that reorder or hide text are shown")
{
    CHECK(escape_text("evil\u202Efdp.exe") == "evil\\u{202e}fdp.exe");
    CHECK(escape_text("\u2066x\u2069") == "\\u{2066}x\\u{2069}");
    CHECK(escape_text("ad\u200Bmin\uFEFF") == "ad\\u{200b}min\\u{feff}");
    CHECK(escape_text("\u3164\u115F") == "\\u{3164}\\u{115f}");
    CHECK(escape_text("\U000E0041") == "\\u{e0041}");
}

TEST_CASE("escape_text: a noncharacter cannot make journalctl hide the message as binary")
{
    CHECK(escape_text("a\uFFFFb\uFDD0c\U0001FFFE") == "a\\u{ffff}b\\u{fdd0}c\\u{1fffe}");
}

TEST_CASE("escape_text: bytes that are not UTF-8 are shown one by one")
{
    CHECK(escape_text("a\xff") == "a\\xff");
    CHECK(escape_text("\xc0\xaf") == "\\xc0\\xaf");                   // overlong form
    CHECK(escape_text("\xed\xa0\x80") == "\\xed\\xa0\\x80");          // a surrogate
    CHECK(escape_text("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80"); // above U+10FFFF
    CHECK(escape_text("\xe2\x82") == "\\xe2\\x82");                   // cut short
    CHECK(escape_text("\xe2z") == "\\xe2z");
    CHECK(escape_text("\x80") == "\\x80");
}

TEST_CASE("escape_text: what looks like an escape cannot be forged")
{
    CHECK(escape_text("\\u{202e}") == "\\\\u{202e}");
    CHECK(escape_text("C:\\x41") == "C:\\\\x41");
}

TEST_CASE("escape_text: a text that fits exactly is not cut")
{
    CHECK(escape_text("abcd", 4) == "abcd");
    CHECK(escape_text("ab\n", 7) == "ab\\u{a}");
    CHECK(escape_text("", 0).empty());
}

TEST_CASE("escape_text: a long text is cut between characters and marked")
{
    CHECK(escape_text("abcde", 4) == "abcd…");
    CHECK(escape_text("abc€", 4) == "abc…");
    CHECK(escape_text("abc🙂", 6) == "abc…");
    CHECK(escape_text("a", 0) == "…");
}

TEST_CASE("escape_text: a cut never leaves half an escape")
{
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

TEST_CASE("report: each kind has a name of its own")
{
    std::set<std::string_view> names;
    int kind = 0;
    while (core::to_string(static_cast<core::report_kind>(kind)) != "unknown") {
        names.insert(core::to_string(static_cast<core::report_kind>(kind)));
        ++kind;
    }
    CHECK(names.size() == static_cast<std::size_t>(kind));
    CHECK(names.count("alert") == 1);
}

TEST_CASE("report: the first field of a name is found, a missing one is empty")
{
    core::report report;
    report.fields = {{"USER", "bob"}, {"USER", "eve"}};
    CHECK(report.field("USER") == "bob");
    CHECK(report.field("RULE").empty());
}

} // namespace docwarden::test::report_test
