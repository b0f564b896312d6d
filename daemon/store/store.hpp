#pragma once
// What outlives the process: one SQLite file, docwarden.db, in the state directory. For each portal
// it keeps what has been read of its trail, its accounts and its incidents; for all of them one
// journal. One process at a time; what is saved is on the disk when the call returns. It decides
// nothing about what it keeps.

#include "core/base/time.hpp"
#include "daemon/store/journal_chain.hpp"
#include "daemon/store/journal_entry.hpp"
#include "daemon/store/portal_record.hpp"
#include "daemon/store/sqlite.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace docwarden::daemon
{

class directory_lock;
struct opened_file;

class store
{
public:
    struct limits {
        std::size_t closed_max = 10'000;     // of the closed incidents of a portal, the newest
        std::size_t journal_max = 1'000'000; // of the journal's entries
        std::chrono::milliseconds patience = sqlite::database::patience_usual;
    };

    struct opening {
        std::unique_ptr<store> value; // none if it cannot be used
        std::string problem;          // why not, and what to do
        bool is_missing = false;      // ... because the directory is not there or not writable
        bool is_passing = false;      // ... which may be over soon: worth another try
        std::string warning;          // a file that was damaged or foreign has been moved aside
    };

    // What is written together: all of it or nothing.
    struct batch {
        std::vector<portal_change> changes;
        std::vector<journal_entry> entries; // their numbers are not looked at
    };

    // Makes the file if there is none. `now` names a file that is moved aside.
    static opening open(const std::string& directory, core::wall_time now, limits bounds);
    static opening open(const std::string& directory, core::wall_time now);
    // After an error that is damage: moves the file aside and makes a new one.
    static opening
    replace(std::unique_ptr<store> damaged, const sqlite::error& damage, core::wall_time now);

    store(const store&) = delete;
    store& operator=(const store&) = delete;
    ~store();

    // What was saved last; an empty record for a portal that is not known.
    sqlite::result<portal_record> load(const portal_key& portal);

    // Up to `count_max` entries of the journal with numbers above `after`, ascending.
    sqlite::result<std::vector<journal_entry>> entries(std::int64_t after, std::size_t count_max);

    // The number of the journal's last entry, now that all of the batch is on the disk.
    sqlite::result<std::int64_t> write(const batch& all);
    sqlite::result<std::int64_t> append(std::span<const journal_entry> entries);
    // These are empty if it is on the disk now; else why not, and nothing of it is. Each replaces
    // what was kept of what it names.
    std::string save(const portal_key& portal, const core::coverage_record& record);
    std::string save(const portal_key& portal, std::span<const core::state_record> records);

    // Empty if something could be written now; else why not.
    std::string probe();
    // Whether the journal is what was written.
    sqlite::result<chain_check> verify();

    // Lets tests fill the disk: no more than so many pages from now on.
    void limit_pages(unsigned pages_max);

    const std::string& path() const { return path_; }

private:
    store(
        std::unique_ptr<directory_lock> lock,
        sqlite::database db,
        std::string path,
        limits bounds
    );
    static opening settle(
        std::unique_ptr<directory_lock> lock,
        const std::string& path,
        limits bounds,
        core::wall_time now,
        opened_file found
    );
    std::string save(portal_change change);
    sqlite::error located(const sqlite::error& problem) const;

    std::unique_ptr<directory_lock> lock_; // outlives the database
    sqlite::database db_;
    std::string path_;
    limits limits_;
};

} // namespace docwarden::daemon
