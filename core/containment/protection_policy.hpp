#pragma once
// Who must not be disabled: by the portal's own rules, and by the configuration. Asked at the
// decision and once more right before a request leaves.

#include "core/containment/containment.hpp"
#include "core/portal/portal_api.hpp"
#include "core/settings/exemption.hpp"

#include <optional>
#include <string>
#include <vector>

namespace docwarden::core
{

class protection_policy
{
public:
    // Whose key this is: decides about self, and about administrators.
    void set_identity(const profile& self) { self_ = self; }
    bool has_identity() const { return self_.has_value(); }
    bool is_self(std::string_view user_id) const { return self_ && self_->id == user_id; }

    // What protects this account on the portal (docspace-api.md section 5.1).
    protection guard_of(const profile& account) const;

private:
    std::optional<profile> self_;
};

// Which exemption of the configuration holds for that user now, in portal time; null if none does.
const exemption*
find_exemption(const std::string& user_id, const std::vector<exemption>& exempt, wall_time now);
// By id, by address or by a group.
const exemption*
find_exemption(const profile& account, const std::vector<exemption>& exempt, wall_time now);

} // namespace docwarden::core
