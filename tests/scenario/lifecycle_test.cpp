// Start, trouble, recovery and end of the real program.

#include "tests/support/catch.hpp"
#include "tests/support/watched_portal.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/datagram_protocol.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>

#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace docwarden::test::lifecycle_test
{

namespace
{
using std::chrono::minutes;
using std::chrono::seconds;

// Notices that somebody opens a file.
class opening_watch
{
public:
    explicit opening_watch(const std::string& path) : events_(::inotify_init1(IN_CLOEXEC))
    {
        REQUIRE(::inotify_add_watch(events_, path.c_str(), IN_OPEN) >= 0);
    }
    opening_watch(const opening_watch&) = delete;
    opening_watch& operator=(const opening_watch&) = delete;
    ~opening_watch() { ::close(events_); }

    void wait() const
    {
        pollfd watched{events_, POLLIN, 0};
        const auto patience = std::chrono::milliseconds(daemon_process::patience);
        REQUIRE(::poll(&watched, 1, static_cast<int>(patience.count())) == 1);
    }

private:
    int events_;
};

// A daemon that is reading its configuration, which takes it some time.
struct starting_daemon {
    explicit starting_daemon(watched_portal& portal)
    {
        portal.rules += std::string(1'000'000, '#') + '\n';
        portal.write_config();
        const opening_watch configuration(portal.config_file());
        process.emplace(std::vector<std::string>{
            "run", "--config", portal.config_file(), "--log-format", "json"});
        configuration.wait();
    }
    std::optional<daemon_process> process;
};
} // namespace

TEST_CASE("scenario: a SIGHUP while the configuration is read is a reload after the start")
{
    watched_portal portal;
    starting_daemon daemon(portal);
    daemon.process->signal(SIGHUP);
    daemon.process->wait_for("reload");
    CHECK(daemon.process->index_of("started") < daemon.process->index_of("reload"));
    daemon.process->wait_for("ready");
    CHECK(daemon.process->end_by(SIGTERM).code == 0);
}

TEST_CASE("scenario: a SIGTERM while the configuration is read is an orderly end")
{
    watched_portal portal;
    starting_daemon daemon(portal);
    CHECK(daemon.process->end_by(SIGTERM).code == 0);
    CHECK(daemon.process->count("stopping") == 1);
}

TEST_CASE("scenario: a reload amid the start does not end the start for the service manager")
{
    namespace local = boost::asio::local;
    watched_portal portal;
    portal.set_fault(sim::slow_answers("/", seconds(20)));
    portal.write_config();
    const scratch_directory files;
    const std::string name = files.file("notify");
    boost::asio::io_context ctx;
    local::datagram_protocol::socket manager(ctx, local::datagram_protocol::endpoint(name));
    daemon_process daemon(
        {"run", "--config", portal.config_file(), "--log-format", "json"}, {{"NOTIFY_SOCKET", name}}
    );
    daemon.wait_for("started");
    daemon.signal(SIGHUP);
    daemon.wait_for("reload");
    CHECK(daemon.end_by(SIGTERM).code == 0);
    std::string said;
    std::array<char, 4096> buffer{};
    while (said.find("STOPPING=1") == std::string::npos)
        said.append(buffer.data(), manager.receive(boost::asio::buffer(buffer)));
    CHECK(said.find("READY=1") == std::string::npos);
    CHECK(said.find("RELOADING=1") == std::string::npos);
}

TEST_CASE("scenario: a SIGHUP with a pipe in place of the configuration is refused at once")
{
    watched_portal portal;
    auto& daemon = portal.start_and_read();
    REQUIRE(::unlink(portal.config_file().c_str()) == 0);
    REQUIRE(::mkfifo(portal.config_file().c_str(), 0600) == 0);
    daemon.signal(SIGHUP);
    const log_line refused = daemon.wait_for("reload-rejected");
    CHECK(refused.message().find("is a pipe, not a regular file") != std::string::npos);
    CHECK(portal.scan().status == 200);
}

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

TEST_CASE(
    "scenario: a crossing found again after a restart is told once, or again with the same id "
    "if the state is lost"
)
{
    watched_portal portal;
    portal.rules = "[[rule]]\nname = \"soft\"\nactions = [\"change\"]\nwindow = \"10m\"\n"
                   "threshold = 20\nresponse = \"alert\"\n";
    portal.change_files(portal.alice, 21, 1000, minutes(2), seconds(1));
    const std::string first = portal.start().wait_for("alert").text("DOCWARDEN_INCIDENT");
    CHECK(portal.stop() == 0);
    CHECK(portal.start_and_read().count("alert") == 0);
    CHECK(portal.stop() == 0);
    const std::filesystem::path directory =
        std::filesystem::path(portal.config_file()).parent_path();
    for (const char* file : {"docwarden.db", "docwarden.db-wal", "docwarden.db-shm"})
        std::filesystem::remove(directory / file);
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
