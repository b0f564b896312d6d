#pragma once
// SQLite with owners: a database, its statements, and errors as values. It knows no schema but how
// to bring one up to date, and nothing of what is kept.

#include <boost/system/result.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace docwarden::daemon::sqlite
{

// It has a constructor because g++ takes any number for such an aggregate inside of a result.
struct error {
    error() = default;
    error(int result_code, std::string words) : code(result_code), text(std::move(words)) {}

    int code = 0;     // SQLite's primary result code
    std::string text; // SQLite's own words: "database or disk is full"

    // The file holds something else than SQLite would have left there.
    bool is_damage() const;
    // A statement does not fit the tables.
    bool is_mismatch() const;
    // The file is no longer where it was opened: whatever is written is lost.
    bool is_loss() const;
    bool operator==(const error&) const = default;
};

// Read it with has_value(), operator* and error(); value() does not compile for such a result.
template <class Value>
using result = boost::system::result<Value, error>;

// A prepared statement. Parameters and columns count as in SQLite: from 1, and from 0.
class statement
{
public:
    statement(statement&&) noexcept = default;
    statement& operator=(statement&&) noexcept = default;

    statement& bind(int index, std::string_view text);
    statement& bind(int index, std::int64_t number);
    // As a blob, not as a text.
    statement& bind_bytes(int index, std::string_view bytes);

    // True for a row, false at the end. What could not be bound is an error here.
    result<bool> step();
    // All of it, for a statement without rows; afterwards it can be bound and run again.
    result<void> run();

    // A blob is given as it is.
    std::string text(int column) const;
    std::int64_t number(int column) const;
    bool is_null(int column) const;
    bool is_number(int column) const;
    bool is_text(int column) const;
    std::string name(int column) const;

private:
    friend class database;
    struct finalizer {
        void operator()(sqlite3_stmt* handle) const;
    };

    explicit statement(sqlite3_stmt* handle) : handle_(handle) {}
    void note(int code);

    std::unique_ptr<sqlite3_stmt, finalizer> handle_;
    int failed_ = 0; // the first binding that failed
};

class database
{
public:
    // How long to wait for somebody else's transaction, for instance the sqlite3 program's.
    static constexpr std::chrono::milliseconds patience_usual{2000};

    // Both open a file that exists.
    static result<database>
    open(const std::string& path, std::chrono::milliseconds patience = patience_usual);
    // Somebody else may be writing it.
    static result<database> open_to_read(const std::string& path);

    // An error where `is_loss()` once somebody has moved or removed the file, which SQLite would go
    // on writing.
    result<void> check_place();
    // One or several statements without results.
    result<void> execute(const std::string& sql);
    result<statement> prepare(std::string_view sql);
    // The first column of the first row.
    result<std::int64_t> number(std::string_view sql);
    result<std::string> text(std::string_view sql);

private:
    struct closer {
        void operator()(sqlite3* handle) const;
    };

    static result<database>
    open_with(const std::string& path, int flags, std::chrono::milliseconds patience);

    explicit database(sqlite3* handle) : handle_(handle) {}
    error last_error(int code) const;

    std::unique_ptr<sqlite3, closer> handle_;
};

// Holds a transaction open; what is not committed is undone when it goes.
class transaction
{
public:
    static result<transaction> begin(database& in);
    // Sees one state of the file, and must not write.
    static result<transaction> begin_reading(database& in);
    transaction(transaction&& other) noexcept : in_(other.in_) { other.in_ = nullptr; }
    transaction& operator=(transaction&&) = delete;
    ~transaction();

    result<void> commit();

private:
    explicit transaction(database& in) : in_(&in) {}

    database* in_; // none once committed
};

// Runs the steps that this file has not seen yet, all or nothing; `user_version` counts them. A
// version beyond them is left as it is: the caller asks first.
result<void> migrate(database& db, std::span<const std::string_view> steps);

} // namespace docwarden::daemon::sqlite
