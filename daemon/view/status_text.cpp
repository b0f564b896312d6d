#include "daemon/view/status_text.hpp"

#include "core/base/text.hpp"
#include "core/report/condition_texts.hpp"

namespace docwarden::daemon
{

namespace
{

// What keeps a portal from being watched although nothing has failed.
void add_missing(const core::engine_status& portal, net::readiness& state)
{
    if (!portal.has_read)
        state.reasons.push_back({portal.portal, "starting", "The recent past is still being read"});
    else if (!portal.can_act)
        state.reasons.push_back(
            {portal.portal,
             "starting",
             "The user of the API key is not known yet, so nobody is disabled"}
        );
}

} // namespace

net::readiness readiness_of(const std::vector<core::engine_status>& portals)
{
    net::readiness state;
    for (const core::engine_status& portal : portals) {
        const std::size_t before = state.reasons.size();
        for (const core::condition& condition : portal.conditions) {
            auto& list = condition.is_advisory() ? state.remarks : state.reasons;
            list.push_back({portal.portal, condition.code(), explain(condition)});
        }
        if (state.reasons.size() == before)
            add_missing(portal, state);
    }
    return state;
}

std::string status_line(const std::vector<core::engine_status>& portals)
{
    const net::readiness state = readiness_of(portals);
    std::size_t users = 0;
    std::size_t open = 0;
    for (const core::engine_status& portal : portals) {
        users += portal.users;
        open += portal.open_cases;
    }
    std::string line;
    for (const net::readiness_reason& reason : state.reasons) {
        if (!line.empty())
            line += "; ";
        line += "NOT READY, " + reason.portal + ": " + reason.text;
    }
    if (!line.empty())
        line += ". ";
    line += "Watching " + core::counted(portals.size(), "portal", "portals") + ": " +
            core::counted(users, "user", "users") + " active, ";
    line += open == 0 ? std::string("nothing open")
                      : core::counted(open, "containment open", "containments open");
    for (const net::readiness_reason& remark : state.remarks)
        line += ". WARNING, " + remark.portal + ": " + remark.text;
    return line;
}

} // namespace docwarden::daemon
