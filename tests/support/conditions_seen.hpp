#pragma once
// What a running daemon says about its own condition, as the scenarios ask for it: the records
// `degraded` and `recovered` of one subsystem, and /readyz.

#include "tests/support/watched_portal.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <string>

namespace docwarden::test
{

inline bool is_about(const log_line& line, const std::string& kind, const std::string& subsystem)
{
    return line.kind() == kind && line.text("DOCWARDEN_CONCERN") == subsystem;
}

// The first record of that kind about that subsystem, from the start of the run.
inline log_line
wait_about(daemon_process& daemon, const std::string& kind, const std::string& subsystem)
{
    return daemon.wait_for(kind + " about " + subsystem, [&](const log_line& line) {
        return is_about(line, kind, subsystem);
    });
}

inline std::size_t
count_about(daemon_process& daemon, const std::string& kind, const std::string& subsystem)
{
    const auto& all = daemon.records();
    return static_cast<std::size_t>(std::count_if(
        all.begin(),
        all.end(),
        [&](const log_line& line) { return is_about(line, kind, subsystem); }
    ));
}

// /readyz says 503 and gives that reason.
inline bool is_unready_by(watched_portal& portal, const std::string& reason)
{
    const admin_answer answer = portal.get("/readyz");
    return answer.status == 503 &&
           boost::json::serialize(answer.body).find('"' + reason + '"') != std::string::npos;
}

// /readyz says 200 after one of the next polls: some questions are put again a little later than
// others.
inline bool gets_ready(watched_portal& portal)
{
    return portal.server.wait_until(
        [&](sim::portal_model&) { return portal.get("/readyz").status == 200; },
        daemon_process::patience
    );
}

// As many more requests for the trail have arrived. Two are needed to know that one was answered.
inline bool polls_again(watched_portal& portal, std::size_t more = 2)
{
    const auto count = [](const sim::portal_model& model) {
        return model.count_requests("GET", "/api/2.0/security/audit");
    };
    const std::size_t wanted = portal.server.with_model(count) + more;
    return portal.server.wait_until(
        [&](sim::portal_model& model) { return count(model) >= wanted; }, daemon_process::patience
    );
}

} // namespace docwarden::test
