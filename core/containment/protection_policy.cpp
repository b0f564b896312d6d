#include "core/containment/protection_policy.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace docwarden::core
{

protection protection_policy::guard_of(const profile& account) const
{
    if (self_ && account.id == self_->id)
        return protection::self;
    if (account.is_owner)
        return protection::owner;
    if (account.is_admin && !(self_ && self_->is_owner))
        return protection::administrator;
    return protection::none;
}

const exemption*
find_exemption(const std::string& user_id, const std::vector<exemption>& exempt, wall_time now)
{
    const auto found = std::find_if(exempt.begin(), exempt.end(), [&](const exemption& candidate) {
        return candidate.account == user_id && !candidate.has_expired(now);
    });
    return found == exempt.end() ? nullptr : &*found;
}

const exemption*
find_exemption(const profile& account, const std::vector<exemption>& exempt, wall_time now)
{
    if (const exemption* const by_id = find_exemption(account.id, exempt, now))
        return by_id;
    const std::string address = lower_case(account.email);
    for (const exemption& candidate : exempt) {
        const bool is_named = candidate.group.empty() ? candidate.account == address
                                                      : account.is_member_of(candidate.group);
        if (is_named && !candidate.has_expired(now))
            return &candidate;
    }
    return nullptr;
}

} // namespace docwarden::core
