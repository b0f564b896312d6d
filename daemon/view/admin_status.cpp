#include "daemon/view/admin_status.hpp"

#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace docwarden::daemon
{

namespace
{

namespace json = boost::json;

constexpr std::size_t text_bytes_max = 1024;

// Times of the ledger may have come from a file, and only these years can be written.
std::string date(core::wall_time time)
{
    constexpr core::wall_time first(std::chrono::seconds(-62'135'596'800)); // 0001-01-01
    constexpr core::wall_time last(std::chrono::seconds(253'402'300'799));  // 9999-12-31
    return core::format_date(std::clamp(time, first, last));
}

double with_one_decimal(std::uint64_t sum, std::uint64_t count)
{
    return std::round(static_cast<double>(sum) * 10.0 / static_cast<double>(count)) / 10.0;
}

json::array conditions_of(const core::engine_status& about, core::mono_time now)
{
    json::array all;
    for (const core::condition& one : about.conditions) {
        const auto lasted = std::chrono::floor<std::chrono::seconds>(now - one.since);
        all.push_back(json::object{
            {"concern", core::to_string(one.what)},
            {"code", core::escape_text(one.code)},
            {"blocks", !one.is_remark()},
            {"text", core::escape_text(one.text, text_bytes_max)},
            {"since_seconds", std::max<std::int64_t>(lasted.count(), 0)},
        });
    }
    return all;
}

json::array gaps_of(const core::engine_status& about)
{
    json::array all;
    for (const core::gap& one : about.gaps)
        all.push_back(json::object{
            {"from", date(one.from)},
            {"to", date(one.to)},
            {"reason", core::to_string(one.reason)},
            {"state", one.is_given_up ? "given-up" : "open"},
            {"since", date(one.since)},
        });
    return all;
}

// Nothing can be said of each poll before the first.
json::object cost_of(const core::reading_cost& cost)
{
    json::object all{{"polls", cost.polls}, {"requests", cost.requests}, {"rows", cost.rows}};
    if (cost.polls != 0) {
        all["requests_per_poll"] = with_one_decimal(cost.requests, cost.polls);
        all["rows_per_poll"] = with_one_decimal(cost.rows, cost.polls);
    }
    return all;
}

json::object lateness_of(const core::lateness_figures& figures)
{
    json::array classes;
    for (std::size_t i = 0; i < figures.rows.size(); ++i) {
        json::object one{{"rows", figures.rows[i]}};
        if (i < core::lateness_figures::bounds.size())
            one["up_to_seconds"] = core::lateness_figures::bounds[i].count();
        classes.push_back(std::move(one));
    }
    json::object all{
        {"rows", std::move(classes)},
        {"latest_seconds", std::chrono::floor<std::chrono::seconds>(figures.latest).count()},
        {"beyond", figures.beyond},
    };
    if (figures.advised)
        all["advised_seconds"] = figures.advised->count();
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

json::object to_json(const portal_status& portal, core::mono_time now)
{
    const core::engine_status& about = portal.about;
    json::object all{
        {"name", core::escape_text(about.portal)},
        {"ready", about.is_ready()},
        {"has_read", about.has_read},
        {"can_act", about.can_act},
        {"conditions", conditions_of(about, now)},
    };
    if (about.complete)
        all["complete"] = date(*about.complete);
    all["gaps"] = gaps_of(about);
    all["cost"] = cost_of(about.cost);
    all["lateness"] = lateness_of(about.lateness);
    all["users"] = about.users;
    all["open_cases"] = cases_of(portal);
    all["events"] = about.events;
    all["memory_bytes"] = about.memory_bytes;
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
        all.push_back(to_json(portal, now.mono));
        is_ready = is_ready && portal.about.is_ready();
    }
    const json::object body{
        {"status", is_ready ? "ready" : "not ready"},
        {"version", core::escape_text(version)},
        {"now", date(now.wall)},
        {"portals", std::move(all)},
    };
    return {200, json::serialize(body) + "\n"};
}

} // namespace docwarden::daemon
