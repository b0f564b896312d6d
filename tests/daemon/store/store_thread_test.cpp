// The store beside the event loop: what is told when, what is tried again, and that nothing waits
// for the disk.

#include "daemon/store/store_thread.hpp"
#include "tests/daemon/store/fault_disk.hpp"
#include "tests/daemon/store/random_state.hpp"
#include "tests/daemon/store/store_fixture.hpp"
#include "tests/support/complete.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <optional>
#include <utility>

#include <sys/stat.h>

namespace docwarden::test::store_thread_test
{

namespace
{

namespace asio = boost::asio;

using daemon::store;
using daemon::store_thread;
using state = store_thread::opening::outcome;

const daemon::portal_key docs{"docs", "https://docs.example.com"};

daemon::journal_entry entry(const std::string& message)
{
    daemon::journal_entry made;
    made.told.message = message;
    return made;
}

using messages = std::vector<std::string>;

struct fixture : store_fixture {
    fixture()
    {
        settings.directory = directory.path();
        settings.queue.pause_min = core::milliseconds(1);
        settings.queue.pause_max = core::milliseconds(5);
        settings.limits.patience = core::milliseconds(1);
    }

    store_thread& start()
    {
        store_thread::hooks hooks;
        hooks.now = [] { return opened_at; };
        hooks.on_change = [this](const std::string& problem) { problems.push_back(problem); };
        hooks.on_warning = [this](const std::string& warning) { warnings.push_back(warning); };
        return thread.emplace(loop.get_executor(), settings, std::move(hooks));
    }

    store_thread& start_open()
    {
        store_thread& started = start();
        const auto found = started.wait_until_open(hang_limit);
        INFO(found.problem);
        REQUIRE(found.state == state::open);
        return started;
    }

    template <class Condition>
    void run_until(Condition is_met)
    {
        const auto work = asio::make_work_guard(loop);
        while (!is_met()) {
            loop.restart();
            REQUIRE(loop.run_one_for(hang_limit) != 0);
        }
    }

    // What becomes of a commit of that account.
    std::string commit(const std::string& user)
    {
        std::optional<std::string> outcome;
        begin_commit(user, outcome);
        CHECK_FALSE(outcome); // not before the loop's next turn
        run_until([&] { return outcome.has_value(); });
        return *outcome;
    }

    void begin_commit(const std::string& user, std::optional<std::string>& outcome)
    {
        core::account_record account;
        account.user = user;
        thread->commit(docs, {account}, [&outcome](const std::string& problem) {
            CHECK_FALSE(outcome); // once
            outcome = problem;
        });
    }

    // What becomes of a load: the users, or the error.
    std::string loaded()
    {
        std::optional<std::string> outcome;
        thread->load(docs, [&](const daemon::sqlite::result<daemon::portal_record>& record) {
            outcome = record.has_error() ? record.error().text : std::string();
            for (const auto& account :
                 record.has_error() ? std::vector<core::account_record>() : record->state.accounts)
                *outcome += account.user + ' ';
        });
        run_until([&] { return outcome.has_value(); });
        return *outcome;
    }

    // After the end: the journal's messages, which must be a chain.
    messages journal() const
    {
        const auto kept = open_well();
        CHECK(kept->verify()->problem.empty());
        messages told;
        for (const daemon::journal_entry& found : *kept->entries(0, 100'000))
            told.push_back(found.told.message);
        return told;
    }

    asio::io_context loop;
    store_thread::settings settings;
    messages problems;
    messages warnings;
    std::optional<store_thread> thread;
};

struct faulty : fixture {
    ~faulty() { thread.reset(); }
    faulty() = default;
    faulty(const faulty&) = delete;
    faulty& operator=(const faulty&) = delete;

    fault_disk disk; // outlives the thread
};

} // namespace

TEST_CASE_METHOD(fixture, "store_thread: what is committed is loaded, and is there after the end")
{
    start_open();
    CHECK(loaded() == "");
    CHECK(commit("eve") == "");
    CHECK(commit("bob") == "");
    CHECK(loaded() == "bob eve ");
    thread->append(entry("one"));
    thread->append(entry("two"));
    core::coverage_record coverage;
    coverage.complete = at(7);
    std::optional<std::string> outcome;
    thread->commit(docs, coverage, [&](const std::string& problem) { outcome = problem; });
    CHECK(thread->stop(hang_limit));
    run_until([&] { return outcome.has_value(); });
    CHECK(outcome == "");
    CHECK(journal() == messages{"one", "two"});
    CHECK(open_well()->load(docs)->coverage == coverage);
    CHECK(problems.empty());
    CHECK(warnings.empty());
    CHECK(commit("ann") == "docwarden is stopping");
    CHECK(loaded() == "docwarden is stopping");
}

TEST_CASE_METHOD(faulty, "store_thread: what waits meanwhile is written as one transaction")
{
    start_open();
    CHECK(commit("eve") == "");
    disk.hold();
    std::optional<std::string> first;
    std::optional<std::string> last;
    begin_commit("ann", first);
    disk.wait_until_held();
    const unsigned syncs = disk.syncs();
    std::vector<std::optional<std::string>> outcomes(50);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        begin_commit("user" + std::to_string(i), outcomes[i]);
        thread->append(entry(std::to_string(i)));
    }
    begin_commit("bob", last);
    CHECK(loop.poll() == 0); // nobody is told anything yet, and nobody has waited
    disk.release();
    run_until([&] { return last.has_value(); });
    CHECK(first == "");
    CHECK(last == "");
    for (const auto& outcome : outcomes)
        CHECK(outcome == "");
    CHECK(disk.syncs() == syncs + 2);
    CHECK(thread->stop(hang_limit));
    CHECK(journal().size() == 50);
}

TEST_CASE_METHOD(fixture, "store_thread: a start learns what only a person can change")
{
    std::string told;
    std::unique_ptr<store> holder;
    SECTION("a newer file")
    {
        change_database(file(), "PRAGMA application_id = 0x64776172; PRAGMA user_version = 99");
        told = "it was written by a newer docwarden (version 99)";
    }
    SECTION("another docwarden")
    {
        holder = open_well();
        told = "another docwarden uses the state directory";
    }
    SECTION("no directory")
    {
        settings.directory = directory.file("nowhere");
        told = "nowhere cannot be used: No such file or directory";
    }
    start();
    const auto found = thread->wait_until_open(hang_limit);
    CHECK(found.state == state::refused);
    CHECK(found.is_missing == contains(told, "nowhere"));
    CHECK(contains(found.problem, told));
    thread->append(entry("lost"));
    CHECK(commit("eve") == found.problem);
    CHECK(loaded() == found.problem);
    CHECK(problems == messages{found.problem});
    CHECK(thread->stop(hang_limit));
}

TEST_CASE_METHOD(fixture, "store_thread: what may pass is tried again, and commits fail meanwhile")
{
    REQUIRE(::mkdir(file().c_str(), 0700) == 0); // no file may take its place
    start();
    const auto found = thread->wait_until_open(hang_limit);
    CHECK(found.state == state::waiting);
    CHECK(contains(found.problem, file() + " cannot be used: Is a directory"));
    CHECK(commit("eve") == found.problem);
    CHECK(loaded() == found.problem);
    thread->append(entry("kept"));
    REQUIRE(::rmdir(file().c_str()) == 0);
    run_until([&] { return problems.size() == 2; });
    CHECK(problems == messages{found.problem, ""});
    CHECK(commit("eve") == "");
    CHECK(loaded() == "eve ");
    CHECK(thread->stop(hang_limit));
    CHECK(journal() == messages{"kept"});
}

TEST_CASE_METHOD(
    fixture,
    "store_thread: while somebody locks the file entries wait and commits fail"
)
{
    start_open();
    CHECK(commit("eve") == "");
    auto other = daemon::sqlite::database::open(file());
    REQUIRE(other.has_value());
    REQUIRE(other->execute("BEGIN IMMEDIATE").has_value());
    thread->append(entry("first"));
    const std::string locked = file() + ": database is locked";
    CHECK(commit("bob") == locked);
    CHECK(commit("ann") == locked);
    CHECK(loaded() == "eve "); // reading goes on
    CHECK(problems == messages{locked});
    thread->append(entry("second"));
    REQUIRE(other->execute("ROLLBACK").has_value());
    run_until([&] { return problems.size() == 2; });
    CHECK(problems.back() == "");
    CHECK(commit("bob") == "");
    CHECK(thread->stop(hang_limit));
    CHECK(journal() == messages{"first", "second"});
}

TEST_CASE_METHOD(faulty, "store_thread: a full disk is told once, and its end is noticed unasked")
{
    start_open();
    disk.plan(fault_disk::fault::full, 1);
    const std::string full = file() + ": database or disk is full";
    CHECK(commit("eve") == full);
    CHECK(commit("bob") == full);
    CHECK(problems == messages{full});
    disk.heal(); // nothing waits to be written
    run_until([&] { return problems.size() == 2; });
    CHECK(problems.back() == "");
    CHECK(commit("eve") == "");
    CHECK(loaded() == "eve ");
}

TEST_CASE_METHOD(
    faulty,
    "store_thread: entries that find no room are counted, and the count is kept"
)
{
    settings.queue.entries_max = 3;
    start_open();
    disk.plan(fault_disk::fault::full, 1);
    for (int i = 1; i <= 10; ++i)
        thread->append(entry(std::to_string(i)));
    CHECK(contains(commit("eve"), "full"));
    disk.heal();
    CHECK(commit("eve") == "");
    thread->append(entry("after"));
    CHECK(thread->stop(hang_limit));
    const std::string count =
        "7 journal entries are missing here: the state could not be written in time";
    CHECK(journal() == messages{"1", "2", "3", count, "after"});
}

TEST_CASE_METHOD(fixture, "store_thread: a file that is damaged meanwhile goes aside")
{
    start_open();
    CHECK(commit("eve") == "");
    change_database(
        file(),
        "PRAGMA writable_schema = ON;"
        "UPDATE sqlite_schema SET rootpage = 99999 WHERE name = 'account';"
        "PRAGMA writable_schema = OFF; PRAGMA schema_version = 1000"
    );
    const std::string story =
        file() +
        " cannot be used (malformed database schema (account) - invalid rootpage) and was moved"
        " to " +
        file() +
        ".corrupt-20260630T130405Z. Its content is lost to docwarden, which begins with an empty"
        " record";
    messages expected;
    SECTION("a commit finds it, and fails once")
    {
        CHECK(commit("bob") == story);
    }
    SECTION("a load finds it, and fails once")
    {
        CHECK(loaded() == story);
    }
    SECTION("an entry finds it, and is kept")
    {
        thread->append(entry("kept"));
        run_until([&] { return !warnings.empty(); });
        expected = {"kept"};
    }
    CHECK(commit("ann") == "");
    CHECK(loaded() == "ann ");
    CHECK(warnings == messages{story});
    CHECK((problems.empty() || problems.back() == ""));
    CHECK(moved_aside().size() == 1);
    CHECK(thread->stop(hang_limit));
    CHECK(journal() == expected);
}

TEST_CASE_METHOD(fixture, "store_thread: a file that somebody removes is made anew")
{
    start_open();
    CHECK(commit("eve") == "");
    REQUIRE(std::filesystem::remove(file()));
    const std::string story =
        file() + ": somebody has moved or removed the file, and a new one is made";
    CHECK(commit("bob") == story);
    CHECK(commit("ann") == "");
    CHECK(loaded() == "ann ");
    CHECK(problems == messages{story, ""});
    thread->append(entry("kept"));
    CHECK(thread->stop(hang_limit));
    CHECK(journal() == messages{"kept"});
}

TEST_CASE_METHOD(fixture, "store_thread: a directory that goes away is used again when it is back")
{
    const std::string place = directory.file("state");
    const std::string elsewhere = directory.file("elsewhere");
    settings.directory = place;
    REQUIRE(::mkdir(place.c_str(), 0700) == 0);
    start_open();
    CHECK(commit("eve") == "");
    REQUIRE(::rename(place.c_str(), elsewhere.c_str()) == 0);
    const std::string missing = place + " cannot be used: No such file or directory";
    CHECK(contains(commit("bob"), missing));
    CHECK(contains(commit("bob"), missing));
    REQUIRE(::rename(elsewhere.c_str(), place.c_str()) == 0);
    run_until([&] { return problems.back().empty(); });
    CHECK(commit("bob") == "");
    CHECK(loaded() == "bob eve ");
    CHECK(thread->stop(hang_limit));
}

TEST_CASE_METHOD(faulty, "store_thread: a start does not wait for a dead disk, nor does the end")
{
    disk.hold();
    start();
    disk.wait_until_held();
    const auto found = thread->wait_until_open(core::milliseconds(1));
    CHECK(found.state == state::waiting);
    CHECK(contains(found.problem, directory.path() + " has not answered yet"));
    std::optional<std::string> outcome;
    begin_commit("eve", outcome); // it may still answer
    std::optional<std::string> load;
    thread->load(docs, [&](const auto& record) { load = record.error().text; });
    CHECK(loop.poll() == 0);
    CHECK_FALSE(thread->stop(core::milliseconds(1)));
    run_until([&] { return outcome && load; });
    CHECK(outcome == "the disk did not answer in time");
    CHECK(load == "the disk did not answer in time");
    thread.reset();
    disk.release();
}

TEST_CASE_METHOD(faulty, "store_thread: what the disk holds at the end fails, and is told no more")
{
    start_open();
    CHECK(commit("eve") == "");
    disk.hold();
    std::optional<std::string> under_way;
    std::optional<std::string> waiting;
    begin_commit("bob", under_way);
    disk.wait_until_held();
    begin_commit("ann", waiting);
    CHECK_FALSE(thread->stop(core::milliseconds(1)));
    run_until([&] { return under_way && waiting; });
    CHECK(under_way == "the disk did not answer in time");
    CHECK(waiting == "the disk did not answer in time");
    CHECK(thread->stop(hang_limit)); // nothing is left to stop
    thread.reset();
    disk.release();
}

TEST_CASE_METHOD(faulty, "store_thread: it takes in only so much while the disk does not answer")
{
    settings.queue.commits_max = 2;
    start_open();
    disk.hold();
    std::vector<std::optional<std::string>> outcomes(4);
    begin_commit("0", outcomes[0]);
    disk.wait_until_held();
    for (std::size_t i = 1; i < 4; ++i)
        begin_commit(std::to_string(i), outcomes[i]);
    run_until([&] { return outcomes[3].has_value(); });
    CHECK(outcomes[3] == "the disk has not answered for 2 commits");
    disk.release();
    run_until([&] { return outcomes[0] && outcomes[1] && outcomes[2]; });
    CHECK(outcomes[2] == "");
}

} // namespace docwarden::test::store_thread_test
