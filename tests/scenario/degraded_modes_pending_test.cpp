// What cannot be read as usual: a plan without the audit trail, a record that makes the portal
// fail, outages and pauses that are longer than any window. Each is told, worked around as far as
// that goes, and made good for afterwards.

#include "tests/support/catch.hpp"
#include "tests/support/conditions_seen.hpp"
#include "tests/support/watched_portal.hpp"

#include <csignal>

namespace docwarden::test
{

namespace
{

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const char* const quick_polls = "poll_interval = \"1s\"\nrescan_interval = \"1s\"\n"
                                "backoff_max = \"1s\"\n";

void set_plan(watched_portal& portal, bool has_audit)
{
    portal.server.with_model([&](sim::portal_model& model) {
        model.settings().has_audit = has_audit;
    });
}

// A tag by somebody whose name .NET takes for JSON, which it is not: each page that would hold this
// row is a 500.
void create_poison(watched_portal& portal, const std::string& user, milliseconds before_now)
{
    const auto at = std::chrono::floor<seconds>(portal.server.now() - before_now);
    portal.server.with_model([&](sim::portal_model& model) {
        model.record(user, 5076, "", "{x}", at);
    });
}

bool waits_for_contained(watched_portal& portal, const std::string& user)
{
    portal.daemon().wait_for("contained " + user, [&](const log_line& line) {
        return line.kind() == "contained" && line.text("DOCWARDEN_USER_ID") == user;
    });
    return portal.disables_of(user) == sim::disable_counts{1, 1};
}

sim::fault trail_is_down()
{
    return sim::nginx_error("/api/2.0/security", 502);
}

} // namespace

// --- a plan without the audit trail -------------------------------------------------------------

TEST_CASE("scenario: a portal that loses its plan's audit trail is told, and read back afterwards")
{
    watched_portal portal;
    portal.polling = quick_polls;
    // More than the newest twenty, most of it too old to be asked for.
    portal.change_files(portal.add_user("Carol"), 15, 1, hours(30), minutes(1));
    auto& daemon = portal.start_and_read();
    REQUIRE(polls_again(portal));
    set_plan(portal, false);
    const log_line told = wait_about(daemon, "degraded", "plan");
    CHECK_FALSE(told.text("DOCWARDEN_REASON").empty());
    CHECK(told.message().find("20") != std::string::npos); // what can be missed
    CHECK(portal.get("/readyz").status == 503);
    CHECK(polls_again(portal, 3));

    // At once, so that only its newest twenty rows are shown, at any speed.
    portal.change_files(portal.bob, 40, 5000, seconds(3));
    CHECK(polls_again(portal, 3));
    CHECK(count_about(daemon, "recovered", "plan") == 0);
    CHECK(portal.disables_of(portal.bob).asked == 0);

    set_plan(portal, true);
    wait_about(daemon, "recovered", "plan");
    CHECK(waits_for_contained(portal, portal.bob));
    CHECK(gets_ready(portal));
    CHECK(count_about(daemon, "degraded", "plan") == 1);
    CHECK(count_about(daemon, "recovered", "plan") == 1);
    CHECK(daemon.count("gap-given-up") == 0);
}

TEST_CASE("scenario: without the audit trail in the plan an attack at human speed is still seen")
{
    watched_portal portal;
    portal.polling = quick_polls;
    portal.change_files(portal.add_user("Carol"), 25, 1, hours(30), minutes(1));
    set_plan(portal, false);
    portal.start();
    wait_about(portal.daemon(), "degraded", "plan");
    for (unsigned first_file : {1000U, 2000U, 3000U}) {
        portal.change_files(portal.alice, 8, first_file, seconds(3));
        CHECK(polls_again(portal));
    }
    CHECK(waits_for_contained(portal, portal.alice));
    CHECK(count_about(portal.daemon(), "degraded", "plan") == 1);
}

TEST_CASE("scenario: without the audit trail in the plan a slow poll interval is not waited for")
{
    watched_portal portal; // an hour
    portal.change_files(portal.add_user("Carol"), 25, 1, hours(30), minutes(1));
    set_plan(portal, false);
    portal.start();
    wait_about(portal.daemon(), "degraded", "plan");
    CHECK(polls_again(portal, 3));
}

// --- a record that makes the portal fail --------------------------------------------------------

TEST_CASE("scenario: an attack beside a record that makes the portal fail is still contained")
{
    watched_portal portal;
    // Little is read again, so that the record is soon left behind.
    portal.polling = std::string(quick_polls) + "lateness = \"10s\"\n";
    auto& daemon = portal.start_and_read();
    REQUIRE(polls_again(portal));
    create_poison(portal, portal.alice, seconds(15));
    portal.change_files(portal.alice, 21, 1000, seconds(30), seconds(1));

    CHECK(waits_for_contained(portal, portal.alice));
    const log_line told = wait_about(daemon, "degraded", "poison");
    CHECK(told.text("DOCWARDEN_REASON") == "unreadable-record");
    // The next one, too, although the record is still there.
    portal.change_files(portal.bob, 21, 2000, seconds(20), seconds(0));
    CHECK(waits_for_contained(portal, portal.bob));
    CHECK(count_about(daemon, "recovered", "poison") == 0);

    portal.server.advance(minutes(5));
    wait_about(daemon, "recovered", "poison");
    CHECK(count_about(daemon, "degraded", "poison") == 1);
    CHECK(count_about(daemon, "recovered", "poison") == 1);
    CHECK(gets_ready(portal));
    const std::string dave = portal.add_user("Dave");
    portal.change_files(dave, 21, 3000, seconds(20), seconds(0));
    CHECK(waits_for_contained(portal, dave));
}

TEST_CASE("scenario: a record that makes the portal fail is there from the start")
{
    watched_portal portal;
    portal.polling = quick_polls;
    create_poison(portal, portal.bob, minutes(3));
    portal.change_files(portal.alice, 21, 1000, minutes(3) + seconds(10), seconds(1));
    portal.start();
    CHECK(waits_for_contained(portal, portal.alice));
    portal.daemon().wait_for("ready");
    CHECK(
        wait_about(portal.daemon(), "degraded", "poison").text("DOCWARDEN_REASON") ==
        "unreadable-record"
    );
}

TEST_CASE("scenario: a record that makes the portal fail does not cost a request for each action "
          "and second for ever")
{
    watched_portal portal;
    portal.polling = quick_polls;
    portal.start_and_read();
    create_poison(portal, portal.alice, seconds(15));
    wait_about(portal.daemon(), "degraded", "poison");
    // What is found out once is not found out again with each poll. 1500 a minute is the portal's
    // own limit; half of it is ours.
    const std::size_t before = portal.requests("GET", "/");
    const core::wall_time since = portal.server.now();
    CHECK(portal.server.wait_until(
        [&](sim::portal_model& model) { return model.requests().back().at - since > seconds(8); },
        daemon_process::patience
    ));
    const auto lasted = std::chrono::duration_cast<milliseconds>(portal.server.now() - since);
    const std::size_t allowed_a_minute = 750;
    const auto minute_milliseconds = static_cast<std::size_t>(milliseconds(minutes(1)).count());
    const std::size_t burst = 120;
    CHECK(
        portal.requests("GET", "/") - before <=
        burst + allowed_a_minute * static_cast<std::size_t>(lasted.count()) / minute_milliseconds
    );
}

// --- gaps ---------------------------------------------------------------------------------------

TEST_CASE("scenario: an outage that lasts is a gap, told when it opens and when it is closed")
{
    watched_portal portal;
    portal.polling = std::string(quick_polls) + "gap_alarm_after = \"10s\"\n";
    auto& daemon = portal.start_and_read();
    portal.set_fault(trail_is_down());
    portal.change_files(portal.alice, 21, 1000, seconds(1));
    daemon.wait_for("gap-open");
    CHECK(portal.get("/readyz").status == 503);
    portal.clear_faults();
    daemon.wait_for("gap-closed");
    CHECK(waits_for_contained(portal, portal.alice));
    CHECK(gets_ready(portal));
    CHECK(daemon.count("gap-open") == 1);
    CHECK(daemon.count("gap-closed") == 1);
    CHECK(daemon.count("gap-given-up") == 0);
}

TEST_CASE("scenario: a gap outlives the daemon and is closed by the next one")
{
    const int ending = GENERATE(SIGTERM, SIGKILL);
    watched_portal portal;
    portal.server.advance(-hours(1)); // so that both clocks agree after the pause
    portal.polling = std::string(quick_polls) + "gap_alarm_after = \"10s\"\n";
    auto& first = portal.start_and_read();
    portal.set_fault(trail_is_down());
    portal.change_files(portal.alice, 21, 1000, seconds(1));
    first.wait_for("gap-open");
    first.end_by(ending);
    portal.server.advance(hours(1)); // farther back than window and lateness
    portal.clear_faults();
    portal.start();
    CHECK(waits_for_contained(portal, portal.alice));
    CHECK(portal.daemon().count("gap-given-up") == 0);
}

// --- long pauses of the daemon itself -----------------------------------------------------------

TEST_CASE("scenario: an attack hours ago, while the daemon was down, is found after the restart")
{
    const int ending = GENERATE(SIGTERM, SIGKILL);
    watched_portal portal;
    portal.server.advance(-hours(3)); // so that both clocks agree after the pause
    portal.polling = quick_polls;
    portal.start_and_read();
    REQUIRE(polls_again(portal));
    portal.daemon().end_by(ending);
    portal.server.advance(hours(3));
    portal.change_files(portal.alice, 21, 1000, hours(2), seconds(1));
    portal.start();
    CHECK(waits_for_contained(portal, portal.alice));
    CHECK(portal.daemon().count("gap-given-up") == 0);
}

TEST_CASE("scenario: a pause longer than may be read back is told, and the rest is read")
{
    watched_portal portal;
    portal.server.advance(-hours(5)); // so that both clocks agree after the pause
    portal.polling = std::string(quick_polls) + "catch_up_max = \"1h\"\n";
    portal.start_and_read();
    REQUIRE(polls_again(portal));
    CHECK(portal.stop() == 0);
    portal.server.advance(hours(5));
    portal.change_files(portal.alice, 21, 1000, hours(3), seconds(1));
    portal.change_files(portal.bob, 21, 2000, minutes(50), seconds(1));
    auto& again = portal.start();
    again.wait_for("gap-given-up");
    CHECK(waits_for_contained(portal, portal.bob));
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice).asked == 0);
    CHECK(again.count("gap-given-up") == 1);
}

// --- answers that are none ----------------------------------------------------------------------

TEST_CASE("scenario: an empty list without the portal's envelope is no page of events")
{
    watched_portal portal;
    portal.polling = quick_polls;
    auto& daemon = portal.start_and_read();
    sim::fault bare;
    bare.path_prefix = "/api/2.0/security";
    bare.status = 200;
    bare.content_type = "application/json";
    bare.body = "[]";
    portal.set_fault(bare);
    CHECK(wait_about(daemon, "degraded", "reading").text("DOCWARDEN_REASON") == "bad-answer");
    portal.change_files(portal.alice, 21, 1000, seconds(30), seconds(1));
    portal.clear_faults();
    CHECK(waits_for_contained(portal, portal.alice));
}

} // namespace docwarden::test
