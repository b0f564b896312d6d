#pragma once
// What outlives the process: one SQLite file, docwarden.db, in the state directory. For each portal
// it keeps what has been read of its trail. One process at a time; what is saved is on the disk
// when the call returns. It decides nothing about what it keeps.

#include "core/base/time.hpp"
#include "core/reading/coverage.hpp"
#include "daemon/store/sqlite.hpp"

#include <memory>
#include <string>

namespace docwarden::daemon
{

class store
{
public:
    // Whose record it is. A portal at another url is another portal, whatever its name.
    struct portal_key {
        std::string name;
        std::string url;
    };

    struct opening {
        std::unique_ptr<store> value; // none if it cannot be used
        std::string problem;          // why not, and what to do
        bool is_missing = false;      // ... because the directory is not there or not writable
        std::string warning;          // a file that was damaged or foreign has been moved aside
    };

    // Makes the file if there is none. `now` names a file that is moved aside.
    static opening open(const std::string& directory, core::wall_time now);

    store(const store&) = delete;
    store& operator=(const store&) = delete;
    ~store();

    // What was saved last; an empty record for a portal that is not known.
    sqlite::result<core::coverage_record> load(const portal_key& portal);
    // Empty if it is on the disk now; else why not, and the last record is still there.
    std::string save(const portal_key& portal, const core::coverage_record& record);

    // Lets tests fill the disk: no more than so many pages from now on.
    void limit_pages(unsigned pages_max);

    const std::string& path() const { return path_; }

private:
    class directory_lock;

    store(std::unique_ptr<directory_lock> lock, sqlite::database db, std::string path);
    sqlite::result<void> write(const portal_key& portal, const core::coverage_record& record);

    std::unique_ptr<directory_lock> lock_; // outlives the database
    sqlite::database db_;
    std::string path_;
};

} // namespace docwarden::daemon
