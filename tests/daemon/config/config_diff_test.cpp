#include "core/settings/disable_method.hpp"
#include "daemon/config/config_diff.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/config_problems.hpp"

#include <algorithm>
#include <functional>

namespace docwarden::test::config_diff_test
{

namespace
{

using daemon::applicable;
using daemon::compare;
using daemon::config;
using namespace std::chrono_literals;

// Two portals and two rules.
config base()
{
    config settings = config_of(least_config);
    settings.portals.front().name = "a";
    settings.portals.push_back(settings.portals.front());
    settings.portals.back().name = "b";
    settings.rules.push_back(settings.rules.front());
    settings.rules.back().name = "s";
    return settings;
}

struct change {
    const char* name;
    std::function<void(config&)> make;
    lines changes;
    lines ignored;
};

std::vector<change> changes_in_force_at_once()
{
    using core::disable_method;
    using core::response_mode;
    return {
        {"warn", [](config& c) { c.rules[0].warn = 15; }, {"rule r: warn 0 -> 15"}, {}},
        {"threshold",
         [](config& c) { c.rules[0].threshold = 10; },
         {"rule r: threshold 20 -> 10"},
         {}},
        {"window",
         [](config& c) { c.rules[1].window = 90s; },
         {"rule s: window 10m -> 1m 30s"},
         {}},
        {"response",
         [](config& c) { c.rules[0].response = response_mode::observe; },
         {"rule r: response disable -> observe"},
         {}},
        {"actions", [](config& c) { c.rules[0].actions = {1}; }, {"rule r: actions changed"}, {}},
        {"rule gone", [](config& c) { c.rules.pop_back(); }, {"rule s removed"}, {}},
        {"rule renamed",
         [](config& c) { c.rules[1].name = "t"; },
         {"rule t added", "rule s removed"},
         {}},
        {"users",
         [](config& c) { c.rules[1].users = {"jane@example.com"}; },
         {"rule s: users changed"},
         {}},
        {"groups",
         [](config& c) { c.rules[0].groups = {"Robots"}; },
         {"rule r: groups changed"},
         {}},
        {"poll_interval",
         [](config& c) { c.portals[1].polling.poll_interval = 1min; },
         {"portal b: poll_interval 15s -> 1m"},
         {}},
        {"rescan_interval",
         [](config& c) { c.portals[0].polling.rescan_interval = 2min; },
         {"portal a: rescan_interval 1m -> 2m"},
         {}},
        {"lateness",
         [](config& c) { c.portals[0].polling.lateness = 0s; },
         {"portal a: lateness 15m -> 0s"},
         {}},
        {"backoff_max",
         [](config& c) { c.portals[0].polling.backoff_max = 5s; },
         {"portal a: backoff_max 20s -> 5s"},
         {}},
        {"method",
         [](config& c) { c.containment.method = disable_method::member; },
         {"containment: method status -> member"},
         {}},
        {"max_disables",
         [](config& c) { c.containment.disables_max = 0; },
         {"containment: max_disables 5 -> 0"},
         {}},
        {"max_disables_share",
         [](config& c) { c.containment.disables_share = 7; },
         {"containment: max_disables_share 100% -> 7%"},
         {}},
        {"max_disables_window",
         [](config& c) { c.containment.disables_window = 1h; },
         {"containment: max_disables_window 10m -> 1h"},
         {}},
        {"exempt",
         [](config& c) { c.containment.exempt = {core::exemption{"jane@example.com"}}; },
         {"containment: jane@example.com exempt"},
         {}},
        {"contact", [](config& c) { c.contact = "us"; }, {"alerts: contact changed"}, {}},
    };
}

std::vector<change> changes_of_release()
{
    return {
        {"release_factor",
         [](config& c) { c.containment.release_growth = 105; },
         {"containment: release_factor 2.0 -> 1.05"},
         {}},
        {"release_max",
         [](config& c) { c.containment.release_max = 24h; },
         {"containment: release_max 30d -> 1d"},
         {}},
        {"release_memory",
         [](config& c) { c.containment.release_memory = 0s; },
         {"containment: release_memory 30d -> 0s"},
         {}},
        {"recheck_interval",
         [](config& c) { c.containment.recheck_interval = 10min; },
         {"containment: recheck_interval 1h -> 10m"},
         {}},
        {"when_enabled",
         [](config& c) { c.containment.when_enabled = core::enabled_policy::reassert; },
         {"containment: when_enabled accept -> reassert"},
         {}},
        {"countdown",
         [](config& c) { c.rules[0].countdown = 5min; },
         {"rule r: countdown 0s -> 5m"},
         {}},
        {"release_after",
         [](config& c) { c.rules[0].release_after = 1h; },
         {"rule r: release_after 0s -> 1h"},
         {}},
    };
}

std::vector<change> changes_after_restart()
{
    return {
        {"url", [](config& c) { c.portals[0].url += "x"; }, {}, {"portal a: its connection"}},
        {"key file",
         [](config& c) { c.portals[1].api_key_file = "/key"; },
         {},
         {"portal b: its connection"}},
        {"authorities",
         [](config& c) { c.portals[0].ca_file = "/ca"; },
         {},
         {"portal a: its connection"}},
        {"proxy",
         [](config& c) { c.portals[0].proxy = "http://p:1"; },
         {},
         {"portal a: its connection"}},
        {"request_timeout",
         [](config& c) { c.portals[0].request_timeout = 1s; },
         {},
         {"portal a: its connection"}},
        {"portal gone", [](config& c) { c.portals.pop_back(); }, {}, {"portal b removed"}},
        {"portal renamed",
         [](config& c) { c.portals[0].name = "c"; },
         {},
         {"portal c added", "portal a removed"}},
        {"admin address", [](config& c) { c.admin.address = "::1"; }, {}, {"admin"}},
        {"admin port", [](config& c) { c.admin.port = 1; }, {}, {"admin"}},
        {"admin off", [](config& c) { c.admin.enabled = false; }, {}, {"admin"}},
        {"admin socket", [](config& c) { c.admin.socket = "/s"; }, {}, {"admin"}},
        {"state", [](config& c) { c.state_directory = "/s"; }, {}, {"state: directory"}},
    };
}

std::vector<change> all_changes()
{
    std::vector<change> all = changes_in_force_at_once();
    for (const change& change : changes_of_release())
        all.push_back(change);
    for (const change& change : changes_after_restart())
        all.push_back(change);
    return all;
}

} // namespace

TEST_CASE("config_diff: nothing changed is nothing told")
{
    CHECK(compare(base(), base()).changes.empty());
    CHECK(compare(base(), base()).ignored.empty());
    CHECK(applicable(base(), base()) == base());
}

TEST_CASE("config_diff: each setting is told by its name, with both values where that is short")
{
    for (const change& change : all_changes()) {
        INFO(change.name);
        config after = base();
        change.make(after);
        CHECK(compare(base(), after).changes == change.changes);
        CHECK(compare(base(), after).ignored == change.ignored);
    }
}

TEST_CASE("config_diff: what is applied is exactly what was told as changed")
{
    for (const change& change : all_changes()) {
        INFO(change.name);
        config after = base();
        change.make(after);
        const config applied = applicable(base(), after);
        CHECK(compare(base(), applied).changes == change.changes);
        CHECK(compare(base(), applied).ignored.empty());
        // What waits for a restart is told again with the next reload.
        CHECK(compare(applied, after).changes.empty());
        CHECK(compare(applied, after).ignored == change.ignored);
        CHECK((applied == base()) == change.changes.empty());
    }
}

TEST_CASE("config_diff: many changes at once are all told")
{
    config after = base();
    after.rules[0].threshold = 1;
    after.rules[0].window = 1h;
    after.rules[1].response = core::response_mode::alert;
    after.admin.port = 1;
    after.state_directory = "/s";
    const auto found = compare(base(), after);
    CHECK(
        found.changes ==
        lines{
            "rule r: threshold 20 -> 1",
            "rule r: window 10m -> 1h",
            "rule s: response disable -> alert"}
    );
    CHECK(found.ignored == lines{"admin", "state: directory"});
}

TEST_CASE("config_diff: another order is told where the order says which rule applies")
{
    config before = base();
    config after = before;
    std::swap(after.rules[0], after.rules[1]);
    CHECK(compare(before, after).changes.empty());
    before.rules[1].groups = {"Robots"};
    after = before;
    std::swap(after.rules[0], after.rules[1]);
    CHECK(compare(before, after).changes == lines{"rules for some people stand in another order"});
    after.rules.erase(after.rules.begin());
    CHECK(compare(before, after).changes == lines{"rule s removed"});
}

TEST_CASE("config_diff: portals keep their order, whatever the order in the new file")
{
    config after = base();
    std::swap(after.portals[0], after.portals[1]);
    after.portals[0].polling.poll_interval = 1min; // of "b"
    const config applied = applicable(base(), after);
    REQUIRE(applied.portals.size() == 2);
    CHECK(applied.portals[0] == base().portals[0]);
    CHECK(applied.portals[1].name == "b");
    CHECK(applied.portals[1].polling.poll_interval == 1min);
}

} // namespace docwarden::test::config_diff_test
