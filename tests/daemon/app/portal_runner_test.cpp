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
    return sim::slow_answers("/api/2.0/people/status", pause);
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
    portal.model.set_fault(sim::slow_answers("/api/2.0/security", 15s));
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
    CHECK(runner->settings() == settings);
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
    for (const told_report& entry : reports) {
        CHECK(entry.report.kind == report_kind::degraded);
        CHECK_FALSE(contains(entry.report.message, "sk-wrong"));
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

} // namespace docwarden::test::portal_runner_test
