#pragma once
// What the tests of core share: moments, events, rules and pages in one line each.

#include "core/audit/event.hpp"
#include "core/base/time.hpp"
#include "core/settings/rule.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace docwarden::test
{

// 2026-06-30T13:04:05Z plus so many seconds.
constexpr core::wall_time at(std::int64_t seconds)
{
    constexpr std::int64_t base = 1'782'824'645;
    return core::wall_time(core::tick((base + seconds) * 10'000'000));
}

constexpr core::mono_time mono_at(core::milliseconds since_start)
{
    return core::mono_time(since_start);
}

inline core::audit_event
make_event(std::string user, std::string file, core::wall_time time, int action = 5011)
{
    core::audit_event event;
    event.time = time;
    event.user = std::move(user);
    event.action = action;
    event.kind = core::object_kind::file;
    event.object = std::move(file);
    return event;
}

inline core::rule make_rule(std::string name, std::uint32_t threshold, core::milliseconds window)
{
    core::rule rule;
    rule.name = std::move(name);
    rule.actions = {5011, 5018};
    rule.window = window;
    rule.threshold = threshold;
    return rule;
}

// As the reader would hand it out: `oldest` and `newest` of the events, every row understood.
inline core::audit_page make_page(std::vector<core::audit_event> events)
{
    core::audit_page page;
    page.events = std::move(events);
    page.rows = page.events.size();
    for (const core::audit_event& event : page.events) {
        page.oldest = std::min(page.oldest.value_or(event.time), event.time);
        page.newest = std::max(page.newest.value_or(event.time), event.time);
    }
    return page;
}

} // namespace docwarden::test
