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

} // namespace

account_survey survey_of(const std::vector<core::exemption>& exempt)
{
    account_survey survey;
    for (const core::exemption& candidate : exempt) {
        if (core::is_guid(candidate.account) && survey.size() < surveyed_accounts_max)
            survey.emplace(candidate.account, 0);
    }
    return survey;
}

void add_exemptions(
    const std::vector<core::exemption>& exempt,
    const account_survey& found,
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
    for (const auto& [account, denials] : found) {
        if (denials != portals)
            continue;
        points.push_back(point_about(
            core::verdict::warning,
            "unknown-user",
            (portals == 1 ? "the portal does not know the exempt user "
                          : "no portal knows the exempt user ") +
                account
        ));
        points.back().advice = "correct the GUID, or remove the exemption";
    }
    if (points.size() != before)
        return;
    const bool has_address = std::ranges::any_of(exempt, [](const core::exemption& candidate) {
        return !core::is_guid(candidate.account);
    });
    points.push_back(point_about(
        core::verdict::good,
        "ok",
        core::counted(exempt.size(), "user is exempt", "users are exempt") +
            (has_address ? "; e-mail addresses are not looked up" : "")
    ));
}

} // namespace docwarden::daemon
