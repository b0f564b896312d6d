#include "daemon/config/config_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/config_problems.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/support/unprivileged.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include <sys/stat.h>

namespace docwarden::test::config_file_test
{

namespace
{

// The only problem of that file, as people see it.
std::string problem_of(const std::string& path)
{
    const auto reading = daemon::read_config_file(path);
    CHECK_FALSE(reading.value);
    REQUIRE(reading.problems.size() == 1);
    return to_text(reading.problems[0]);
}

} // namespace

TEST_CASE("config_file: a file is read, and its name stands in its problems")
{
    const scratch_directory directory;
    const auto good = directory.write("good.toml", least_config, 0644);
    CHECK(daemon::read_config_file(good).value.has_value());
    const auto bad = directory.write("bad.toml", least_config + "response = \"x\"\n");
    CHECK(
        problem_of(bad) ==
        bad + ":8:12: rule[1].response: \"x\" is not \"observe\", \"alert\" or \"disable\""
    );
}

TEST_CASE("config_file: a file that cannot be read says why")
{
    const scratch_directory directory;
    const auto missing = directory.file("missing.toml");
    CHECK(
        problem_of(missing) ==
        missing + ": the file does not exist (name the configuration file with --config FILE)"
    );
    CHECK(
        problem_of(directory.path()) == directory.path() + ": is a directory, not a regular file"
    );
    const auto beneath = directory.write("file", "") + "/below.toml";
    CHECK(problem_of(beneath) == beneath + ": cannot be read: Not a directory");
}

TEST_CASE("config_file: a file that only others may read says so")
{
    const scratch_directory directory;
    REQUIRE(::chmod(directory.path().c_str(), 0755) == 0);
    const auto path = directory.write("config.toml", least_config, 0000);
    const unprivileged nobody;
    CHECK(problem_of(path) == path + ": this user may not read the file");
}

TEST_CASE("config_file: a file is given up at 1 MiB")
{
    const scratch_directory directory;
    auto text = least_config;
    text.resize(daemon::config_bytes_max, '\n');
    CHECK(daemon::read_config_file(directory.write("just.toml", text)).value.has_value());
    const auto more = directory.write("more.toml", text + '\n');
    CHECK(problem_of(more) == more + ": is larger than 1 MiB and cannot be a configuration");
}

TEST_CASE("config_file: a pipe that nobody writes to is refused instead of waited for")
{
    const scratch_directory directory;
    const auto path = directory.file("pipe");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    CHECK(problem_of(path) == path + ": is a pipe, not a regular file");
    CHECK(problem_of("/dev/zero") == "/dev/zero: is a device, not a regular file");
}

namespace
{

const std::string shipped_path = PROJECT_SOURCE_DIR "/etc/docwarden.toml";

std::string shipped_text()
{
    std::ifstream file(shipped_path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The same with every setting that is only shown as a comment put in force.
std::string text_with_all_settings()
{
    std::istringstream lines(shipped_text());
    std::string all;
    for (std::string line; std::getline(lines, line);) {
        const bool is_setting =
            line.size() > 1 && line[0] == '#' && line[1] >= 'a' && line[1] <= 'z';
        all += line.substr(is_setting ? 1 : 0) + '\n';
    }
    return all;
}

daemon::config valid(const daemon::config_reading& reading)
{
    for (const auto& problem : reading.problems)
        UNSCOPED_INFO(to_text(problem));
    REQUIRE(reading.value);
    return *reading.value;
}

} // namespace

TEST_CASE("shipped_config: it is valid as it is, with the rules and defaults of the contract")
{
    using namespace std::chrono_literals;
    const auto config = valid(daemon::read_config_file(shipped_path));
    REQUIRE(config.portals.size() == 1);
    CHECK(config.portals[0].url == "https://yourportal.onlyoffice.com");
    CHECK(config.contact == "security-team@yourcompany.com");
    REQUIRE(config.rules.size() == 4);
    const auto& bulk = config.rules[0];
    CHECK(bulk.name == "bulk-change");
    CHECK(bulk.actions.size() == 16);
    CHECK(bulk.window.count() == core::milliseconds(10min).count());
    CHECK(bulk.threshold == 20);
    CHECK(bulk.response == core::response_mode::disable);
    CHECK(config.rules[1].name == "mass-delete");
    CHECK(config.rules[1].response == core::response_mode::disable);
    CHECK(config.rules[2].name == "mass-download");
    CHECK(config.rules[2].threshold == 100);
    CHECK(config.rules[2].response == core::response_mode::alert);
    CHECK(config.rules[3].name == "folder-operations");
    CHECK(config.rules[3].threshold == 5);
    CHECK(config.rules[3].response == core::response_mode::alert);
}

TEST_CASE("shipped_config: the settings it shows as comments are the defaults, and valid")
{
    const auto shipped = valid(daemon::read_config_file(shipped_path));
    auto all = valid(daemon::read_config(text_with_all_settings(), "all"));
    // These have no default worth showing, so the file shows an example instead.
    CHECK(all.portals[0].api_key_file == "/etc/docwarden/credentials/portal.key");
    CHECK(all.portals[0].ca_file == "/etc/docwarden/portal-ca.pem");
    CHECK(all.portals[0].proxy == "http://proxy.example.com:3128");
    CHECK(all.containment.exempt.size() == 3);
    CHECK(all.state_directory == "/var/lib/docwarden");
    all.portals[0].api_key_file.clear();
    all.portals[0].ca_file.clear();
    all.portals[0].proxy.clear();
    all.containment.exempt.clear();
    CHECK(all.rules[0].users == lines{"robot@example.com"});
    CHECK(all.rules[0].groups == lines{"Robots"});
    all.rules[0].users.clear();
    all.rules[0].groups.clear();
    all.state_directory.clear();
    CHECK(all == shipped);
}

TEST_CASE("shipped_config: every key that is read is explained in it, under its own section")
{
    const auto text = text_with_all_settings();
    for (const auto& section : daemon::config_sections()) {
        const auto name = std::string(section.name);
        INFO("section " << name);
        const auto begin = std::min(text.find("\n[" + name + ']'), text.find("\n[[" + name + ']'));
        REQUIRE(begin != std::string::npos);
        const auto own = text.substr(begin, text.find("\n[", begin + 1) - begin);
        for (const auto key : section.keys) {
            INFO("key " << key);
            CHECK(own.find('\n' + std::string(key) + " = ") != std::string::npos);
        }
    }
}

TEST_CASE("shipped_config: it fits a terminal of 100 columns")
{
    std::istringstream lines(shipped_text());
    unsigned number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        INFO("line " << number);
        CHECK(line.size() <= 100);
    }
    CHECK(number > 100);
}

TEST_CASE("shipped_config: cut off anywhere, it is read or refused, never more")
{
    const auto text = shipped_text();
    std::size_t refused = 0;
    for (std::size_t length = 0; length < text.size(); ++length) {
        const auto reading = daemon::read_config(std::string_view(text).substr(0, length), "cut");
        if (reading.value.has_value() != reading.problems.empty())
            FAIL("cut at byte " << length << ": both a value and problems, or neither");
        refused += reading.value ? 0U : 1U;
    }
    CHECK(refused > 0);
}

TEST_CASE("shipped_config: with any byte replaced, it is read or refused, never more")
{
    const auto text = text_with_all_settings();
    const char replacement = GENERATE('\0', '"', '[', '.', '=', '\n', '9', '\xFF');
    std::size_t refused = 0;
    for (std::size_t at = 0; at < text.size(); at += 31) {
        auto changed = text;
        changed[at] = replacement;
        const auto reading = daemon::read_config(changed, "changed");
        if (reading.value.has_value() != reading.problems.empty())
            FAIL("byte " << at << ": both a value and problems, or neither");
        refused += reading.value ? 0U : 1U;
    }
    CHECK(refused > 0);
}

} // namespace docwarden::test::config_file_test
