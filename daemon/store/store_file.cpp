#include "daemon/store/store_file.hpp"

#include "core/base/iso8601.hpp"
#include "daemon/store/schema.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <charconv>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace docwarden::daemon
{

namespace
{

// Among what `quick_check` finds wrong is what it could not read: "unable to get the page. error
// code=266".
bool is_reading_failure(std::string_view finding)
{
    constexpr std::string_view mark = "error code";
    const auto at = finding.find(mark);
    if (at == std::string_view::npos || at + mark.size() == finding.size())
        return false;
    const char* const digits = finding.data() + at + mark.size() + 1;
    int code = 0;
    std::from_chars(digits, finding.data() + finding.size(), code);
    code &= 0xFF;
    return code == SQLITE_IOERR || code == SQLITE_NOMEM || code == SQLITE_INTERRUPT;
}

std::string newer_text(std::int64_t version)
{
    return "it was written by a newer docwarden (version " + std::to_string(version) +
           "): install that one again, or move the file away and lose what it holds";
}

// "20260630T130405Z": without what shells and other systems dislike in a file's name.
std::string file_stamp(core::wall_time now)
{
    std::string stamp;
    for (const char c : core::format_second(now)) {
        if (c != '-' && c != ':')
            stamp += c;
    }
    return stamp;
}

} // namespace

file_inspection refused_file(const sqlite::error& error)
{
    if (error.is_mismatch())
        return {file_verdict::damaged, "its tables are not those of docwarden: " + error.text};
    return {error.is_damage() ? file_verdict::damaged : file_verdict::failed, error.text};
}

file_inspection inspect(sqlite::database& db)
{
    const auto checked = db.text("PRAGMA quick_check(1)");
    if (checked.has_error())
        return refused_file(checked.error());
    if (is_reading_failure(*checked))
        return {file_verdict::failed, *checked};
    if (*checked != "ok")
        return {file_verdict::damaged, *checked};
    const auto id = db.number("PRAGMA application_id");
    const auto tables = db.number("SELECT count(*) FROM sqlite_schema");
    const auto version = db.number("PRAGMA user_version");
    for (const auto* number : {&id, &tables, &version}) {
        if (number->has_error())
            return refused_file(number->error());
    }
    const bool is_new = *id == 0 && *tables == 0 && *version == 0;
    if (*id != schema_application_id && !is_new)
        return {file_verdict::foreign, "it is the database of another program"};
    if (*version > schema_version())
        return {file_verdict::newer, newer_text(*version), *version};
    return {file_verdict::usable, {}, *version};
}

opened_file open_store_file(const std::string& path, std::chrono::milliseconds patience)
{
    const auto refusal = [](const sqlite::error& error) -> opened_file {
        file_inspection found = refused_file(error);
        return {std::nullopt, found.found, std::move(found.reason)};
    };
    auto db = sqlite::database::open(path, patience);
    if (db.has_error())
        return refusal(db.error());
    file_inspection found = inspect(*db);
    if (found.found != file_verdict::usable)
        return {std::nullopt, found.found, std::move(found.reason)};
    auto done = db->execute("PRAGMA journal_mode = WAL;"
                            "PRAGMA synchronous = FULL;"
                            "PRAGMA foreign_keys = ON;");
    if (done.has_value())
        done = sqlite::migrate(*db, schema_steps());
    if (done.has_error())
        return refusal(done.error());
    done = check_tables(*db);
    if (done.has_error())
        return refusal(done.error());
    return {std::move(*db), file_verdict::usable, {}};
}

bool make_store_file(const std::string& path)
{
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (file < 0)
        return false;
    ::close(file);
    return true;
}

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

directory_lock::directory_lock(const std::string& directory)
    : descriptor_(::open(
          (directory + "/docwarden.lock").c_str(),
          O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY,
          0600
      ))
{
}

directory_lock::~directory_lock()
{
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

bool directory_lock::take() const
{
    return ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
}

} // namespace docwarden::daemon
