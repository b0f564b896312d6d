// What `docwarden check` says about the state directory and the file in it.

#include "daemon/command/check_command.hpp"
#include "daemon/store/schema.hpp"
#include "daemon/store/store.hpp"
#include "tests/daemon/store/random_state.hpp"
#include "tests/daemon/store/store_fixture.hpp"
#include "tests/support/text.hpp"

#include <sstream>

#include <sys/stat.h>

namespace docwarden::test::check_state_test
{

namespace
{

struct fixture : store_fixture {
    int code = 0;

    // The line about the state.
    std::string check()
    {
        daemon::config settings;
        daemon::environment env;
        env.state_directory = directory.path();
        std::ostringstream out;
        code = daemon::check(settings, "etc/d.toml", env, true, false, out);
        std::string line;
        for (std::istringstream lines(out.str()); std::getline(lines, line);) {
            if (contains(line, ": state: "))
                break;
        }
        return line;
    }

    void fill() const
    {
        const daemon::portal_key docs{"docs", "https://docs.example.com"};
        random_state random(1);
        daemon::journal_entry entry;
        entry.told.message = "Stopping";
        const auto kept = open_well();
        const std::vector<core::state_record> records{
            random.account(), random.incident(), random.incident()};
        REQUIRE(kept->save(docs, records).empty());
        REQUIRE(kept->append(std::vector{entry, entry, entry}).has_value());
    }
};

const std::string this_version = std::to_string(daemon::schema_version());

} // namespace

TEST_CASE_METHOD(fixture, "check_state: a directory without a file is fine")
{
    CHECK(check() == "ok: state: " + directory.path() + " is usable; nothing is stored there yet");
    CHECK(code == 0);
    CHECK(std::filesystem::is_empty(directory.path()));
    change_database(file(), ""); // an empty file
    CHECK(check() == "ok: state: " + directory.path() + " is usable; nothing is stored there yet");
}

TEST_CASE_METHOD(fixture, "check_state: what the file holds is counted, with the daemon or without")
{
    fill();
    const std::string expected = "ok: state: " + directory.path() +
                                 " is usable; docwarden.db has version " + this_version +
                                 " and holds 1 account, 2 incidents and 3 journal entries";
    CHECK(check() == expected);
    CHECK(code == 0);
    {
        const auto running = open_well();
        CHECK(check() == expected);
        daemon::journal_entry entry;
        REQUIRE(running->append({&entry, 1}).has_value());
        CHECK(contains(check(), "and 4 journal entries"));
    }
    open_well(); // check has left nothing that hinders the next start
}

TEST_CASE_METHOD(fixture, "check_state: a journal that somebody has changed is a failure")
{
    fill();
    change_database(file(), "UPDATE journal SET message = 'Starting' WHERE number = 2");
    CHECK(
        check() ==
        "FAILED: state: " + file() +
            ": journal entry 2: its content does not match its hash: somebody has changed the file"
            " behind docwarden's back. Keep a copy of it and find out who could write it; docwarden"
            " goes on with it"
    );
    CHECK(code == 1);
}

TEST_CASE_METHOD(fixture, "check_state: an older file is told, and left to the next start")
{
    fill();
    change_database(file(), R"(
        DROP TABLE chain; DROP TABLE journal; DROP TABLE incident_file; DROP TABLE incident;
        DROP TABLE account_incident; DROP TABLE account; PRAGMA user_version = 1)");
    CHECK(contains(check(), "has version 1, which the next start brings up to " + this_version));
    CHECK(contains(check(), "has version 1"));
    open_well();
    CHECK(contains(check(), "has version " + this_version + " and holds 0 accounts"));
}

TEST_CASE_METHOD(fixture, "check_state: a file of a newer docwarden is one that would not start")
{
    fill();
    change_database(file(), "PRAGMA user_version = 99");
    CHECK(
        check() == "FAILED: state: " + file() +
                       " cannot be used: it was written by a newer docwarden (version 99): install"
                       " that one again, or move the file away and lose what it holds"
    );
    CHECK(code == 78);
}

TEST_CASE_METHOD(fixture, "check_state: another program's file and a damaged one are moved aside")
{
    change_database(file(), "CREATE TABLE theirs (x)");
    CHECK(
        check() == "warning: state: " + file() +
                       " cannot be used: it is the database of another program: the next start"
                       " moves it aside and begins anew"
    );
    CHECK(code == 0);

    directory.write("docwarden.db", "no database at all");
    CHECK(contains(check(), "FAILED: state: " + file() + " cannot be used: file is not a database")
    );
    CHECK(code == 1);
    CHECK(moved_aside().empty());
}

TEST_CASE_METHOD(fixture, "check_state: our name on tables that are not ours is damage")
{
    fill();
    change_database(file(), "DROP TABLE incident_file; DROP TABLE incident");
    CHECK(contains(check(), "its tables are not those of docwarden: no such table: incident"));
    CHECK(code == 1);
}

TEST_CASE_METHOD(fixture, "check_state: a file that cannot be read now is a warning")
{
    REQUIRE(::mkdir(file().c_str(), 0700) == 0);
    CHECK(contains(check(), "warning: state: " + file() + " cannot be used: "));
    CHECK(contains(check(), ": docwarden runs without it and tries again"));
    CHECK(code == 0);
}

} // namespace docwarden::test::check_state_test
