#include "daemon/command/check_command.hpp"

#include "core/audit/action_catalog.hpp"
#include "core/base/text.hpp"
#include "daemon/command/options.hpp"
#include "daemon/command/portal_check.hpp"
#include "daemon/host/exit_code.hpp"
#include "daemon/store/state_check.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <ostream>
#include <utility>

namespace docwarden::daemon
{

namespace
{

const char* text_of(core::verdict outcome)
{
    switch (outcome) {
    case core::verdict::good:
        return "ok";
    case core::verdict::warning:
        return "warning";
    case core::verdict::bad:
        return "FAILED";
    }
    return "unknown";
}

// What the rule counts, in words: "files", "folders and rooms".
std::string objects_of(const core::rule& rule)
{
    using core::object_kind;
    constexpr std::pair<object_kind, const char*> names[] = {
        {object_kind::file, "files"},
        {object_kind::folder, "folders"},
        {object_kind::room, "rooms"},
        {object_kind::user, "users"},
    };
    std::vector<std::string> counted;
    for (const auto& [kind, name] : names) {
        const bool is_counted = std::ranges::any_of(rule.actions, [kind = kind](int id) {
            const core::action* const action = core::find_action(id);
            return action != nullptr && action->object == kind;
        });
        if (is_counted)
            counted.emplace_back(name);
    }
    std::string text;
    for (std::size_t i = 0; i < counted.size(); ++i) {
        if (i != 0)
            text += i + 1 == counted.size() ? " and " : ", ";
        text += counted[i];
    }
    return text;
}

void add_rules(const config& settings, std::vector<check_point>& points)
{
    for (const core::rule& rule : settings.rules) {
        check_point point{{}, "rule " + rule.name, core::verdict::good, "ok", {}, {}};
        point.found = "more than " + std::to_string(rule.threshold) + " distinct " +
                      objects_of(rule) + " by one user within " + core::format_span(rule.window) +
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
        point.found = place.directory + " is usable; this version stores nothing there yet";
    } else {
        point.code = "unusable";
        point.outcome = place.is_demanded ? core::verdict::bad : core::verdict::warning;
        point.found = std::move(problem);
        if (!place.is_demanded)
            point.advice =
                "systemd creates it for the service. This version stores nothing there yet";
    }
    const bool is_bad = point.outcome == core::verdict::bad;
    points.push_back(std::move(point));
    return !is_bad;
}

void print(const std::vector<check_point>& points, bool json, std::ostream& out)
{
    boost::json::array all;
    for (const check_point& point : points) {
        if (!json) {
            out << text_of(point.outcome) << ": "
                << (point.portal.empty() ? "" : point.portal + ": ") << point.topic << ": "
                << core::escape_text(point.text(), 1500) << '\n';
            continue;
        }
        boost::json::object line;
        line["portal"] = point.portal;
        line["check"] = point.topic;
        line["result"] = text_of(point.outcome);
        line["code"] = point.code;
        line["found"] = point.found;
        line["advice"] = point.advice;
        all.push_back(std::move(line));
    }
    if (json)
        out << boost::json::serialize(all) << '\n';
}

} // namespace

int check(
    const config& settings,
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
    add_rules(settings, points);
    bool is_set_up = add_state(state_place_of(settings, env), points);
    for (const portal_settings& portal : settings.portals)
        is_set_up = check_portal(portal, env, offline, points) && is_set_up;
    print(points, json, out);
    if (!is_set_up)
        return exit_config;
    for (const check_point& point : points) {
        if (point.outcome == core::verdict::bad)
            return exit_finding;
    }
    return exit_done;
}

} // namespace docwarden::daemon
