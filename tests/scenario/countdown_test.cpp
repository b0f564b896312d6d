// A countdown gives people time between the alert and the disable: as long as it was announced,
// over restarts, and until a reload ends it.

#include "tests/support/catch.hpp"
#include "tests/support/watched_portal.hpp"

#include <csignal>

namespace docwarden::test::countdown_test
{

namespace
{

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::string rules_with_countdown(const std::string& length)
{
    return watched_portal::default_rules(20) + "countdown = \"" + length + "\"\n";
}

// Alice has crossed the threshold, and has that time.
struct portal_with_countdown : watched_portal {
    explicit portal_with_countdown(const std::string& length)
    {
        polling = "poll_interval = \"1s\"\nrescan_interval = \"1s\"\nbackoff_max = \"1s\"\n";
        rules = rules_with_countdown(length);
        change_files(alice, 21, 1000, minutes(2), seconds(1));
        start_and_read();
    }
};

} // namespace

TEST_CASE("scenario: an account is disabled when its countdown is over")
{
    portal_with_countdown portal("2s");
    const log_line told = portal.daemon().wait_for("alert");
    CHECK(told.message().find("docwarden disables the account in 2s, at ") != std::string::npos);
    CHECK(told.text("DOCWARDEN_COUNTDOWN") == "2s");
    const log_line contained = portal.daemon().wait_for("contained");
    CHECK(std::stoi(contained.text("DOCWARDEN_LATENCY_MS")) >= 2000);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
}

TEST_CASE("scenario: a countdown goes on while docwarden is down, and is told once")
{
    portal_with_countdown portal("30m");
    portal.daemon().wait_for("alert");
    const bool is_over = GENERATE(false, true);
    CHECK(portal.stop() == 0);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{0, 0});
    portal.server.advance(is_over ? hours(1) : minutes(10));
    portal.start_and_read();
    if (is_over)
        portal.daemon().wait_for("contained");
    else
        CHECK(portal.scan().status == 200);
    CHECK(portal.daemon().count("alert") == 0);
    CHECK(portal.is_disabled(portal.alice) == is_over);
}

TEST_CASE("scenario: a reload ends a countdown, or calls off what it was for")
{
    portal_with_countdown portal("30m");
    portal.daemon().wait_for("alert");
    const bool is_wanted = GENERATE(true, false);
    if (is_wanted)
        portal.rules = rules_with_countdown("0s");
    else
        portal.extra = "[containment]\nexempt = [\"" + portal.alice + "\"]\n";
    portal.write_config();
    portal.daemon().signal(SIGHUP);
    portal.daemon().wait_for("reload");
    if (is_wanted)
        portal.daemon().wait_for("contained");
    else
        CHECK(portal.scan().status == 200);
    CHECK(portal.is_disabled(portal.alice) == is_wanted);
}

} // namespace docwarden::test::countdown_test
