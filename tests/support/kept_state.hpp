#pragma once
// What a running or killed daemon has on its disk, as another process on the host sees it.

#include "daemon/store/sqlite.hpp"
#include "tests/support/stopwatch.hpp"
#include "tests/support/watched_portal.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>

namespace docwarden::test
{

// Next to the configuration.
inline std::filesystem::path state_directory(const watched_portal& portal)
{
    return std::filesystem::path(portal.config_file()).parent_path();
}

inline std::string state_file(const watched_portal& portal)
{
    return (state_directory(portal) / "docwarden.db").string();
}

// Looks until it holds; false if it does not in time.
inline bool comes_true(
    const std::function<bool()>& holds,
    std::chrono::milliseconds patience = daemon_process::patience
)
{
    const stopwatch watch;
    while (!holds()) {
        if (watch.elapsed() > patience)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

// Whether the file has a row about that account for which `condition` holds.
inline bool
is_kept(const watched_portal& portal, const std::string& user, const std::string& condition = "1")
{
    auto file = daemon::sqlite::database::open_to_read(state_file(portal));
    if (file.has_error())
        return false;
    const auto count = file->number(
        "SELECT count(*) FROM account WHERE user = '" + user + "' AND (" + condition + ")"
    );
    return count.has_value() && *count == 1;
}

inline bool
gets_kept(const watched_portal& portal, const std::string& user, const std::string& condition = "1")
{
    return comes_true([&] { return is_kept(portal, user, condition); });
}

// Another program that keeps the file for itself, as long as this lives.
class file_lock
{
public:
    enum class against { writers, everybody };

    explicit file_lock(const watched_portal& portal, against whom = against::writers)
        : file_(opened(state_file(portal)))
    {
        if (whom == against::everybody)
            execute("PRAGMA locking_mode = EXCLUSIVE");
        execute("BEGIN EXCLUSIVE");
    }

private:
    static daemon::sqlite::database opened(const std::string& path)
    {
        auto file = daemon::sqlite::database::open(path, daemon_process::patience);
        if (file.has_error())
            throw std::runtime_error(file.error().text);
        return std::move(*file);
    }

    void execute(const std::string& statement)
    {
        const auto done = file_.execute(statement);
        if (done.has_error())
            throw std::runtime_error(statement + ": " + done.error().text);
    }

    daemon::sqlite::database file_;
};

} // namespace docwarden::test
