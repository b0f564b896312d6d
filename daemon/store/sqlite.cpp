#include "daemon/store/sqlite.hpp"

#include <sqlite3.h>

namespace docwarden::daemon::sqlite
{

bool error::is_damage() const
{
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

bool error::is_mismatch() const
{
    return code == SQLITE_ERROR;
}

bool error::is_loss() const
{
    return code == SQLITE_READONLY_DBMOVED;
}

void statement::finalizer::operator()(sqlite3_stmt* handle) const
{
    sqlite3_finalize(handle);
}

void statement::note(int code)
{
    if (failed_ == SQLITE_OK)
        failed_ = code;
}

statement& statement::bind(int index, std::string_view text)
{
    note(sqlite3_bind_text64(
        handle_.get(), index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8
    ));
    return *this;
}

statement& statement::bind(int index, std::int64_t number)
{
    note(sqlite3_bind_int64(handle_.get(), index, number));
    return *this;
}

statement& statement::bind_bytes(int index, std::string_view bytes)
{
    note(sqlite3_bind_blob64(handle_.get(), index, bytes.data(), bytes.size(), SQLITE_TRANSIENT));
    return *this;
}

result<bool> statement::step()
{
    if (failed_ != SQLITE_OK)
        return error(failed_ & 0xFF, sqlite3_errstr(failed_));
    const int code = sqlite3_step(handle_.get());
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        return code == SQLITE_ROW;
    return error(code & 0xFF, sqlite3_errmsg(sqlite3_db_handle(handle_.get())));
}

result<void> statement::run()
{
    result<bool> row = step();
    while (row.has_value() && *row)
        row = step();
    sqlite3_reset(handle_.get());
    sqlite3_clear_bindings(handle_.get());
    failed_ = SQLITE_OK;
    if (row.has_error())
        return row.error();
    return {};
}

std::string statement::text(int column) const
{
    const void* const bytes = sqlite3_column_blob(handle_.get(), column);
    std::string value;
    if (bytes != nullptr) {
        const auto count = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
        value.assign(static_cast<const char*>(bytes), count);
    }
    return value;
}

std::int64_t statement::number(int column) const
{
    return sqlite3_column_int64(handle_.get(), column);
}

bool statement::is_null(int column) const
{
    return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

bool statement::is_number(int column) const
{
    return sqlite3_column_type(handle_.get(), column) == SQLITE_INTEGER;
}

bool statement::is_text(int column) const
{
    return sqlite3_column_type(handle_.get(), column) == SQLITE_TEXT;
}

std::string statement::name(int column) const
{
    const char* const name = sqlite3_column_name(handle_.get(), column);
    return name != nullptr ? name : std::string();
}

void database::closer::operator()(sqlite3* handle) const
{
    sqlite3_close_v2(handle);
}

result<database> database::open(const std::string& path, std::chrono::milliseconds patience)
{
    return open_with(path, SQLITE_OPEN_READWRITE, patience);
}

result<database> database::open_to_read(const std::string& path)
{
    return open_with(path, SQLITE_OPEN_READONLY, patience_usual);
}

result<database>
database::open_with(const std::string& path, int flags, std::chrono::milliseconds patience)
{
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    database opened(handle);
    if (code != SQLITE_OK)
        return opened.last_error(code);
    sqlite3_busy_timeout(handle, static_cast<int>(patience.count()));
    return opened;
}

error database::last_error(int code) const
{
    const char* const text = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
    return {code & 0xFF, text};
}

result<void> database::check_place()
{
    int has_moved = 0;
    sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &has_moved);
    if (has_moved != 0)
        return error(
            SQLITE_READONLY_DBMOVED, "somebody has moved or removed the file, and a new one is made"
        );
    return {};
}

result<void> database::execute(const std::string& sql)
{
    const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        return last_error(code);
    return {};
}

result<statement> database::prepare(std::string_view sql)
{
    sqlite3_stmt* handle = nullptr;
    const int length = static_cast<int>(sql.size());
    const int code = sqlite3_prepare_v2(handle_.get(), sql.data(), length, &handle, nullptr);
    if (code != SQLITE_OK)
        return last_error(code);
    return statement(handle);
}

result<std::int64_t> database::number(std::string_view sql)
{
    auto query = prepare(sql);
    if (query.has_error())
        return query.error();
    const auto row = query->step();
    if (row.has_error())
        return row.error();
    return *row ? query->number(0) : std::int64_t{0};
}

result<std::string> database::text(std::string_view sql)
{
    auto query = prepare(sql);
    if (query.has_error())
        return query.error();
    const auto row = query->step();
    if (row.has_error())
        return row.error();
    return *row ? query->text(0) : std::string();
}

result<transaction> transaction::begin(database& in)
{
    const auto begun = in.execute("BEGIN IMMEDIATE");
    if (begun.has_error())
        return begun.error();
    return transaction(in);
}

result<transaction> transaction::begin_reading(database& in)
{
    const auto begun = in.execute("BEGIN");
    if (begun.has_error())
        return begun.error();
    return transaction(in);
}

transaction::~transaction()
{
    if (in_ != nullptr)
        (void)in_->execute("ROLLBACK"); // fails only where SQLite has rolled back by itself
}

result<void> transaction::commit()
{
    const auto done = in_->execute("COMMIT");
    if (done.has_value())
        in_ = nullptr;
    return done;
}

result<void> migrate(database& db, std::span<const std::string_view> steps)
{
    const auto version = db.number("PRAGMA user_version");
    if (version.has_error())
        return version.error();
    if (*version < 0 || static_cast<std::size_t>(*version) >= steps.size())
        return {};
    auto all = transaction::begin(db);
    if (all.has_error())
        return all.error();
    for (const std::string_view step : steps.subspan(static_cast<std::size_t>(*version))) {
        const auto done = db.execute(std::string(step));
        if (done.has_error())
            return done.error();
    }
    const auto counted = db.execute("PRAGMA user_version = " + std::to_string(steps.size()));
    if (counted.has_error())
        return counted.error();
    return all->commit();
}

} // namespace docwarden::daemon::sqlite
