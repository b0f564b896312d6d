#include "daemon/view/admin_status.hpp"

#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"
#include "core/report/condition_texts.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>

namespace docwarden::daemon
{

namespace
{

namespace json = boost::json;

constexpr std::size_t text_bytes_max = 1024;

// Never negative: a clock that was set back does not make a span of the past one of the future.
template <class Span>
std::int64_t whole_seconds(Span span)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(span);
    return std::max<std::int64_t>(seconds.count(), 0);
}

json::array conditions_of(const core::engine_status& status, core::mono_time now)
{
    json::array all;
    for (const core::condition& condition : status.conditions)
        all.push_back(json::object{
            {"concern", core::to_string(condition.affected)},
            {"code", core::escape_text(condition.code())},
            {"blocks", !condition.is_advisory()},
            {"text", core::escape_text(explain(condition), text_bytes_max)},
            {"since_seconds", whole_seconds(now - condition.since)},
        });
    return all;
}

json::object cases_of(const portal_status& portal)
{
    json::object all;
    for (const auto& [state, count] : portal.cases) {
        if (core::is_open(state) && count != 0)
            all[core::to_string(state)] = count;
    }
    return all;
}

json::object to_json(const portal_status& portal, const core::clock_reading& now)
{
    const core::engine_status& status = portal.engine;
    json::object all{
        {"name", core::escape_text(status.portal)},
        {"ready", status.is_ready()},
        {"has_read", status.has_read},
        {"can_act", status.can_act},
        {"conditions", conditions_of(status, now.mono)},
    };
    if (status.complete) {
        all["complete"] = core::format_date(*status.complete);
        all["complete_seconds_ago"] =
            whole_seconds(now.wall - status.clock_skew - *status.complete);
    }
    all["users"] = status.users;
    all["open_cases"] = cases_of(portal);
    all["events"] = status.events;
    all["memory_bytes"] = status.memory_bytes;
    return all;
}

} // namespace

net::admin_response render_status(
    const std::vector<portal_status>& portals,
    std::string_view version,
    const core::clock_reading& now
)
{
    json::array all;
    bool is_ready = true;
    for (const portal_status& portal : portals) {
        all.push_back(to_json(portal, now));
        is_ready = is_ready && portal.engine.is_ready();
    }
    const json::object body{
        {"status", is_ready ? "ready" : "not ready"},
        {"version", core::escape_text(version)},
        {"now", core::format_date(now.wall)},
        {"portals", std::move(all)},
    };
    return {200, json::serialize(body) + "\n"};
}

} // namespace docwarden::daemon
