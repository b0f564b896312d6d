// This host's clock is set while the daemon runs, by NTP or by an administrator, and the portal's
// goes on as it was: people are counted by the portal's.

#include "tests/support/catch.hpp"
#include "tests/support/runner_world.hpp"

#include <map>

namespace docwarden::test::host_clock_test
{

namespace
{

using core::report_kind;
using namespace std::chrono_literals;

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

} // namespace docwarden::test::host_clock_test
