// Clocks that are wrong, jump or go back for the winter: people are counted by what the portal
// knows of the time, and no jump makes the daemon blind.

#include "tests/support/catch.hpp"
#include "tests/support/conditions_seen.hpp"
#include "tests/support/watched_portal.hpp"

namespace docwarden::test::clock_trouble_test
{

namespace
{

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const char* const quick_polls = "poll_interval = \"1s\"\nrescan_interval = \"1s\"\n"
                                "backoff_max = \"1s\"\n";

} // namespace

TEST_CASE("scenario: a portal whose clock jumps by hours while the daemon runs is still seen")
{
    const hours jump = GENERATE(hours(2), hours(-2), hours(20), hours(-20));
    CAPTURE(jump.count());
    watched_portal portal;
    portal.polling = quick_polls;
    auto& daemon = portal.start_and_read();
    REQUIRE(polls_again(portal));
    portal.server.advance(jump);
    portal.change_files(portal.alice, 21, 1000, seconds(30), seconds(1));
    daemon.wait_for("contained");
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    // ... and back again.
    portal.server.advance(-jump);
    portal.change_files(portal.bob, 21, 2000, seconds(30), seconds(1));
    daemon.wait_for("contained by the time of the portal", [&](const log_line& line) {
        return line.kind() == "contained" && line.text("DOCWARDEN_USER_ID") == portal.bob;
    });
    CHECK(portal.disables_of(portal.bob) == sim::disable_counts{1, 1});
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
}

TEST_CASE("scenario: an attack during which the portal's clock is put right by seconds is seen")
{
    const seconds jump = GENERATE(seconds(90), seconds(-90));
    CAPTURE(jump.count());
    watched_portal portal;
    portal.polling = quick_polls;
    auto& daemon = portal.start_and_read();
    portal.change_files(portal.alice, 11, 1000, seconds(12), seconds(1));
    REQUIRE(polls_again(portal));
    portal.server.advance(jump);
    portal.change_files(portal.alice, 10, 2000, seconds(10), seconds(1));
    daemon.wait_for("contained");
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
}

TEST_CASE("scenario: hours between this host's clock and the portal's at the start hide nothing")
{
    const hours skew = GENERATE(hours(-5), hours(5));
    CAPTURE(skew.count());
    watched_portal portal;
    portal.server.advance(skew);
    portal.change_files(portal.alice, 21, 1000, minutes(8), seconds(20));
    portal.start().wait_for("contained");
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
}

TEST_CASE("scenario: a Date of another century is told once, believed never, and told to be over")
{
    watched_portal portal;
    portal.polling = quick_polls;
    auto& daemon = portal.start_and_read();
    portal.set_fault(sim::other_date("/", "Fri, 31 Dec 2100 00:00:00 GMT"));
    const log_line told = wait_about(daemon, "degraded", "clock");
    CHECK(told.text("DOCWARDEN_REASON") == "date-unbelievable");
    CHECK(is_unready_by(portal, "date-unbelievable"));
    // It only doubts the clock: what happens is seen and answered meanwhile.
    portal.change_files(portal.alice, 21, 1000, seconds(30), seconds(1));
    daemon.wait_for("contained");
    CHECK(count_about(daemon, "recovered", "clock") == 0);

    portal.clear_faults();
    wait_about(daemon, "recovered", "clock");
    portal.change_files(portal.bob, 21, 2000, seconds(30), seconds(1));
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(portal.disables_of(portal.bob) == sim::disable_counts{1, 1});
    CHECK(gets_ready(portal));
    CHECK(count_about(daemon, "degraded", "clock") == 1);
    CHECK(count_about(daemon, "recovered", "clock") == 1);
}

TEST_CASE("scenario: a portal whose clock leaves for another week and comes back")
{
    watched_portal portal;
    portal.polling = quick_polls;
    auto& daemon = portal.start_and_read();
    const hours away = GENERATE(hours(24 * 7), hours(-24 * 7));
    CAPTURE(away.count());
    portal.server.advance(away);
    const log_line told = wait_about(daemon, "degraded", "clock");
    CHECK(told.text("DOCWARDEN_REASON") == "date-unbelievable");
    portal.server.advance(-away);
    wait_about(daemon, "recovered", "clock");
    portal.change_files(portal.alice, 21, 1000, seconds(30), seconds(1));
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(count_about(daemon, "degraded", "clock") == 1);
}

// The portal prints what happened in the last hour of summer time an hour too late.
TEST_CASE("scenario: an attack across the end of summer time is one attack")
{
    watched_portal portal;
    portal.polling = quick_polls;
    const core::wall_time end = std::chrono::floor<seconds>(portal.server.now());
    portal.server.with_model([&](sim::portal_model& model) {
        model.settings().time_zone = {"Europe/Berlin", minutes(60), false, end};
    });
    portal.change_files(portal.alice, 11, 1000, seconds(40), seconds(1)); // before
    auto& daemon = portal.start_and_read();
    CHECK(portal.disables_of(portal.alice).asked == 0);
    portal.server.advance(seconds(30));
    portal.change_files(portal.alice, 10, 2000, seconds(15), seconds(1)); // after
    daemon.wait_for("contained");
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
}

TEST_CASE("scenario: work an hour apart is not taken for one attack when clocks go back")
{
    watched_portal portal;
    portal.polling = quick_polls;
    // Makes the daemon look back over both hours.
    portal.extra = "[[rule]]\nname = \"long\"\nactions = [\"change\"]\nwindow = \"2h\"\n"
                   "threshold = 1000\nresponse = \"alert\"\n";
    const core::wall_time end = std::chrono::floor<seconds>(portal.server.now());
    portal.server.with_model([&](sim::portal_model& model) {
        model.settings().time_zone = {"Europe/Berlin", minutes(60), false, end};
    });
    // Both are printed as the eleventh minute after that.
    portal.change_files(portal.bob, 11, 1000, minutes(50), seconds(1));
    auto& daemon = portal.start_and_read();
    portal.server.advance(minutes(11));
    portal.change_files(portal.bob, 10, 2000, minutes(1), seconds(1));
    REQUIRE(portal.scan().status == 200); // tells the daemon the time
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.bob).asked == 0);
    CHECK(daemon.count("alert") == 0);
    // The next ones complete what really is within ten minutes.
    portal.change_files(portal.bob, 11, 3000, seconds(30), seconds(1));
    daemon.wait_for("contained");
    CHECK(portal.disables_of(portal.bob) == sim::disable_counts{1, 1});
}

} // namespace docwarden::test::clock_trouble_test
