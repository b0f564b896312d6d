// Rules and exemptions for some people, with the real program: who falls under which, and what is
// told of names that the portal does not know.

#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"
#include "tests/support/watched_portal.hpp"

#include <csignal>

namespace docwarden::test::people_test
{

namespace
{

using std::chrono::minutes;
using std::chrono::seconds;

// `threshold` files for those whom `people` names, 20 for everybody else.
std::string rules_with(const std::string& people, unsigned threshold)
{
    return "[[rule]]\nname = \"robots\"\nactions = [\"change\"]\nwindow = \"10m\"\nthreshold = " +
           std::to_string(threshold) + '\n' + people + '\n' + watched_portal::default_rules(20);
}

void attack(watched_portal& portal, const std::string& user)
{
    portal.change_files(user, 25, 1000, minutes(2), seconds(1));
}

// The group's GUID.
std::string add_group(watched_portal& portal, const std::string& name, const std::string& user)
{
    return portal.server.with_model([&](sim::portal_model& model) {
        const std::string id = model.add_group({.name = name});
        model.user_of(user).groups = {id};
        return id;
    });
}

} // namespace

TEST_CASE("scenario: a robot in a group with a higher threshold is left alone, while somebody else "
          "with the same changes is contained")
{
    watched_portal portal;
    const std::string robot = portal.add_user("Robot");
    add_group(portal, "Robots", robot);
    portal.rules = rules_with("groups = [\"robots\"]", 100);
    attack(portal, robot);
    attack(portal, portal.alice);
    auto& daemon = portal.start_and_read();
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.is_disabled(portal.alice));
    CHECK_FALSE(portal.is_disabled(robot));
    CHECK(portal.disables_of(robot) == sim::disable_counts{});
    CHECK(daemon.count("alert") == 1);
    CHECK(daemon.count("config-warning") == 0);
    // What is too much for a robot as well is not left alone.
    portal.change_files(robot, 100, 2000, minutes(1));
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.is_disabled(robot));
    CHECK(daemon.wait_for("contained").message().find("Alice") != std::string::npos);
}

TEST_CASE("scenario: a rule may be stricter for somebody whom it names by address")
{
    watched_portal portal;
    const std::string address = portal.server.with_model([&](sim::portal_model& model) {
        return model.user_of(portal.bob).email;
    });
    portal.rules = rules_with("users = [\"" + address + "\"]", 3);
    portal.change_files(portal.bob, 5, 1000, minutes(2), seconds(1));
    portal.change_files(portal.alice, 5, 1000, minutes(2), seconds(1));
    portal.start_and_read();
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.is_disabled(portal.bob));
    CHECK_FALSE(portal.is_disabled(portal.alice));
}

TEST_CASE("scenario: names that the portal does not know are told at the start and at a reload")
{
    watched_portal portal;
    portal.rules = rules_with("groups = [\"Spooks\"]\nusers = [\"ghost@example.com\"]", 100);
    portal.extra = "[containment]\nexempt = [\"nobody@example.com\", { group = \"Nobodies\" }]\n";
    auto& daemon = portal.start_and_read();
    REQUIRE(portal.scan().status == 200);
    CHECK(daemon.count("config-warning") == 2);
    CHECK(contains(daemon.wait_for("config-warning").message(), "the group \"Spooks\""));
    portal.write_config();
    daemon.signal(SIGHUP);
    daemon.wait_for("reload");
    REQUIRE(portal.scan().status == 200);
    CHECK(daemon.count("config-warning") == 4);
}

TEST_CASE("scenario: members of an exempt group are reported and left alone")
{
    watched_portal portal;
    const std::string id = add_group(portal, "Robots", portal.alice);
    portal.extra = "[containment]\nexempt = [{ group = \"" + id + "\", reason = \"backups\" }]\n";
    attack(portal, portal.alice);
    attack(portal, portal.bob);
    auto& daemon = portal.start_and_read();
    REQUIRE(portal.scan().status == 200);
    CHECK_FALSE(portal.is_disabled(portal.alice));
    CHECK(portal.is_disabled(portal.bob));
    CHECK(daemon.count("exempted") == 1);
    CHECK(daemon.wait_for("exempted").text("DOCWARDEN_EXEMPT_REASON") == "backups");
}

} // namespace docwarden::test::people_test
