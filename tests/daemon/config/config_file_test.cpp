#include "daemon/config/config_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/config_problems.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/support/unprivileged.hpp"

#include <thread>

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
        missing + ": there is no such file (name the configuration with --config FILE)"
    );
    CHECK(problem_of(directory.path()) == directory.path() + ": is a directory, not a file");
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

TEST_CASE("config_file: a file without end is given up at 1 MiB")
{
    CHECK(
        problem_of("/dev/zero") == "/dev/zero: is larger than 1 MiB and cannot be a configuration"
    );
    const scratch_directory directory;
    auto text = least_config;
    text.resize(daemon::config_bytes_max, '\n');
    CHECK(daemon::read_config_file(directory.write("just.toml", text)).value.has_value());
    const auto more = directory.write("more.toml", text + '\n');
    CHECK(problem_of(more) == more + ": is larger than 1 MiB and cannot be a configuration");
}

TEST_CASE("config_file: a pipe is read to its end")
{
    const scratch_directory directory;
    const auto path = directory.file("pipe");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    std::thread writer([&] { std::ofstream(path) << least_config; });
    const auto reading = daemon::read_config_file(path);
    writer.join();
    CHECK(reading.value.has_value());
}

} // namespace docwarden::test::config_file_test
