// Start, trouble, recovery and end of the real program.

#include "tests/support/catch.hpp"
#include "tests/support/watched_portal.hpp"

#include <boost/json/serialize.hpp>

#include <chrono>
#include <csignal>

namespace docwarden::test::lifecycle_test
{

namespace
{
using std::chrono::minutes;
using std::chrono::seconds;
} // namespace

TEST_CASE("scenario: a portal that is down at the start is said, and recovery needs nobody")
{
    watched_portal portal;
    portal.change_files(portal.alice, 21, 1000, minutes(2), seconds(1));
    portal.server.refuse_connections();
    auto& daemon = portal.start();
    const log_line degraded = daemon.wait_for("degraded");
    CHECK(degraded.message().find("refuses connections") != std::string::npos);
    CHECK(portal.get("/healthz").status == 200);
    CHECK(portal.get("/readyz").status == 503);

    portal.server.accept_connections();
    daemon.wait_for("contained");
    daemon.wait_for("recovered");
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.get("/readyz").status == 200);
}

TEST_CASE("scenario: a wrong key is said once, and tried again slowly until it is right")
{
    watched_portal portal;
    portal.server.with_model([&](sim::portal_model& model) {
        model.key_of(portal.key).is_active = false;
    });
    auto& daemon = portal.start();
    daemon.wait_for("the refused key", [](const log_line& line) {
        return line.kind() == "degraded" && line.text("DOCWARDEN_REASON") == "unauthorised";
    });
    const admin_answer failed = portal.scan();
    CHECK(failed.status == 500);
    CHECK(failed.body.at("status").as_string() == "error");
    const admin_answer ready = portal.get("/readyz");
    CHECK(ready.status == 503);
    CHECK(boost::json::serialize(ready.body).find("unauthorised") != std::string::npos);
    CHECK(portal.requests("GET", "/") <= 4);

    portal.server.with_model([&](sim::portal_model& model) {
        model.key_of(portal.key).is_active = true;
    });
    portal.change_files(portal.alice, 21, 1000, minutes(2), seconds(1));
    REQUIRE(portal.scan().status == 200);
    daemon.wait_for("recovered");
}

TEST_CASE("scenario: a key of somebody without rights is explained")
{
    watched_portal portal;
    portal.server.with_model([&](sim::portal_model& model) {
        model.key_of(portal.key).creator_id = portal.bob;
    });
    auto& daemon = portal.start();
    const log_line degraded = daemon.wait_for("the missing rights", [](const log_line& line) {
        return line.text("DOCWARDEN_CONCERN") == "rights";
    });
    CHECK(
        degraded.message().find("neither the owner nor a DocSpace administrator") !=
        std::string::npos
    );
}

TEST_CASE("scenario: SIGTERM and SIGINT end it cleanly within a second, also amid requests")
{
    watched_portal portal;
    const int signal = GENERATE(SIGTERM, SIGINT);
    const bool is_busy = GENERATE(false, true);
    auto& daemon = portal.start_and_read();
    std::size_t requests = portal.requests("GET", "/api/2.0/security");
    if (is_busy) {
        portal.set_fault(sim::slow_answers("/", seconds(20)));
        // A reload of the window has it read at once, and that request will not be answered in
        // time.
        portal.rules = "[[rule]]\nname = \"bulk-change\"\nactions = [\"change\"]\n"
                       "window = \"20m\"\nthreshold = 20\n";
        portal.write_config();
        daemon.signal(SIGHUP);
        daemon.wait_for("reload");
        while (portal.requests("GET", "/api/2.0/security") == requests)
            continue;
    }
    const auto end = daemon.end_by(signal);
    CHECK(end.code == 0);
    CHECK(end.took < seconds(1));
    CHECK(daemon.count("stopping") == 1);
}

TEST_CASE("scenario: a disable under way when the daemon is stopped is still confirmed")
{
    watched_portal portal;
    portal.change_files(portal.alice, 21, 1000, minutes(2), seconds(1));
    portal.set_fault(sim::slow_answers("/api/2.0/people/status", std::chrono::milliseconds(250)));
    auto& daemon = portal.start();
    while (portal.disables_of(portal.alice).asked == 0)
        continue;
    daemon.signal(SIGTERM);
    CHECK(daemon.wait_exit() == 0);
    CHECK(daemon.count("contained") == 1);
}

TEST_CASE("scenario: after a restart the past is acted on, and nobody is disabled twice")
{
    watched_portal portal;
    portal.change_files(portal.alice, 21, 1000, minutes(2), seconds(1));
    portal.start_and_read();
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.stop() == 0);
    portal.change_files(portal.bob, 21, 3000, minutes(1), seconds(1));

    auto& again = portal.start_and_read();
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(portal.disables_of(portal.bob) == sim::disable_counts{1, 1});
    // Nor is there a second alert for what has had its answer.
    CHECK(again.count("alert") == 1);
    CHECK(again.wait_for("alert").text("DOCWARDEN_USER_ID") == portal.bob);
}

TEST_CASE("scenario: the same crossing found again after a restart is the same incident")
{
    watched_portal portal;
    portal.rules = "[[rule]]\nname = \"soft\"\nactions = [\"change\"]\nwindow = \"10m\"\n"
                   "threshold = 20\nresponse = \"alert\"\n";
    portal.change_files(portal.alice, 21, 1000, minutes(2), seconds(1));
    const std::string first = portal.start().wait_for("alert").text("DOCWARDEN_INCIDENT");
    CHECK(portal.stop() == 0);
    CHECK(portal.start().wait_for("alert").text("DOCWARDEN_INCIDENT") == first);
}

TEST_CASE("scenario: portals in one process do not disturb each other")
{
    watched_portal broken;
    watched_portal working;
    broken.set_fault(sim::nginx_error("/", 502));
    working.change_files(working.alice, 21, 1000, minutes(2), seconds(1));
    scratch_directory files;
    files.write("broken.key", broken.key);
    files.write("working.key", working.key);
    const auto portal_text = [&](const char* name, watched_portal& portal) {
        return "[[portal]]\nname = \"" + std::string(name) + "\"\nurl = \"" + portal.server.url() +
               "\"\napi_key_file = \"" + files.file(std::string(name) + ".key") + "\"\n";
    };
    const std::string config = files.write(
        "two.toml",
        portal_text("broken", broken) + portal_text("working", working) +
            watched_portal::default_rules(20) + "[admin]\nlisten = \"127.0.0.1:0\"\n"
    );
    daemon_process daemon({"run", "--config", config, "--log-format", "json"});
    CHECK(daemon.wait_for("contained").text("DOCWARDEN_PORTAL") == "working");
    CHECK(daemon.wait_for("degraded").text("DOCWARDEN_PORTAL") == "broken");
    CHECK(working.disables_of(working.alice) == sim::disable_counts{1, 1});
    // Neither portal ever saw the other's key: each would have answered 401.
    for (watched_portal* portal : {&broken, &working}) {
        const auto strangers = portal->server.with_model([](sim::portal_model& model) {
            std::size_t count = 0;
            for (const sim::request_record& request : model.requests())
                count += request.status == 401 ? 1U : 0U;
            return count;
        });
        CHECK(strangers == 0);
    }
}

TEST_CASE("scenario: a bad configuration ends the start with 78 and every problem at its place")
{
    scratch_directory files;
    const std::string config = files.write(
        "bad.toml",
        "[portal]\nurl = \"ftp://x\"\npoll_interval = \"15\"\n[[rule]]\nname = \"a\"\n"
        "actions = [\"chnge\"]\nwindow = \"10m\"\nthreshold = 20\n"
    );
    daemon_process daemon({"run", "--config", config, "--log-format", "json"});
    CHECK(daemon.wait_exit() == 78);
    CHECK(daemon.count("config-error") == 3);
    for (const char* place : {"bad.toml:2:7", "bad.toml:3:17", "bad.toml:6:12"})
        CHECK(daemon.err().find(place) != std::string::npos);
}

TEST_CASE("scenario: a missing key ends the start with 78 and says where to put it")
{
    scratch_directory files;
    const std::string config = files.write(
        "nokey.toml", "[portal]\nurl = \"http://127.0.0.1:1\"\n" + watched_portal::default_rules(20)
    );
    daemon_process unset(
        {"run", "--config", config, "--log-format", "json"},
        {{"CREDENTIALS_DIRECTORY", files.path()}}
    );
    CHECK(unset.wait_exit() == 78);
    CHECK(unset.wait_for("config-error").message().find("key") != std::string::npos);
}

} // namespace docwarden::test::lifecycle_test
