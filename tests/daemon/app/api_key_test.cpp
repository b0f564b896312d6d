#include "daemon/app/api_key.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/support/unprivileged.hpp"

#include <cstdlib>

#include <sys/stat.h>

namespace docwarden::test::api_key_test
{

namespace
{

const std::string key = "sk-0123456789abcdef";

struct fixture {
    scratch_directory directory;
    daemon::portal_settings portal;
    daemon::environment env;

    fixture() { portal.name = "main"; }

    daemon::api_key_reading find() const { return daemon::find_api_key(portal, env); }

    // The key itself, or an empty text.
    std::string found() const
    {
        const auto reading = find();
        CHECK(reading.key.has_value() == reading.problems.empty());
        return reading.key ? std::string(reading.key->reveal()) : "";
    }

    // Why there is no key, as people see it.
    std::string problem() const
    {
        const auto reading = find();
        CHECK_FALSE(reading.key);
        REQUIRE(reading.problems.size() == 1);
        return to_text(reading.problems[0]);
    }
};

} // namespace

TEST_CASE("api_key: the file of the configuration comes before the credential and the environment")
{
    fixture f;
    f.portal.api_key_file = f.directory.write("portal.key", key + "1");
    f.directory.write("api-key", key + "2");
    f.env.credentials_directory = f.directory.path();
    f.env.api_key = net::secret(key + "3");
    CHECK(f.found() == key + "1");
    f.portal.api_key_file.clear();
    CHECK(f.found() == key + "2");
    f.env.credentials_directory.clear();
    CHECK(f.found() == key + "3");
}

TEST_CASE("api_key: without a credential of that name the environment decides")
{
    fixture f;
    f.env.credentials_directory = f.directory.path();
    f.env.api_key = net::secret(key);
    CHECK(f.found() == key);
}

TEST_CASE("api_key: a file that is named but missing is not replaced by another key")
{
    fixture f;
    f.portal.api_key_file = f.directory.file("missing.key");
    f.env.api_key = net::secret(key);
    CHECK(
        f.problem() ==
        f.portal.api_key_file + ": the API key file does not exist (check api_key_file)"
    );
}

TEST_CASE("api_key: one newline at the end is cut off, whatever editor wrote it")
{
    fixture f;
    const std::string end = GENERATE("", "\n", "\r\n");
    f.portal.api_key_file = f.directory.write("portal.key", key + end);
    CHECK(f.found() == key);
    f.portal.api_key_file.clear();
    f.env.api_key = net::secret(key + end);
    CHECK(f.found() == key);
}

TEST_CASE("api_key: the unit's placeholder is told as a missing key, with what to do")
{
    fixture f;
    f.directory.write("api-key", "unset");
    f.env.credentials_directory = f.directory.path();
    CHECK(
        f.problem() == f.directory.path() +
                           "/api-key: no API key is installed, only the unit's placeholder (write "
                           "the key to the file that LoadCredential= of the unit names (see "
                           "systemctl cat docwarden), "
                           "owned by root with mode 0600, then systemctl restart docwarden)"
    );
}

TEST_CASE("api_key: no key anywhere says all the places it may be put")
{
    fixture f;
    f.env.credentials_directory = f.directory.path();
    const auto problem = f.problem();
    CHECK(problem.starts_with("there is no API key for portal \"main\" ("));
    for (const auto* const place : {"api_key_file", "LoadCredential=", "$DOCSPACE_API_KEY"}) {
        INFO(place);
        CHECK(problem.find(place) != std::string::npos);
    }
}

TEST_CASE("api_key: what cannot be a key is refused without repeating any of it")
{
    fixture f;
    constexpr std::string_view odd = ": the API key contains a blank, a line break or another "
                                     "character that no key has (it must "
                                     "contain the key alone, on one line)";
    const auto [text, said] = GENERATE_COPY(table<std::string, std::string_view>({
        {"", ": the API key is empty (it must contain the key alone, on one line)"},
        {"\n", ": the API key is empty (it must contain the key alone, on one line)"},
        {key + "\n\n", odd},
        {key + ' ', odd},
        {' ' + key, odd},
        {key + '\t' + key, odd},
        {key + "\r\nX-Evil: 1", odd},
        {key + std::string(1, '\0'), odd},
        {"\xEF\xBB\xBF" + key, odd},
        {key + '\x7F', odd},
        {std::string(4097, 'k'),
         ": the API key is longer than 4 KiB (it must contain the key alone, on one line)"},
        {std::string(5000, 'k'), ": is too large for an API key (it must contain the key alone)"},
    }));
    f.portal.api_key_file = f.directory.write("portal.key", text);
    const auto problem = f.problem();
    CHECK(problem == f.portal.api_key_file + std::string(said));
    CHECK(problem.find("0123") == std::string::npos);
    CHECK(problem.find("kkk") == std::string::npos);
}

TEST_CASE("api_key: a key of 4 KiB with its newline still fits")
{
    fixture f;
    const std::string longest(4096, 'k');
    f.portal.api_key_file = f.directory.write("portal.key", longest + "\r\n");
    CHECK(f.found() == longest);
}

TEST_CASE("api_key: files that cannot be read say why")
{
    fixture f;
    f.portal.api_key_file = f.directory.path();
    CHECK(
        f.problem() ==
        f.directory.path() + ": is a directory, not an API key file (check api_key_file)"
    );
    f.portal.api_key_file = f.directory.file("pipe");
    REQUIRE(::mkfifo(f.portal.api_key_file.c_str(), 0600) == 0); // nobody writes
    CHECK(
        f.problem() ==
        f.portal.api_key_file + ": is a pipe, not an API key file (check api_key_file)"
    );
    f.portal.api_key_file = f.directory.write("portal.key", key, 0000);
    REQUIRE(::chmod(f.directory.path().c_str(), 0755) == 0);
    const unprivileged nobody;
    CHECK(
        f.problem() ==
        f.portal.api_key_file + ": this user may not read the API key file (check owner and mode)"
    );
}

TEST_CASE("api_key: a file that others may read is used with a warning")
{
    fixture f;
    f.portal.api_key_file = f.directory.write("portal.key", key, 0640);
    const auto warnings = f.find().warnings;
    REQUIRE(warnings.size() == 1);
    CHECK(
        to_text(warnings[0]) == f.portal.api_key_file +
                                    ": the API key can be read by other users of this host (mode "
                                    "0640) (chmod 600 " +
                                    f.portal.api_key_file + ')'
    );
    CHECK(f.found() == key);
    f.portal.api_key_file = f.directory.write("world.key", key, 0604);
    CHECK(f.find().warnings.size() == 1);
    f.portal.api_key_file = f.directory.write("own.key", key, 0600);
    CHECK(f.find().warnings.empty());
}

TEST_CASE("api_key: the service manager's credentials need no warning, by either way to them")
{
    fixture f;
    const auto path = f.directory.write("api-key", key, 0444);
    f.env.credentials_directory = f.directory.path();
    CHECK(f.find().warnings.empty());
    f.portal.api_key_file = path;
    CHECK(f.find().warnings.empty());
    f.env.credentials_directory = f.directory.path() + "/api";
    CHECK(f.find().warnings.size() == 1);
}

TEST_CASE("environment: the variables are read, and empty if they are not set")
{
    REQUIRE(::setenv("DOCSPACE_API_KEY", key.c_str(), 1) == 0);
    REQUIRE(::setenv("CREDENTIALS_DIRECTORY", "/run/c", 1) == 0);
    REQUIRE(::unsetenv("STATE_DIRECTORY") == 0);
    const auto env = daemon::read_environment();
    REQUIRE(::unsetenv("DOCSPACE_API_KEY") == 0);
    REQUIRE(::unsetenv("CREDENTIALS_DIRECTORY") == 0);
    CHECK(env.api_key.reveal() == key);
    CHECK(env.credentials_directory == "/run/c");
    CHECK(env.state_directory.empty());
    CHECK(daemon::read_environment().api_key.empty());
}

} // namespace docwarden::test::api_key_test
