#pragma once
// The file docwarden.db as a file: whose it is, whether it can be used, and how it is opened, made
// or moved aside. It knows nothing of what is kept in it.

#include "core/base/time.hpp"
#include "daemon/store/sqlite.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace docwarden::daemon
{

inline constexpr const char* store_file_name = "docwarden.db";

// What a file turns out to be.
enum class file_verdict {
    usable,  // empty, or written by this version or an older one
    damaged, // no database, or not the one that SQLite left there
    foreign, // another program's
    newer,   // written by a docwarden that knows more
    failed,  // it cannot be read now
};

struct file_inspection {
    file_verdict found = file_verdict::failed;
    std::string reason;       // unless it is usable
    std::int64_t version = 0; // 0: nothing is in it yet
};

// What an error of SQLite says about the file. With our name on it and without our tables it is as
// good as damaged.
file_inspection refused_file(const sqlite::error& error);

// Reads all of the file and changes nothing.
file_inspection inspect(sqlite::database& db);

struct opened_file {
    std::optional<sqlite::database> db; // if it is usable
    file_verdict found = file_verdict::failed;
    std::string reason; // unless it is usable
};

// Opens the file, which must exist, and brings it up to date.
opened_file open_store_file(const std::string& path, std::chrono::milliseconds patience);

// Makes the file if it is not there, for its owner only: SQLite gives its other files the same
// mode. False with errno set.
bool make_store_file(const std::string& path);

// The file and what SQLite keeps beside it. Returns its new name, or nothing with errno set.
std::optional<std::string> move_aside(const std::string& path, core::wall_time now);

// A lock that the kernel takes back when the process ends, however it ends.
class directory_lock
{
public:
    explicit directory_lock(const std::string& directory);
    directory_lock(const directory_lock&) = delete;
    directory_lock& operator=(const directory_lock&) = delete;
    ~directory_lock();

    bool is_open() const { return descriptor_ >= 0; } // errno is set otherwise
    bool take() const;

private:
    int descriptor_;
};

} // namespace docwarden::daemon
