#include "tests/daemon/store/fault_disk.hpp"

#include "core/base/random.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace docwarden::test
{

// What SQLite calls. Files lie in memory of SQLite's: ours, and behind it that of the real VFS.
struct fault_disk::vfs {
    struct file {
        sqlite3_file base;
        vfs* owner;
        const std::string* path; // none for files that nobody needs after the process
        sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    };

    explicit vfs(fault_disk& owner) : disk(owner), real(sqlite3_vfs_find(nullptr)), base(*real)
    {
        base.zName = "fault_disk";
        base.szOsFile = static_cast<int>(sizeof(file)) + real->szOsFile;
        base.pAppData = this;
        base.pNext = nullptr;
        base.xOpen = open;
        base.xDelete = remove;
        sqlite3_vfs_register(&base, 1);
    }
    ~vfs()
    {
        sqlite3_vfs_unregister(&base);
        sqlite3_vfs_register(real, 1);
    }

    static vfs& of(sqlite3_vfs* called) { return *static_cast<vfs*>(called->pAppData); }
    static file& of(sqlite3_file* called) { return *reinterpret_cast<file*>(called); }

    static int open(sqlite3_vfs* called, const char* name, sqlite3_file* into, int flags, int* out);
    static int remove(sqlite3_vfs* called, const char* name, int sync);
    static int close(sqlite3_file* called);
    static int read(sqlite3_file* called, void* into, int count, sqlite3_int64 offset);
    static int write(sqlite3_file* called, const void* from, int count, sqlite3_int64 offset);
    static int truncate(sqlite3_file* called, sqlite3_int64 size);
    static int sync(sqlite3_file* called, int flags);

    static const sqlite3_io_methods* methods();

    fault_disk& disk;
    sqlite3_vfs* real;
    sqlite3_vfs base;
};

namespace
{

std::string content_of(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

} // namespace

// What is not about faults is the real VFS's business.
const sqlite3_io_methods* fault_disk::vfs::methods()
{
    static const sqlite3_io_methods table = [] {
        sqlite3_io_methods made = {};
        made.iVersion = 2; // with shared memory, without mapped files: those would pass us by
        made.xClose = close;
        made.xRead = read;
        made.xWrite = write;
        made.xTruncate = truncate;
        made.xSync = sync;
        made.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) {
            return of(f).real()->pMethods->xFileSize(of(f).real(), size);
        };
        made.xLock = [](sqlite3_file* f, int level) {
            return of(f).real()->pMethods->xLock(of(f).real(), level);
        };
        made.xUnlock = [](sqlite3_file* f, int level) {
            return of(f).real()->pMethods->xUnlock(of(f).real(), level);
        };
        made.xCheckReservedLock = [](sqlite3_file* f, int* out) {
            return of(f).real()->pMethods->xCheckReservedLock(of(f).real(), out);
        };
        made.xFileControl = [](sqlite3_file* f, int op, void* argument) {
            return of(f).real()->pMethods->xFileControl(of(f).real(), op, argument);
        };
        made.xSectorSize = [](sqlite3_file* f) {
            return of(f).real()->pMethods->xSectorSize(of(f).real());
        };
        made.xDeviceCharacteristics = [](sqlite3_file* f) {
            return of(f).real()->pMethods->xDeviceCharacteristics(of(f).real());
        };
        made.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** at) {
            return of(f).real()->pMethods->xShmMap(of(f).real(), page, size, extend, at);
        };
        made.xShmLock = [](sqlite3_file* f, int offset, int count, int flags) {
            return of(f).real()->pMethods->xShmLock(of(f).real(), offset, count, flags);
        };
        made.xShmBarrier = [](sqlite3_file* f) {
            of(f).real()->pMethods->xShmBarrier(of(f).real());
        };
        made.xShmUnmap = [](sqlite3_file* f, int is_last) {
            return of(f).real()->pMethods->xShmUnmap(of(f).real(), is_last);
        };
        return made;
    }();
    return &table;
}

int fault_disk::vfs::open(
    sqlite3_vfs* called,
    const char* name,
    sqlite3_file* into,
    int flags,
    int* out
)
{
    vfs& self = of(called);
    file& opened = of(into);
    opened.base.pMethods = nullptr;
    opened.owner = &self;
    opened.path = nullptr;
    const int code = self.real->xOpen(self.real, name, opened.real(), flags, out);
    if (code != SQLITE_OK)
        return code;
    opened.base.pMethods = methods();
    const std::lock_guard lock(self.disk.mutex_);
    ++self.disk.open_;
    constexpr int kept = SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL;
    if (name == nullptr || (flags & kept) == 0)
        return code;
    const auto [entry, is_new] = self.disk.images_.try_emplace(name);
    if (is_new)
        entry->second.synced = content_of(name);
    opened.path = &entry->first; // a map's keys stay where they are
    return code;
}

int fault_disk::vfs::remove(sqlite3_vfs* called, const char* name, int sync)
{
    vfs& self = of(called);
    const int failure = self.disk.outcome_of(fault::sync_fails, name, {}, 0);
    if (failure != SQLITE_OK)
        return failure;
    const std::lock_guard lock(self.disk.mutex_);
    const auto known = self.disk.images_.find(name);
    if (known != self.disk.images_.end())
        known->second = {};
    return self.real->xDelete(self.real, name, sync);
}

int fault_disk::vfs::close(sqlite3_file* called)
{
    file& closed = of(called);
    const int code = closed.real()->pMethods->xClose(closed.real());
    fault_disk& disk = closed.owner->disk;
    const std::lock_guard lock(disk.mutex_);
    --disk.open_;
    disk.moved_.notify_all();
    return code;
}

int fault_disk::vfs::read(sqlite3_file* called, void* into, int count, sqlite3_int64 offset)
{
    file& from = of(called);
    if (from.path != nullptr) {
        const int failure = from.owner->disk.outcome_of(fault::read_fails, *from.path, {}, 0);
        if (failure != SQLITE_OK)
            return failure;
    }
    return from.real()->pMethods->xRead(from.real(), into, count, offset);
}

int fault_disk::vfs::write(sqlite3_file* called, const void* from, int count, sqlite3_int64 offset)
{
    file& into = of(called);
    if (into.path != nullptr) {
        const std::string_view bytes(static_cast<const char*>(from), static_cast<size_t>(count));
        const int failure = into.owner->disk.outcome_of(
            fault::write_fails, *into.path, bytes, static_cast<std::size_t>(offset)
        );
        if (failure != SQLITE_OK)
            return failure;
    }
    return into.real()->pMethods->xWrite(into.real(), from, count, offset);
}

int fault_disk::vfs::truncate(sqlite3_file* called, sqlite3_int64 size)
{
    file& cut = of(called);
    if (cut.path != nullptr) {
        fault_disk& disk = cut.owner->disk;
        const int failure = disk.outcome_of(fault::sync_fails, *cut.path, {}, 0);
        if (failure != SQLITE_OK)
            return failure;
        const std::lock_guard lock(disk.mutex_);
        change made;
        made.offset = static_cast<std::size_t>(size);
        disk.images_.at(*cut.path).pending.push_back(std::move(made));
    }
    return cut.real()->pMethods->xTruncate(cut.real(), size);
}

int fault_disk::vfs::sync(sqlite3_file* called, int)
{
    file& synced = of(called);
    if (synced.path == nullptr)
        return SQLITE_OK;
    fault_disk& disk = synced.owner->disk;
    const int failure = disk.outcome_of(fault::sync_fails, *synced.path, {}, 0);
    if (failure != SQLITE_OK)
        return failure;
    // Nobody pulls the plug of the real one, so it is spared the work.
    const std::lock_guard lock(disk.mutex_);
    ++disk.syncs_;
    image& kept = disk.images_.at(*synced.path);
    for (const change& made : kept.pending)
        apply(made, kept.synced);
    kept.pending.clear();
    return SQLITE_OK;
}

std::string_view fault_disk::name_of(fault kind)
{
    switch (kind) {
    case fault::write_fails:
        return "a write fails";
    case fault::read_fails:
        return "a read fails";
    case fault::sync_fails:
        return "a sync fails";
    case fault::full:
        return "the disk is full";
    case fault::power_cut:
        return "the power is cut";
    case fault::torn_write:
        return "the power is cut in the middle of a write";
    }
    return "unknown";
}

fault_disk::fault_disk() : vfs_(std::make_unique<vfs>(*this)) {}

fault_disk::~fault_disk()
{
    release();
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [this] { return open_ == 0; });
}

void fault_disk::plan(fault kind, unsigned nth)
{
    const std::lock_guard lock(mutex_);
    planned_ = kind;
    nth_ = nth;
    has_struck_ = false;
}

bool fault_disk::has_struck() const
{
    const std::lock_guard lock(mutex_);
    return has_struck_;
}

void fault_disk::heal()
{
    const std::lock_guard lock(mutex_);
    planned_.reset();
}

void fault_disk::hold()
{
    const std::lock_guard lock(mutex_);
    is_held_ = true;
}

void fault_disk::release()
{
    const std::lock_guard lock(mutex_);
    is_held_ = false;
    moved_.notify_all();
}

void fault_disk::wait_until_held()
{
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [this] { return held_ != 0; });
}

unsigned fault_disk::syncs() const
{
    const std::lock_guard lock(mutex_);
    return syncs_;
}

int fault_disk::outcome_of(
    fault kind,
    const std::string& path,
    std::string_view bytes,
    std::size_t offset
)
{
    std::unique_lock lock(mutex_);
    ++held_;
    moved_.notify_all();
    moved_.wait(lock, [this] { return !is_held_; });
    --held_;

    const bool is_write = kind == fault::write_fails;
    const bool is_cut = planned_ == fault::power_cut || planned_ == fault::torn_write;
    const bool is_meant = planned_ == kind || (planned_ == fault::full && is_write) ||
                          (planned_ == fault::power_cut && kind != fault::read_fails) ||
                          (planned_ == fault::torn_write && is_write);
    const bool strikes = is_meant && nth_ != 0 && --nth_ == 0;
    has_struck_ = has_struck_ || strikes;
    const auto record = [&](std::string_view written, bool is_certain) {
        images_[path].pending.push_back({offset, std::string(written), is_certain});
    };
    if (strikes && planned_ == fault::torn_write)
        record(bytes.substr(0, bytes.size() / 2), true);
    const bool lasts = has_struck_ && (is_cut || (planned_ == fault::full && is_write));
    if (!strikes && !lasts) {
        if (is_write)
            record(bytes, false);
        return SQLITE_OK;
    }
    if (planned_ == fault::full)
        return SQLITE_FULL;
    return is_write                    ? SQLITE_IOERR_WRITE
           : kind == fault::sync_fails ? SQLITE_IOERR_FSYNC
                                       : SQLITE_IOERR_READ;
}

void fault_disk::apply(const change& made, std::string& content)
{
    if (!made.bytes) {
        content.resize(made.offset);
        return;
    }
    content.resize(std::max(content.size(), made.offset + made.bytes->size()));
    content.replace(made.offset, made.bytes->size(), *made.bytes);
}

void fault_disk::restore(std::uint64_t seed)
{
    const std::lock_guard lock(mutex_);
    core::random_source random(seed);
    for (auto& [path, kept] : images_) {
        if (!std::filesystem::exists(path))
            continue;
        for (const change& made : kept.pending) {
            if (made.is_certain || random.below(2) == 0)
                apply(made, kept.synced);
        }
        std::ofstream(path, std::ios::binary | std::ios::trunc) << kept.synced;
        std::filesystem::remove(path + "-shm"); // was memory
    }
    images_.clear();
}

} // namespace docwarden::test
