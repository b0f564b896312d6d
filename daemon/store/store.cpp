#include "daemon/store/store.hpp"

#include "daemon/store/portal_reader.hpp"
#include "daemon/store/portal_writer.hpp"
#include "daemon/store/schema.hpp"
#include "daemon/store/store_file.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

namespace docwarden::daemon
{

namespace
{

// What may go away without anybody changing the directory.
bool is_passing(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EROFS:
    case EIO:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EINTR:
        return true;
    default:
        return false;
    }
}

store::opening refusal(std::string problem)
{
    store::opening result;
    result.problem = std::move(problem);
    return result;
}

store::opening refused_directory(const std::string& directory, int error)
{
    store::opening result = refusal(
        "the state directory " + directory + " cannot be used: " + std::strerror(error) +
        ". It must exist and be writable by docwarden's user"
    );
    result.is_passing = is_passing(error);
    result.is_missing = !result.is_passing;
    return result;
}

opened_file make_and_open(const std::string& path, const store::limits& bounds)
{
    if (!make_store_file(path))
        return {
            std::nullopt,
            file_verdict::failed,
            std::string(std::strerror(errno)) +
                ". It must be a file that docwarden's user may read and write"};
    return open_store_file(path, bounds.patience);
}

} // namespace

store::store(
    std::unique_ptr<directory_lock> lock,
    sqlite::database db,
    std::string path,
    limits bounds
)
    : lock_(std::move(lock)), db_(std::move(db)), path_(std::move(path)), limits_(bounds)
{
}

store::~store() = default;

store::opening store::open(const std::string& directory, core::wall_time now)
{
    return open(directory, now, limits());
}

store::opening store::open(const std::string& directory, core::wall_time now, limits bounds)
{
    auto lock = std::make_unique<directory_lock>(directory);
    if (!lock->is_open())
        return refused_directory(directory, errno);
    if (!lock->take())
        return refusal(
            "another docwarden uses the state directory " + directory +
            ": stop it, or give this one a [state] directory of its own"
        );
    const std::string path = directory + '/' + store_file_name;
    return settle(std::move(lock), path, bounds, now, make_and_open(path, bounds));
}

store::opening
store::replace(std::unique_ptr<store> damaged, const sqlite::error& damage, core::wall_time now)
{
    auto lock = std::move(damaged->lock_);
    const std::string path = damaged->path_;
    const limits bounds = damaged->limits_;
    damaged.reset();
    const std::string place = path + ": "; // as `located` has put it
    const bool is_located = damage.text.starts_with(place);
    opened_file found{
        std::nullopt,
        file_verdict::damaged,
        is_located ? damage.text.substr(place.size()) : damage.text};
    return settle(std::move(lock), path, bounds, now, std::move(found));
}

store::opening store::settle(
    std::unique_ptr<directory_lock> lock,
    const std::string& path,
    limits bounds,
    core::wall_time now,
    opened_file found
)
{
    opening result;
    if (found.found == file_verdict::damaged || found.found == file_verdict::foreign) {
        const auto aside = move_aside(path, now);
        if (!aside) {
            result.problem = path + " cannot be used (" + found.reason +
                             ") and cannot be moved aside: " + std::strerror(errno);
            result.is_passing = true;
            return result;
        }
        result.warning = path + " cannot be used (" + found.reason + ") and was moved to " +
                         *aside +
                         ". Its content is lost to docwarden, which begins with an empty record";
        found = make_and_open(path, bounds);
    }
    if (found.db) {
        result.value.reset(new store(std::move(lock), std::move(*found.db), path, bounds));
    } else {
        result.problem = path + " cannot be used: " + found.reason;
        result.is_passing = found.found == file_verdict::failed;
    }
    return result;
}

sqlite::error store::located(const sqlite::error& problem) const
{
    return {problem.code, path_ + ": " + problem.text};
}

sqlite::result<portal_record> store::load(const portal_key& portal)
{
    const auto all = sqlite::transaction::begin_reading(db_);
    if (all.has_error())
        return located(all.error());
    auto record = read_portal(db_, portal);
    if (record.has_error())
        return located(record.error());
    return record;
}

sqlite::result<std::vector<journal_entry>> store::entries(std::int64_t after, std::size_t count_max)
{
    auto found = read_entries(db_, after, count_max);
    if (found.has_error())
        return located(found.error());
    return found;
}

sqlite::result<std::int64_t> store::append(std::span<const journal_entry> entries)
{
    return write({{}, {entries.begin(), entries.end()}});
}

std::string store::save(const portal_key& portal, const core::coverage_record& record)
{
    return save(portal_change{portal, record, {}});
}

std::string store::save(const portal_key& portal, std::span<const core::state_record> records)
{
    return save(portal_change{portal, {}, {records.begin(), records.end()}});
}

std::string store::save(portal_change change)
{
    batch all;
    all.changes.push_back(std::move(change));
    const auto done = write(all);
    return done.has_error() ? done.error().text : std::string();
}

sqlite::result<std::int64_t> store::write(const batch& all)
{
    const auto place = db_.check_place();
    if (place.has_error())
        return located(place.error());
    auto transaction = sqlite::transaction::begin(db_);
    if (transaction.has_error())
        return located(transaction.error());
    for (const portal_change& change : all.changes) {
        const auto done = write_portal(db_, change, limits_.closed_max);
        if (done.has_error())
            return located(done.error());
    }
    const auto last = append_entries(db_, all.entries, limits_.journal_max);
    if (last.has_error())
        return located(last.error());
    const auto done = transaction->commit();
    if (done.has_error())
        return located(done.error());
    return last;
}

sqlite::result<chain_check> store::verify()
{
    const auto all = sqlite::transaction::begin_reading(db_);
    if (all.has_error())
        return located(all.error());
    const auto found = check_chain(db_);
    if (found.has_error())
        return located(found.error());
    return found;
}

std::string store::probe()
{
    const auto written = [this]() -> sqlite::result<void> {
        auto transaction = sqlite::transaction::begin(db_);
        if (transaction.has_error())
            return transaction.error();
        // Nothing changes, and a page is written all the same.
        const auto done = db_.execute("PRAGMA user_version = " + std::to_string(schema_version()));
        return done.has_error() ? done : transaction->commit();
    }();
    return written.has_error() ? located(written.error()).text : std::string();
}

void store::limit_pages(unsigned pages_max)
{
    (void)db_.number("PRAGMA max_page_count = " + std::to_string(pages_max));
}

} // namespace docwarden::daemon
