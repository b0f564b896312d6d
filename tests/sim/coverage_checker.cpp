// "Everything up to here has been read" is never said of what was not: each time the claim moves
// on, every row of the stretch that had to be visible must have reached this instance.

#include "core/base/iso8601.hpp"
#include "core/settings/polling_settings.hpp"
#include "tests/sim/checker.hpp"
#include "tests/sim/id_set.hpp"

#include <algorithm>
#include <map>

namespace docwarden::proof
{

namespace
{

class coverage_checker final : public checker
{
public:
    using checker::checker;

    std::string_view name() const override { return "coverage claims only what was read"; }

    void on_start() override
    {
        read_.clear();
        claimed_.reset();
        unread_since_ = stage().time.portal_time();
        owed_since_.reset();
    }

    void on_action(const user_action& action) override
    {
        if (action.is_promised)
            rows_.emplace(action.date, action.row);
    }

    void on_rows(const std::vector<std::int64_t>& ids) override { read_.insert(ids); }

    void on_step(const core::engine_status& status) override
    {
        if (status.complete == claimed_)
            return;
        // With neither clock to be trusted there is an alarm, and no promise.
        const bool has_clock = std::none_of(
            status.conditions.begin(),
            status.conditions.end(),
            [](const core::condition& condition) {
                return condition.affected == core::subsystem::clock;
            }
        );
        if (!status.complete && claimed_) { // a reload that needs more of the past: it is read anew
            unread_since_ = stage().time.portal_time();
            owed_since_ = claimed_;
        }
        if (has_clock && status.complete && (!claimed_ || *status.complete > *claimed_))
            check(claimed_, *status.complete);
        if (has_clock || !status.complete)
            claimed_ = status.complete;
        if (claimed_)
            owed_since_.reset();
    }

    // A request asks for half an hour, or a little less.
    static constexpr std::chrono::minutes slice{28};
    // With clocks hours apart each pass asks for hours, slice by slice, over a slow network.
    core::tick longest_pass(core::tick stretch) const
    {
        return (stretch / slice + 2) * core::tick(2 * stage().world.latency_max);
    }

    // What is complete follows what time it is.
    void on_end(const core::engine_status& status) override
    {
        const core::polling_settings& polling = stage().now_in_force().polling;
        const core::tick skew = std::max(stage().time.skew(), -stage().time.skew());
        const wall_time least = stage().time.portal_time() - skew - polling.lateness -
                                polling.rescan_interval - 2 * polling.poll_interval -
                                std::chrono::minutes(2) - 2 * longest_pass(skew + polling.lateness);
        if (!status.complete || *status.complete < least)
            fail(
                "in the end what is said to be read ends " +
                (status.complete ? core::format_date(*status.complete) : "nowhere") +
                ", and could end " + core::format_date(least)
            );
    }

private:
    void check(std::optional<wall_time> after, wall_time up_to)
    {
        auto row = after ? rows_.upper_bound(*after) : rows_.lower_bound(first_promised());
        for (; row != rows_.end() && row->first <= up_to; ++row) {
            const sim::audit_row* committed = stage().portal.row_of(row->second);
            if (committed == nullptr || !read_.contains(committed->id)) {
                fail(
                    "row " + std::to_string(committed != nullptr ? committed->id : 0) +
                    " was not read, and its time is claimed to be complete"
                );
                return;
            }
        }
    }

    // Where reading begins at the latest.
    wall_time first_promised() const
    {
        const core::milliseconds back = longest_window() + stage().now_in_force().polling.lateness;
        const wall_time from = unread_since_ - core::tick(back) + std::chrono::seconds(2);
        return owed_since_ ? std::min(from, *owed_since_ - core::tick(longest_window())) : from;
    }

    core::milliseconds longest_window() const
    {
        core::milliseconds longest(0);
        for (const core::rule& rule : stage().now_in_force().rules)
            longest = std::max(longest, rule.window);
        return longest;
    }

    std::multimap<wall_time, std::size_t> rows_; // all that ever happened
    id_set read_;                                // by this instance
    std::optional<wall_time> claimed_;
    wall_time unread_since_{};
    std::optional<wall_time> owed_since_; // had been claimed when a reload began to read anew
};

} // namespace

std::unique_ptr<checker> make_coverage_checker(const scene& stage)
{
    return std::make_unique<coverage_checker>(stage);
}

} // namespace docwarden::proof
