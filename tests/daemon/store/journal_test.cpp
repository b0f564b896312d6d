// What was told or done, in its order, and whether anybody has touched it since.

#include "daemon/store/store.hpp"
#include "tests/daemon/store/random_state.hpp"
#include "tests/daemon/store/store_fixture.hpp"

#include <algorithm>

namespace docwarden::test::journal_test
{

namespace
{

using daemon::chain_check;
using daemon::journal_entry;
using daemon::store;

using fixture = store_fixture;

journal_entry entry(int number)
{
    journal_entry made;
    made.time = at(number);
    made.portal = number % 3 == 0 ? "" : "docs";
    made.told.kind = core::report_kind::alert;
    made.told.level = core::priority::critical;
    made.told.message = "message " + std::to_string(number);
    made.told.fields = {{"USER_ID", std::to_string(number)}, {"RULE", "bulk"}};
    return made;
}

std::vector<journal_entry> entries(int first, int last)
{
    std::vector<journal_entry> made;
    for (int number = first; number <= last; ++number)
        made.push_back(entry(number));
    return made;
}

std::int64_t appended(store& to, const std::vector<journal_entry>& added)
{
    const auto last = to.append(added);
    INFO((last.has_error() ? last.error().text : std::string()));
    REQUIRE(last.has_value());
    return *last;
}

std::vector<journal_entry> read_all(store& from, std::int64_t after = 0)
{
    const auto found = from.entries(after, 1'000'000);
    INFO((found.has_error() ? found.error().text : std::string()));
    REQUIRE(found.has_value());
    return *found;
}

chain_check verified(store& what)
{
    const auto found = what.verify();
    INFO((found.has_error() ? found.error().text : std::string()));
    REQUIRE(found.has_value());
    return *found;
}

// What is found out about a journal of 20 entries after somebody has run that.
chain_check found_after(const fixture& place, const std::string& sql)
{
    CHECK(appended(*place.open_well(), entries(1, 20)) == 20);
    change_database(place.file(), sql);
    return verified(*place.open_well());
}

} // namespace

TEST_CASE_METHOD(fixture, "journal: entries come back with ascending numbers, now and later")
{
    auto kept = open_well();
    CHECK(read_all(*kept).empty());
    CHECK(appended(*kept, {}) == 0);
    CHECK(appended(*kept, entries(1, 3)) == 3);
    kept.reset();
    kept = open_well();
    CHECK(appended(*kept, entries(4, 5)) == 5);
    std::vector<journal_entry> expected = entries(1, 5);
    for (std::size_t i = 0; i < expected.size(); ++i)
        expected[i].number = static_cast<std::int64_t>(i) + 1;
    CHECK(read_all(*kept) == expected);
    expected.erase(expected.begin(), expected.begin() + 3);
    CHECK(read_all(*kept, 3) == expected);
    CHECK(kept->entries(3, 1)->size() == 1);
    CHECK(verified(*kept).problem.empty());
    CHECK(verified(*kept).entries == 5);
}

TEST_CASE_METHOD(fixture, "journal: whatever bytes a message holds come back")
{
    random_state random(7);
    std::vector<journal_entry> expected;
    for (int number = 1; number <= 200; ++number) {
        journal_entry made = entry(number);
        made.time = random.time();
        made.portal = random.text();
        made.told.message = random.text();
        made.told.level = static_cast<core::priority>(random.below(8));
        made.told.fields = {{"A" + random.text(), random.text()}, {"B", random.text()}};
        made.number = number;
        expected.push_back(made);
    }
    const auto kept = open_well();
    CHECK(appended(*kept, expected) == 200);
    CHECK(read_all(*kept) == expected);
    CHECK(verified(*kept).problem.empty());
}

TEST_CASE_METHOD(fixture, "journal: a change of any column of any row is found at that row")
{
    const int number = GENERATE(1, 2, 11, 19, 20);
    const std::string where = " WHERE number = " + std::to_string(number);
    const std::string change = GENERATE(
        "time = time + 1",
        "portal = portal || ' '",
        "kind = 'observed'",
        "priority = priority + 1",
        "message = replace(message, 'e', 'a')",
        "fields = replace(fields, 'bulk', 'bulky')",
        "hash = zeroblob(32)",
        "portal = portal || substr(kind, 1, 1), kind = substr(kind, 2)"
    );
    CAPTURE(change, number);
    const chain_check found = found_after(*this, "UPDATE journal SET " + change + where);
    CHECK(
        found.problem ==
        "journal entry " + std::to_string(number) + ": its content does not match its hash"
    );
    CHECK(found.broken == number);
    CHECK(found.entries == number - 1);
}

TEST_CASE_METHOD(fixture, "journal: an entry that is gone or has another number is missed")
{
    const int number = GENERATE(1, 2, 11, 19, 20);
    const std::string change = GENERATE(
        "DELETE FROM journal",
        "UPDATE journal SET number = number + 1000",
        "UPDATE journal SET number = -number"
    );
    CAPTURE(change, number);
    const chain_check found =
        found_after(*this, change + " WHERE number = " + std::to_string(number));
    CHECK(found.problem == "journal entry " + std::to_string(number) + " is missing");
    CHECK(found.broken == number);
}

TEST_CASE_METHOD(fixture, "journal: exchanged, added and renumbered entries are found")
{
    struct forgery {
        std::string sql;
        std::string told;
    };
    const auto& [sql, told] = GENERATE(values<forgery>({
        {"UPDATE journal SET number = -number WHERE number IN (8, 9);"
         "UPDATE journal SET number = 17 + number WHERE number < 0",
         "journal entry 8: its content does not match its hash"},
        {"DELETE FROM journal", "journal entry 1 is missing"},
        {"INSERT INTO journal SELECT 21, time, portal, kind, priority, message, fields, hash"
         " FROM journal WHERE number = 20",
         "journal entry 21: its content does not match its hash"},
        {"INSERT INTO journal SELECT -5, time, portal, kind, priority, message, fields, hash"
         " FROM journal WHERE number = 20",
         "journal entry -5: it stands before the beginning of the journal"},
        {"UPDATE chain SET hash = x'00' WHERE place = 'end'",
         "journal entry 20: it is not the one that was written last"},
        {"UPDATE chain SET number = 19 WHERE place = 'end'",
         "journal entry 20: it is not the one that was written last"},
        {"DELETE FROM chain WHERE place = 'end'",
         "journal entry 20: it is not the one that was written last"},
        {"UPDATE chain SET number = 3 WHERE place = 'anchor'",
         "journal entry 4: its content does not match its hash"},
    }));
    CHECK(found_after(*this, sql).problem == told);
}

TEST_CASE_METHOD(fixture, "journal: it is written on after somebody has changed it")
{
    const std::string sql = GENERATE(
        "DELETE FROM journal WHERE number > 10",
        "DELETE FROM chain",
        "UPDATE chain SET number = 2 WHERE place = 'end'",
        "DELETE FROM journal WHERE number = 7"
    );
    CAPTURE(sql);
    CHECK(appended(*open_well(), entries(1, 20)) == 20);
    change_database(file(), sql);
    const auto kept = open_well({.journal_max = 14});
    CHECK(appended(*kept, entries(21, 21)) == 21); // no number is used twice
    CHECK(read_all(*kept).back().told == entry(21).told);
}

TEST_CASE_METHOD(fixture, "journal: above the limit the oldest go, and the rest is still a chain")
{
    auto kept = open_well({.journal_max = 10});
    for (int number = 1; number <= 25; ++number)
        CHECK(appended(*kept, entries(number, number)) == number);
    CHECK(read_all(*kept).size() == 10);
    CHECK(read_all(*kept).front().number == 16);
    CHECK(verified(*kept).problem.empty());
    CHECK(appended(*kept, entries(26, 60)) == 60);
    CHECK(read_all(*kept).front().number == 51);
    CHECK(verified(*kept).entries == 10);
    kept.reset();

    change_database(file(), "DELETE FROM journal WHERE number = 51");
    kept = open_well({.journal_max = 10});
    CHECK(verified(*kept).problem == "journal entry 51 is missing");
    kept.reset();
    change_database(file(), "DELETE FROM journal");
    kept = open_well();
    CHECK(verified(*kept).problem == "journal entry 51 is missing");
    CHECK(appended(*kept, entries(61, 61)) == 61);
    kept.reset();
    change_database(file(), "DELETE FROM journal; DELETE FROM chain WHERE place = 'end'");
    CHECK(appended(*open_well(), entries(1, 1)) == 51); // all that is known: 50 were cut off
}

TEST_CASE_METHOD(fixture, "journal: a batch of entries and changes is kept together or not at all")
{
    const daemon::portal_key docs{"docs", "https://docs.example.com"};
    random_state random(4);
    const auto kept = open_well();
    store::batch all{{{docs, {}, {random.account()}}}, entries(1, 2)};
    REQUIRE(kept->write(all).has_value());
    const auto before = *kept->load(docs);
    CHECK(before.state.accounts.size() == 1);

    all.entries = entries(3, 2000);
    all.changes.front().records = {random.incident()};
    kept->limit_pages(30);
    const auto failed = kept->write(all);
    REQUIRE(failed.has_error());
    CHECK(contains(failed.error().text, file() + ": "));
    CHECK(*kept->load(docs) == before);
    CHECK(read_all(*kept).size() == 2);
    CHECK(verified(*kept).problem.empty());
    kept->limit_pages(100'000);
    CHECK(*kept->write(all) == 2000);
    CHECK(verified(*kept).entries == 2000);
}

TEST_CASE_METHOD(fixture, "journal: what cannot be understood is told by row and column")
{
    struct damage {
        std::string sql;
        std::string told;
    };
    const auto& [sql, told] = GENERATE(values<damage>({
        {"kind = 'gossip'", R"(kind: "gossip")"},
        {"priority = 8", "priority: 8"},
        {"fields = '[]'", "fields: what is no JSON object of texts"},
        {"fields = '{\"A\":1}'", "fields: what is no JSON object of texts"},
        {"fields = '{'", "fields: what is no JSON object of texts"},
    }));
    CHECK(appended(*open_well(), entries(1, 3)) == 3);
    change_database(file(), "UPDATE journal SET " + sql + " WHERE number = 2");
    const auto found = open_well()->entries(0, 10);
    REQUIRE(found.has_error());
    CHECK(
        found.error().text == file() + ": table journal, row 2, " + told + " cannot be understood"
    );
}

} // namespace docwarden::test::journal_test
