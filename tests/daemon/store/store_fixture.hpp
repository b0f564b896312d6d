#pragma once
// A state directory for one test, the store in it, and what happens to its file behind its back.

#include "daemon/store/store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"
#include "tests/support/text.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace docwarden::test
{

// 2026-06-30T13:04:05Z
inline const core::wall_time opened_at{std::chrono::seconds(1'782'824'645)};

inline core::wall_time at(int seconds)
{
    return opened_at + std::chrono::seconds(seconds);
}

struct store_fixture {
    scratch_directory directory;

    std::string file() const { return directory.file("docwarden.db"); }

    daemon::store::opening open(daemon::store::limits limits = {}) const
    {
        return daemon::store::open(directory.path(), opened_at, limits);
    }

    std::unique_ptr<daemon::store> open_well(daemon::store::limits limits = {}) const
    {
        daemon::store::opening opened = open(limits);
        INFO(opened.problem << opened.warning);
        REQUIRE(opened.value);
        CHECK(opened.problem.empty());
        CHECK(opened.warning.empty());
        return std::move(opened.value);
    }

    // Files that were moved aside, without those of SQLite beside them.
    std::vector<std::string> moved_aside() const
    {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
            const std::string name = entry.path().filename();
            if (contains(name, ".corrupt-") && !name.ends_with("-wal") && !name.ends_with("-shm"))
                names.push_back(name);
        }
        return names;
    }
};

inline std::string bytes_of(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline void change_database(const std::string& path, const std::string& sql)
{
    if (!std::filesystem::exists(path))
        std::ofstream(path).flush();
    auto db = daemon::sqlite::database::open(path);
    REQUIRE(db.has_value());
    REQUIRE(db->execute(sql).has_value());
}

} // namespace docwarden::test
