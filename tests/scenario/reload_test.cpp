// SIGHUP while the daemon works.

#include "tests/support/catch.hpp"
#include "tests/support/watched_portal.hpp"

#include <csignal>

namespace docwarden::test::reload_test
{

namespace
{

using std::chrono::minutes;
using std::chrono::seconds;

void reload(watched_portal& portal)
{
    const std::size_t before = portal.daemon().records().size();
    portal.daemon().signal(SIGHUP);
    portal.daemon().wait_after(before, "reload");
}

} // namespace

TEST_CASE("scenario: a lower threshold holds those it would disable for the past, until they go on")
{
    watched_portal portal;
    auto& daemon = portal.start_and_read();
    portal.change_files(portal.alice, 15, 1000, minutes(2), seconds(1));
    REQUIRE(portal.scan().status == 200);
    REQUIRE(daemon.count("alert") == 0);

    portal.rules = watched_portal::default_rules(10);
    portal.write_config();
    reload(portal);
    CHECK(daemon.wait_for("reload").message().find("threshold 20 -> 10") != std::string::npos);
    daemon.wait_for("held");
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{0, 0});

    // Fresh events count by the new rule at once.
    portal.server.advance(seconds(10));
    portal.change_files(portal.bob, 11, 3000, seconds(3));
    portal.change_files(portal.alice, 1, 2000, seconds(3));
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.bob) == sim::disable_counts{1, 1});
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
}

TEST_CASE("scenario: a higher threshold keeps the counts and allows more")
{
    watched_portal portal;
    auto& daemon = portal.start_and_read();
    portal.change_files(portal.alice, 15, 1000, minutes(2), seconds(1));
    REQUIRE(portal.scan().status == 200);
    portal.rules = watched_portal::default_rules(30);
    portal.write_config();
    reload(portal);
    portal.change_files(portal.alice, 15, 2000, seconds(30), seconds(1));
    REQUIRE(portal.scan().status == 200);
    CHECK(daemon.count("alert") == 0);
    portal.server.advance(seconds(10));
    portal.change_files(portal.alice, 1, 3000, seconds(2));
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(daemon.wait_for("alert").text("DOCWARDEN_COUNT") == "31");
}

TEST_CASE("scenario: a broken file changes nothing, and the journal says line and column")
{
    watched_portal portal;
    auto& daemon = portal.start_and_read();
    portal.write_config_text("[portal]\nurl = \"https://docs.example.com\"\nbanana = 1\n[[rule]]\n"
    );
    daemon.signal(SIGHUP);
    const log_line refused = daemon.wait_for("reload-rejected");
    CHECK(refused.text("PRIORITY") == "3");
    CHECK(refused.message().find("docwarden.toml:3:1") != std::string::npos);
    CHECK(refused.message().find("banana") != std::string::npos);

    portal.change_files(portal.alice, 21, 1000, minutes(2), seconds(1));
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(daemon.wait_for("alert").text("DOCWARDEN_THRESHOLD") == "20");
}

TEST_CASE(
    "scenario: an exemption that has expired is told at the start and at a reload, and exempts no "
    "more"
)
{
    watched_portal portal;
    const auto exempting = [&](const std::string& until) {
        return "[containment]\nexempt = [{ user = \"" + portal.alice +
               "\", reason = \"a migration\", until = \"" + until + "\" }]\n";
    };
    portal.extra = exempting("2020-01-01");
    auto& daemon = portal.start_and_read();
    const log_line warning = daemon.wait_for("config-warning");
    CHECK(warning.message().find("expired on 2020-01-01T23:59:59Z") != std::string::npos);
    portal.extra = exempting("9999-12-31");
    portal.write_config();
    reload(portal);
    portal.change_files(portal.alice, 21, 1000, minutes(2), seconds(1));
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{0, 0});
    const log_line exempted = daemon.wait_for("exempted");
    CHECK(exempted.text("DOCWARDEN_EXEMPT_REASON") == "a migration");
    CHECK(exempted.text("DOCWARDEN_EXEMPT_UNTIL") == "9999-12-31T23:59:59Z");

    portal.extra = exempting("2020-01-01");
    portal.write_config();
    reload(portal);
    portal.server.advance(seconds(10));
    portal.change_files(portal.alice, 1, 2000, seconds(2));
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(daemon.count("config-warning") == 2); // it comes after the record of the reload
}

TEST_CASE("scenario: a longer window counts what lies further back, by reading it again")
{
    watched_portal portal;
    auto& daemon = portal.start_and_read();
    portal.change_files(portal.alice, 12, 1000, minutes(50), seconds(1));
    portal.change_files(portal.alice, 12, 2000, minutes(2), seconds(1));
    REQUIRE(portal.scan().status == 200);
    REQUIRE(daemon.count("alert") == 0);
    portal.rules = "[[rule]]\nname = \"bulk-change\"\nactions = [\"change\"]\nwindow = \"1h\"\n"
                   "threshold = 20\n";
    portal.write_config();
    reload(portal);
    daemon.wait_for("held");
    portal.server.advance(seconds(10));
    portal.change_files(portal.alice, 1, 3000, seconds(2));
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
}

TEST_CASE("scenario: a rule made to observe calls off what is held or being retried")
{
    watched_portal portal;
    std::string waiting;
    SECTION("held by the limit")
    {
        portal.extra = "[containment]\nmax_disables = 0\n";
        waiting = "held";
    }
    SECTION("the portal fails")
    {
        portal.set_fault(sim::nginx_error("/api/2.0/people/status", 502));
        waiting = "retrying";
    }
    portal.change_files(portal.alice, 25, 1000, minutes(2), seconds(1));
    auto& daemon = portal.start_and_read();
    daemon.wait_for(waiting);

    portal.extra.clear();
    portal.rules = "[[rule]]\nname = \"bulk-change\"\nactions = [\"change\"]\n"
                   "window = \"10m\"\nthreshold = 20\nresponse = \"observe\"\n";
    portal.write_config();
    reload(portal);
    portal.clear_faults();
    daemon.wait_for("the calling off", [](const log_line& line) {
        return line.message().find("Called off") == 0;
    });
    REQUIRE(portal.scan().status == 200);
    CHECK_FALSE(portal.is_disabled(portal.alice));
}

TEST_CASE("scenario: a second reload does not disable those whom the first one holds")
{
    watched_portal portal;
    portal.rules = "[[rule]]\nname = \"bulk-change\"\nactions = [\"change\"]\nwindow = \"30s\"\n"
                   "threshold = 20\n";
    auto& daemon = portal.start_and_read();
    portal.change_files(portal.alice, 25, 1000, minutes(5), seconds(6));
    REQUIRE(portal.scan().status == 200);
    REQUIRE(daemon.count("alert") == 0);
    portal.set_fault(sim::slow_answers("/api/2.0/security", std::chrono::milliseconds(500)));
    portal.rules = watched_portal::default_rules(20);
    portal.write_config();
    reload(portal);
    reload(portal); // while the past is still being read
    daemon.wait_for("held");
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{0, 0});
}

} // namespace docwarden::test::reload_test
