// What the real program does with its state directory, from one run to the next.

#include "tests/support/catch.hpp"
#include "tests/support/watched_portal.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>

namespace docwarden::test::state_test
{

namespace
{

namespace fs = std::filesystem;
using std::chrono::minutes;
using std::chrono::seconds;

// Next to the configuration.
fs::path state_of(const watched_portal& portal)
{
    return fs::path(portal.config_file()).parent_path();
}

void write_file(const fs::path& path, const std::string& text)
{
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

std::string read_file(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<fs::path> moved_aside(const watched_portal& portal)
{
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(state_of(portal))) {
        if (entry.path().filename().string().find(".corrupt-") != std::string::npos)
            found.push_back(entry.path());
    }
    return found;
}

} // namespace

TEST_CASE("scenario: an attack while the daemon was down is found after the restart")
{
    const int ending = GENERATE(SIGTERM, SIGKILL);
    watched_portal portal;
    portal.server.advance(-minutes(7)); // so that both clocks agree after the pause
    auto& daemon = portal.start_and_read();
    REQUIRE(portal.scan().status == 200);
    daemon.end_by(ending);
    portal.server.advance(minutes(7));
    portal.change_files(portal.alice, 21, 1000, minutes(6), seconds(1));
    auto& again = portal.start();
    again.wait_for("contained");
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(again.count("config-warning") == 0);
}

TEST_CASE("scenario: a state file of rubbish is moved aside with a record, and watching goes on")
{
    const std::string rubbish = GENERATE(
        std::string("not a database, but long enough to be taken for one\n"),
        std::string(8192, '\xff'),
        std::string("SQLite format 3")
    );
    watched_portal portal;
    portal.start_and_read();
    CHECK(portal.stop() == 0);
    write_file(state_of(portal) / "docwarden.db", rubbish);
    portal.change_files(portal.alice, 21, 1000, minutes(2), seconds(1));

    auto& again = portal.start();
    const log_line told = again.wait_for("config-warning");
    again.wait_for("contained");
    REQUIRE(moved_aside(portal).size() == 1);
    const fs::path aside = moved_aside(portal).front();
    CHECK(told.message().find(aside.string()) != std::string::npos);
    CHECK(told.message().find("empty record") != std::string::npos);
    CHECK(read_file(aside) == rubbish); // kept as evidence
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(again.count("config-warning") == 1);

    // That was that: the next start finds a good file.
    CHECK(portal.stop() == 0);
    CHECK(portal.start_and_read().count("config-warning") == 0);
    CHECK(moved_aside(portal).size() == 1);
}

TEST_CASE("scenario: a second daemon on the same state directory ends with 78 and says why")
{
    watched_portal portal;
    auto& first = portal.start_and_read();
    daemon_process second({"run", "--config", portal.config_file(), "--log-format", "json"});
    CHECK(second.wait_exit() == 78);
    const log_line told = second.wait_for("config-error");
    CHECK(told.message().find("another docwarden uses the state directory") != std::string::npos);
    CHECK(told.message().find(state_of(portal).string()) != std::string::npos);
    CHECK(second.count("started") == 0);

    // The first one never noticed.
    portal.change_files(portal.alice, 21, 1000, minutes(2), seconds(1));
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(first.count("degraded") == 0);

    // The directory is free as soon as it has ended, however it ended.
    first.end_by(SIGKILL);
    portal.start_and_read();
}

TEST_CASE("scenario: a state directory that is not there or not one ends the start with 78")
{
    watched_portal portal;
    portal.start_and_read();
    CHECK(portal.stop() == 0);
    std::string config = read_file(portal.config_file());
    const std::string old = state_of(portal).string() + "\"\n";
    const std::string place = GENERATE(std::string("/nowhere"), std::string("/docwarden.toml"));
    config.replace(config.rfind(old), old.size(), state_of(portal).string() + place + "\"\n");
    portal.write_config_text(config);

    daemon_process daemon({"run", "--config", portal.config_file(), "--log-format", "json"});
    CHECK(daemon.wait_exit() == 78);
    const std::string said = daemon.wait_for("config-error").message();
    CHECK(said.find("state directory " + state_of(portal).string() + place) != std::string::npos);
    CHECK(said.find("must exist and be writable") != std::string::npos);
}

} // namespace docwarden::test::state_test
