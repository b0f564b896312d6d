// Alarms: raised once an episode, cleared when it is over, none left when all is calm; and one
// record of each urgent kind about an incident, not two.

#include "tests/sim/checker.hpp"

#include <map>
#include <set>
#include <tuple>

namespace docwarden::proof
{

namespace
{

using core::report_kind;

class alarm_checker final : public checker
{
public:
    using checker::checker;

    std::string_view name() const override { return "alarms are raised once and cleared"; }

    void on_birth() override
    {
        raised_.clear();
        told_.clear();
    }

    void on_report(const core::report& what) override
    {
        const std::string concern(what.field("CONCERN"));
        const std::string reason(what.field("REASON"));
        if (what.kind == report_kind::degraded) {
            const auto known = raised_.find(concern);
            if (known != raised_.end() && known->second == reason)
                fail("'" + concern + ": " + reason + "' was raised twice in one episode");
            raised_[concern] = reason;
        }
        if (what.kind == report_kind::recovered && raised_.erase(concern) == 0)
            fail("'" + concern + "' is said to be over and had not been raised");
        const bool is_once = what.kind == report_kind::alert ||
                             what.kind == report_kind::contained ||
                             what.kind == report_kind::refused;
        // A reload that lets a rule do more makes the same crossing news again.
        const std::string incident(what.field("INCIDENT"));
        const std::string mode(what.field("MODE"));
        if (is_once && !told_.insert({what.kind, incident, mode}).second)
            fail(
                "a second '" + std::string(core::to_string(what.kind)) + "' about incident " +
                incident
            );
    }

    void on_end(const core::engine_status& about) override
    {
        for (const auto& [concern, reason] : raised_)
            fail("'" + concern + ": " + reason + "' is still raised when all is calm");
        if (!about.is_ready())
            fail("not ready when all is calm");
    }

private:
    std::map<std::string, std::string> raised_; // concern: reason
    std::set<std::tuple<report_kind, std::string, std::string>> told_;
};

} // namespace

std::unique_ptr<checker> make_alarm_checker(const scene& stage)
{
    return std::make_unique<alarm_checker>(stage);
}

} // namespace docwarden::proof
