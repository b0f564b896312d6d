#include "tests/sim/profile.hpp"

#include "core/base/text.hpp"
#include "core/report/incident_texts.hpp"
#include "core/settings/disable_method.hpp"
#include "tests/sim/chance.hpp"

#include <algorithm>

namespace docwarden::proof
{

namespace
{

using core::milliseconds;
using namespace std::chrono_literals;

core::rule draw_rule(chance& draw, std::string name, std::vector<int> actions)
{
    core::rule rule;
    rule.name = std::move(name);
    rule.actions = std::move(actions);
    rule.window = draw.one_of<milliseconds>({1min, 5min, 10min, 10min, 25min});
    rule.threshold = draw.one_of<std::uint32_t>({0, 1, 3, 5, 8, 20});
    rule.response = draw.percent(85)
                        ? core::response_mode::disable
                        : draw.one_of({core::response_mode::alert, core::response_mode::observe});
    return rule;
}

core::engine_settings draw_settings(chance draw)
{
    core::engine_settings made;
    made.portal = "docs";
    made.contact = "security@example.com";
    made.rules.push_back(draw_rule(draw, "bulk-change", {5000, 5011, 5018, 5034}));
    if (draw.percent(40))
        made.rules.push_back(draw_rule(draw, "mass-delete", {5018}));
    made.polling.poll_interval =
        draw.one_of<milliseconds>({5s, 15s, 30s, 60s, 60s, 60s, 2min, 2min, 5min, 5min});
    made.polling.rescan_interval =
        std::max(made.polling.poll_interval, draw.one_of<milliseconds>({60s, 5min, 5min, 10min}));
    made.polling.lateness = draw.one_of<milliseconds>({0s, 1min, 5min, 15min});
    made.polling.backoff_max = draw.one_of<milliseconds>({20s, 20s, 60s, 60s});
    made.containment.method =
        draw.percent(80) ? core::disable_method::status : core::disable_method::member;
    made.containment.disables_max = draw.one_of<std::uint32_t>({1, 2, 5, 100, 100, 100});
    made.containment.disables_window = draw.one_of<milliseconds>({1min, 10min, 1h});
    return made;
}

// In a third of the worlds some accounts are disabled for a time only.
void draw_release(core::engine_settings& made, chance draw)
{
    if (!draw.percent(35))
        return;
    for (core::rule& rule : made.rules)
        rule.release_after = draw.one_of<milliseconds>({0s, 1min, 3min, 10min, 10min, 40min});
    made.containment.release_growth = draw.one_of({100U, 150U, 200U, 1000U});
    made.containment.release_max = draw.one_of<milliseconds>({40min, 40min, 3h});
    made.containment.release_memory = draw.one_of<milliseconds>({0s, 30min, 24h});
}

// In a quarter of the worlds people have time to decide.
void draw_countdown(core::engine_settings& made, chance draw)
{
    if (!draw.percent(25))
        return;
    const auto length = draw.one_of<milliseconds>({1min, 1min, 5min, 20min});
    for (core::rule& rule : made.rules)
        rule.countdown = draw.percent(80) ? length : 2 * length;
}

void draw_people(profile& world, chance draw)
{
    world.people = static_cast<unsigned>(draw.between(2, 8));
    world.bursts_an_hour = draw.one_of({1U, 4U, 4U, 10U, 10U, 40U});
    world.storm_percent =
        draw.one_of({0U, 0U, 0U, 5U, 15U}) * 4 / std::max(4U, world.bursts_an_hour);
    world.reuse_percent = draw.one_of({0U, 30U, 90U});
    world.afterburn_percent = draw.one_of({0U, 0U, 50U});
    world.has_officials = draw.percent(20);
    world.has_exempt = draw.percent(20);
    world.enables_an_hour = draw.one_of({0U, 2U, 10U});
    world.disables_an_hour = draw.one_of({0U, 0U, 2U});
}

void draw_warnings(profile& world, chance draw)
{
    for (core::rule& rule : world.settings.rules) {
        const auto warn = draw.one_of<std::uint32_t>({0, 1, 3, 10});
        rule.warn = warn < rule.threshold ? warn : 0;
    }
}

void draw_trail(profile& world, chance draw)
{
    world.late_percent = draw.one_of({0U, 10U, 60U});
    world.very_late_percent = draw.one_of({0U, 0U, 0U, 5U});
    world.has_microseconds = draw.percent(30);
    world.ties_reshuffled = draw.percent(70);
    world.has_summer_time = draw.percent(15);
}

void draw_network(profile& world, chance draw)
{
    world.latency_max = draw.one_of<milliseconds>({2ms, 50ms, 50ms, 1s, 5s});
    world.faults_an_hour = draw.one_of({0U, 3U, 12U});
    world.fault_percent = draw.one_of({20U, 70U, 100U});
    const unsigned density = draw.one_of({10U, 30U, 60U});
    for (std::size_t i = 0; i < fault_kinds; ++i) {
        if (draw.percent(density))
            world.kinds.push_back(static_cast<fault_kind>(i));
    }
    if (world.kinds.empty())
        world.faults_an_hour = 0;
    world.outages_an_hour = draw.one_of({0U, 0U, 2U});
    world.crashes_an_hour = draw.one_of({0U, 0U, 1U, 6U, 40U});
    world.stops_an_hour = draw.one_of({0U, 0U, 2U});
    world.downtime_max = draw.one_of<std::chrono::seconds>({2s, 10s, 5min, 1h});
    world.jumps_an_hour = draw.one_of({0U, 0U, 3U});
    if (draw.percent(40))
        world.skew = draw.between<std::chrono::seconds::rep, std::ratio<1>>(-3h, 3h);
    world.reloads_an_hour = draw.one_of({0U, 0U, 1U, 6U});
    world.scans_an_hour = draw.one_of({0U, 0U, 3U});
}

void say(std::string& text, std::string_view name, std::uint64_t value, std::string_view unit)
{
    if (value != 0)
        text += "  " + std::string(name) + ' ' + std::to_string(value) + std::string(unit) + '\n';
}

std::string describe(const core::rule& rule)
{
    constexpr std::string_view responses[] = {"observe", "alert", "disable"};
    return "  rule " + rule.name + ": more than " + std::to_string(rule.threshold) + " within " +
           core::format_span(rule.window) + ", " +
           std::string(responses[static_cast<std::size_t>(rule.response)]) +
           (rule.countdown > 0s ? " after " + core::format_span(rule.countdown) : "") +
           (rule.release_after > 0s ? " for " + core::format_span(rule.release_after) : "") + '\n';
}

} // namespace

profile draw_profile(std::uint64_t seed)
{
    profile world;
    world.seed = seed;
    world.settings = draw_settings(chance(seed, 1));
    draw_people(world, chance(seed, 2));
    draw_trail(world, chance(seed, 3));
    draw_network(world, chance(seed, 4));
    draw_warnings(world, chance(seed, 7));
    draw_release(world.settings, chance(seed, 8));
    draw_countdown(world.settings, chance(seed, 10));
    chance more(seed, 9);
    world.settings.containment.recheck_interval = more.one_of<milliseconds>({1min, 10min, 1h});
    if (more.percent(10))
        world.settings.containment.when_enabled = core::enabled_policy::reassert;
    if (chance shares(seed, 10); shares.percent(20))
        world.settings.containment.disables_share = shares.one_of({10U, 20U, 20U, 40U});
    world.disk_trouble_percent = chance(seed, 6).one_of({0U, 0U, 0U, 30U, 100U});
    return world;
}

std::string describe(const core::engine_settings& settings)
{
    std::string text;
    for (const core::rule& rule : settings.rules)
        text += describe(rule);
    text += "  poll " + core::format_span(settings.polling.poll_interval) + ", rescan " +
            core::format_span(settings.polling.rescan_interval) + ", lateness " +
            core::format_span(settings.polling.lateness) + ", limit " +
            std::to_string(settings.containment.disables_max) + " or " +
            std::to_string(settings.containment.disables_share) + "% within " +
            core::format_span(settings.containment.disables_window) + '\n';
    return text;
}

std::string describe(const profile& world)
{
    std::string text = "seed " + std::to_string(world.seed) + '\n' + describe(world.settings);
    say(text, "people", world.people, "");
    say(text, "bursts an hour", world.bursts_an_hour, "");
    say(text, "storms", world.storm_percent, "% of them");
    say(text, "late rows", world.late_percent, "%");
    say(text, "very late rows", world.very_late_percent, "%");
    say(text, "accounts given back", world.enables_an_hour, " an hour");
    say(text, "accounts disabled by hand", world.disables_an_hour, " an hour");
    say(text, "reloads", world.reloads_an_hour, " an hour");
    say(text, "scans", world.scans_an_hour, " an hour");
    say(text, "outages", world.outages_an_hour, " an hour");
    say(text, "crashes", world.crashes_an_hour, " an hour");
    say(text, "stops", world.stops_an_hour, " an hour");
    say(text, "bad hours of the disk", world.disk_trouble_percent, "%");
    say(text, "steps of the host's clock", world.jumps_an_hour, " an hour");
    say(text, "autumn hour", world.has_summer_time ? 1 : 0, "");
    if (world.skew.count() != 0)
        text += "  skew " + std::to_string(world.skew.count()) + "s\n";
    if (world.faults_an_hour != 0) {
        say(text, "faults", world.faults_an_hour, " an hour, of");
        text += "   ";
        for (const fault_kind kind : world.kinds)
            text += ' ' + std::string(to_string(kind));
        text += '\n';
    }
    return text;
}

} // namespace docwarden::proof
