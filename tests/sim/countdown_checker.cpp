// Where rules have a countdown, people have that time: no request leaves sooner after the alert.

#include "tests/sim/checker.hpp"

#include <algorithm>
#include <map>

namespace docwarden::proof
{

namespace
{

using core::milliseconds;
using core::report_kind;

class countdown_checker final : public checker
{
public:
    using checker::checker;

    std::string_view name() const override { return "people have the time of the countdown"; }

    void on_report(const core::report& report) override
    {
        if (report.kind == report_kind::crossing_ended)
            return; // of an earlier decision, perhaps
        const std::string user(report.field("USER_ID"));
        const std::string_view state = report.field("STATE");
        if (state == "contained" || state == "released" || state == "refused" ||
            state == "rejected" || report.kind == report_kind::exempted)
            alerted_.erase(user); // it has come to an end
        else if (report.kind == report_kind::alert && begins(report))
            alerted_.emplace(user, stage().time.portal_time());
    }

    void on_sent(const sent_request& request) override
    {
        const auto alerted = alerted_.find(request.user);
        if (request.kind != request_kind::disable || alerted == alerted_.end())
            return;
        const core::tick waited = stage().time.portal_time() - alerted->second;
        // After a restart the portal's clock counts, and an answer that was slow carries an old
        // date.
        if (waited + clock_slack + stage().world.request_timeout < core::tick(shortest()))
            fail("a request to disable " + request.user + " before its countdown is over");
    }

private:
    // A decision that was not told before.
    static bool begins(const core::report& report)
    {
        return !report.field("DISABLE_AT").empty() &&
               report.message.find("already covers") == std::string::npos;
    }

    static constexpr std::chrono::seconds clock_slack{15}; // the portal's own, read over a network

    // Of all rules that were ever in force.
    milliseconds shortest() const
    {
        milliseconds found = milliseconds::max();
        for (const settings_in_force& past : stage().settings) {
            for (const core::rule& rule : past.settings.rules)
                found = std::min(found, rule.countdown);
        }
        return found;
    }

    std::map<std::string, wall_time> alerted_; // first, by user
};

} // namespace

std::unique_ptr<checker> make_countdown_checker(const scene& stage)
{
    return std::make_unique<countdown_checker>(stage);
}

} // namespace docwarden::proof
