#include "net/base/http_date.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <tuple>

namespace docwarden::test::http_date_test
{

namespace
{

using namespace std::chrono_literals;

// 1994-11-06 08:49:37 UTC, the example of the RFC.
constexpr core::wall_time example{std::chrono::duration_cast<core::tick>(784'111'777s)};

core::wall_time later(std::chrono::seconds by)
{
    return example + std::chrono::duration_cast<core::tick>(by);
}

} // namespace

TEST_CASE("http_date: the three forms of RFC 9110 mean the same moment")
{
    const std::string text = GENERATE(
        as<std::string>{},
        "Sun, 06 Nov 1994 08:49:37 GMT",  // IMF-fixdate
        "Sunday, 06-Nov-94 08:49:37 GMT", // RFC 850
        "Sun Nov  6 08:49:37 1994"        // asctime
    );
    INFO(text);
    CHECK(net::parse_http_date(text) == example);
}

TEST_CASE("http_date: days, years and leap seconds at the edges are read")
{
    using row = std::tuple<std::string, std::int64_t>;
    const auto [text, unix_seconds] = GENERATE(
        row{"Thu, 01 Jan 1970 00:00:00 GMT", 0},
        row{"Thu, 29 Feb 2024 23:59:59 GMT", 1'709'251'199},
        row{"Sat, 31 Dec 2016 23:59:60 GMT", 1'483'228'800}, // a real leap second
        row{"Fri, 31 Dec 9999 23:59:59 GMT", 253'402'300'799},
        row{"Thursday, 01-Jan-70 00:00:00 GMT", 0},
        row{"Tuesday, 31-Dec-69 00:00:00 GMT", 3'155'673'600}, // 2069: the pivot
        row{"Tue Nov 16 08:49:37 2021", 1'637'052'577}
    );
    INFO(text);
    const auto expected =
        core::wall_time(std::chrono::duration_cast<core::tick>(std::chrono::seconds(unix_seconds)));
    CHECK(net::parse_http_date(text) == expected);
}

TEST_CASE("http_date: what is no HTTP date is absent")
{
    const std::string text = GENERATE(
        as<std::string>{},
        "",
        "0",
        "now",
        "Sun, 06 Nov 1994 08:49:37",       // no zone
        "Sun, 06 Nov 1994 08:49:37 +0000", // not HTTP's zone
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 31 Feb 2024 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sun, 06 Nov 19940 08:49:37 GMT",
        "Xyz, 06 Nov 1994 08:49:37 GMT",
        "1994-11-06T08:49:37Z"
    );
    INFO(text);
    CHECK_FALSE(net::parse_http_date(text).has_value());
}

TEST_CASE("http_date: every cut of a date is absent, not a crash")
{
    const std::string text = "Sunday, 06-Nov-94 08:49:37 GMT";
    for (std::size_t length = 0; length < text.size(); ++length) {
        INFO("first " << length << " characters");
        CHECK_FALSE(net::parse_http_date(std::string_view(text).substr(0, length)).has_value());
    }
}

TEST_CASE("retry_after: seconds are taken as they are, within the bound")
{
    using row = std::tuple<std::string, std::chrono::seconds>;
    const auto [text, expected] = GENERATE(
        row{"0", 0s},
        row{"120", 120s},
        row{"007", 7s},
        row{"1000000000", 1'000'000'000s},
        row{"1000000001", 1'000'000'000s},
        row{"99999999999999999999999999", 1'000'000'000s},
        row{"-1", 0s},
        row{"-99999999999999999999999999", 0s}
    );
    INFO(text);
    CHECK(net::parse_retry_after(text, std::nullopt) == expected);
}

TEST_CASE("retry_after: a date counts from the answer's own Date")
{
    const std::string text = "Sun, 06 Nov 1994 08:49:37 GMT";
    CHECK(net::parse_retry_after(text, later(-90s)) == 90s);
    CHECK(net::parse_retry_after(text, example) == 0s);
    CHECK(net::parse_retry_after(text, later(3600s)) == 0s);
    CHECK_FALSE(net::parse_retry_after(text, std::nullopt).has_value());
    CHECK(net::parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", example) == 1'000'000'000s);
}

TEST_CASE("retry_after: garbage is absent")
{
    const std::string text =
        GENERATE(as<std::string>{}, "", "-", "+5", "1.5", "5s", "0x10", "soon", "- 5", "5 ");
    INFO(text);
    CHECK_FALSE(net::parse_retry_after(text, example).has_value());
}

} // namespace docwarden::test::http_date_test
