// The trail can be read and people cannot be reached: that is an alarm of its own, and whoever was
// found meanwhile is contained as soon as it is over.

#include "tests/support/catch.hpp"
#include "tests/support/conditions_seen.hpp"
#include "tests/support/watched_portal.hpp"

namespace docwarden::test::degraded_acting_test
{

namespace
{

using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* people = "/api/2.0/people";

sim::fault about_people(sim::fault_kind kind)
{
    sim::fault what = sim::fault_of(kind, people);
    what.body_bytes = 10; // for those that cut
    if (kind == sim::fault_kind::delay)
        what.pause = minutes(1);
    return what;
}

struct trouble {
    const char* reason;
    sim::fault what;
};

void live_through(const trouble& one)
{
    watched_portal portal;
    portal.polling = "poll_interval = \"1s\"\nrescan_interval = \"1s\"\n"
                     "backoff_max = \"1s\"\n";
    if (one.what.kind == sim::fault_kind::delay)
        portal.polling += "request_timeout = \"1s\"\n";
    auto& daemon = portal.start_and_read();
    portal.set_fault(one.what);
    portal.change_files(portal.alice, 21, 1000, seconds(30), seconds(1));

    const log_line told = wait_about(daemon, "degraded", "acting");
    CHECK(told.text("DOCWARDEN_REASON") == one.reason);
    CHECK(is_unready_by(portal, one.reason));
    CHECK(daemon.wait_for("alert").text("DOCWARDEN_USER_ID") == portal.alice);
    CHECK_FALSE(portal.is_disabled(portal.alice));
    // Nothing is wrong with the trail, and it is read on.
    CHECK(polls_again(portal));
    CHECK(count_about(daemon, "degraded", "reading") == 0);
    CHECK(portal.requests("GET", people) <= 12);

    portal.clear_faults();
    daemon.wait_for("contained");
    wait_about(daemon, "recovered", "acting");
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(count_about(daemon, "degraded", "acting") == 1);
    CHECK(count_about(daemon, "recovered", "acting") == 1);
    CHECK(daemon.count("alert") == 1);
}

} // namespace

TEST_CASE("scenario: people whom the portal hides behind an error are contained when it is over")
{
    live_through(GENERATE(
        trouble{"broken", sim::server_error(people)},
        trouble{"broken", sim::nginx_error(people, 502)},
        trouble{"throttled", sim::too_many_requests(people, "0")},
        trouble{"bad-answer", about_people(sim::fault_kind::wrong_content_type)}
    ));
}

TEST_CASE("scenario: people whom the network hides are contained when it is over")
{
    live_through(GENERATE(
        trouble{"interrupted", about_people(sim::fault_kind::drop_before)},
        trouble{"interrupted", about_people(sim::fault_kind::truncate)},
        trouble{"interrupted", about_people(sim::fault_kind::delay)},
        trouble{"bad-answer", about_people(sim::fault_kind::invalid_json)}
    ));
}

TEST_CASE("scenario: while nobody knows whose key it is nobody is disabled, and all after that")
{
    watched_portal portal;
    portal.polling = "backoff_max = \"1s\"\n";
    portal.set_fault(sim::server_error(people));
    portal.change_files(portal.alice, 21, 1000, minutes(2), seconds(1));
    auto& daemon = portal.start();
    CHECK(wait_about(daemon, "degraded", "identity").text("DOCWARDEN_REASON") == "broken");
    daemon.wait_for("alert");
    CHECK(is_unready_by(portal, "broken"));
    CHECK(portal.disables_of(portal.alice).asked == 0);

    portal.clear_faults();
    wait_about(daemon, "recovered", "identity");
    daemon.wait_for("contained");
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(count_about(daemon, "degraded", "identity") == 1);
    CHECK(count_about(daemon, "recovered", "identity") == 1);
}

} // namespace docwarden::test::degraded_acting_test
