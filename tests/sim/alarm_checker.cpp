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

    void on_start() override
    {
        raised_.clear();
        told_.clear();
        failures_ = 0;
    }

    // One page is asked for at a time, so at the fifth in a row four have failed.
    void on_sent(const sent_request& request) override
    {
        if (request.kind != request_kind::page)
            return;
        failures_ = request.fault && makes_unreadable(*request.fault) ? failures_ + 1 : 0;
        constexpr unsigned failures_max = 5;
        if (failures_ >= failures_max && !raised_.contains("reading"))
            fail("reading has failed again and again, and that is not said");
    }

    void on_report(const core::report& report) override
    {
        const std::string subsystem(report.field("CONCERN"));
        const std::string reason(report.field("REASON"));
        if (report.kind == report_kind::degraded) {
            const auto known = raised_.find(subsystem);
            if (known != raised_.end() && known->second == reason)
                fail("'" + subsystem + ": " + reason + "' was raised twice in one episode");
            raised_[subsystem] = reason;
        }
        if (report.kind == report_kind::recovered && raised_.erase(subsystem) == 0)
            fail("'" + subsystem + "' is said to be over and had not been raised");
        // What somebody did to the account afterwards is news.
        const bool is_once =
            (report.field("BY").empty() || !report.field("LATENCY_MS").empty()) &&
            (report.kind == report_kind::alert || report.kind == report_kind::contained ||
             report.kind == report_kind::refused);
        // Whoever was held and goes on is news.
        const std::string incident =
            std::string(report.field("INCIDENT")) + ' ' + std::string(report.field("STATE"));
        const std::size_t times = times_changed();
        // What was called off may have stood before another crossing of the same user; and what is
        // disabled again is contained again.
        const bool is_again = report.kind == report_kind::alert && !report.field("BY").empty();
        if (is_again || (report.kind == report_kind::observed && report.field("MODE") == "disable"))
            std::erase_if(told_, [&](const auto& entry) {
                return std::get<3>(entry) == report.field("USER_ID");
            });
        if (is_once &&
            !told_.insert({report.kind, incident, times, std::string(report.field("USER_ID"))})
                 .second)
            fail(
                "a second '" + std::string(core::to_string(report.kind)) + "' about incident " +
                incident
            );
    }

    void on_end(const core::engine_status& status) override
    {
        // Both clocks go on as they are, and so does the disk: that this host's differs is a
        // lasting remark.
        std::erase_if(raised_, [this](const auto& entry) {
            return (entry.first == "clock" && entry.second == "skew") ||
                   (entry.first == "store" && stage().storage.has_trouble());
        });
        for (const auto& [subsystem, reason] : raised_)
            fail("'" + subsystem + ": " + reason + "' is still raised when all is calm");
        if (!status.is_ready())
            fail("not ready when all is calm");
    }

private:
    static bool makes_unreadable(fault_kind kind)
    {
        switch (kind) {
        case fault_kind::slow:
        case fault_kind::absurd_date:
        case fault_kind::no_effect:
        case fault_kind::false_success:
        case fault_kind::truncated: // may be cut behind its end
            return false;
        default:
            return true;
        }
    }

    // How often a rule's response has been changed. That makes the same crossing news again.
    std::size_t times_changed() const
    {
        std::size_t times = 0;
        const auto& all = stage().settings;
        for (std::size_t i = 1; i < all.size(); ++i) {
            const auto& before = all[i - 1].settings.rules;
            const auto& after = all[i].settings.rules;
            for (std::size_t rule = 0; rule < after.size(); ++rule)
                times += before[rule].response != after[rule].response ? 1U : 0U;
        }
        return times;
    }

    std::map<std::string, std::string> raised_; // subsystem: reason
    unsigned failures_ = 0;                     // of pages, in a row
    // Kind, incident, how often responses had changed, user.
    std::set<std::tuple<report_kind, std::string, std::size_t, std::string>> told_;
};

} // namespace

std::unique_ptr<checker> make_alarm_checker(const scene& stage)
{
    return std::make_unique<alarm_checker>(stage);
}

} // namespace docwarden::proof
