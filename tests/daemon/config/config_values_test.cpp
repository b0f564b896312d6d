#include "daemon/config/duration_text.hpp"
#include "daemon/config/listen_address.hpp"
#include "daemon/config/nearest_name.hpp"
#include "tests/support/catch.hpp"

#include <string>

namespace docwarden::test::config_values_test
{

using namespace std::chrono_literals;
using core::milliseconds;

TEST_CASE("duration_text: a whole number and a unit is a duration")
{
    const auto [text, value] = GENERATE(table<std::string_view, milliseconds>({
        {"500ms", 500ms},
        {"15s", 15s},
        {"10m", 10min},
        {"1h", 1h},
        {"30d", 720h},
        {"0s", 0s},
        {"0ms", 0s},
        {"0010s", 10s},
        {"1500ms", 1500ms},
    }));
    INFO(text);
    const auto read = daemon::parse_duration(text);
    REQUIRE(read);
    CHECK(read->count() == value.count());
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
    const auto [value, expected] = GENERATE(table<milliseconds, std::string_view>({
        {0ms, "0s"},
        {1ms, "1ms"},
        {1500ms, "1500ms"},
        {15s, "15s"},
        {90s, "90s"},
        {60s, "1m"},
        {10min, "10m"},
        {1h, "1h"},
        {24h, "24h"},
        {25h, "25h"},
        {48h, "2d"},
        {720h, "30d"},
    }));
    const auto text = daemon::duration_text(value);
    CHECK(text == expected);
    const auto read = daemon::parse_duration(text);
    REQUIRE(read);
    CHECK(read->count() == value.count());
}

TEST_CASE("listen_address: an IP address and a port")
{
    const auto [text, address, port] =
        GENERATE(table<std::string_view, std::string_view, unsigned>({
            {"127.0.0.1:3000", "127.0.0.1", 3000},
            {"0.0.0.0:1", "0.0.0.0", 1},
            {"[::1]:3000", "::1", 3000},
            {"[::]:65535", "::", 65535},
            {"[0:0::1]:0", "::1", 0},
        }));
    INFO(text);
    const auto read = daemon::parse_listen_address(text);
    REQUIRE(read);
    CHECK(read->address == address);
    CHECK(read->port == port);
}

TEST_CASE("listen_address: names, missing parts and bad ports are refused")
{
    const std::string text = GENERATE(
        "",
        ":",
        ":3000",
        "3000",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "127.0.0.1:-1",
        "127.0.0.1:+1",
        "127.0.0.1: 3000",
        "127.0.0.1:3000 ",
        "127.1:3000",
        "256.0.0.1:1",
        "localhost:3000",
        "::1:3000",
        "[::1]",
        "[::1]3000",
        "[127.0.0.1]:3000",
        "[::1:3000",
        "[]:3000",
        "[fe80::1%eth0]:3000",
        "http://127.0.0.1:3000"
    );
    INFO('"' << text << '"');
    CHECK_FALSE(daemon::parse_listen_address(text));
}

TEST_CASE("listen_address: a zero byte does not hide what follows it")
{
    CHECK_FALSE(daemon::parse_listen_address(std::string_view("127.0.0.1\0x:3000", 16)));
}

namespace
{

constexpr std::string_view names[] = {"run", "check", "scan", "replay", "poll_interval"};

std::string nearest_to(std::string_view typed)
{
    return std::string(daemon::nearest_name(typed, names).value_or("nothing"));
}

} // namespace

TEST_CASE("nearest_name: one slip of each kind is recognised")
{
    CHECK(nearest_to("chek") == "check");   // a letter missing
    CHECK(nearest_to("checkk") == "check"); // one too many
    CHECK(nearest_to("chack") == "check");  // a wrong one
    CHECK(nearest_to("cehck") == "check");  // two swapped
    CHECK(nearest_to("sacn") == "scan");    // swapped counts as one, so it fits four
    CHECK(nearest_to("run") == "run");      // none at all
    CHECK(nearest_to("pollinterval") == "poll_interval");
    CHECK(nearest_to("pol_intervall") == "poll_interval");
}

TEST_CASE("nearest_name: another word is not a slip")
{
    const std::string typed = GENERATE(
        std::string("xyz"), std::string(), std::string("status"), std::string(10'000, 'r')
    );
    INFO(typed.substr(0, 20));
    CHECK(nearest_to(typed) == "nothing");
}

TEST_CASE("nearest_name: the nearer of two wins, then the one listed first")
{
    constexpr std::string_view close[] = {"alerts", "alert", "alarm"};
    CHECK(daemon::nearest_name("alert", close) == "alert");
    CHECK(daemon::nearest_name("alertt", close) == "alerts");
    CHECK_FALSE(daemon::nearest_name("alert", {}));
}

} // namespace docwarden::test::config_values_test
