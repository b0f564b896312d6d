// Nothing grows without a bound: memory follows people and thresholds, not how much they do; and
// the portal is never asked more often than a person would call reasonable.

#include "tests/sim/checker.hpp"

#include <algorithm>
#include <deque>

namespace docwarden::proof
{

namespace
{

class bound_checker final : public checker
{
public:
    using checker::checker;

    std::string_view name() const override { return "memory and requests are bounded"; }

    void on_step(const core::engine_status& about) override
    {
        if (about.memory_bytes > memory_bound(about))
            fail(
                "the windows take " + std::to_string(about.memory_bytes) + " bytes, and " +
                std::to_string(memory_bound(about)) + " are enough"
            );
    }

    void on_sent(const departure&) override
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
    // The theorem of distinct_window: 2N entries for each window of history, for whoever is below
    // the threshold. What is above it is condensed to as much when it has been told; what one step
    // brings comes on top.
    std::size_t memory_bound(const core::engine_status& about) const
    {
        constexpr std::size_t entry_bytes = 32;
        constexpr std::size_t user_bytes = 768;
        constexpr std::size_t page_rows = 100;
        const wall_time now = stage().time.portal_time();
        const core::engine_settings& settings = stage().now_in_force();
        std::size_t entries = page_rows;
        for (const core::rule& by : settings.rules) {
            const core::tick window(by.window);
            const wall_time begin = about.complete.value_or(
                *stage().born - core::tick(settings.polling.lateness) - window
            );
            const auto windows = static_cast<std::size_t>((now - begin) / window) + 4;
            const std::size_t objects = std::size_t{by.threshold} + 1;
            entries += (2 * objects * windows + condensed_at(objects)) * people();
        }
        return entries * entry_bytes + people() * user_bytes;
    }
    // Who is above the threshold is condensed not sooner than that, so that it stays cheap.
    static std::size_t condensed_at(std::size_t objects) { return 4 * objects + 64; }
    std::size_t people() const { return stage().people.size() + 2; }

    std::deque<wall_time> sent_;
};

} // namespace

std::unique_ptr<checker> make_bound_checker(const scene& stage)
{
    return std::make_unique<bound_checker>(stage);
}

} // namespace docwarden::proof
