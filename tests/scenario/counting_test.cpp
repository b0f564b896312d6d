// Who crosses the line and who does not, seen from outside: the real program, a portal on a socket.

#include "tests/support/catch.hpp"
#include "tests/support/watched_portal.hpp"

namespace docwarden::test::counting_test
{

namespace
{
using std::chrono::minutes;
using std::chrono::seconds;
} // namespace

TEST_CASE("scenario: 21 distinct files in 10 minutes give one alert and one confirmed disable")
{
    watched_portal portal;
    auto& daemon = portal.start_and_read();
    portal.change_files(portal.alice, 21, 1000, minutes(9), seconds(20));
    REQUIRE(portal.scan().status == 200);

    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(daemon.count("alert") == 1);
    CHECK(daemon.count("contained") == 1);
    const log_line alert = daemon.wait_for("alert");
    CHECK(alert.text("DOCWARDEN_USER_ID") == portal.alice);
    CHECK(alert.text("DOCWARDEN_COUNT") == "21");
    CHECK(alert.text("DOCWARDEN_THRESHOLD") == "20");
    CHECK(alert.text("DOCWARDEN_WINDOW") == "10m");
    CHECK(alert.text("DOCWARDEN_RULE") == "bulk-change");
    CHECK(alert.text("PRIORITY") == "2");
    CHECK(alert.text("DOCWARDEN_PORTAL") == "portal");
    CHECK(!alert.text("DOCWARDEN_INCIDENT").empty());
    CHECK(daemon.wait_for("contained").text("DOCWARDEN_STATE") == "contained");
}

TEST_CASE("scenario: 20 distinct files in 10 minutes are allowed")
{
    watched_portal portal;
    auto& daemon = portal.start_and_read();
    portal.change_files(portal.alice, 20, 1000, minutes(9), seconds(20));
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{0, 0});
    CHECK(daemon.count("alert") == 0);

    // The next file is the one too many: so the twenty were counted.
    portal.change_files(portal.alice, 1, 2000, seconds(2));
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
}

TEST_CASE("scenario: the same file changed 100 times is one file")
{
    watched_portal portal;
    auto& daemon = portal.start_and_read();
    for (int i = 0; i < 100; ++i)
        portal.act(portal.alice, 5034, "7", seconds(i + 2));
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{0, 0});
    CHECK(daemon.count("alert") == 0);
}

TEST_CASE("scenario: both ends of the window are inclusive")
{
    watched_portal portal;
    auto& daemon = portal.start_and_read();
    // 21 files with the first and the last exactly ten minutes apart, and a second more for the
    // other.
    portal.change_files(portal.alice, 21, 1000, seconds(605), seconds(30));
    portal.change_files(portal.bob, 20, 3000, seconds(605), seconds(30));
    portal.change_files(portal.bob, 1, 4000, seconds(4));
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(portal.disables_of(portal.bob) == sim::disable_counts{0, 0});
    CHECK(daemon.count("alert") == 1);
}

TEST_CASE("scenario: file 7 and folder 7 are two objects")
{
    watched_portal portal;
    portal.rules = "[[rule]]\nname = \"both\"\nactions = [\"change\", \"folder\"]\n"
                   "window = \"10m\"\nthreshold = 1\n";
    portal.start_and_read();
    portal.act(portal.alice, 5017, "7");
    portal.act(portal.alice, 5026, "7");
    portal.act(portal.bob, 5017, "7");
    portal.act(portal.bob, 5018, "7");
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(portal.disables_of(portal.bob) == sim::disable_counts{0, 0});
}

TEST_CASE("scenario: opening, viewing, downloading and favouring files are no changes")
{
    watched_portal portal;
    auto& daemon = portal.start_and_read();
    for (const int action : {5054, 5055, 5056, 5063, 5064, 5009, 5111, 5006})
        portal.change_files(portal.alice, 30, 1000, minutes(5), seconds(1), action);
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{0, 0});
    CHECK(daemon.count("alert") == 0);
}

TEST_CASE("scenario: 350 changes in one second are all read, and the right users are disabled")
{
    sim::portal_settings settings;
    settings.ties = sim::tie_order::reshuffled;
    watched_portal portal(settings);
    portal.extra = "[containment]\nmax_disables = 100\n";
    portal.start_and_read();
    std::vector<std::string> guilty;
    std::vector<std::string> innocent;
    for (unsigned i = 0; i < 10; ++i) {
        guilty.push_back(portal.add_user("Guilty " + std::to_string(i)));
        innocent.push_back(portal.add_user("Innocent " + std::to_string(i)));
        portal.change_files(guilty.back(), 21, 1000 * (i + 1), seconds(5));
        portal.change_files(innocent.back(), 14, 1000 * (i + 1) + 500, seconds(5));
    }
    REQUIRE(portal.scan().status == 200);
    for (const std::string& user : guilty)
        CHECK(portal.disables_of(user) == sim::disable_counts{1, 1});
    for (const std::string& user : innocent)
        CHECK(portal.disables_of(user) == sim::disable_counts{0, 0});
}

TEST_CASE("scenario: a user who stays over the threshold for an hour is disabled once")
{
    watched_portal portal;
    auto& daemon = portal.start_and_read();
    // The open editors of a disabled user may go on saving: the portal still records them.
    for (unsigned minute = 0; minute < 60; ++minute) {
        portal.server.advance(minutes(1));
        portal.change_files(portal.alice, 5, 1000 + 5 * minute, seconds(2));
        REQUIRE(portal.scan().status == 200);
    }
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(daemon.count("alert") == 1);
    CHECK(daemon.count("contained") == 1);
}

TEST_CASE("scenario: events in a portal zone with an offset count in the window they belong to")
{
    sim::portal_settings settings;
    settings.time_zone = sim::parse_zone("+05:30").value();
    settings.has_microseconds = true;
    watched_portal portal(settings);
    portal.start_and_read();
    portal.change_files(portal.alice, 21, 1000, minutes(9), seconds(20));
    portal.change_files(portal.bob, 20, 3000, minutes(9), seconds(20));
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(portal.disables_of(portal.bob) == sim::disable_counts{0, 0});
}

TEST_CASE("scenario: a crossing is told to its end, and a user near the threshold before it")
{
    watched_portal portal;
    // The second rule makes the first reading go back for an hour.
    portal.rules = R"(
[[rule]]
name = "bulk-change"
actions = ["change"]
window = "10s"
threshold = 20
warn = 15
response = "alert"
[[rule]]
name = "slow"
actions = ["delete"]
window = "1h"
threshold = 1000
response = "observe"
)";
    portal.polling = "poll_interval = \"1s\"\nrescan_interval = \"1s\"\nlateness = \"0s\"\n";
    portal.change_files(portal.alice, 25, 1000, minutes(1));
    auto& daemon = portal.start_and_read();
    const log_line alert = daemon.wait_for("alert");
    const log_line end = daemon.wait_for("crossing-ended");
    CHECK(end.text("DOCWARDEN_INCIDENT") == alert.text("DOCWARDEN_INCIDENT"));
    CHECK(end.text("DOCWARDEN_COUNT") == "25");
    CHECK(end.text("DOCWARDEN_COUNT_IS_LEAST") == "0");
    CHECK(end.text("DOCWARDEN_DURATION_S") == "0");
    CHECK(end.text("PRIORITY") == "5");

    portal.change_files(portal.bob, 16, 2000, -seconds(2)); // what is from before is not told
    const log_line warning = daemon.wait_for("warning");
    CHECK(warning.text("DOCWARDEN_USER_ID") == portal.bob);
    CHECK(warning.text("DOCWARDEN_COUNT") == "16");
    CHECK(warning.text("DOCWARDEN_WARN") == "15");
    REQUIRE(portal.scan().status == 200);
    CHECK(daemon.count("warning") == 1);
    CHECK(daemon.count("alert") == 1);
    CHECK(daemon.count("crossing-ended") == 1);
}

} // namespace docwarden::test::counting_test
