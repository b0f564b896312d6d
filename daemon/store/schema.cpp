#include "daemon/store/schema.hpp"

#include <iterator>

namespace docwarden::daemon
{

namespace
{

// Never changed once they are released. Times are ticks of 100 ns since 1970, enumerations are
// words, and what may be unknown may be null.
constexpr std::string_view steps[] = {
    R"(
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
    )",
    // An incident's number keeps the order in which they were opened. The chain has two rows:
    // where the journal begins behind what was cut off, and where it ends.
    R"(
    CREATE TABLE account (
        portal TEXT NOT NULL REFERENCES portal (name) ON DELETE CASCADE,
        user TEXT NOT NULL,
        method TEXT NOT NULL,
        decided INTEGER NOT NULL,
        held TEXT,
        ended TEXT,
        guard TEXT NOT NULL,
        has_sent INTEGER NOT NULL,
        may_have_acted INTEGER NOT NULL,
        has_failed INTEGER NOT NULL,
        are_faults_reported INTEGER NOT NULL,
        is_unchanged_reported INTEGER NOT NULL,
        is_problem_reported INTEGER NOT NULL,
        counted INTEGER,
        ignore_before INTEGER,
        PRIMARY KEY (portal, user)
    ) STRICT;
    CREATE TABLE account_incident (
        portal TEXT NOT NULL,
        user TEXT NOT NULL,
        position INTEGER NOT NULL,
        incident TEXT NOT NULL,
        PRIMARY KEY (portal, user, position),
        FOREIGN KEY (portal, user) REFERENCES account (portal, user) ON DELETE CASCADE
    ) STRICT;
    CREATE TABLE incident (
        number INTEGER PRIMARY KEY,
        portal TEXT NOT NULL REFERENCES portal (name) ON DELETE CASCADE,
        id TEXT NOT NULL,
        user TEXT NOT NULL,
        user_name TEXT NOT NULL,
        rule TEXT NOT NULL,
        threshold INTEGER NOT NULL,
        window_ms INTEGER NOT NULL,
        response TEXT NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        newest INTEGER NOT NULL,
        count INTEGER NOT NULL,
        state TEXT NOT NULL,
        is_open INTEGER NOT NULL,
        UNIQUE (portal, id)
    ) STRICT;
    CREATE INDEX incident_closed ON incident (portal, number) WHERE is_open = 0;
    CREATE TABLE incident_file (
        incident INTEGER NOT NULL REFERENCES incident (number) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        time INTEGER NOT NULL,
        kind TEXT NOT NULL,
        object TEXT NOT NULL,
        PRIMARY KEY (incident, position)
    ) STRICT;
    CREATE TABLE journal (
        number INTEGER PRIMARY KEY,
        time INTEGER NOT NULL,
        portal TEXT NOT NULL,
        kind TEXT NOT NULL,
        priority INTEGER NOT NULL,
        message TEXT NOT NULL,
        fields TEXT NOT NULL,
        hash BLOB NOT NULL
    ) STRICT;
    CREATE TABLE chain (
        place TEXT PRIMARY KEY,
        number INTEGER NOT NULL,
        hash BLOB NOT NULL
    ) STRICT;
    INSERT INTO chain VALUES ('anchor', 0, zeroblob(32)), ('end', 0, zeroblob(32));
    )",
    // What is told of an incident's end. The old ones are over, and nobody waits for a word.
    R"(
    ALTER TABLE incident ADD COLUMN is_least INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE incident ADD COLUMN exempted_as TEXT NOT NULL DEFAULT '';
    ALTER TABLE incident ADD COLUMN is_end_told INTEGER NOT NULL DEFAULT 1;
    )",
    // When a contained account is given back, and how often it has been contained.
    R"(
    ALTER TABLE account ADD COLUMN release_at INTEGER;
    ALTER TABLE account ADD COLUMN release_after INTEGER;
    ALTER TABLE account ADD COLUMN release_sent INTEGER;
    ALTER TABLE account ADD COLUMN is_release_reported INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE account ADD COLUMN containments INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE account ADD COLUMN contained_at INTEGER;
    )",
};

constexpr std::string_view selections[] = {
    "SELECT name, url, complete FROM portal",
    "SELECT portal, begins, ends, reason, given_up, since FROM gap",
    "SELECT portal, user, method, decided, held, ended, guard, has_sent, may_have_acted, "
    "has_failed,"
    " are_faults_reported, is_unchanged_reported, is_problem_reported, counted,"
    " ignore_before, release_at, release_after, release_sent, is_release_reported, containments,"
    " contained_at FROM account",
    "SELECT portal, user, position, incident FROM account_incident",
    "SELECT number, portal, id, user, user_name, rule, threshold, window_ms, response, first, last,"
    " newest, count, state, is_open, is_least, exempted_as, is_end_told FROM incident",
    "SELECT incident, position, time, kind, object FROM incident_file",
    "SELECT number, time, portal, kind, priority, message, fields, hash FROM journal",
    "SELECT place, number, hash FROM chain",
};

} // namespace

std::span<const std::string_view> schema_steps()
{
    return steps;
}

std::int64_t schema_version()
{
    return static_cast<std::int64_t>(std::size(steps));
}

sqlite::result<void> check_tables(sqlite::database& db)
{
    for (const std::string_view selection : selections) {
        const auto prepared = db.prepare(selection);
        if (prepared.has_error())
            return prepared.error();
    }
    return {};
}

} // namespace docwarden::daemon
