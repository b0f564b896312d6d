// Never more accounts at once than the limit allows: counted by requests that leave, whatever comes
// of them.

#include "core/settings/containment_settings.hpp"
#include "tests/sim/checker.hpp"

#include <algorithm>
#include <deque>
#include <set>

namespace docwarden::proof
{

namespace
{

class budget_checker final : public checker
{
public:
    using checker::checker;

    std::string_view name() const override { return "the limit on disables holds"; }

    void on_start() override
    {
        if (stage().storage.has_trouble())
            sent_.clear(); // then it may be forgotten by a restart
    }

    void on_sent(const sent_request& request) override
    {
        if (request.kind != request_kind::disable)
            return;
        const wall_time now = stage().time.portal_time();
        sent_.push_back({now, request.user});
        const auto [limit, window] = loosest(now);
        std::set<std::string> users;
        for (const request_sent& earlier : sent_) {
            if (now - earlier.at < core::tick(window))
                users.insert(earlier.user);
        }
        if (users.size() > limit)
            fail(
                std::to_string(users.size()) + " accounts within " +
                std::to_string(window.count()) + " ms, and the limit is " + std::to_string(limit)
            );
    }

private:
    struct request_sent {
        wall_time at;
        std::string user;
    };
    struct allowance {
        std::size_t limit;
        core::milliseconds window;
    };

    // Of all settings in force in the last window. A request may leave some seconds after it has
    // been let through, when many others are under way.
    allowance loosest(wall_time now) const
    {
        const auto& all = stage().settings;
        allowance found{0, std::chrono::hours(24)};
        core::milliseconds longest(0);
        for (const settings_in_force& settings : all)
            longest = std::max(longest, settings.settings.containment.disables_window);
        for (std::size_t i = all.size(); i-- > 0;) {
            const core::containment_settings& limits = all[i].settings.containment;
            found.limit = std::max<std::size_t>(found.limit, limits.disables_max);
            found.window =
                std::min(found.window, limits.disables_window - stage().world.request_timeout);
            if (now - all[i].since > core::tick(longest))
                break;
        }
        return found;
    }

    std::deque<request_sent> sent_;
};

} // namespace

std::unique_ptr<checker> make_budget_checker(const scene& stage)
{
    return std::make_unique<budget_checker>(stage);
}

} // namespace docwarden::proof
