#include "daemon/command/people_check.hpp"

#include "core/base/text.hpp"
#include "core/containment/disable_limit.hpp"
#include "core/detection/rule_choice.hpp"

#include <algorithm>
#include <utility>

namespace docwarden::daemon
{

namespace
{

// "a, b, c and 4 more".
std::string listed(const std::vector<std::string>& names)
{
    constexpr std::size_t listed_max = 5;
    const std::size_t shown = std::min(names.size(), listed_max);
    const std::size_t rest = names.size() - shown;
    std::string text;
    for (std::size_t i = 0; i < shown; ++i) {
        if (i != 0)
            text += i + 1 == names.size() ? " and " : ", ";
        text += core::clip_text(names[i], 80);
    }
    return rest == 0 ? text : text + " and " + std::to_string(rest) + " more";
}

// The alternatives of a rule in that part of the file.
std::vector<std::string> alternatives(
    const std::vector<core::rule>& rules,
    std::size_t begin,
    std::size_t end,
    const core::rule& of
)
{
    std::vector<std::string> names;
    for (std::size_t i = begin; i < end; ++i) {
        if (are_alternatives(rules[i], of))
            names.push_back(rules[i].name);
    }
    return names;
}

bool is_answered(const core::rule& concerned, const core::roster& known)
{
    return is_complete({concerned}, known);
}

check_point warning_about(std::string topic, std::string code, std::string found)
{
    return {{}, std::move(topic), core::verdict::warning, std::move(code), std::move(found), {}};
}

} // namespace

std::string people_text(const std::vector<core::rule>& rules, std::size_t index)
{
    const core::rule& concerned = rules[index];
    const auto before = alternatives(rules, 0, index, concerned);
    const auto after = alternatives(rules, index + 1, rules.size(), concerned);
    std::vector<std::string> people;
    for (const std::string& group : concerned.groups)
        people.push_back("the group " + group);
    people.insert(people.end(), concerned.users.begin(), concerned.users.end());
    std::string text;
    if (!people.empty())
        text += "; only for " + listed(people);
    if (!after.empty())
        text += (text.empty() ? "; " : ", ") + ("instead of " + listed(after));
    if (!before.empty())
        text += (text.empty() ? "; " : ", ") + ("unless " + listed(before)) +
                (before.size() == 1 ? " applies" : " apply");
    return text;
}

void add_people(
    const std::string& portal,
    const std::vector<core::rule>& rules,
    const core::roster& known,
    std::vector<check_point>& points
)
{
    const core::rule_choice choice(rules, members_of(rules, known));
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (rules[i].is_for_everybody() || !is_answered(rules[i], known))
            continue;
        std::vector<std::string> names;
        std::size_t elsewhere = 0;
        for (const core::member& who : people_of(rules[i], known)) {
            if (!choice.applies(who.id, i))
                ++elsewhere;
            else
                names.push_back(who.name.empty() ? who.id : who.name);
        }
        check_point point{portal, "rule " + rules[i].name, core::verdict::good, "ok", {}, {}};
        point.found = names.empty() ? "applies to nobody at this portal"
                                    : "applies to " + core::counted(names.size(), "user", "users") +
                                          ": " + listed(names);
        if (names.empty()) {
            point.outcome = core::verdict::warning;
            point.code = "nobody";
        }
        if (elsewhere != 0)
            point.found += "; " + core::counted(elsewhere, "more falls", "more fall") +
                           " under a rule before it";
        points.push_back(std::move(point));
    }
}

void add_limit(
    const std::string& portal,
    const core::containment_settings& containment,
    const core::roster& known,
    std::vector<check_point>& points
)
{
    if (!containment.has_share() || !known.active_users)
        return;
    const core::disable_limit limit = limit_of(containment, known.active_users);
    std::string found = core::counted(*known.active_users, "active user", "active users") +
                        ": at most " + core::counted(limit.most, "account", "accounts") +
                        " disabled within " + core::format_span(limit.window) + ", by ";
    if (limit.is_number)
        found += "max_disables";
    if (limit.share)
        found += std::string(limit.is_number ? " and " : "") + "max_disables_share (" +
                 std::to_string(limit.share->percent) + "%)";
    points.push_back({portal, "limit", core::verdict::good, "ok", std::move(found), {}});
}

std::vector<core::unknown_names>
names_unknown_to_all(const core::engine_settings& settings, const std::vector<core::roster>& known)
{
    if (known.empty())
        return {};
    core::roster denied; // what the first does not know, as far as the others do not either
    const auto keep_denied = [&](auto core::roster::*names) {
        for (const auto& [name, answer] : known.front().*names) {
            const bool is_unknown = std::ranges::all_of(known, [&, &name = name](const auto& each) {
                const auto found = (each.*names).find(name);
                return found != (each.*names).end() && !found->second;
            });
            if (is_unknown)
                (denied.*names).emplace(name, std::nullopt);
        }
    };
    keep_denied(&core::roster::groups);
    keep_denied(&core::roster::people);
    return names_not_found(settings, denied);
}

void add_unknown_names(
    const std::vector<core::unknown_names>& unknown,
    std::size_t portals,
    std::vector<check_point>& points
)
{
    const std::string denial = portals == 1 ? "the portal does not know " : "no portal knows ";
    for (const core::unknown_names& place : unknown) {
        if (place.rule.empty())
            continue; // an exemption
        const auto add = [&](const std::string& name, std::string code, const char* what) {
            points.push_back(
                warning_about("rule " + place.rule, std::move(code), denial + what + name)
            );
            points.back().advice = "correct it in the rule, or remove it there";
        };
        for (const std::string& name : place.groups)
            add(name, "unknown-group", "the group ");
        for (const std::string& name : place.people)
            add(name, "unknown-user", "the user ");
    }
}

} // namespace docwarden::daemon
