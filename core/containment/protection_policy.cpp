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

bool is_exempt(const std::string& user_id, const std::vector<std::string>& exempt)
{
    return std::find(exempt.begin(), exempt.end(), user_id) != exempt.end();
}

bool is_exempt(const profile& account, const std::vector<std::string>& exempt)
{
    const std::string email = lower_case(account.email);
    return is_exempt(account.id, exempt) || (!email.empty() && is_exempt(email, exempt));
}

} // namespace docwarden::core
