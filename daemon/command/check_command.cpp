#include "daemon/command/check_command.hpp"

#include "core/base/text.hpp"
#include "daemon/command/options.hpp"
#include "daemon/command/portal_check.hpp"
#include "daemon/host/exit_code.hpp"
#include "daemon/store/state_check.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <ostream>

namespace docwarden::daemon
{

namespace
{

const char* text_of(core::verdict what)
{
    switch (what) {
    case core::verdict::good:
        return "ok";
    case core::verdict::warning:
        return "warning";
    case core::verdict::bad:
        return "FAILED";
    }
    return "unknown";
}

void add_rules(const config& by, std::vector<check_point>& points)
{
    for (const core::rule& rule : by.rules) {
        check_point point{{}, "rule " + rule.name, core::verdict::good, "ok", {}, {}};
        point.found = "more than " + std::to_string(rule.threshold) +
                      " distinct files by one user within " + core::format_span(rule.window) +
                      ": " + std::string(core::to_string(rule.response));
        points.push_back(std::move(point));
    }
}

// False if docwarden would not start for it.
bool add_state(const state_place& place, std::vector<check_point>& points)
{
    std::string problem = check_state(place);
    check_point point{{}, "state", core::verdict::good, "ok", {}, {}};
    if (problem.empty()) {
        point.found = place.directory + " can be used; this version keeps nothing there yet";
    } else {
        point.code = "unusable";
        point.is = place.is_demanded ? core::verdict::bad : core::verdict::warning;
        point.found = std::move(problem);
        if (!place.is_demanded)
            point.advice =
                "the unit file has systemd make it; this version keeps nothing there yet";
    }
    const bool is_bad = point.is == core::verdict::bad;
    points.push_back(std::move(point));
    return !is_bad;
}

void print(const std::vector<check_point>& points, bool json, std::ostream& out)
{
    boost::json::array all;
    for (const check_point& point : points) {
        if (!json) {
            out << text_of(point.is) << ": " << (point.portal.empty() ? "" : point.portal + ": ")
                << point.what << ": " << core::escape_text(point.text(), 1500) << '\n';
            continue;
        }
        boost::json::object one;
        one["portal"] = point.portal;
        one["check"] = point.what;
        one["result"] = text_of(point.is);
        one["code"] = point.code;
        one["found"] = point.found;
        one["advice"] = point.advice;
        all.push_back(std::move(one));
    }
    if (json)
        out << boost::json::serialize(all) << '\n';
}

} // namespace

int check(
    const config& by,
    const std::string& config_file,
    const environment& env,
    bool offline,
    bool json,
    std::ostream& out
)
{
    std::vector<check_point> points;
    points.push_back({{}, "configuration", core::verdict::good, "ok", config_file + " is valid", {}}
    );
    add_rules(by, points);
    bool is_set_up = add_state(state_place_of(by, env), points);
    for (const portal_settings& portal : by.portals)
        is_set_up = check_portal(portal, env, offline, points) && is_set_up;
    print(points, json, out);
    if (!is_set_up)
        return exit_config;
    for (const check_point& point : points) {
        if (point.is == core::verdict::bad)
            return exit_finding;
    }
    return exit_done;
}

} // namespace docwarden::daemon
