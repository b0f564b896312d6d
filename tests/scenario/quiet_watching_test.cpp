// What watching costs a portal on which nothing happens.

#include "tests/support/catch.hpp"
#include "tests/support/conditions_seen.hpp"
#include "tests/support/watched_portal.hpp"

#include <map>

namespace docwarden::test::quiet_watching_test
{

namespace
{

using std::chrono::seconds;

// How many requests arrived in each second.
std::map<core::tick::rep, std::size_t> requests_by_second(watched_portal& portal)
{
    return portal.server.with_model([](sim::portal_model& model) {
        std::map<core::tick::rep, std::size_t> found;
        for (const sim::request_record& request : model.requests()) {
            const auto second = std::chrono::floor<seconds>(request.at.time_since_epoch());
            ++found[second.count()];
        }
        return found;
    });
}

} // namespace

TEST_CASE("scenario: polls each second stay a small part of the portal's limit on requests")
{
    // DocSpace's own limit is 1500 a minute: half of it is ours at most, and a quiet portal must be
    // far from that.
    constexpr std::size_t polls = 6;
    constexpr std::size_t requests_a_poll_max = 3;
    watched_portal portal;
    portal.polling = "poll_interval = \"1s\"\nrescan_interval = \"1s\"\n";
    auto& daemon = portal.start_and_read();
    const core::wall_time begin = portal.server.now();
    const std::size_t before = portal.requests("GET", "/");
    CHECK(polls_again(portal, polls));
    const auto lasted = std::chrono::ceil<seconds>(portal.server.now() - begin);
    const auto rounds = static_cast<std::size_t>(lasted.count()) + 1;
    CHECK(portal.requests("GET", "/") - before <= rounds * requests_a_poll_max);
    CHECK(portal.requests("PUT", "/") == 0);
    // Evenly, not in bursts. The start may ask for more, and two polls may share a second.
    constexpr std::size_t requests_a_second_max = 10;
    for (const auto& [second, count] : requests_by_second(portal))
        CHECK(count <= requests_a_second_max);
    // One connection does for all of them, or one for each page that is under way at once.
    CHECK(portal.server.connections_accepted() <= 4);
    CHECK(daemon.count("degraded") == 0);
    CHECK(gets_ready(portal));
}

TEST_CASE(
    "scenario: a pass that somebody asks for costs few requests, however often it is asked for"
)
{
    watched_portal portal;
    auto& daemon = portal.start_and_read(); // polls once an hour by itself
    constexpr std::size_t passes = 20;
    const std::size_t before = portal.requests("GET", "/api/2.0/security/audit");
    for (std::size_t i = 0; i < passes; ++i)
        REQUIRE(portal.scan().status == 200);
    CHECK(portal.requests("GET", "/api/2.0/security/audit") - before <= 3 * passes);
    CHECK(daemon.count("degraded") == 0);
}

} // namespace docwarden::test::quiet_watching_test
