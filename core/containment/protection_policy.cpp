#include "core/containment/protection_policy.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace docwarden::core
{

protection protection_policy::guard_of(const profile& who) const
{
    if (self_ && who.id == self_->id)
        return protection::self;
    if (who.is_owner)
        return protection::owner;
    if (who.is_admin && !(self_ && self_->is_owner))
        return protection::administrator;
    return protection::none;
}

bool protection_policy::is_exempt(const std::string& user_id) const
{
    return std::find(exempt_.begin(), exempt_.end(), user_id) != exempt_.end();
}

bool protection_policy::is_exempt(const profile& who) const
{
    const std::string email = lower_case(who.email);
    return is_exempt(who.id) || (!email.empty() && is_exempt(email));
}

} // namespace docwarden::core
