#include "tests/portal/portal_date.hpp"
#include "tests/support/catch.hpp"

#include <string>

namespace docwarden::sim::portal_date_test
{

using core::tick;

namespace
{

wall_time moment(const std::string& text)
{
    return parse_query_date(text).value();
}

} // namespace

TEST_CASE("portal_date: from and to take no, three or seven fraction digits with Z or an offset "
          "(section 1.4)")
{
    const wall_time second = wall_time{tick{1'782'824'645LL * 10'000'000}};
    CHECK(parse_query_date("2026-06-30T13:04:05Z") == second);
    CHECK(parse_query_date("2026-06-30T15:04:05+02:00") == second);
    CHECK(parse_query_date("2026-06-30T07:34:05-05:30") == second);
    CHECK(parse_query_date("2026-06-30T13:04:05.123Z") == second + tick{1'230'000});
    CHECK(parse_query_date("2026-06-30T13:04:05.1234567Z") == second + tick{1'234'567});
    CHECK(parse_query_date("2026-06-30T15:04:05.1234567+02:00") == second + tick{1'234'567});
}

TEST_CASE("portal_date: every other form is refused (section 1.4)")
{
    const std::string text = GENERATE(
        as<std::string>{},
        "2026-06-30T13:04:05.123456+00:00", // Python's isoformat
        "2026-06-30T13:04:05.1Z",
        "2026-06-30T13:04:05",
        "2026-06-30",
        "2026-06-30T13:04:05 02:00", // an unescaped plus
        "2026-06-30 13:04:05Z",
        "2026-06-30T13:04Z",
        "2026-06-31T13:04:05Z",
        "2026-06-30T24:04:05Z",
        "2026-06-30T13:60:05Z",
        "2026-06-30T13:04:60Z",
        "2026-06-30T13:04:05.Z",
        "2026-06-30T13:04:05+15:00",
        "2026-06-30T13:04:05Zx",
        "0000-06-30T13:04:05Z",
        "yesterday",
        ""
    );
    INFO(text);
    CHECK_FALSE(parse_query_date(text));
}

TEST_CASE("portal_date: an event's date has seven digits and the offset of the portal's zone, or Z "
          "(section 1.5)")
{
    const wall_time summer = moment("2026-06-30T13:04:05Z");
    const wall_time winter = moment("2026-01-30T13:04:05.1234567Z");
    CHECK(print_portal_date(summer, zone{}) == "2026-06-30T13:04:05.0000000Z");
    const zone berlin = parse_zone("Europe/Berlin").value();
    CHECK(print_portal_date(summer, berlin) == "2026-06-30T15:04:05.0000000+02:00");
    CHECK(print_portal_date(winter, berlin) == "2026-01-30T14:04:05.1234567+01:00");
    const zone london = parse_zone("Europe/London").value();
    CHECK(print_portal_date(winter, london) == "2026-01-30T13:04:05.1234567Z");
    const zone west = parse_zone("-05:30").value();
    CHECK(print_portal_date(summer, west) == "2026-06-30T07:34:05.0000000-05:30");
}

TEST_CASE("portal_date: the first pass through the autumn hour is printed one hour late (section "
          "1.5)")
{
    const zone berlin = parse_zone("Europe/Berlin").value();
    // Clocks go back at 01:00 UTC on 2026-10-25.
    CHECK(
        print_portal_date(moment("2026-10-24T23:59:59Z"), berlin) ==
        "2026-10-25T01:59:59.0000000+02:00"
    );
    CHECK(
        print_portal_date(moment("2026-10-25T00:30:00Z"), berlin) ==
        "2026-10-25T02:30:00.0000000+01:00"
    );
    CHECK(
        print_portal_date(moment("2026-10-25T01:30:00Z"), berlin) ==
        "2026-10-25T02:30:00.0000000+01:00"
    );
    CHECK(
        print_portal_date(moment("2026-10-25T02:00:00Z"), berlin) ==
        "2026-10-25T03:00:00.0000000+01:00"
    );
}

TEST_CASE("portal_date: a zone may leave summer time at a moment of its own")
{
    const zone place{
        "Test/Autumn", std::chrono::minutes(60), false, moment("2026-06-30T12:00:00Z")};
    CHECK(
        print_portal_date(moment("2026-06-30T10:59:59Z"), place) ==
        "2026-06-30T12:59:59.0000000+02:00"
    );
    for (const char* pass : {"2026-06-30T11:30:00Z", "2026-06-30T12:30:00Z"})
        CHECK(print_portal_date(moment(pass), place) == "2026-06-30T13:30:00.0000000+01:00");
}

TEST_CASE("portal_date: spring loses no event (section 1.5)")
{
    const zone berlin = parse_zone("Europe/Berlin").value();
    CHECK(
        print_portal_date(moment("2026-03-29T00:59:59Z"), berlin) ==
        "2026-03-29T01:59:59.0000000+01:00"
    );
    CHECK(
        print_portal_date(moment("2026-03-29T01:00:00Z"), berlin) ==
        "2026-03-29T03:00:00.0000000+02:00"
    );
}

TEST_CASE("portal_date: MySQL rounds half up to seconds, PostgreSQL keeps microseconds (section "
          "1.5)")
{
    const wall_time action = moment("2026-06-30T13:04:05.5000009Z");
    CHECK(stored_date(action, false) == moment("2026-06-30T13:04:06Z"));
    CHECK(stored_date(action - tick{10}, false) == moment("2026-06-30T13:04:05Z"));
    CHECK(stored_date(action, true) == moment("2026-06-30T13:04:05.5000000Z"));
}

TEST_CASE("portal_date: the Date header has the fixed form of HTTP")
{
    CHECK(print_http_date(moment("2026-06-30T13:04:05.900Z")) == "Tue, 30 Jun 2026 13:04:05 GMT");
    CHECK(print_http_date(moment("2027-01-01T00:00:00Z")) == "Fri, 01 Jan 2027 00:00:00 GMT");
}

} // namespace docwarden::sim::portal_date_test
