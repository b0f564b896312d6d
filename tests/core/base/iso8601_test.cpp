#include "core/base/iso8601.hpp"
#include "core/base/random.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace docwarden::test::iso8601_test
{

namespace
{

using core::format_date;
using core::parse_date;
using core::tick;

// The years 1 to 9999, which are all that four digits can say.
constexpr std::int64_t second_min = -62'135'596'800;
constexpr std::int64_t second_max = 253'402'300'799;

core::wall_time draw_time(core::random_source& random)
{
    const auto span = static_cast<std::uint64_t>(second_max - second_min + 1);
    const auto second = second_min + static_cast<std::int64_t>(random.below(span));
    const auto fraction = static_cast<std::int64_t>(random.below(10'000'000));
    return core::wall_time(tick(second * 10'000'000 + fraction));
}

std::string printed(const std::optional<core::wall_time>& time)
{
    return time ? format_date(*time) : "refused";
}

} // namespace

TEST_CASE("parse_date: every form of a portal or an exporter is the same moment")
{
    const std::string_view text = GENERATE(
        as<std::string_view>{},
        "2026-06-30T13:04:05Z",
        "2026-06-30t13:04:05z",
        "2026-06-30 13:04:05Z",
        "2026-06-30T13:04:05.0Z",
        "2026-06-30T13:04:05.000Z",
        "2026-06-30T13:04:05.000000+00:00",
        "2026-06-30T13:04:05.0000000Z",
        "2026-06-30T13:04:05.000000000Z",
        "2026-06-30T15:04:05.0000000+02:00",
        "2026-06-30T15:04:05+0200",
        "2026-06-30T15:04:05+02",
        "2026-06-30T07:34:05-05:30",
        "2026-07-01T07:04:05+18:00",
        "2026-06-29T19:04:05-18:00",
        "2026-06-30T13:04:05-00:00"
    );
    INFO(text);
    CHECK(printed(parse_date(text)) == "2026-06-30T13:04:05Z");
}

TEST_CASE("parse_date: a fraction is read to 100 ns and cut, not rounded, beyond")
{
    const auto [fraction, ticks] = GENERATE(table<std::string, std::int64_t>({
        {"5", 5'000'000},
        {"05", 500'000},
        {"123", 1'230'000},
        {"123456", 1'234'560},
        {"1234567", 1'234'567},
        {"12345678", 1'234'567},
        {"123456789", 1'234'567},
        {"000000099", 0},
        {"999999999", 9'999'999},
    }));
    INFO(fraction);
    const auto time = parse_date("2026-06-30T13:04:05." + fraction + "Z");
    REQUIRE(time.has_value());
    CHECK((*time - at(0)).count() == ticks);
}

TEST_CASE("parse_date: a text that is not exactly a date and time with a zone is refused")
{
    const std::string_view text = GENERATE(
        as<std::string_view>{},
        "",
        "Z",
        "2026-06-30",
        "2026-06-30T13:04:05",             // no zone: it could be any hour
        "2026-06-30T13:04Z",               // no seconds
        "2026-06-30T13:04:05 02:00",       // a plus that was not escaped in a URL
        "2026-06-30T15:04:05 +02:00",      // a blank too many
        "2026-06-30T24:00:00Z",            // another day's midnight
        "2026-06-30T23:60:00Z",            //
        "2026-06-30T23:59:60Z",            // leap seconds are not portal time
        "2026-02-29T00:00:00Z",            // no leap year
        "2024-02-30T00:00:00Z",            //
        "2026-04-31T00:00:00Z",            //
        "2026-00-10T00:00:00Z",            //
        "2026-13-10T00:00:00Z",            //
        "2026-06-00T00:00:00Z",            //
        "0000-06-30T00:00:00Z",            // there is no year 0
        "26-06-30T13:04:05Z",              //
        "12026-06-30T13:04:05Z",           //
        "-026-06-30T13:04:05Z",            //
        "2026-6-30T13:04:05Z",             //
        "2026/06/30T13:04:05Z",            //
        "2026-06-30T13:04:05.Z",           // a point and nothing
        "2026-06-30T13:04:05,123Z",        //
        "2026-06-30T13:04:05.1234567890Z", // ten digits
        "2026-06-30T13:04:05Zjunk",        //
        "2026-06-30T13:04:05Z ",           //
        " 2026-06-30T13:04:05Z",           //
        "2026-06-30T13:04:05+",            //
        "2026-06-30T13:04:05+2",           //
        "2026-06-30T13:04:05+02:",         //
        "2026-06-30T13:04:05+02:0",        //
        "2026-06-30T13:04:05+02:60",       //
        "2026-06-30T13:04:05+18:01",       //
        "2026-06-30T13:04:05+99:00",       //
        "2026-06-30T13:04:05+02:00Z",      //
        "2026-06-30T13:04:05+02:00:00",    //
        "2026-06-30T+1:04:05Z",            //
        "2026-06-30T13:04:-5Z",            //
        "June 30, 2026 13:04:05 UTC"
    );
    INFO('"' << text << '"');
    CHECK(printed(parse_date(text)) == "refused");
}

TEST_CASE("parse_date: no prefix of a date is a date, save the shorter offset")
{
    const std::string whole = "2026-06-30T15:04:05.0000000+02:00";
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const std::string text = whole.substr(0, length);
        INFO('"' << text << '"');
        CHECK(parse_date(text).has_value() == (length == whole.size() - 3));
    }
}

TEST_CASE("parse_date: the first and the last moment of the calendar are read exactly")
{
    CHECK(parse_date("0001-01-01T00:00:00Z") == core::wall_time(tick(second_min * 10'000'000)));
    CHECK(
        parse_date("9999-12-31T23:59:59.9999999Z") ==
        core::wall_time(tick(second_max * 10'000'000 + 9'999'999))
    );
    CHECK(parse_date("2024-02-29T00:00:00Z").has_value());
}

TEST_CASE("parse_date: whatever is written over one byte of a date, it is refused or another date")
{
    const std::string whole = "2026-06-30T15:04:05.1234567+02:00";
    std::size_t refused = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        for (int byte = 0; byte < 256; ++byte) {
            std::string text = whole;
            text[i] = static_cast<char>(byte);
            const auto time = parse_date(text);
            refused += time ? 0U : 1U;
            if (time)
                CHECK(parse_date(format_date(*time)) == time);
        }
    }
    CHECK(refused > whole.size() * 240);
}

TEST_CASE("format_date: a whole second has no fraction, any other time has exactly seven digits")
{
    CHECK(format_date(at(0)) == "2026-06-30T13:04:05Z");
    CHECK(format_date(at(0) + tick(1)) == "2026-06-30T13:04:05.0000001Z");
    CHECK(format_date(at(0) + tick(1'230'000)) == "2026-06-30T13:04:05.1230000Z");
    CHECK(format_date(at(0) - tick(1)) == "2026-06-30T13:04:04.9999999Z");
    CHECK(format_date(core::wall_time{}) == "1970-01-01T00:00:00Z");
    CHECK(core::format_second(at(0) - tick(1)) == "2026-06-30T13:04:04Z");
    CHECK(format_date(core::wall_time(tick(-1))) == "1969-12-31T23:59:59.9999999Z");
}

TEST_CASE("format_date: what it prints is read back as the same moment, for any time")
{
    core::random_source random(1);
    for (int i = 0; i < 20'000; ++i) {
        const core::wall_time time = draw_time(random);
        const std::string text = format_date(time);
        INFO(text);
        REQUIRE(parse_date(text) == time);
        const bool is_whole = time.time_since_epoch().count() % 10'000'000 == 0;
        REQUIRE(text.size() == (is_whole ? 20U : 28U));
    }
}

TEST_CASE("dates: an offset that leads out of the years 1 to 9999 is refused, for no query takes it"
)
{
    // A year that a time zone moves into the calendar is none all the same.
    CHECK_FALSE(core::parse_date("0000-12-31T23:30:00-01:00").has_value());
    CHECK_FALSE(core::parse_date("0001-01-01T00:59:59.9999999+01:00").has_value());
    CHECK_FALSE(core::parse_date("9999-12-31T23:00:00-01:00").has_value());
    const auto first = core::parse_date("0001-01-01T01:00:00+01:00");
    REQUIRE(first.has_value());
    CHECK(core::format_date(*first) == "0001-01-01T00:00:00Z");
    const auto last = core::parse_date("9999-12-31T22:59:59.9999999-01:00");
    REQUIRE(last.has_value());
    CHECK(core::format_date(*last) == "9999-12-31T23:59:59.9999999Z");
}

TEST_CASE("parse_date: a zone has a sign, and minutes up to 59")
{
    CHECK_FALSE(core::parse_date("2026-06-30T13:04:050200").has_value());
    CHECK_FALSE(core::parse_date("2026-06-30T13:04:05 02:00").has_value());
    CHECK((core::parse_date("2026-06-30T15:03:05+01:59") == at(0)));
    CHECK_FALSE(core::parse_date("2026-06-30T15:03:05+01:60").has_value());
}

} // namespace docwarden::test::iso8601_test
