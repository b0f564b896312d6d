#include "daemon/command/check_command.hpp"

#include "core/audit/action_catalog.hpp"
#include "core/base/text.hpp"
#include "daemon/command/command_loop.hpp"
#include "daemon/command/exemption_check.hpp"
#include "daemon/command/options.hpp"
#include "daemon/command/people_check.hpp"
#include "daemon/command/portal_check.hpp"
#include "daemon/host/exit_code.hpp"
#include "daemon/store/schema.hpp"
#include "daemon/store/state_check.hpp"
#include "daemon/store/store_survey.hpp"

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
    for (std::size_t i = 0; i < settings.rules.size(); ++i) {
        const core::rule& rule = settings.rules[i];
        check_point point{{}, "rule " + rule.name, core::verdict::good, "ok", {}, {}};
        point.found = "more than " + std::to_string(rule.threshold) + " distinct " +
                      objects_of(rule) + " by one user within " + core::format_span(rule.window) +
                      ": " + std::string(core::to_string(rule.response)) +
                      people_text(settings.rules, i);
        points.push_back(std::move(point));
    }
}

std::string contents_of(const store_survey& found)
{
    if (!found.is_there || found.file.version == 0)
        return "nothing is stored there yet";
    std::string text =
        std::string(store_file_name) + " has version " + std::to_string(found.file.version);
    if (found.file.version != schema_version())
        return text + ", which the next start brings up to " + std::to_string(schema_version());
    const auto number = [](std::int64_t count) { return static_cast<std::size_t>(count); };
    text += " and holds " + core::counted(number(found.accounts), "account", "accounts");
    text += ", " + core::counted(number(found.incidents), "incident", "incidents");
    text += " and " + core::counted(number(found.entries), "journal entry", "journal entries");
    return text;
}

// What is wrong with the file, if anything.
void judge_file(const store_survey& found, check_point& point)
{
    const auto tell = [&](core::verdict outcome, std::string code, std::string advice) {
        point.outcome = outcome;
        point.code = std::move(code);
        point.found = found.path + " cannot be used: " + found.file.reason;
        point.advice = std::move(advice);
    };
    switch (found.file.found) {
    case file_verdict::usable:
        break;
    case file_verdict::damaged:
        return tell(core::verdict::bad, "damaged", "the next start moves it aside and begins anew");
    case file_verdict::foreign:
        return tell(
            core::verdict::warning, "foreign", "the next start moves it aside and begins anew"
        );
    case file_verdict::newer:
        return tell(core::verdict::bad, "newer", {});
    case file_verdict::failed:
        return tell(
            core::verdict::warning, "unreadable", "docwarden runs without it and tries again"
        );
    }
    if (found.chain.problem.empty())
        return;
    point.outcome = core::verdict::bad;
    point.code = "journal-broken";
    point.found = found.path + ": " + found.chain.problem;
    point.advice = "somebody has changed the file behind docwarden's back. Keep a copy of it and "
                   "find out who could write it; docwarden goes on with it";
}

// False if docwarden would not start for it.
bool add_state(const state_place& place, std::vector<check_point>& points)
{
    std::string problem = check_state(place);
    check_point point{{}, "state", core::verdict::good, "ok", {}, {}};
    bool is_refused = false;
    if (problem.empty()) {
        const store_survey found = survey_store(place.directory);
        point.found = place.directory + " is usable; " + contents_of(found);
        if (found.is_there)
            judge_file(found, point);
        is_refused = found.is_there && found.file.found == file_verdict::newer;
    } else {
        point.code = "unusable";
        point.outcome = place.is_demanded ? core::verdict::bad : core::verdict::warning;
        point.found = std::move(problem);
        if (!place.is_demanded)
            point.advice = "systemd creates it for the service";
        is_refused = place.is_demanded;
    }
    points.push_back(std::move(point));
    return !is_refused;
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
    const std::size_t portals = settings.portals.size();
    std::vector<core::roster> known(portals);
    for (std::size_t i = 0; i < portals; ++i) {
        const portal_settings& portal = settings.portals[i];
        const core::shared_settings own = settings.settings_for(portal);
        is_set_up = check_portal(portal, own, env, offline, known[i], points) && is_set_up;
    }
    const core::wall_time now = command_loop().clock().reading().wall;
    std::vector<core::unknown_names> unknown;
    if (portals != 0)
        unknown = names_unknown_to_all(*settings.settings_for(settings.portals.front()), known);
    add_unknown_names(unknown, portals, points);
    add_exemptions(settings.containment.exempt, unknown, portals, now, points);
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
