// A disk that is locked, full, damaged or gone makes the real program neither blind nor slow, and
// somebody is told.

#include "tests/support/catch.hpp"
#include "tests/support/conditions_seen.hpp"
#include "tests/support/kept_state.hpp"
#include "tests/support/stopwatch.hpp"
#include "tests/support/watched_portal.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <memory>

#include <sched.h>
#include <sys/mount.h>

namespace docwarden::test::disk_trouble_test
{

namespace
{

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

const char* const quick_polls = "poll_interval = \"1s\"\nrescan_interval = \"1s\"\n"
                                "backoff_max = \"1s\"\n";

void attack(watched_portal& portal, const std::string& user, unsigned first_file = 1000)
{
    portal.change_files(user, 21, first_file, seconds(30), seconds(1));
}

log_line wait_contained(daemon_process& daemon, const std::string& user)
{
    return daemon.wait_for("contained " + user, [&](const log_line& line) {
        return line.kind() == "contained" && line.text("DOCWARDEN_USER_ID") == user;
    });
}

// The next process knows it without looking.
void check_known_after_kill(watched_portal& portal, const std::string& user)
{
    portal.daemon().end_by(SIGKILL);
    const std::size_t looks = portal.requests("GET", "/api/2.0/people/" + user);
    auto& again = portal.start_and_read();
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.requests("GET", "/api/2.0/people/" + user) == looks);
    CHECK(again.count("alert") == 0);
    CHECK(portal.disables_of(user) == sim::disable_counts{1, 1});
}

// The longest that /healthz took until then.
milliseconds slowest_health_until(watched_portal& portal, const std::function<bool()>& holds)
{
    milliseconds slowest{0};
    CHECK(comes_true([&] {
        const stopwatch watch;
        CHECK(portal.get("/healthz").status == 200);
        slowest = std::max(slowest, watch.elapsed());
        return holds();
    }));
    return slowest;
}

// A small disk of the test's own over the state directory, seen by this thread and the daemons it
// starts. Only root may have one.
class small_disk
{
public:
    explicit small_disk(const watched_portal& portal) : place_(state_directory(portal))
    {
        is_there_ = ::unshare(CLONE_NEWNS) == 0 &&
                    ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                    ::mount("tmpfs", place_.c_str(), "tmpfs", 0, "size=1m") == 0;
        if (is_there_)
            std::ofstream(place_ / "key") << portal.key << '\n';
    }
    small_disk(const small_disk&) = delete;
    small_disk& operator=(const small_disk&) = delete;
    ~small_disk()
    {
        if (is_there_)
            ::umount2(place_.c_str(), MNT_DETACH);
    }

    bool is_there() const { return is_there_; }

    // To the last byte.
    void fill() const
    {
        std::ofstream file(place_ / "filler", std::ios::binary | std::ios::app);
        const std::string page(4096, 'x');
        while (file.write(page.data(), static_cast<std::streamsize>(page.size())).flush())
            continue;
        file.clear();
        while (file.put('x').flush())
            continue;
    }
    void clear() const { fs::remove(place_ / "filler"); }

private:
    fs::path place_;
    bool is_there_ = false;
};

} // namespace

TEST_CASE("scenario: a locked state file delays a disable by two seconds and nothing else")
{
    watched_portal portal;
    portal.polling = quick_polls;
    auto& daemon = portal.start_and_read();
    auto lock = std::make_unique<file_lock>(portal);
    attack(portal, portal.alice);
    daemon.wait_for("alert");
    const stopwatch since_decision;
    const auto slowest =
        slowest_health_until(portal, [&] { return portal.is_disabled(portal.alice); });
    CHECK(since_decision.elapsed() < seconds(6)); // two and a bit, unless the machine is busy
    CHECK(slowest < milliseconds(1500));          // SQLite waits for two seconds
    wait_contained(daemon, portal.alice);
    const log_line told = wait_about(daemon, "degraded", "store");
    CHECK(told.text("PRIORITY") == "2");
    CHECK_FALSE(is_kept(portal, portal.alice));
    CHECK(portal.get("/readyz").status == 200); // it sees and acts

    lock.reset();
    wait_about(daemon, "recovered", "store");
    REQUIRE(gets_kept(portal, portal.alice, "ended IS NOT NULL"));
    check_known_after_kill(portal, portal.alice);
}

TEST_CASE("scenario: a state file that is removed is told and made anew with all that is known")
{
    watched_portal portal;
    portal.polling = quick_polls;
    auto& daemon = portal.start_and_read();
    attack(portal, portal.bob, 2000);
    wait_contained(daemon, portal.bob);
    REQUIRE(gets_kept(portal, portal.bob, "ended IS NOT NULL"));
    for (const char* suffix : {"", "-wal", "-shm"})
        fs::remove(state_file(portal) + suffix);
    attack(portal, portal.alice);
    wait_contained(daemon, portal.alice);
    const log_line told = wait_about(daemon, "degraded", "store");
    CHECK(told.message().find("moved or removed") != std::string::npos);
    wait_about(daemon, "recovered", "store");
    REQUIRE(gets_kept(portal, portal.bob, "ended IS NOT NULL"));
    REQUIRE(gets_kept(portal, portal.alice, "ended IS NOT NULL"));
    check_known_after_kill(portal, portal.alice);
}

TEST_CASE("scenario: a state directory that is gone is told, and used again when it is back")
{
    watched_portal portal;
    portal.polling = quick_polls;
    auto& daemon = portal.start_and_read();
    const fs::path place = state_directory(portal);
    const fs::path elsewhere = place.string() + ".away";
    fs::rename(place, elsewhere);
    attack(portal, portal.alice);
    wait_contained(daemon, portal.alice);
    wait_about(daemon, "degraded", "store");
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});

    fs::rename(elsewhere, place);
    wait_about(daemon, "recovered", "store");
    REQUIRE(gets_kept(portal, portal.alice, "ended IS NOT NULL"));
    check_known_after_kill(portal, portal.alice);
}

TEST_CASE("scenario: a state file that is damaged meanwhile goes aside, and watching goes on")
{
    watched_portal portal;
    portal.polling = quick_polls;
    auto* daemon = &portal.start_and_read();
    attack(portal, portal.bob);
    wait_contained(*daemon, portal.bob);
    REQUIRE(gets_kept(portal, portal.bob, "ended IS NOT NULL"));
    daemon->end_by(SIGTERM); // all is in the one file
    daemon = &portal.start_and_read();
    const auto size = fs::file_size(state_file(portal));
    std::fstream file(state_file(portal), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(4096);
    file << std::string(static_cast<std::size_t>(size) - 4096, '\x5a') << std::flush;

    attack(portal, portal.alice, 2000);
    wait_contained(*daemon, portal.alice);
    // SQLite notices when it next reads those pages: now, or at the next start.
    const auto is_told = [](const log_line& line) {
        return line.kind() == "config-warning" &&
               line.message().find(".corrupt-") != std::string::npos;
    };
    const auto& said = daemon->records();
    if (std::none_of(said.begin(), said.end(), is_told)) {
        daemon->end_by(SIGKILL);
        daemon = &portal.start_and_read();
        daemon->wait_for("a warning about the damaged file", is_told);
    }
    attack(portal, portal.add_user("Carol"), 3000);
    REQUIRE(portal.scan().status == 200);
    CHECK(portal.disables_of(portal.alice) == sim::disable_counts{1, 1});
    CHECK(portal.disables_of(portal.bob) == sim::disable_counts{1, 1});
}

TEST_CASE("scenario: a state file that another program locks at the start is used later")
{
    watched_portal portal;
    portal.polling = quick_polls;
    portal.start_and_read();
    CHECK(portal.stop() == 0);
    auto lock = std::make_unique<file_lock>(portal, file_lock::against::everybody);
    auto& daemon = portal.start_and_read();
    CHECK(wait_about(daemon, "degraded", "store").message().find("locked") != std::string::npos);
    attack(portal, portal.alice);
    wait_contained(daemon, portal.alice);

    lock.reset();
    wait_about(daemon, "recovered", "store");
    REQUIRE(gets_kept(portal, portal.alice, "ended IS NOT NULL"));
    check_known_after_kill(portal, portal.alice);
}

TEST_CASE("scenario: a full disk is told, delays nothing, and is made up for")
{
    watched_portal portal;
    portal.polling = quick_polls;
    const small_disk disk(portal);
    if (!disk.is_there()) {
        WARN("not root here: there is no disk to fill");
        return;
    }
    auto& daemon = portal.start_and_read();
    disk.fill();
    attack(portal, portal.alice);
    daemon.wait_for("alert");
    const stopwatch since_decision;
    wait_contained(daemon, portal.alice);
    CHECK(since_decision.elapsed() < seconds(6));
    CHECK(wait_about(daemon, "degraded", "store").message().find("full") != std::string::npos);

    disk.clear();
    wait_about(daemon, "recovered", "store");
    REQUIRE(gets_kept(portal, portal.alice, "ended IS NOT NULL"));
    check_known_after_kill(portal, portal.alice);
}

} // namespace docwarden::test::disk_trouble_test
