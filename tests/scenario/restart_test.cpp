// What was decided is kept through the sudden death of the real program: nothing is lost by it,
// and nothing is done twice.

#include "tests/support/catch.hpp"
#include "tests/support/kept_state.hpp"
#include "tests/support/watched_portal.hpp"

#include <boost/json/object.hpp>

#include <csignal>

namespace docwarden::test::restart_test
{

namespace
{

using std::chrono::minutes;
using std::chrono::seconds;

const char* const quick_polls = "poll_interval = \"1s\"\nrescan_interval = \"1s\"\n"
                                "backoff_max = \"1s\"\n";
const std::string trail = "/api/2.0/security/audit";
const std::string people = "/api/2.0/people/";

void attack(watched_portal& portal, const std::string& user, unsigned first_file = 1000)
{
    portal.change_files(user, 21, first_file, seconds(30), seconds(1));
}

// From that request on, or the first after `skip` more, none about the account is answered.
void hide_account(watched_portal& portal, const std::string& user, unsigned skip = 0)
{
    sim::fault hidden = sim::fault_of(sim::fault_kind::drop_before, people + user);
    hidden.method = "GET";
    hidden.skip = skip;
    portal.set_fault(hidden);
}

void fault_disabling(watched_portal& portal, sim::fault_kind kind)
{
    sim::fault put = sim::fault_of(kind, people + "status");
    put.method = "PUT";
    portal.set_fault(put);
}

// What a pass says about that user: the only finding, as an object.
boost::json::object finding_about(watched_portal& portal, const std::string& user)
{
    const admin_answer answer = portal.scan();
    boost::json::object found;
    for (const auto& one : answer.body.at("portals").at(0).at("findings").as_array()) {
        if (one.at("user_id").as_string() != user)
            continue;
        CHECK(found.empty());
        found = one.as_object();
    }
    REQUIRE_FALSE(found.empty());
    return found;
}

// Requests about an account, and those that change any.
std::size_t requests_about(watched_portal& portal, const std::string& user)
{
    return portal.requests("GET", people + user) + portal.requests("PUT", people);
}

// The request has disabled the account, its answer was lost, and docwarden died of it.
void die_with_the_answer(watched_portal& portal)
{
    fault_disabling(portal, sim::fault_kind::drop_after);
    hide_account(portal, portal.alice, 1);
    auto& daemon = portal.start_and_read();
    attack(portal, portal.alice);
    REQUIRE(portal.server.wait_until(
        [&](sim::portal_model& model) { return model.disables_of(portal.alice).effective == 1; },
        daemon_process::patience
    ));
    daemon.end_by(SIGKILL);
    CHECK(daemon.count("contained") == 0);
    portal.clear_faults();
}

} // namespace

TEST_CASE("scenario: a decision outlives a SIGKILL, even if the trail cannot be read afterwards")
{
    watched_portal portal;
    portal.polling = quick_polls;
    SECTION("killed before the account was looked at")
    {
        hide_account(portal, portal.alice);
    }
    SECTION("killed before the request to disable it took effect")
    {
        fault_disabling(portal, sim::fault_kind::drop_before);
    }
    auto& daemon = portal.start_and_read();
    attack(portal, portal.alice);
    const std::string id = daemon.wait_for("alert").text("DOCWARDEN_INCIDENT");
    REQUIRE(gets_kept(portal, portal.alice, "ended IS NULL AND counted IS NOT NULL"));
    daemon.end_by(SIGKILL);
    REQUIRE_FALSE(portal.is_disabled(portal.alice));

    portal.clear_faults();
    portal.set_fault(sim::nginx_error(trail, 502));
    auto& again = portal.start();
    CHECK(again.wait_for("contained").text("DOCWARDEN_INCIDENT") == id);
    CHECK(portal.is_disabled(portal.alice));
    CHECK(portal.disables_of(portal.alice).effective == 1);
    CHECK(again.count("alert") == 0);
    CHECK(again.count("ready") == 0); // the trail never came back
}

TEST_CASE("scenario: a disable whose answer was lost with the process is found, not repeated")
{
    watched_portal portal;
    portal.polling = quick_polls;
    die_with_the_answer(portal);
    auto& again = portal.start_and_read();
    const log_line told = again.wait_for("contained");
    CHECK(told.text("DOCWARDEN_USER_ID") == portal.alice);
    CHECK(told.message().find("already disabled") == std::string::npos); // it was docwarden
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(again.count("alert") == 0);
}

TEST_CASE("scenario: who was given back while docwarden was down is left alone after its restart")
{
    watched_portal portal;
    portal.polling = quick_polls;
    portal.server.advance(-minutes(2)); // so that both clocks agree after the pause
    die_with_the_answer(portal);
    portal.server.advance(minutes(2));
    portal.give_back(portal.alice);
    auto& again = portal.start_and_read();
    CHECK(finding_about(portal, portal.alice).at("state") == "rejected");
    CHECK_FALSE(portal.is_disabled(portal.alice));
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(again.count("alert") == 0);
}

TEST_CASE("scenario: who is held by max_disables stays held after a SIGKILL, and the limit full")
{
    watched_portal portal;
    portal.extra = "[containment]\nmax_disables = 1\n";
    auto& daemon = portal.start_and_read();
    attack(portal, portal.alice);
    REQUIRE(portal.scan().status == 200);
    attack(portal, portal.bob, 2000);
    REQUIRE(finding_about(portal, portal.bob).at("state") == "held");
    const std::string id = daemon.wait_for("held").text("DOCWARDEN_INCIDENT");
    REQUIRE(gets_kept(portal, portal.bob, "held IS NOT NULL"));
    daemon.end_by(SIGKILL);

    auto& again = portal.start_and_read();
    const auto found = finding_about(portal, portal.bob);
    CHECK(found.at("state") == "held");
    CHECK(found.at("incident") == boost::json::value(id));
    CHECK(again.count("alert") + again.count("held") == 0);

    const std::string carol = portal.add_user("Carol");
    attack(portal, carol, 3000);
    CHECK(finding_about(portal, carol).at("state") == "held");
    CHECK(again.wait_for("held").text("DOCWARDEN_USER_ID") == carol);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(portal.disables_of(portal.bob).asked + portal.disables_of(carol).asked == 0);
}

TEST_CASE("scenario: a settled containment needs no request after a SIGKILL")
{
    watched_portal portal;
    auto& daemon = portal.start_and_read();
    attack(portal, portal.alice);
    REQUIRE(portal.scan().status == 200);
    daemon.wait_for("contained");
    REQUIRE(gets_kept(portal, portal.alice, "ended IS NOT NULL"));
    daemon.end_by(SIGKILL);
    const std::size_t before = requests_about(portal, portal.alice);

    auto& again = portal.start_and_read(); // it reads the attack once more
    CHECK(finding_about(portal, portal.alice).at("state") == "contained");
    CHECK(requests_about(portal, portal.alice) == before);
    CHECK(again.count("alert") + again.count("contained") == 0);
}

} // namespace docwarden::test::restart_test
