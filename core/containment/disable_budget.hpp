#pragma once
// The limit on our own power: at most so many accounts are disabled within a window. What exceeds
// it is held for a person, never dropped (design.md section 4). Places outlive the process: those
// of an earlier one end by the portal's time once that is known, and never by this host's.

#include "core/base/time.hpp"
#include "core/containment/disable_limit.hpp"
#include "core/settings/containment_settings.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace docwarden::core
{

class disable_budget
{
public:
    // How many users the portal says are active; nothing as long as that is not known.
    void set_active_users(std::optional<std::uint32_t> number) { active_users_ = number; }
    // What `limits` come to by that.
    disable_limit limit(const containment_settings& limits) const
    {
        return limit_of(limits, active_users_);
    }
    // Whether `now` lets somebody through whom `before` did not. What a share comes to may not be
    // known yet: then a larger one may do so.
    bool has_more_room(const containment_settings& before, const containment_settings& now) const;
    // Takes one account out of what `limits` leave. False, and nothing is taken, if that is none.
    // An account that is in it already keeps its place, and its window begins anew; not if the
    // limit has been lowered below what is taken.
    bool take(const std::string& user, const containment_settings& limits, const step_time& now);
    // The place of that account, if it has one, is taken as of that moment.
    void move(const std::string& user, const step_time& moment);
    // Nothing was done about that account.
    void give_back(const std::string& user);
    // A place that was taken before the process began.
    void restore(const std::string& user, wall_time since);
    // Since when that account has a place.
    std::optional<wall_time> taken(const std::string& user) const;

private:
    struct place {
        std::string user;
        wall_time since;                // the portal's time
        std::optional<mono_time> taken; // by this process
    };

    static bool is_over(const place& old, milliseconds window, const step_time& now);
    static place place_at(const step_time& moment, const std::string& user, const place* before);

    std::vector<place>::const_iterator place_of(const std::string& user) const;

    std::vector<place> taken_;
    std::optional<std::uint32_t> active_users_;
};

} // namespace docwarden::core
