// What of a portal's accounts and incidents is kept, and what comes back.

#include "daemon/store/store.hpp"
#include "tests/daemon/store/random_state.hpp"
#include "tests/daemon/store/store_fixture.hpp"

#include <algorithm>
#include <variant>

namespace docwarden::test::portal_state_test
{

namespace
{

using core::state_record;
using core::stored_state;
using daemon::portal_key;
using daemon::store;

const portal_key docs{"docs", "https://docs.example.com"};
const portal_key other{"other", "https://other.example.com"};

using fixture = store_fixture;

// What the store promises, as plainly as it can be said.
void replace(stored_state& state, const state_record& record)
{
    if (const auto* account = std::get_if<core::account_record>(&record)) {
        auto& all = state.accounts;
        std::erase_if(all, [&](const auto& known) { return known.user == account->user; });
        all.push_back(*account);
        std::sort(all.begin(), all.end(), [](const auto& left, const auto& right) {
            return left.user < right.user;
        });
        return;
    }
    const auto& incident = std::get<core::incident>(record);
    auto& all = state.incidents;
    const auto known = std::find_if(all.begin(), all.end(), [&](const auto& candidate) {
        return candidate.id == incident.id;
    });
    if (known == all.end())
        all.push_back(incident);
    else
        *known = incident;
}

daemon::portal_record loaded(store& from, const portal_key& portal = docs)
{
    const auto record = from.load(portal);
    INFO((record.has_error() ? record.error().text : std::string()));
    REQUIRE(record.has_value());
    return *record;
}

core::incident numbered(int number, core::containment_state state)
{
    core::incident incident;
    incident.id = std::to_string(number);
    incident.state = state;
    incident.files = {{at(number), core::object_kind::file, "7"}};
    return incident;
}

std::vector<std::string> ids_of(store& from)
{
    std::vector<std::string> ids;
    for (const core::incident& incident : loaded(from).state.incidents)
        ids.push_back(incident.id);
    return ids;
}

} // namespace

TEST_CASE_METHOD(fixture, "portal_state: what is saved comes back, and the latest of a name counts")
{
    const int seed = GENERATE(range(1, 6));
    CAPTURE(seed);
    random_state random(static_cast<std::uint64_t>(seed));
    stored_state expected;
    stored_state expected_of_other;
    core::coverage_record coverage;
    auto kept = open_well();
    for (int round = 0; round < 100; ++round) {
        std::vector<state_record> records;
        for (std::uint64_t i = random.below(4); i > 0; --i)
            records.push_back(random.record());
        const bool is_other = random.below(4) == 0;
        for (const state_record& record : records)
            replace(is_other ? expected_of_other : expected, record);
        CHECK(kept->save(is_other ? other : docs, records).empty());
        if (random.below(8) == 0) {
            coverage.complete = random.time();
            CHECK(kept->save(docs, coverage).empty());
        }
        if (random.below(8) == 0) {
            kept.reset();
            kept = open_well();
        }
        if (random.below(4) == 0)
            CHECK(loaded(*kept) == daemon::portal_record{coverage, expected});
    }
    CHECK(loaded(*kept) == daemon::portal_record{coverage, expected});
    CHECK(loaded(*kept, other) == daemon::portal_record{{}, expected_of_other});
}

TEST_CASE_METHOD(fixture, "portal_state: another url under the name takes all that was kept along")
{
    random_state random(1);
    const portal_key moved{docs.name, "https://elsewhere.example.com"};
    const auto kept = open_well();
    CHECK(kept->save(docs, std::vector<state_record>{random.account(), random.incident()}).empty());
    CHECK(loaded(*kept, moved) == daemon::portal_record());
    const core::account_record account = random.account();
    CHECK(kept->save(moved, std::vector<state_record>{account}).empty());
    CHECK(loaded(*kept, moved).state == stored_state{{account}, {}});
    CHECK(loaded(*kept) == daemon::portal_record());
}

TEST_CASE_METHOD(fixture, "portal_state: of closed incidents the newest stay, of open ones all")
{
    using core::containment_state;
    const auto kept = open_well({.closed_max = 3});
    std::vector<state_record> records;
    for (int i = 1; i <= 9; ++i)
        records.emplace_back(
            numbered(i, i % 3 == 0 ? containment_state::intended : containment_state::contained)
        );
    CHECK(kept->save(docs, records).empty());
    CHECK(ids_of(*kept) == std::vector<std::string>{"3", "5", "6", "7", "8", "9"});
    // One that is closed now counts by when it was opened.
    records = {numbered(3, containment_state::contained)};
    CHECK(kept->save(docs, records).empty());
    CHECK(ids_of(*kept) == std::vector<std::string>{"5", "6", "7", "8", "9"});
    records = {numbered(6, containment_state::failed), numbered(10, containment_state::refused)};
    CHECK(kept->save(docs, records).empty());
    CHECK(ids_of(*kept) == std::vector<std::string>{"6", "7", "8", "9", "10"});
    CHECK(kept->save(other, std::vector<state_record>{numbered(1, containment_state::contained)})
              .empty());
    CHECK(ids_of(*kept).size() == 5); // each portal has room of its own
}

TEST_CASE_METHOD(fixture, "portal_state: all of a save is kept or nothing of it")
{
    random_state random(2);
    const auto kept = open_well();
    const std::vector<state_record> first{random.account(), random.incident()};
    CHECK(kept->save(docs, first).empty());
    const auto before = loaded(*kept);
    std::vector<state_record> many;
    for (int i = 0; i < 2000; ++i)
        many.emplace_back(numbered(i, core::containment_state::held));
    kept->limit_pages(20);
    CHECK(contains(kept->save(docs, many), "full"));
    CHECK(loaded(*kept) == before);
}

TEST_CASE_METHOD(fixture, "portal_state: what cannot be understood is told by table and row")
{
    struct damage {
        std::string sql;
        std::string told;
    };
    const auto& [sql, told] = GENERATE(values<damage>({
        {"UPDATE account SET method = 'magic'", R"(table account, row 1, method: "magic")"},
        {"UPDATE account SET held = 'never'", R"(table account, row 1, held: "never")"},
        {"UPDATE account SET ended = ''", R"(table account, row 1, ended: "")"},
        {"UPDATE account SET guard = 'unknown'", R"(table account, row 1, guard: "unknown")"},
        {"UPDATE account SET has_sent = 2", "table account, row 1, has_sent: 2"},
        {"UPDATE incident SET state = 'odd'", R"(table incident, row 1, state: "odd")"},
        {"UPDATE incident SET response = 'x'", R"(table incident, row 1, response: "x")"},
        {"UPDATE incident SET threshold = -1", "table incident, row 1, threshold: -1"},
        {"UPDATE incident SET count = 4294967296", "table incident, row 1, count: 4294967296"},
        {"UPDATE incident_file SET kind = 'cat'", R"(table incident_file, row 1, kind: "cat")"},
        {"UPDATE gap SET reason = 'bored'", R"(table gap, row 1, reason: "bored")"},
        {"PRAGMA writable_schema = ON;"
         "UPDATE sqlite_schema SET sql = replace(sql, 'rule TEXT NOT NULL', 'rule TEXT');"
         "PRAGMA writable_schema = RESET; UPDATE incident SET rule = NULL",
         "table incident, row 1, rule: null"},
        {"PRAGMA writable_schema = ON;"
         "UPDATE sqlite_schema SET sql = replace(sql, 'first INTEGER NOT NULL', 'first ANY');"
         "PRAGMA writable_schema = RESET; UPDATE incident SET first = 'soon'",
         R"(table incident, row 1, first: "soon")"},
    }));
    {
        core::coverage_record coverage;
        coverage.gaps = {{at(0), at(1), core::gap_reason::plan, false, at(2)}};
        core::account_record account;
        account.user = "eve";
        const auto kept = open_well();
        CHECK(kept->save(docs, coverage).empty());
        CHECK(kept->save(
                      docs,
                      std::vector<state_record>{account, numbered(1, core::containment_state::held)}
        )
                  .empty());
    }
    change_database(file(), sql);
    const auto kept = open_well();
    const auto record = kept->load(docs);
    REQUIRE(record.has_error());
    CHECK(record.error().text == file() + ": " + told + " cannot be understood");
}

TEST_CASE_METHOD(fixture, "portal_state: a file of version 1 is brought up to date")
{
    change_database(file(), R"(
        PRAGMA application_id = 0x64776172;
        CREATE TABLE portal (
            name TEXT PRIMARY KEY,
            url TEXT NOT NULL,
            complete INTEGER
        ) STRICT;
        CREATE TABLE gap (
            portal TEXT NOT NULL REFERENCES portal (name) ON DELETE CASCADE,
            begins INTEGER NOT NULL,
            ends INTEGER NOT NULL,
            reason TEXT NOT NULL,
            given_up INTEGER NOT NULL,
            since INTEGER NOT NULL,
            PRIMARY KEY (portal, begins)
        ) STRICT;
        INSERT INTO portal VALUES ('docs', 'https://docs.example.com', 17);
        INSERT INTO gap VALUES ('docs', 3, 5, 'downtime', 1, 9);
        PRAGMA user_version = 1;
    )");
    const auto time = [](int ticks) { return core::wall_time(core::tick(ticks)); };
    core::coverage_record coverage;
    coverage.complete = time(17);
    coverage.gaps = {{time(3), time(5), core::gap_reason::downtime, true, time(9)}};
    const auto kept = open_well();
    CHECK(loaded(*kept) == daemon::portal_record{coverage, {}});
    random_state random(3);
    const core::incident incident = random.incident();
    CHECK(kept->save(docs, std::vector<state_record>{incident}).empty());
    CHECK(loaded(*kept) == daemon::portal_record{coverage, {{}, {incident}}});
}

TEST_CASE_METHOD(fixture, "portal_state: nobody waits for the end of incidents from version 2")
{
    random_state random(4);
    core::incident old = random.incident();
    {
        const auto kept = open_well();
        CHECK(kept->save(docs, std::vector<state_record>{old}).empty());
    }
    change_database(file(), R"(
        ALTER TABLE incident DROP COLUMN is_least;
        ALTER TABLE incident DROP COLUMN exempted_as;
        ALTER TABLE incident DROP COLUMN is_end_told;
        ALTER TABLE account DROP COLUMN release_at;
        ALTER TABLE account DROP COLUMN release_after;
        ALTER TABLE account DROP COLUMN release_sent;
        ALTER TABLE account DROP COLUMN is_release_reported;
        ALTER TABLE account DROP COLUMN containments;
        ALTER TABLE account DROP COLUMN contained_at;
        PRAGMA user_version = 2)");
    old.span.is_least = false;
    old.exempted_as.clear();
    old.is_end_told = true;
    const auto kept = open_well();
    CHECK(loaded(*kept).state == stored_state{{}, {old}});
}

TEST_CASE_METHOD(
    fixture,
    "portal_state: a file of version 3 is brought up to date, and nobody in it "
    "is to be given back"
)
{
    random_state random(4);
    core::account_record account = random.account();
    CHECK(open_well()->save(docs, std::vector<state_record>{account}).empty());
    change_database(file(), R"(
        ALTER TABLE account DROP COLUMN release_at;
        ALTER TABLE account DROP COLUMN release_after;
        ALTER TABLE account DROP COLUMN release_sent;
        ALTER TABLE account DROP COLUMN is_release_reported;
        ALTER TABLE account DROP COLUMN containments;
        ALTER TABLE account DROP COLUMN contained_at;
        PRAGMA user_version = 3;
    )");
    account.watch = {};
    account.containments = 0;
    account.contained_at.reset();
    const auto kept = open_well();
    CHECK(loaded(*kept).state == stored_state{{account}, {}});
    account.watch.release_at = random.time();
    CHECK(kept->save(docs, std::vector<state_record>{account}).empty());
    CHECK(loaded(*kept).state == stored_state{{account}, {}});
}

} // namespace docwarden::test::portal_state_test
