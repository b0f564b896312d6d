#include "daemon/store/schema.hpp"
#include "daemon/store/state_check.hpp"
#include "daemon/store/store.hpp"
#include "tests/daemon/store/store_fixture.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"
#include "tests/support/unprivileged.hpp"

#include <filesystem>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace docwarden::test::store_test
{

namespace
{

using core::coverage_record;
using core::gap;
using core::gap_reason;
using daemon::portal_key;
using daemon::store;

const portal_key docs{"docs", "https://docs.example.com"};

coverage_record some_record()
{
    coverage_record record;
    record.complete = at(-60) + core::tick(7);
    record.gaps = {
        {at(-5000), at(-4000), gap_reason::downtime, true, at(-3000)},
        {at(-900), at(-800) + core::tick(1), gap_reason::unreadable, false, at(-700)},
        {at(-500), at(-500), gap_reason::plan, false, at(-400)},
        {at(-300), at(-200), gap_reason::overflow, true, at(-100)},
    };
    return record;
}

using fixture = store_fixture;

coverage_record load(store& from, const portal_key& portal = docs)
{
    const auto record = from.load(portal);
    REQUIRE(record.has_value());
    CHECK(record->state == core::stored_state());
    return record->coverage;
}

} // namespace

TEST_CASE_METHOD(fixture, "store: a new one is for its owner only and knows nothing")
{
    const auto fresh = open_well();
    CHECK(load(*fresh) == coverage_record());
    for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
        struct stat status = {};
        REQUIRE(::stat(entry.path().c_str(), &status) == 0);
        INFO(entry.path());
        CHECK((status.st_mode & 07777U) == 0600);
    }
}

TEST_CASE_METHOD(fixture, "store: what is saved is there again, now and after a restart")
{
    {
        const auto first = open_well();
        CHECK(first->save(docs, some_record()).empty());
        CHECK(load(*first) == some_record());
    }
    const auto second = open_well();
    CHECK(load(*second) == some_record());
    // The latest replaces all of it.
    coverage_record later;
    later.complete = at(0);
    CHECK(second->save(docs, later).empty());
    CHECK(load(*second) == later);
    CHECK(second->save(docs, coverage_record()).empty());
    CHECK(load(*second) == coverage_record());
}

TEST_CASE_METHOD(fixture, "store: what was saved survives a process that just ends")
{
    const ::pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        // No destructor runs and nothing is flushed: as after kill -9.
        store::opening opened = open();
        const bool is_good = opened.value && opened.value->save(docs, some_record()).empty();
        ::_exit(is_good ? 0 : 1);
    }
    int status = -1;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(status == 0);
    CHECK(load(*open_well()) == some_record());
}

TEST_CASE_METHOD(
    fixture,
    "store: each portal has its own record, and another url is another portal"
)
{
    const portal_key other{"other", docs.url};
    const portal_key moved{docs.name, "https://elsewhere.example.com"};
    coverage_record second;
    second.complete = at(5);
    const auto kept = open_well();
    CHECK(kept->save(docs, some_record()).empty());
    CHECK(kept->save(other, second).empty());
    CHECK(load(*kept, docs) == some_record());
    CHECK(load(*kept, other) == second);
    CHECK(load(*kept, moved) == coverage_record());

    CHECK(kept->save(moved, second).empty());
    CHECK(load(*kept, moved) == second);
    CHECK(load(*kept, docs) == coverage_record()); // the name now stands for the other one
    CHECK(load(*kept, other) == second);
}

TEST_CASE_METHOD(fixture, "store: as many gaps as the ledger can hold come back in order")
{
    coverage_record full;
    full.complete = at(0);
    for (int i = 0; i < static_cast<int>(core::coverage::gaps_max); ++i)
        full.gaps.push_back({at(i * 10), at(i * 10 + 5), gap_reason::unreadable, i % 2 == 0, at(i)}
        );
    {
        const auto kept = open_well();
        CHECK(kept->save(docs, full).empty());
    }
    CHECK(load(*open_well()) == full);
}

TEST_CASE_METHOD(fixture, "store: a name with quotes, blanks and odd bytes is only a name")
{
    const portal_key odd{"a'; DROP TABLE gap; --\n\xC3\xA4", "https://x"};
    const auto kept = open_well();
    CHECK(kept->save(odd, some_record()).empty());
    CHECK(load(*kept, odd) == some_record());
    CHECK(load(*kept, docs) == coverage_record());
}

TEST_CASE_METHOD(fixture, "store: one process at a time, and the next one once the first has ended")
{
    auto first = open_well();
    const store::opening second = open();
    CHECK_FALSE(second.value);
    CHECK_FALSE(second.is_missing);
    CHECK_FALSE(second.is_passing);
    CHECK(contains(second.problem, "another docwarden uses the state directory"));
    CHECK(first->save(docs, some_record()).empty());
    first.reset();
    CHECK(load(*open_well()) == some_record());
}

TEST_CASE_METHOD(fixture, "store: bytes that are no database are moved aside, kept, and told")
{
    const std::string garbage = GENERATE(
        std::string("not a database at all"), std::string(8192, '\xA5'), std::string(100, '\0')
    );
    directory.write("docwarden.db", garbage);
    {
        const store::opening opened = open();
        INFO(opened.problem);
        REQUIRE(opened.value);
        CHECK(opened.problem.empty());
        CHECK(contains(opened.warning, file() + " cannot be used ("));
        CHECK(contains(opened.warning, "docwarden.db.corrupt-20260630T130405Z"));
        CHECK(load(*opened.value) == coverage_record());
        CHECK(opened.value->save(docs, some_record()).empty());
    }
    CHECK(moved_aside() == std::vector<std::string>{"docwarden.db.corrupt-20260630T130405Z"});
    CHECK(bytes_of(file() + ".corrupt-20260630T130405Z") == garbage);
    CHECK(load(*open_well()) == some_record());
}

TEST_CASE_METHOD(fixture, "store: a file damaged twice in one second loses neither of its remains")
{
    directory.write("docwarden.db", "one");
    CHECK(open().value);
    directory.write("docwarden.db", "two");
    CHECK(open().value);
    CHECK(moved_aside().size() == 2);
    CHECK(bytes_of(file() + ".corrupt-20260630T130405Z") == "one");
    CHECK(bytes_of(file() + ".corrupt-20260630T130405Z-2") == "two");
}

TEST_CASE_METHOD(fixture, "store: pages overwritten in the middle are noticed at the start")
{
    coverage_record full;
    for (int i = 0; i < 256; ++i)
        full.gaps.push_back({at(i * 10), at(i * 10 + 5), gap_reason::plan, false, at(i)});
    CHECK(open_well()->save(docs, full).empty());
    std::string bytes = bytes_of(file());
    REQUIRE(bytes.size() > 3 * 4096);
    for (std::size_t i = 4096; i < bytes.size(); ++i)
        bytes[i] = '\x5A';
    directory.write("docwarden.db", bytes);

    const store::opening opened = open();
    REQUIRE(opened.value);
    CHECK(contains(opened.warning, "cannot be used ("));
    CHECK(load(*opened.value) == coverage_record());
    CHECK(moved_aside().size() == 1);
}

TEST_CASE_METHOD(fixture, "store: the database of another program is moved aside unchanged")
{
    change_database(file(), "CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
    const std::string theirs = bytes_of(file());
    const store::opening opened = open();
    REQUIRE(opened.value);
    CHECK(contains(opened.warning, "the database of another program"));
    REQUIRE(moved_aside().size() == 1);
    CHECK(bytes_of(directory.file(moved_aside().front())) == theirs);
}

TEST_CASE_METHOD(fixture, "store: our name on tables that are not ours is damage")
{
    CHECK(open_well()->save(docs, some_record()).empty());
    change_database(file(), "DROP TABLE gap");
    const store::opening opened = open();
    REQUIRE(opened.value);
    CHECK(contains(opened.warning, "its tables are not those of docwarden"));
}

TEST_CASE_METHOD(fixture, "store: what a newer version has written is refused and left alone")
{
    CHECK(open_well()->save(docs, some_record()).empty());
    change_database(file(), "PRAGMA user_version = 99");
    const store::opening opened = open();
    CHECK_FALSE(opened.value);
    CHECK_FALSE(opened.is_missing);
    CHECK_FALSE(opened.is_passing);
    CHECK(contains(opened.problem, "was written by a newer docwarden (version 99)"));
    CHECK(moved_aside().empty());
    change_database(file(), "PRAGMA user_version = " + std::to_string(daemon::schema_version()));
    CHECK(load(*open_well()) == some_record());
}

TEST_CASE_METHOD(
    fixture,
    "store: a full disk fails the save, keeps the last record, and is got over"
)
{
    const auto kept = open_well();
    CHECK(kept->save(docs, some_record()).empty());
    coverage_record large = some_record();
    for (int i = 0; i < 2000; ++i)
        large.gaps.push_back({at(i * 10), at(i * 10 + 5), gap_reason::plan, false, at(i)});
    kept->limit_pages(4);
    const std::string error = kept->save(docs, large);
    CHECK(contains(error, file() + ": "));
    CHECK(contains(error, "full"));
    CHECK(load(*kept) == some_record());
    kept->limit_pages(100'000);
    CHECK(kept->save(docs, large).empty());
    CHECK(load(*kept) == large);
}

TEST_CASE_METHOD(fixture, "store: a directory that is not there or not writable is told as that")
{
    const store::opening gone = store::open(directory.file("nowhere"), opened_at);
    CHECK_FALSE(gone.value);
    CHECK(gone.is_missing);
    CHECK_FALSE(gone.is_passing);
    CHECK(contains(gone.problem, "nowhere cannot be used: No such file or directory"));

    REQUIRE(::chmod(directory.path().c_str(), 0555) == 0);
    {
        const unprivileged user;
        const store::opening read_only = open();
        CHECK_FALSE(read_only.value);
        CHECK(read_only.is_missing);
        CHECK_FALSE(read_only.is_passing);
        CHECK(contains(read_only.problem, "cannot be used: Permission denied"));
        CHECK(contains(daemon::check_state({directory.path(), true}), "Permission denied"));
    }
    REQUIRE(::chmod(directory.path().c_str(), 0700) == 0);
}

TEST_CASE_METHOD(fixture, "store: a file that cannot be opened is refused, not replaced")
{
    REQUIRE(::mkdir(file().c_str(), 0700) == 0);
    const store::opening opened = open();
    CHECK_FALSE(opened.value);
    CHECK_FALSE(opened.is_missing);
    CHECK(opened.is_passing);
    CHECK(contains(opened.problem, "docwarden.db cannot be used: Is a directory"));
}

TEST_CASE_METHOD(fixture, "store: a file that may not be written may be again")
{
    CHECK(open_well()->save(docs, some_record()).empty());
    REQUIRE(::chmod(directory.path().c_str(), 0777) == 0);
    REQUIRE(::chmod(directory.file("docwarden.lock").c_str(), 0666) == 0);
    REQUIRE(::chmod(file().c_str(), 0400) == 0);
    {
        const unprivileged user;
        const store::opening opened = open();
        CHECK_FALSE(opened.value);
        CHECK_FALSE(opened.is_missing);
        CHECK(opened.is_passing);
        CHECK(contains(opened.problem, "docwarden.db cannot be used: Permission denied"));
    }
    REQUIRE(::chmod(file().c_str(), 0600) == 0);
    CHECK(load(*open_well()) == some_record());
}

TEST_CASE_METHOD(fixture, "store: a process with too many files open may have fewer soon")
{
    ::rlimit usual = {};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &usual) == 0);
    const ::rlimit none{0, usual.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    const store::opening opened = open();
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &usual) == 0);
    CHECK_FALSE(opened.value);
    CHECK_FALSE(opened.is_missing);
    CHECK(opened.is_passing);
    CHECK(contains(opened.problem, directory.path() + " cannot be used: Too many open files"));
}

TEST_CASE("state: the configuration decides, then the service manager, then the default")
{
    daemon::config settings;
    daemon::environment env;
    using place = daemon::state_place;
    CHECK(daemon::state_place_of(settings, env) == place{"/var/lib/docwarden", false});
    env.state_directory = "/var/lib/a:/var/lib/b";
    CHECK(daemon::state_place_of(settings, env) == place{"/var/lib/a", true});
    settings.state_directory = "/srv/state";
    CHECK(daemon::state_place_of(settings, env) == place{"/srv/state", true});
}

TEST_CASE_METHOD(fixture, "state: checking it touches nothing there")
{
    CHECK(daemon::check_state({directory.path(), true}).empty());
    CHECK(std::filesystem::is_empty(directory.path()));
    CHECK(contains(daemon::check_state({directory.file("no"), true}), "cannot be used: No such"));
    const std::string plain = directory.write("plain", "x");
    CHECK(contains(daemon::check_state({plain, true}), "it is not a directory"));
}

} // namespace docwarden::test::store_test
