// Disabled accounts are given back when their time has come, by the portal's clock, unless a person
// has decided.

#include "tests/support/catch.hpp"
#include "tests/support/conditions_seen.hpp"
#include "tests/support/watched_portal.hpp"

namespace docwarden::test::release_test
{

namespace
{

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Alice is disabled, for an hour.
struct portal_with_release : watched_portal {
    portal_with_release()
    {
        polling = "poll_interval = \"1s\"\nrescan_interval = \"1s\"\nbackoff_max = \"1s\"\n";
        rules = default_rules(20) + "release_after = \"1h\"\n";
        change_files(alice, 21, 1000, minutes(2), seconds(1));
        start_and_read().wait_for("contained");
    }
};

const char* const enabling = "/api/2.0/people/status/Active";

} // namespace

TEST_CASE("scenario: a disabled account is given back when its time has come, and once")
{
    portal_with_release portal;
    const bool is_stopped = GENERATE(false, true);
    if (is_stopped)
        CHECK(portal.stop() == 0);
    else
        REQUIRE(polls_again(portal));
    CHECK(portal.is_disabled(portal.alice));
    CHECK(portal.requests("PUT", enabling) == 0);
    portal.server.advance(hours(2));
    if (is_stopped)
        portal.start();
    const log_line told = portal.daemon().wait_for("released");
    CHECK(told.text("DOCWARDEN_BY") == "docwarden");
    CHECK_FALSE(portal.is_disabled(portal.alice));
    portal.server.advance(hours(2));
    REQUIRE(polls_again(portal));
    CHECK(portal.requests("PUT", enabling) == 1);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
}

TEST_CASE("scenario: a person who gives the account back earlier is told by name, and it stays so")
{
    portal_with_release portal;
    portal.server.advance(minutes(1));
    portal.give_back(portal.alice);
    const log_line told = portal.daemon().wait_for("released");
    CHECK(told.text("DOCWARDEN_BY") != "docwarden");
    CHECK(told.text("DOCWARDEN_BY") != "somebody else");
    portal.server.advance(hours(2));
    REQUIRE(polls_again(portal));
    CHECK(portal.requests("PUT", enabling) == 0);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
}

TEST_CASE("scenario: a portal without a free seat keeps the account disabled, which is told once")
{
    portal_with_release portal;
    portal.server.with_model([](sim::portal_model& model) { model.settings().seats_max = 0; });
    portal.server.advance(hours(2));
    const log_line told = portal.daemon().wait_for("failed");
    CHECK(told.message().find("NOT ENABLED AGAIN") == 0);
    REQUIRE(polls_again(portal));
    CHECK(portal.daemon().count("failed") == 1);
    CHECK(portal.requests("PUT", enabling) == 1);
    CHECK(portal.is_disabled(portal.alice));
}

} // namespace docwarden::test::release_test
