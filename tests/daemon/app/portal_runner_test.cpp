#include "daemon/app/portal_runner.hpp"
#include "tests/portal/workload.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/runner_world.hpp"
#include "tests/support/scripted_transport.hpp"
#include "tests/support/text.hpp"

#include <map>

namespace docwarden::test::portal_runner_test
{

namespace
{

using core::report_kind;
using namespace std::chrono_literals;

const std::map<std::string, sim::disable_counts> nobody;

std::map<std::string, sim::disable_counts> once(const std::string& user)
{
    return {{user, {1, 1}}};
}

// A dozen people who work from half an hour before now for so long.
void open_office(runner_world& world, std::chrono::hours length)
{
    sim::office_plan plan;
    for (int i = 0; i < 12; ++i)
        plan.people.push_back(world.portal.model.add_user({.is_collaborator = true}));
    plan.from = world.now() - 30min;
    plan.to = world.now() + length;
    plan.pause = 15min;
    sim::generator chance(7);
    sim::record_all(world.portal.model, sim::quiet_office(plan, chance));
}

sim::fault slow_disable(std::chrono::milliseconds pause)
{
    sim::fault slow;
    slow.kind = sim::fault_kind::delay;
    slow.path_prefix = "/api/2.0/people/status";
    slow.method = "PUT";
    slow.pause = pause;
    return slow;
}

// Until the portal has been asked to disable somebody, which must happen within a minute.
void run_until_disable_is_sent(runner_world& world)
{
    const bool was_sent = world.clock.run_until(world.in(1min), [&world] {
        return world.portal.model.count_requests("PUT", "/api/2.0/people/") > 0;
    });
    REQUIRE(was_sent);
}

} // namespace

TEST_CASE_METHOD(runner_world, "portal_runner: in a day of office work an attack is contained once")
{
    open_office(*this, 24h);
    sim::attack_plan theft;
    theft.person = portal.alice;
    theft.from = now() + 9h;
    sim::generator chance(8);
    const sim::script attack = sim::attack(theft, chance);
    sim::record_all(portal.model, attack);

    start();
    clock.run_for(24h);
    CHECK(crashes.empty());
    CHECK(portal.model.disables() == once(portal.alice));
    CHECK(is_disabled(portal.alice));
    CHECK(count(report_kind::alert) == 1);
    REQUIRE(count(report_kind::contained) == 1);
    CHECK(find(report_kind::contained)->at - attack.at(20).at < 20s); // the 21st file, plus a poll
    CHECK(runner->status().is_ready());
    CHECK(count(report_kind::degraded) == 0);
}

TEST_CASE_METHOD(runner_world, "portal_runner: after an hour without the portal it catches up")
{
    start();
    clock.run_for(5min);
    REQUIRE(runner->status().is_ready());

    link.is_up = false;
    clock.run_for(30min);
    save_files(portal.bob, 30);
    clock.run_for(30min);
    CHECK_FALSE(runner->status().is_ready());
    CHECK(count(report_kind::degraded) == 1); // told once, not with each try
    CHECK(portal.model.disables() == nobody);

    link.is_up = true;
    clock.run_for(1min);
    CHECK(runner->status().is_ready());
    CHECK(count(report_kind::recovered) == 1);
    CHECK(portal.model.disables() == once(portal.bob));
    clock.run_for(2h);
    CHECK(portal.model.disables() == once(portal.bob));
    CHECK(count(report_kind::contained) == 1);
    CHECK(crashes.empty());
}

TEST_CASE_METHOD(
    runner_world,
    "portal_runner: a portal whose clock is wrong is watched by its clock"
)
{
    link.portal_ahead = GENERATE(as<core::tick>{}, -20h, -5min, 5min, 20h);
    start();
    clock.run_for(1min);
    for (int i = 0; i < 30; ++i)
        portal.model.record(
            portal.alice, 5034, std::to_string(i), "f.docx", now() + link.portal_ahead + i * 1s
        );
    clock.run_for(2min);
    CHECK(portal.model.disables() == once(portal.alice));
    CHECK(runner->status().is_ready());
}

TEST_CASE_METHOD(runner_world, "portal_runner: stop lets a disable request end within its patience")
{
    portal.model.set_fault(slow_disable(2s));
    save_files(portal.alice, 30);
    start();
    run_until_disable_is_sent(*this);

    const auto begin = clock.reading().mono;
    callers.spawn(stop(begin + 5s));
    clock.run_for(10s);
    REQUIRE(stopped_at);
    CHECK(*stopped_at - begin >= 2s); // the answer was waited for
    CHECK(*stopped_at - begin < 3s);  // ... and the patience not used up
    CHECK(count(report_kind::contained) == 1);
    CHECK(portal.model.disables() == once(portal.alice));
    CHECK(crashes.empty());
}

TEST_CASE_METHOD(runner_world, "portal_runner: stop ends when its patience does, whatever is open")
{
    portal.model.set_fault(slow_disable(15s));
    save_files(portal.alice, 30);
    start();
    run_until_disable_is_sent(*this);

    const auto begin = clock.reading().mono;
    callers.spawn(stop(begin + 1s));
    clock.run_for(10s);
    REQUIRE(stopped_at);
    CHECK(*stopped_at - begin == 1s);
    CHECK(count(report_kind::contained) == 0); // nobody has confirmed it
    CHECK(crashes.empty());
}

TEST_CASE_METHOD(runner_world, "portal_runner: stop is immediate when nothing is under way")
{
    start();
    clock.run_for(1min);
    const auto begin = clock.reading().mono;
    callers.spawn(stop(begin + 5s));
    clock.run_for(0s);
    CHECK(stopped_at == begin);
    const std::size_t asked = portal.model.requests_total();
    clock.run_for(1h);
    CHECK(portal.model.requests_total() == asked); // it is really over
    CHECK_FALSE(clock.next_deadline());            // and nobody waits any more
}

TEST_CASE_METHOD(runner_world, "portal_runner: stop gives up a page that is under way")
{
    sim::fault slow;
    slow.kind = sim::fault_kind::delay;
    slow.path_prefix = "/api/2.0/security";
    slow.pause = 15s;
    portal.model.set_fault(slow);
    start();
    clock.run_for(1s);
    REQUIRE(portal.model.count_requests("GET", "/api/2.0/security") == 2); // and the probe
    const auto begin = clock.reading().mono;
    callers.spawn(stop(begin + 5s));
    clock.run_for(0s);
    CHECK(stopped_at == begin);
    CHECK(crashes.empty());
}

TEST_CASE_METHOD(runner_world, "portal_runner: a scan reads now, and waits for the containment")
{
    settings.polling.poll_interval = 1h;
    settings.polling.rescan_interval = 1h;
    start();
    clock.run_for(1min);
    callers.spawn(scan());
    clock.run_for(10s);
    REQUIRE(scanned);
    CHECK(scanned->error.empty());
    CHECK(scanned->findings.empty());

    save_files(portal.alice, 30);
    clock.run_for(1min);
    CHECK_FALSE(is_disabled(portal.alice)); // the next poll is far away
    callers.spawn(scan());
    clock.run_for(10s);
    REQUIRE(scanned);
    CHECK(scanned->error.empty());
    REQUIRE(scanned->findings.size() == 1);
    CHECK(scanned->findings.front().user == portal.alice);
    CHECK(scanned->findings.front().span.count >= 21);
    CHECK(scanned->findings.front().state == core::containment_state::contained);
    CHECK(is_disabled(portal.alice));
}

TEST_CASE_METHOD(runner_world, "portal_runner: two scans at once are both answered")
{
    start();
    callers.spawn(scan());
    callers.spawn(scan());
    clock.run_for(10s);
    CHECK(callers.running() == 0);
    REQUIRE(scanned);
    CHECK(scanned->error.empty());
}

TEST_CASE_METHOD(runner_world, "portal_runner: a scan that cannot read says why")
{
    start();
    clock.run_for(1min);
    link.is_up = false;
    callers.spawn(scan());
    clock.run_for(1min);
    REQUIRE(scanned);
    CHECK(contains(scanned->error, "refuses connections"));
    CHECK(scanned->findings.empty());
}

TEST_CASE_METHOD(runner_world, "portal_runner: a scan ends when it is cancelled")
{
    start();
    clock.run_for(1min);
    link.latency = 5s;
    callers.spawn(scan());
    clock.run_for(1s);
    REQUIRE_FALSE(scanned);
    callers.cancel();
    clock.run_for(0s);
    CHECK(callers.running() == 0);
    REQUIRE(scanned);
    CHECK_FALSE(scanned->error.empty());
    CHECK(crashes.empty());
}

TEST_CASE_METHOD(runner_world, "portal_runner: stop ends the scans that wait, and later ones")
{
    start();
    clock.run_for(1min);
    link.latency = 5s;
    callers.spawn(scan());
    clock.run_for(1s);
    REQUIRE_FALSE(scanned);
    callers.spawn(stop(clock.reading().mono));
    clock.run_for(1s);
    REQUIRE(stopped_at);
    REQUIRE(scanned);
    CHECK(contains(scanned->error, "docwarden is stopping"));

    callers.spawn(scan());
    clock.run_for(1s);
    REQUIRE(scanned);
    CHECK(contains(scanned->error, "docwarden is stopping"));
    CHECK(callers.running() == 0);
}

TEST_CASE_METHOD(
    runner_world,
    "portal_runner: a lower threshold holds who crosses it by old events"
)
{
    save_files(portal.alice, 10);
    start();
    clock.run_for(1min);
    settings.rules.front().threshold = 5;
    runner->reconfigure(share(settings));
    clock.run_for(1min);
    CHECK(count(report_kind::held) == 1);
    CHECK(portal.model.disables() == nobody);
    CHECK(runner->settings() == settings);

    save_files(portal.alice, 1, 2000); // ... and goes on
    clock.run_for(1min);
    CHECK(portal.model.disables() == once(portal.alice));
}

TEST_CASE_METHOD(runner_world, "portal_runner: a new poll interval is in force with the next poll")
{
    settings.polling.poll_interval = 1h;
    settings.polling.rescan_interval = 1h;
    start();
    clock.run_for(1min);
    const auto polls = [this] {
        return portal.model.count_requests("GET", "/api/2.0/security/audit");
    };
    settings.polling.poll_interval = 10s;
    settings.polling.rescan_interval = 10s;
    runner->reconfigure(share(settings));
    clock.run_for(1h); // the poll that was already planned
    const std::size_t before = polls();
    clock.run_for(10min);
    CHECK(polls() - before >= 59);
    CHECK(polls() - before <= 61);
}

TEST_CASE_METHOD(runner_world, "portal_runner: a refused key is told once and asked again slowly")
{
    start("sk-wrong");
    clock.run_for(1h);
    CHECK_FALSE(runner->status().is_ready());
    CHECK(runner->status().was_tried);
    CHECK(portal.model.requests_total() < 200);
    for (const told_report& one : reports) {
        CHECK(one.what.kind == report_kind::degraded);
        CHECK_FALSE(contains(one.what.message, "sk-wrong"));
    }
    CHECK(reports.size() <= 3); // identity, reading, acting: one each
}

TEST_CASE_METHOD(runner_world, "portal_runner: an exception below it is reported as a crash")
{
    start(std::make_unique<scripted_transport>(clock)); // its script is empty
    clock.run_for(1s);
    REQUIRE(crashes.size() == 1);
    CHECK(contains(crashes.front(), "the script has no answer"));
}

namespace
{

// This host's clock is set while the daemon runs, by NTP or by an administrator, and the portal's
// goes on as it was: people are counted by the portal's.
struct host_clock_world : runner_world {
    core::wall_time portal_now() const { return now() + link.portal_ahead; }

    void set_host_clock_by(core::tick jump)
    {
        clock.set_wall(now() + jump);
        link.portal_ahead -= jump;
    }

    void change_files(unsigned count, unsigned first_file)
    {
        for (unsigned i = 0; i < count; ++i)
            portal.model.record(
                portal.alice, 5034, std::to_string(first_file + i), "f.docx", portal_now() + i * 1s
            );
    }

    bool is_alice_disabled_once() const
    {
        return portal.model.disables() ==
               std::map<std::string, sim::disable_counts>{{portal.alice, {1, 1}}};
    }
};

} // namespace

TEST_CASE_METHOD(
    host_clock_world,
    "portal_runner: an attack during which this host's clock jumps is one attack"
)
{
    const core::tick jump = GENERATE(as<core::tick>{}, -20h, -5min, 5min, 20h);
    start();
    clock.run_for(2min);
    change_files(11, 1000);
    clock.run_for(1min);
    set_host_clock_by(jump);
    change_files(10, 2000);
    clock.run_for(2min);
    CHECK(is_alice_disabled_once());
    CHECK(runner->status().is_ready());
    for (const told_report& told : reports) // a remark, at most
        CHECK((told.what.kind != report_kind::degraded || told.what.field("CONCERN") == "clock"));
    clock.run_for(2h);
    CHECK(is_alice_disabled_once());
    CHECK(count(report_kind::alert) == 1);
    CHECK(crashes.empty());
}

TEST_CASE_METHOD(
    host_clock_world,
    "portal_runner: work far apart by the portal's clock is no attack because this host's jumps"
)
{
    const core::tick jump = GENERATE(as<core::tick>{}, -11min, 11min);
    start();
    clock.run_for(2min);
    change_files(11, 1000);
    clock.run_for(11min);
    set_host_clock_by(jump);
    change_files(10, 2000);
    clock.run_for(5min);
    CHECK(portal.model.disables().empty());
    CHECK(count(report_kind::alert) == 0);
}

TEST_CASE_METHOD(
    host_clock_world,
    "portal_runner: this host's clock leaves for another week, which is told once, and comes back"
)
{
    const core::tick jump = GENERATE(as<core::tick>{}, -24h * 7, 24h * 7);
    start();
    clock.run_for(2min);
    set_host_clock_by(jump);
    clock.run_for(1min);
    REQUIRE(count(report_kind::degraded) == 1);
    CHECK(find(report_kind::degraded)->what.field("CONCERN") == "clock");
    change_files(21, 1000);
    clock.run_for(2min);
    CHECK(is_alice_disabled_once()); // the portal's time is still known
    CHECK(count(report_kind::degraded) == 1);

    set_host_clock_by(-jump);
    clock.run_for(2min);
    CHECK(count(report_kind::recovered) == 1);
    CHECK(runner->status().is_ready());
    clock.run_for(1h);
    CHECK(is_alice_disabled_once());
    CHECK(count(report_kind::degraded) == 1);
}

} // namespace docwarden::test::portal_runner_test
