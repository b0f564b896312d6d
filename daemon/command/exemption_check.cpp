#include "daemon/command/exemption_check.hpp"

#include "core/base/text.hpp"
#include "daemon/config/config_exemptions.hpp"

#include <algorithm>
#include <utility>

namespace docwarden::daemon
{

namespace
{

check_point point_about(core::verdict outcome, std::string code, std::string found)
{
    return {{}, "exemptions", outcome, std::move(code), std::move(found), {}};
}

// "2 users and 1 group are exempt".
std::string count_of(const std::vector<core::exemption>& exempt)
{
    const auto groups = static_cast<std::size_t>(std::ranges::count_if(
        exempt, [](const core::exemption& candidate) { return !candidate.group.empty(); }
    ));
    const std::size_t users = exempt.size() - groups;
    std::string text;
    if (users != 0)
        text = core::counted(users, "user", "users");
    if (groups != 0)
        text += (users != 0 ? " and " : "") + core::counted(groups, "group", "groups");
    return text + (exempt.size() == 1 ? " is exempt" : " are exempt");
}

void add_unknown(
    const core::unknown_names& unknown,
    std::size_t portals,
    std::vector<check_point>& points
)
{
    const std::string denial =
        portals == 1 ? "the portal does not know the exempt " : "no portal knows the exempt ";
    const auto add = [&](const std::string& name, std::string code, const char* what) {
        points.push_back(point_about(core::verdict::warning, std::move(code), denial + what + name)
        );
        points.back().advice = "correct it, or remove the exemption";
    };
    for (const std::string& name : unknown.groups)
        add(name, "unknown-group", "group ");
    for (const std::string& name : unknown.people)
        add(name, "unknown-user", "user ");
}

} // namespace

void add_exemptions(
    const std::vector<core::exemption>& exempt,
    const std::vector<core::unknown_names>& unknown,
    std::size_t portals,
    core::wall_time now,
    std::vector<check_point>& points
)
{
    if (exempt.empty())
        return;
    const std::size_t before = points.size();
    for (diagnostic& expired : expired_exemptions(exempt, now, {})) {
        points.push_back(point_about(core::verdict::warning, "expired", std::move(expired.message))
        );
        points.back().advice = std::move(expired.hint);
    }
    for (const core::unknown_names& place : unknown) {
        if (place.rule.empty())
            add_unknown(place, portals, points);
    }
    if (points.size() == before)
        points.push_back(point_about(core::verdict::good, "ok", count_of(exempt)));
}

} // namespace docwarden::daemon
