#include "daemon/config/duration_text.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::test::duration_text_test
{

using namespace std::chrono_literals;
using core::milliseconds;

TEST_CASE("duration_text: a whole number and a unit is a duration")
{
    struct expectation {
        std::string_view text;
        milliseconds value;
    };
    const auto expected = GENERATE(
        expectation{"500ms", 500ms},
        expectation{"15s", 15s},
        expectation{"10m", 10min},
        expectation{"1h", 1h},
        expectation{"30d", 720h},
        expectation{"0s", 0s},
        expectation{"0ms", 0s},
        expectation{"0010s", 10s},
        expectation{"1500ms", 1500ms}
    );
    INFO(expected.text);
    const auto read = daemon::parse_duration(expected.text);
    REQUIRE(read);
    CHECK(read->count() == expected.value.count());
}

TEST_CASE("duration_text: anything else is none")
{
    const std::string text = GENERATE(
        "",
        "s",
        "15",
        "15 s",
        " 15s",
        "15s ",
        "-15s",
        "+15s",
        "1.5h",
        "15S",
        "15sec",
        "15min",
        "1h30m",
        "1w",
        "0x10s",
        "1e3s",
        "15\ts",
        "\xC2\xB5s",
        "\xD9\xA1s"
    );
    INFO('"' << text << '"');
    CHECK_FALSE(daemon::parse_duration(text));
}

TEST_CASE("duration_text: what does not fit becomes the longest duration, not a short one")
{
    const std::string text = GENERATE(
        "9223372036854775807s",
        "9223372036854775808ms",
        "18446744073709551616ms",
        "106751991168d",
        "99999999999999999999999999999999999999999d"
    );
    INFO(text);
    const auto read = daemon::parse_duration(text);
    REQUIRE(read);
    CHECK(read->count() == milliseconds::max().count());
}

TEST_CASE("duration_text: the longest value that fits is exact")
{
    const auto read = daemon::parse_duration("9223372036854775807ms");
    REQUIRE(read);
    CHECK(read->count() == 9223372036854775807);
    const auto days = daemon::parse_duration("106751991167d");
    REQUIRE(days);
    CHECK(days->count() == 106751991167 * 86'400'000);
}

TEST_CASE("duration_text: a duration is written in its largest exact unit and reads back")
{
    struct expectation {
        milliseconds value;
        std::string_view text;
    };
    const auto expected = GENERATE(
        expectation{0ms, "0s"},
        expectation{1ms, "1ms"},
        expectation{1500ms, "1500ms"},
        expectation{15s, "15s"},
        expectation{90s, "90s"},
        expectation{60s, "1m"},
        expectation{10min, "10m"},
        expectation{1h, "1h"},
        expectation{24h, "24h"},
        expectation{25h, "25h"},
        expectation{48h, "2d"},
        expectation{720h, "30d"}
    );
    const auto text = daemon::duration_text(expected.value);
    CHECK(text == expected.text);
    const auto read = daemon::parse_duration(text);
    REQUIRE(read);
    CHECK(read->count() == expected.value.count());
}

} // namespace docwarden::test::duration_text_test
