#pragma once
// What a running daemon says about its own condition, as the scenarios ask for it: the records
// `degraded` and `recovered` of one concern, and /readyz.

#include "tests/support/watched_portal.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <string>

namespace docwarden::test
{

inline bool is_about(const log_line& line, const std::string& kind, const std::string& concern)
{
    return line.kind() == kind && line.text("DOCWARDEN_CONCERN") == concern;
}

// The first record of that kind about that concern, from the start of the run.
inline log_line
wait_about(daemon_process& daemon, const std::string& kind, const std::string& concern)
{
    return daemon.wait_for(kind + " about " + concern, [&](const log_line& line) {
        return is_about(line, kind, concern);
    });
}

inline std::size_t
count_about(daemon_process& daemon, const std::string& kind, const std::string& concern)
{
    const auto& all = daemon.records();
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [&](const log_line& line) { return is_about(line, kind, concern); }
    ));
}

// /readyz says 503 and gives that reason.
inline bool is_unready_by(watched_portal& portal, const std::string& reason)
{
    const admin_answer answer = portal.get("/readyz");
    return answer.status == 503 &&
           boost::json::serialize(answer.body).find('"' + reason + '"') != std::string::npos;
}

} // namespace docwarden::test
