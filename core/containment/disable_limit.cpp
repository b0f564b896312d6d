#include "core/containment/disable_limit.hpp"

#include <algorithm>

namespace docwarden::core
{

std::uint32_t user_share::accounts() const
{
    const std::uint64_t share = std::uint64_t{users} * percent / 100;
    return static_cast<std::uint32_t>(std::max<std::uint64_t>(share, 1));
}

disable_limit
limit_of(const containment_settings& settings, std::optional<std::uint32_t> active_users)
{
    disable_limit limit{settings.disables_max, settings.disables_window};
    if (!settings.has_share() || !active_users)
        return limit;
    const user_share share{settings.disables_share, *active_users};
    if (share.accounts() > limit.most)
        return limit;
    limit.is_number = share.accounts() == limit.most;
    limit.most = share.accounts();
    limit.share = share;
    return limit;
}

} // namespace docwarden::core
