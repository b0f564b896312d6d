// Nothing grows without a bound: memory follows people and thresholds, not how much they do; and
// the portal is never asked more often than a person would call reasonable.

#include "core/detection/detector.hpp"
#include "core/settings/engine_settings.hpp"
#include "tests/sim/checker.hpp"

#include <algorithm>
#include <deque>
#include <map>

namespace docwarden::proof
{

namespace
{

class bound_checker final : public checker
{
public:
    using checker::checker;

    std::string_view name() const override { return "memory and requests are bounded"; }

    void on_start() override
    {
        complete_.reset();
        // Until the portal's clock is known, the reading begins by this host's.
        begun_ = std::min(stage().time.portal_time(), stage().time.host().wall);
        // ... and goes back to the oldest decision that is still open.
        for (const core::account_record& account : stage().storage.kept().accounts) {
            if (!account.course.ended || account.course.may_have_acted)
                begun_ = std::min(begun_, account.course.decided);
        }
        is_counted_ = false;
    }
    void on_users_counted() override { is_counted_ = true; }
    void on_action(const user_action& action) override
    {
        actions_.emplace(action.date, action.action);
    }

    void on_step(const core::engine_status& status) override
    {
        // While a decision may wait for the number of active users, nothing is forgotten.
        const bool has_share = stage().now_in_force().containment.has_share();
        is_counted_ = is_counted_ && has_share;
        const bool may_wait = has_share && !is_counted_;
        if (!may_wait)
            check(status, memory_bound(), "are enough for these people and thresholds");
        if (status.complete && status.complete != complete_ && !may_wait)
            check(status, memory_needed(*status.complete), "hold all that can still matter");
        complete_ = status.complete;
    }

    void on_sent(const sent_request&) override
    {
        // The portal's own limit is 1,500 a minute (docspace-api.md section 6.3).
        constexpr std::size_t requests_a_minute_max = 750;
        const wall_time now = stage().time.portal_time();
        sent_.push_back(now);
        while (now - sent_.front() >= std::chrono::minutes(1))
            sent_.pop_front();
        if (sent_.size() > requests_a_minute_max)
            fail(std::to_string(sent_.size()) + " requests within a minute");
    }

private:
    void check(const core::engine_status& status, std::size_t most, std::string_view reason)
    {
        const std::size_t windows = status.memory_bytes - status.seen_bytes;
        if (windows > most)
            fail(
                "the windows take " + std::to_string(windows) + " bytes, and " +
                std::to_string(most) + ' ' + std::string(reason)
            );
    }

    // When all is read up to `complete`, what no open window reaches is forgotten.
    std::size_t memory_needed(wall_time complete) const
    {
        std::size_t entries = 0;
        for (const core::rule& rule : stage().now_in_force().rules) {
            const auto first = actions_.lower_bound(complete - core::tick(rule.window));
            entries += static_cast<std::size_t>(std::count_if(
                first,
                actions_.end(),
                [&](const auto& action) {
                    return std::find(rule.actions.begin(), rule.actions.end(), action.second) !=
                           rule.actions.end();
                }
            ));
        }
        return in_bytes(entries);
    }

    // The theorem of distinct_window: 2N entries for each window of history, for whoever is below
    // the threshold. What is above it is condensed to as much when it has been told; what one step
    // brings comes on top.
    std::size_t memory_bound() const
    {
        constexpr std::size_t page_rows = 100;
        const wall_time now = stage().time.portal_time();
        const core::engine_settings& settings = stage().now_in_force();
        std::size_t entries = page_rows;
        for (const core::rule& rule : settings.rules) {
            const core::tick window(rule.window);
            // What has just become complete is forgotten in the next step.
            const wall_time begin =
                complete_.value_or(begun_ - core::tick(settings.polling.lateness) - window);
            // What is complete may lie ahead while only this host's clock is known.
            const core::tick open = std::max(now - begin, core::tick(0));
            const auto windows = static_cast<std::size_t>(open / window) + 4;
            const std::size_t objects = std::size_t{rule.threshold} + 1;
            entries += std::max(2 * objects * windows, condensed_at(objects)) * people();
        }
        return in_bytes(entries);
    }
    // As the status reckons; the promise is about how many there are.
    std::size_t in_bytes(std::size_t entries) const
    {
        return entries * core::detector::entry_bytes + people() * core::detector::user_bytes;
    }
    // Who is above the threshold is condensed not sooner than that, so that it stays cheap.
    static std::size_t condensed_at(std::size_t objects) { return 4 * objects + 64; }
    std::size_t people() const { return stage().people.size() + 2; }

    std::multimap<wall_time, int> actions_; // all that ever happened: when, and which action
    wall_time begun_;                       // the present instance
    std::optional<wall_time> complete_;
    bool is_counted_ = false; // how many users are active has been told
    std::deque<wall_time> sent_;
};

} // namespace

std::unique_ptr<checker> make_bound_checker(const scene& stage)
{
    return std::make_unique<bound_checker>(stage);
}

} // namespace docwarden::proof
