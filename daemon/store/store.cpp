#include "daemon/store/store.hpp"

#include "core/base/iso8601.hpp"

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace docwarden::daemon
{

namespace
{

// "dwar": tells this file from anybody else's database.
constexpr std::int64_t application_id = 0x64776172;

// One step for each version of the schema, never changed once it is released. Times are ticks of
// 100 ns since 1970.
constexpr std::string_view migrations[] = {
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
};

constexpr core::gap_reason reasons[] = {
    core::gap_reason::unreadable,
    core::gap_reason::downtime,
    core::gap_reason::plan,
    core::gap_reason::overflow,
};

core::gap_reason reason_of(const std::string& text)
{
    for (const core::gap_reason reason : reasons) {
        if (to_string(reason) == text)
            return reason;
    }
    return core::gap_reason::unreadable; // still a gap, which is what matters
}

std::int64_t ticks(core::wall_time time)
{
    return time.time_since_epoch().count();
}

core::wall_time time_of(std::int64_t ticks)
{
    return core::wall_time(core::tick(ticks));
}

std::string last_error()
{
    return std::strerror(errno);
}

// What a file turns out to be.
enum class verdict { usable, damaged, foreign, newer, failed };

struct inspection {
    std::optional<sqlite::database> db; // if it is usable
    verdict found = verdict::failed;
    std::string reason;
};

inspection refused(const sqlite::error& error)
{
    return {std::nullopt, error.is_damage() ? verdict::damaged : verdict::failed, error.text};
}

// Whether the file is ours, and how it stands with it. Changes nothing in a file that is not.
inspection judge(sqlite::database& db)
{
    const auto checked = db.text("PRAGMA quick_check(1)");
    if (checked.has_error())
        return refused(checked.error());
    if (*checked != "ok")
        return {std::nullopt, verdict::damaged, *checked};
    const auto id = db.number("PRAGMA application_id");
    const auto tables = db.number("SELECT count(*) FROM sqlite_schema");
    const auto version = db.number("PRAGMA user_version");
    if (id.has_error() || tables.has_error() || version.has_error())
        return {std::nullopt, verdict::damaged, "its header cannot be read"};
    const bool is_new = *id == 0 && *tables == 0 && *version == 0;
    if (*id != application_id && !is_new)
        return {std::nullopt, verdict::foreign, "it is the database of another program"};
    if (*version > static_cast<std::int64_t>(std::size(migrations)))
        return {std::nullopt, verdict::newer, "version " + std::to_string(*version)};
    return {std::nullopt, verdict::usable, {}};
}

inspection open_file(const std::string& path)
{
    auto db = sqlite::database::open(path);
    if (db.has_error())
        return refused(db.error());
    inspection found = judge(*db);
    if (found.found != verdict::usable)
        return found;
    const auto prepared = db->execute("PRAGMA journal_mode = WAL;"
                                      "PRAGMA synchronous = FULL;"
                                      "PRAGMA foreign_keys = ON;");
    if (prepared.has_error())
        return refused(prepared.error());
    const auto migrated = sqlite::migrate(*db, migrations);
    if (migrated.has_error())
        return refused(migrated.error());
    // With our name on it and without our tables it is as good as damaged.
    const auto portals = db->prepare("SELECT url, complete FROM portal WHERE name = ?");
    const auto gaps = db->prepare("SELECT begins, ends, reason, given_up, since FROM gap");
    if (portals.has_error() || gaps.has_error())
        return {std::nullopt, verdict::damaged, "its tables are not those of docwarden"};
    found.db.emplace(std::move(*db));
    return found;
}

// "20260630T130405Z": without what shells and other systems dislike in a file's name.
std::string file_stamp(core::wall_time now)
{
    std::string stamp;
    for (const char c : core::format_date(std::chrono::floor<std::chrono::seconds>(now))) {
        if (c != '-' && c != ':')
            stamp += c;
    }
    return stamp;
}

// The file and what SQLite keeps beside it. Returns its new name, or nothing with errno set.
std::optional<std::string> move_aside(const std::string& path, core::wall_time now)
{
    std::string aside = path + ".corrupt-" + file_stamp(now);
    for (int i = 2; ::access(aside.c_str(), F_OK) == 0 && i < 100; ++i)
        aside = path + ".corrupt-" + file_stamp(now) + '-' + std::to_string(i);
    if (::rename(path.c_str(), aside.c_str()) != 0)
        return std::nullopt;
    for (const char* suffix : {"-wal", "-shm"}) {
        // A left log would be played into the new file.
        if (::rename((path + suffix).c_str(), (aside + suffix).c_str()) != 0 && errno != ENOENT)
            return std::nullopt;
    }
    return aside;
}

// Makes the file if it is not there. SQLite gives its other files the same mode.
bool make_file(const std::string& path)
{
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (file < 0)
        return false;
    ::close(file);
    return true;
}

} // namespace

// A lock that the kernel takes back when the process ends, however it ends.
class store::directory_lock
{
public:
    explicit directory_lock(const std::string& path)
        : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600))
    {
    }
    directory_lock(const directory_lock&) = delete;
    directory_lock& operator=(const directory_lock&) = delete;
    ~directory_lock()
    {
        if (descriptor_ >= 0)
            ::close(descriptor_);
    }

    bool is_open() const { return descriptor_ >= 0; }
    bool take() const { return ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0; }

private:
    int descriptor_;
};

store::store(std::unique_ptr<directory_lock> lock, sqlite::database db, std::string path)
    : lock_(std::move(lock)), db_(std::move(db)), path_(std::move(path))
{
}

store::~store() = default;

store::opening store::open(const std::string& directory, core::wall_time now)
{
    opening result;
    auto lock = std::make_unique<directory_lock>(directory + "/docwarden.lock");
    const std::string path = directory + "/docwarden.db";
    if (!lock->is_open()) {
        result.problem = "the state directory " + directory + " cannot be used: " + last_error() +
                         ". It must exist and be writable by docwarden's user";
        result.is_missing = true;
        return result;
    }
    if (!lock->take()) {
        result.problem = "another docwarden uses the state directory " + directory +
                         ": stop it, or give this one a [state] directory of its own";
        return result;
    }
    inspection found;
    for (int tries = 0; tries < 2; ++tries) {
        if (!make_file(path)) {
            result.problem = path + " cannot be opened: " + last_error() +
                             ". It must be a file that docwarden's user may read and write";
            return result;
        }
        found = open_file(path);
        if (found.found != verdict::damaged && found.found != verdict::foreign)
            break;
        const auto aside = move_aside(path, now);
        if (!aside) {
            result.problem = path + " cannot be used (" + found.reason +
                             ") and cannot be moved aside: " + last_error();
            return result;
        }
        result.warning = path + " cannot be used (" + found.reason + ") and was moved to " +
                         *aside +
                         ". Its content is lost to docwarden, which begins with an empty record";
    }
    if (found.found == verdict::newer)
        result.problem = path + " was written by a newer docwarden (" + found.reason +
                         "): install that one again, or move the file away and lose what it holds";
    else if (!found.db)
        result.problem = path + " cannot be used: " + found.reason;
    if (found.db)
        result.value.reset(new store(std::move(lock), std::move(*found.db), path));
    return result;
}

sqlite::result<core::coverage_record> store::load(const portal_key& portal)
{
    core::coverage_record record;
    auto query = db_.prepare("SELECT complete FROM portal WHERE name = ? AND url = ?");
    if (query.has_error())
        return query.error();
    const auto row = query->bind(1, portal.name).bind(2, portal.url).step();
    if (row.has_error())
        return row.error();
    if (!*row)
        return record;
    if (!query->is_null(0))
        record.complete = time_of(query->number(0));
    auto gaps = db_.prepare("SELECT begins, ends, reason, given_up, since FROM gap"
                            " WHERE portal = ? ORDER BY begins");
    if (gaps.has_error())
        return gaps.error();
    gaps->bind(1, portal.name);
    auto next = gaps->step();
    for (; next.has_value() && *next; next = gaps->step())
        record.gaps.push_back(
            {time_of(gaps->number(0)),
             time_of(gaps->number(1)),
             reason_of(gaps->text(2)),
             gaps->number(3) != 0,
             time_of(gaps->number(4))}
        );
    if (next.has_error())
        return next.error();
    return record;
}

std::string store::save(const portal_key& portal, const core::coverage_record& record)
{
    const auto done = write(portal, record);
    return done.has_error() ? path_ + ": " + done.error().text : std::string();
}

sqlite::result<void> store::write(const portal_key& portal, const core::coverage_record& record)
{
    auto transaction = sqlite::transaction::begin(db_);
    if (transaction.has_error())
        return transaction.error();
    auto forget = db_.prepare("DELETE FROM portal WHERE name = ?"); // its gaps go with it
    auto keep = db_.prepare("INSERT INTO portal (name, url, complete) VALUES (?, ?, ?)");
    auto add = db_.prepare("INSERT INTO gap (portal, begins, ends, reason, given_up, since)"
                           " VALUES (?, ?, ?, ?, ?, ?)");
    for (const auto* prepared : {&forget, &keep, &add}) {
        if (prepared->has_error())
            return prepared->error();
    }
    auto done = forget->bind(1, portal.name).run();
    if (done.has_error())
        return done;
    keep->bind(1, portal.name).bind(2, portal.url);
    if (record.complete)
        keep->bind(3, ticks(*record.complete));
    done = keep->run();
    for (const core::gap& gap : record.gaps) {
        if (done.has_error())
            return done;
        add->bind(1, portal.name).bind(2, ticks(gap.from)).bind(3, ticks(gap.to));
        add->bind(4, to_string(gap.reason)).bind(5, gap.is_given_up ? 1 : 0);
        done = add->bind(6, ticks(gap.since)).run();
    }
    if (done.has_error())
        return done;
    return transaction->commit();
}

void store::limit_pages(unsigned pages_max)
{
    (void)db_.number("PRAGMA max_page_count = " + std::to_string(pages_max));
}

} // namespace docwarden::daemon
