#include "tests/sim/history.hpp"

#include "tests/sim/chance.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace docwarden::proof
{

namespace
{

using namespace std::chrono_literals;

constexpr std::array<std::string_view, event_kinds> event_names{
    "burst",
    "enable",
    "disable",
    "scan",
    "reload",
    "outage",
    "fault",
    "crash",
    "stop",
    "jump"};

class author
{
public:
    explicit author(const profile& world) : world_(world) {}

    // So many an hour of that kind, each finished by `fill`.
    template <class Fill>
    void write(event_kind kind, unsigned an_hour, Fill fill)
    {
        chance draw(world_.seed, 100 + static_cast<std::uint64_t>(kind));
        const auto hours = std::chrono::duration<double, std::ratio<3600>>(world_.chaos).count();
        const auto count = static_cast<std::uint64_t>(an_hour * hours);
        for (std::uint64_t i = 0; i < count; ++i) {
            event fact;
            fact.kind = kind;
            fact.at = draw.between(span(1s), span(world_.chaos));
            fact.variety = (static_cast<std::uint64_t>(kind) << 32) + i;
            fact.user = static_cast<unsigned>(draw.below(world_.people));
            fill(fact, draw);
            told_.push_back(fact);
        }
    }

    std::vector<span> moments() const
    {
        std::vector<span> all;
        for (const event& fact : told_)
            all.push_back(fact.at);
        return all;
    }

    history finished()
    {
        std::stable_sort(told_.begin(), told_.end(), [](const event& a, const event& b) {
            return a.at < b.at;
        });
        return std::move(told_);
    }

private:
    const profile& world_;
    history told_;
};

// Around the thresholds, because that is where mistakes are.
void fill_burst(const profile& world, event& fact, chance& draw)
{
    const core::rule& rule = world.settings.rules[draw.below(world.settings.rules.size())];
    const auto threshold = static_cast<std::int64_t>(rule.threshold);
    fact.count = static_cast<unsigned>(
        draw.one_of({threshold, threshold + 1, threshold + 1, threshold + 2, 2 * threshold + 3})
    );
    fact.count = std::max(fact.count, 1U);
    const span window(rule.window);
    fact.length = draw.one_of({span(0), span(2s), window / 3, window, window + 1s, 2 * window});
    if (draw.percent(world.storm_percent)) {
        fact.count = static_cast<unsigned>(draw.between(90, 320));
        fact.length = draw.one_of({span(0), span(1s), span(30s)});
    }
}

void fill_fault(const profile& world, event& fact, chance& draw)
{
    fact.fault = world.kinds[draw.below(world.kinds.size())];
    fact.where = draw.one_of({side::all, side::reading, side::people});
    fact.length = draw.one_of<span>({1s, 20s, 2min, 8min});
}

// Most mistakes need a fault at the very moment when somebody is being disabled.
void move_to_burst(event& fact, const std::vector<span>& bursts, chance& draw)
{
    if (bursts.empty() || !draw.percent(60))
        return;
    fact.at = bursts[draw.below(bursts.size())] + draw.between(span(0), span(60s));
}

} // namespace

std::string_view to_string(event_kind kind)
{
    return event_names.at(static_cast<std::size_t>(kind));
}

history draw_history(const profile& world)
{
    using enum event_kind;
    const auto nothing_more = [](event&, chance&) {};
    const auto downtime = [&](event& fact, chance& draw) {
        fact.length = draw.between(span(100ms), span(world.downtime_max));
    };
    author writer(world);
    writer.write(burst, world.bursts_an_hour, [&](event& fact, chance& draw) {
        fill_burst(world, fact, draw);
    });
    const std::vector<span> bursts = writer.moments();
    writer.write(enable, world.enables_an_hour, nothing_more);
    writer.write(disable, world.disables_an_hour, nothing_more);
    writer.write(scan, world.scans_an_hour, nothing_more);
    writer.write(reload, world.reloads_an_hour, nothing_more);
    writer.write(outage, world.outages_an_hour, [](event& fact, chance& draw) {
        fact.length = draw.one_of<span>({5s, 1min, 10min, 40min});
    });
    writer.write(event_kind::fault, world.faults_an_hour, [&](event& fact, chance& draw) {
        fill_fault(world, fact, draw);
        move_to_burst(fact, bursts, draw);
    });
    writer.write(crash, world.crashes_an_hour, downtime);
    writer.write(stop, world.stops_an_hour, downtime);
    writer.write(jump, world.jumps_an_hour, [](event& fact, chance& draw) {
        fact.length = draw.between(span(-3h), span(3h));
    });
    return writer.finished();
}

std::string describe(const event& fact)
{
    const auto seconds = std::chrono::duration<double>(fact.at).count();
    const auto length = std::chrono::duration<double>(fact.length).count();
    std::array<char, 200> line{};
    switch (fact.kind) {
    case event_kind::burst:
        (void)std::snprintf(
            line.data(),
            line.size(),
            "person %u changes %u files within %.1fs",
            fact.user,
            fact.count,
            length
        );
        break;
    case event_kind::enable:
    case event_kind::disable:
        (void)std::snprintf(
            line.data(),
            line.size(),
            "an administrator %ss person %u",
            std::string(to_string(fact.kind)).c_str(),
            fact.user
        );
        break;
    case event_kind::fault:
        (void)std::snprintf(
            line.data(),
            line.size(),
            "%s affects %s for %.1fs",
            std::string(to_string(fact.fault)).c_str(),
            std::string(to_string(fact.where)).c_str(),
            length
        );
        break;
    default:
        (void)std::snprintf(
            line.data(), line.size(), "%s, %.1fs", std::string(to_string(fact.kind)).c_str(), length
        );
    }
    std::array<char, 240> whole{};
    (void)std::snprintf(whole.data(), whole.size(), "%10.3fs  %s", seconds, line.data());
    return whole.data();
}

std::string describe(const history& events)
{
    std::string text;
    for (const event& fact : events)
        text += "  " + describe(fact) + '\n';
    return text;
}

} // namespace docwarden::proof
