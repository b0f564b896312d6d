#pragma once
// The disk under SQLite, which fails on demand: a VFS around the real one. As long as it lives, all
// databases that are opened go through it. It knows what has been synced, and so what a power cut
// may leave; it can also keep everybody waiting, as a dead disk does.

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::test
{

class fault_disk
{
public:
    enum class fault {
        write_fails, // once
        read_fails,  // once
        sync_fails,  // once
        full,        // this write, and all until `heal`
        power_cut,   // nothing works from this write or sync on
        torn_write,  // ... and half of the write lands
    };
    static std::string_view name_of(fault kind);

    fault_disk();
    fault_disk(const fault_disk&) = delete;
    fault_disk& operator=(const fault_disk&) = delete;
    // Waits until the last file is closed.
    ~fault_disk();

    // The n-th operation from now on that this fault is about, counted from 1.
    void plan(fault kind, unsigned nth);
    // Whether it has come to that.
    bool has_struck() const;
    // No fault any more.
    void heal();
    // After a power cut, with all files closed: each file is as of its last sync, with some of the
    // later writes.
    void restore(std::uint64_t seed);
    unsigned syncs() const;

    // From now on nothing is read, written or synced until `release`.
    void hold();
    void release();
    // Until somebody waits for `release`.
    void wait_until_held();

private:
    struct change {
        std::size_t offset = 0;
        std::optional<std::string> bytes; // nothing: cut off at the offset
        bool is_certain = false;
    };
    struct image {
        std::string synced;
        std::vector<change> pending;
    };
    struct vfs;

    // One of SQLite's results for an operation of that kind; 0 if it works.
    int outcome_of(fault kind, const std::string& path, std::string_view bytes, std::size_t offset);
    static void apply(const change& made, std::string& content);

    std::unique_ptr<vfs> vfs_;
    mutable std::mutex mutex_;
    std::condition_variable moved_;
    std::map<std::string, image> images_;
    std::optional<fault> planned_;
    unsigned nth_ = 0;
    unsigned syncs_ = 0;
    bool has_struck_ = false;
    bool is_held_ = false;
    unsigned held_ = 0; // operations that wait
    unsigned open_ = 0; // files
};

} // namespace docwarden::test
