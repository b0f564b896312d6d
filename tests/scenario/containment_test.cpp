// What is done about those who crossed the line, and what must not be done.

#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"
#include "tests/support/watched_portal.hpp"

#include <algorithm>
#include <csignal>

namespace docwarden::test::containment_test
{

namespace
{

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

void attack(watched_portal& portal, const std::string& user)
{
    portal.change_files(user, 25, 1000, minutes(2), seconds(1));
}

std::size_t disable_requests(watched_portal& portal)
{
    return portal.requests("PUT", "/api/2.0/people/");
}

} // namespace

TEST_CASE("scenario: a user who is disabled already gets no request")
{
    watched_portal portal;
    attack(portal, portal.alice);
    portal.server.with_model([&](sim::portal_model& model) {
        model.user_of(portal.alice).status = sim::employee_status::terminated;
    });
    auto& daemon = portal.start_and_read();
    REQUIRE(portal.scan().status == 200);
    CHECK(disable_requests(portal) == 0);
    CHECK(daemon.count("alert") == 1);
    CHECK(daemon.wait_for("contained").message().find("already disabled") != std::string::npos);
}

TEST_CASE("scenario: the owner and other administrators are reported to a person, not retried")
{
    watched_portal portal;
    attack(portal, portal.owner);
    attack(portal, portal.other_admin);
    auto& daemon = portal.start_and_read();
    for (int i = 0; i < 3; ++i)
        REQUIRE(portal.scan().status == 200);
    CHECK(disable_requests(portal) == 0);
    CHECK(portal.requests("GET", "/api/2.0/people/" + portal.owner) == 1);
    CHECK(daemon.count("alert") == 2);
    CHECK(daemon.count("refused") == 2);
    const log_line refused = daemon.wait_for("refused");
    CHECK(refused.text("PRIORITY") == "1");
    CHECK(refused.message().find("CANNOT CONTAIN, ACT NOW") == 0);
}

TEST_CASE("scenario: method member disables by the profile, and LDAP accounts always go that way")
{
    watched_portal portal;
    SECTION("chosen by the configuration")
    {
        portal.extra = "[containment]\nmethod = \"member\"\n";
    }
    SECTION("because the status endpoint refuses LDAP accounts")
    {
        portal.server.with_model([&](sim::portal_model& model) {
            model.user_of(portal.alice).is_ldap = true;
        });
    }
    attack(portal, portal.alice);
    portal.start_and_read();
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.is_disabled(portal.alice));
    CHECK(portal.requests("PUT", "/api/2.0/people/" + portal.alice) == 1);
    CHECK(portal.requests("PUT", "/api/2.0/people/status/") == 0);
}

TEST_CASE("scenario: the disable request leaves while further pages are still being read")
{
    watched_portal portal;
    auto& daemon = portal.start_and_read();
    // Newest first: the attack is on page one; the older pages take their time.
    portal.change_files(portal.bob, 1, 1, minutes(9));
    for (int i = 0; i < 150; ++i)
        portal.act(portal.bob, 5064, std::to_string(i), minutes(8));
    portal.change_files(portal.alice, 30, 1000, minutes(1), seconds(1));
    sim::fault slow = sim::slow_answers("/api/2.0/security", seconds(1));
    slow.skip = 1;
    slow.count = 1;
    portal.set_fault(slow);
    REQUIRE(portal.scan().status == 200);

    // In the order of arrival at the portal: page, page (slow), look, disable, look; and the slow
    // page was answered only after all that, because one more had to be asked for after it.
    const auto order = portal.server.with_model([&](sim::portal_model& model) {
        std::string letters;
        for (const sim::request_record& request : model.requests()) {
            if (request.target.find("/events/filter") != std::string::npos)
                letters += 'p';
            else if (request.method == "PUT")
                letters += 'D';
        }
        return letters;
    });
    CAPTURE(order);
    const std::size_t disable = order.find('D');
    REQUIRE(disable != std::string::npos);
    CHECK(order.find('p', disable) != std::string::npos);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(daemon.count("contained") == 1);
}

TEST_CASE("scenario: disables run at the same time and do not wait for each other")
{
    watched_portal portal;
    std::vector<std::string> users;
    for (unsigned i = 0; i < 5; ++i) {
        users.push_back(portal.add_user("Attacker " + std::to_string(i)));
        attack(portal, users.back());
    }
    portal.set_fault(sim::slow_answers("/api/2.0/people/status", seconds(1)));
    portal.start_and_read();
    REQUIRE(portal.scan().status == 200);
    for (const std::string& user : users)
        CHECK(portal.disables_of(user) == sim::disable_counts{1, 1});
    // All five requests arrived before the first of them was answered and read back.
    const auto order = portal.server.with_model([](sim::portal_model& model) {
        std::string letters;
        for (const sim::request_record& request : model.requests()) {
            if (request.target.find("/api/2.0/people/") == 0 &&
                request.target.find("@") == std::string::npos)
                letters += request.method == "PUT" ? 'D' : 'l';
        }
        return letters;
    });
    CAPTURE(order);
    const std::size_t last_disable = order.rfind('D');
    const std::string after_last = order.substr(last_disable);
    CHECK(std::count(after_last.begin(), after_last.end(), 'l') == 5);
}

TEST_CASE("scenario: a lost answer is followed by a look, not by a second request")
{
    watched_portal portal;
    attack(portal, portal.alice);
    portal.set_fault(sim::fault_of(sim::fault_kind::drop_after, "/api/2.0/people/status", 1));
    auto& daemon = portal.start();
    daemon.wait_for("contained");
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(daemon.count("retrying") == 1);
}

TEST_CASE("scenario: a portal that says 200 and changes nothing is not believed")
{
    watched_portal portal;
    attack(portal, portal.alice);
    portal.set_fault(sim::fault_of(sim::fault_kind::pretend_disabled, "/api/2.0/people/status", 2));
    auto& daemon = portal.start();
    daemon.wait_for("contained");
    CHECK(daemon.index_of("failed") < daemon.index_of("contained"));
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{3, 1});
}

TEST_CASE("scenario: an account that has been removed leaves nothing to disable, and is no failure")
{
    watched_portal portal;
    attack(portal, portal.alice);
    portal.server.with_model([&](sim::portal_model& model) {
        model.user_of(portal.alice).is_removed = true;
    });
    auto& daemon = portal.start();
    CHECK(contains(daemon.wait_for("contained").message(), "Account removed"));
    CHECK(daemon.count("failed") == 0);
    CHECK(portal.requests("PUT", "/api/2.0/people") == 0);
}

TEST_CASE(
    "scenario: a portal whose database is away answers 403 to everything, which refuses nobody"
)
{
    watched_portal portal;
    attack(portal, portal.alice);
    sim::fault away = sim::fault_of(sim::fault_kind::answer, "/api/2.0/people/" + portal.alice, 5);
    away.status = 403;
    away.content_type = "application/json";
    away.body = R"({"error":{"message":"An exception has been raised that is likely due to a )"
                R"(transient failure.","type":"System.InvalidOperationException"},"status":1})";
    portal.set_fault(away); // as often as would be given up for an hour, if they were refusals
    auto& daemon = portal.start();
    daemon.wait_for("contained");
    CHECK(daemon.count("retrying") == 1);
    CHECK(daemon.count("failed") == 0);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
}

TEST_CASE("scenario: more disables than allowed are held, listed and not forgotten")
{
    watched_portal portal;
    portal.extra = "[containment]\nmax_disables = 2\n";
    std::vector<std::string> users;
    for (unsigned i = 0; i < 4; ++i) {
        users.push_back(portal.add_user("Attacker " + std::to_string(i)));
        attack(portal, users.back());
    }
    auto& daemon = portal.start_and_read();
    REQUIRE(portal.scan().status == 200);
    CHECK(disable_requests(portal) == 2);
    CHECK(daemon.count("alert") == 4);
    CHECK(daemon.count("held") == 2);

    // Raising the limit and reloading decides the held ones again.
    portal.extra = "[containment]\nmax_disables = 10\n";
    portal.write_config();
    daemon.signal(SIGHUP);
    daemon.wait_for("reload");
    REQUIRE(portal.scan().status == 200);
    for (const std::string& user : users)
        CHECK(portal.disables_of(user) == sim::disable_counts{1, 1});
}

TEST_CASE("scenario: a share of the portal's active users is a limit, too")
{
    watched_portal portal;
    portal.extra = "[containment]\nmax_disables_share = \"10%\"\n";
    while (portal.server.with_model([](const sim::portal_model& model) {
        return model.users().all().size();
    }) < 19)
        (void)portal.add_user("Somebody");
    attack(portal, portal.alice);
    attack(portal, portal.bob);
    auto& daemon = portal.start_and_read();
    REQUIRE(portal.scan().status == 200);
    CHECK(disable_requests(portal) == 1);
    const auto held = daemon.wait_for("held");
    CHECK(contains(held.message(), "1 disabled account within 10m (10% of 19 active users)"));
    CHECK(held.text("DOCWARDEN_ACTIVE_USERS") == "19");

    portal.extra = "[containment]\nmax_disables_share = \"12%\"\n"; // of 18 by now
    portal.write_config();
    daemon.signal(SIGHUP);
    daemon.wait_for("reload");
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.is_disabled(portal.alice));
    CHECK(portal.is_disabled(portal.bob));
}

TEST_CASE("scenario: exempt users are reported and left alone")
{
    watched_portal portal;
    const std::string email = portal.server.with_model([&](sim::portal_model& model) {
        model.user_of(portal.bob).email = "Bob@Example.com";
        return model.user_of(portal.bob).email;
    });
    portal.extra = "[containment]\nexempt = [\"" + portal.alice + "\", \"bob@example.com\"]\n";
    attack(portal, portal.alice);
    attack(portal, portal.bob);
    auto& daemon = portal.start_and_read();
    REQUIRE(portal.scan().status == 200);
    CHECK(disable_requests(portal) == 0);
    CHECK(daemon.count("exempted") == 2);
}

TEST_CASE("scenario: an account that is enabled again and attacks again is disabled again")
{
    watched_portal portal;
    attack(portal, portal.alice);
    portal.start_and_read();
    REQUIRE(portal.scan().status == 200);
    REQUIRE(portal.is_disabled(portal.alice));

    portal.server.advance(minutes(5));
    portal.server.with_model([&](sim::portal_model& model) {
        model.user_of(portal.alice).status = sim::employee_status::active;
    });
    // What happened before cannot disable it once more ...
    REQUIRE(portal.scan().status == 200);
    CHECK_FALSE(portal.is_disabled(portal.alice));
    // ... nor a few files more; but a new crossing does.
    portal.change_files(portal.alice, 20, 5000, seconds(60), seconds(1));
    REQUIRE(portal.scan().status == 200);
    CHECK_FALSE(portal.is_disabled(portal.alice));
    portal.change_files(portal.alice, 1, 6000, seconds(5));
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{2, 2});
}

TEST_CASE("scenario: an account given back in the portal's pages survives a restart of the daemon")
{
    watched_portal portal;
    attack(portal, portal.alice);
    portal.start_and_read();
    REQUIRE(portal.scan().status == 200);
    REQUIRE(portal.is_disabled(portal.alice));
    portal.server.advance(minutes(1));
    portal.server.with_model([&](sim::portal_model& model) {
        model.set_user_status(
            portal.other_admin,
            portal.alice,
            sim::employee_status::active,
            std::chrono::floor<seconds>(portal.server.now())
        );
    });
    portal.server.advance(minutes(1));
    CHECK(portal.stop() == 0);
    auto& again = portal.start_and_read();
    REQUIRE(portal.scan().status == 200);
    CHECK_FALSE(portal.is_disabled(portal.alice));
    CHECK(again.count("alert") == 0);
    // What comes after that counts anew.
    portal.change_files(portal.alice, 21, 5000, seconds(30), seconds(1));
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{2, 2});
}

} // namespace docwarden::test::containment_test
