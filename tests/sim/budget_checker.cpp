// Never more accounts at once than the limit allows: counted by requests that leave, whatever comes
// of them. A share is one of the users who are active in the portal itself.

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
        counted_since_.reset();
    }

    void on_users_counted() override
    {
        if (!counted_since_)
            counted_since_ = stage().time.portal_time();
    }

    // Without a share nobody needs the number.
    void on_step(const core::engine_status&) override
    {
        if (!stage().now_in_force().containment.has_share())
            counted_since_.reset();
    }

    void on_sent(const sent_request& request) override
    {
        most_active_ = std::max(most_active_, active_users());
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

    std::size_t active_users() const
    {
        const auto& all = stage().portal.users().all();
        return static_cast<std::size_t>(std::ranges::count_if(all, [](const sim::user& person) {
            return person.status == sim::employee_status::active && !person.is_removed;
        }));
    }

    // `has_number`: the daemon has known the number of active users for long enough.
    std::size_t limit_of(const core::containment_settings& limits, bool has_number) const
    {
        if (limits.disables_share == 100 || !has_number)
            return limits.disables_max;
        const std::size_t share = most_active_ * limits.disables_share / 100;
        return std::min<std::size_t>(limits.disables_max, std::max<std::size_t>(share, 1));
    }

    // Of all settings in force in the last window. A request may leave some seconds after it has
    // been let through, when many others are under way.
    allowance loosest(wall_time now) const
    {
        const auto& all = stage().settings;
        allowance found{0, std::chrono::hours(24)};
        core::milliseconds longest(0);
        for (const settings_in_force& settings : all)
            longest = std::max(longest, settings.settings.containment.disables_window);
        const bool has_number =
            counted_since_ &&
            now - *counted_since_ > core::tick(longest + stage().world.request_timeout);
        for (std::size_t i = all.size(); i-- > 0;) {
            const core::containment_settings& limits = all[i].settings.containment;
            found.limit = std::max(found.limit, limit_of(limits, has_number));
            found.window =
                std::min(found.window, limits.disables_window - stage().world.request_timeout);
            if (now - all[i].since > core::tick(longest))
                break;
        }
        return found;
    }

    std::deque<request_sent> sent_;
    std::optional<wall_time> counted_since_; // nothing: the daemon may not know the number
    std::size_t most_active_ = 0;            // ever
};

} // namespace

std::unique_ptr<checker> make_budget_checker(const scene& stage)
{
    return std::make_unique<budget_checker>(stage);
}

} // namespace docwarden::proof
