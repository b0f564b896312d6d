// What the log knows of incidents, and what it forgets.

#include "core/containment/incident_log.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>

namespace docwarden::test::incident_log_test
{

namespace
{

using core::containment_state;
using core::incident_log;

core::incident make_incident(const std::string& user, const std::string& rule, core::wall_time time)
{
    core::incident made;
    made.id = user + rule;
    made.user = user;
    made.rule = rule;
    made.span.newest = time;
    return made;
}

} // namespace

TEST_CASE("incident log: the newest incident of a user under a rule is the one that goes on")
{
    incident_log log;
    CHECK(log.newest_of("bob", "r") == nullptr);
    for (const char* id : {"1", "2"}) {
        core::incident made = make_incident("bob", "r", at(0));
        made.id = id;
        log.open(made);
    }
    log.open(make_incident("bob", "s", at(0)));
    log.open(make_incident("eve", "r", at(0)));
    REQUIRE(log.newest_of("bob", "r") != nullptr);
    CHECK(log.newest_of("bob", "r")->id == "2");
    CHECK(log.newest_of("bob", "s")->id == "bobs");
    CHECK(log.newest_of("eve", "r")->id == "ever");
    CHECK(log.newest_of("eve", "s") == nullptr);
}

TEST_CASE("incident log: those with a change since a moment, that moment included, oldest first")
{
    incident_log log;
    for (const int second : {2, 0, 1})
        log.open(make_incident("u" + std::to_string(second), "r", at(second)));
    const auto found = log.since(at(1));
    REQUIRE(found.size() == 2);
    CHECK(found[0].user == "u2"); // it was opened first
    CHECK(found[1].user == "u1");
    CHECK(log.since(at(2) + core::tick(1)).empty());
}

TEST_CASE("incident log: what became of an incident stays with it once it is closed")
{
    incident_log log;
    log.open(make_incident("bob", "r", at(0)));
    log.close("bobr", containment_state::contained);
    CHECK((log.find("bobr")->state == containment_state::contained));
    log.close("bobr", containment_state::observed); // learnt later
    CHECK((log.find("bobr")->state == containment_state::observed));
    log.close("unknown", containment_state::observed);
    CHECK(log.size() == 1);
}

TEST_CASE("incident log: of the closed incidents the oldest are forgotten first, open ones never")
{
    incident_log log;
    log.open(make_incident("open", "r", at(0)));
    for (std::size_t i = 0; i <= incident_log::closed_max; ++i) {
        const std::string user = "u" + std::to_string(i);
        log.open(make_incident(user, "r", at(0)));
        log.close(user + "r", containment_state::observed);
        REQUIRE(log.size() == 1 + std::min(i + 1, incident_log::closed_max));
    }
    CHECK(log.newest_of("open", "r") != nullptr);
    CHECK(log.newest_of("u0", "r") == nullptr);
    CHECK(log.find("u0r") == nullptr);
    CHECK(log.newest_of("u1", "r") != nullptr);
}

TEST_CASE("incident log: a closed incident that is opened again is not forgotten either")
{
    incident_log log;
    log.open(make_incident("bob", "r", at(0)));
    log.close("bobr", containment_state::observed);
    log.open(make_incident("bob", "r", at(7)));
    for (std::size_t i = 0; i <= incident_log::closed_max; ++i) {
        const std::string user = "u" + std::to_string(i);
        log.open(make_incident(user, "r", at(0)));
        log.close(user + "r", containment_state::observed);
    }
    REQUIRE(log.find("bobr") != nullptr);
    CHECK((log.find("bobr")->span.newest == at(7)));
    log.forget("bobr");
    CHECK(log.find("bobr") == nullptr);
    CHECK(log.newest_of("bob", "r") == nullptr);
    log.forget("bobr");
}

} // namespace docwarden::test::incident_log_test
