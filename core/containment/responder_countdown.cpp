// The time that people have before an account is disabled.

#include "core/containment/responder.hpp"

#include <algorithm>

namespace docwarden::core
{

// The shortest of the rules that ask for the account to be disabled.
milliseconds responder::countdown_of(const account_case& open) const
{
    std::optional<milliseconds> shortest;
    for (const std::string& id : open.incidents) {
        const incident* const subject = incidents_.find(id);
        if (subject != nullptr && asks_to_disable(*subject)) {
            const milliseconds countdown = rule_of(*subject)->countdown;
            shortest = std::min(shortest.value_or(countdown), countdown);
        }
    }
    return shortest.value_or(milliseconds(0));
}

// Its place is taken as of the moment at which the request is to leave.
void responder::count_down(account_case& open, milliseconds left, const step_time& now)
{
    open.machine.count_down(now.mono + left);
    budget_.move(
        open.machine.user(), {now.portal + tick(left), now.mono + left, now.is_portal_known}
    );
    schedule(open);
}

// Of its countdown.
milliseconds responder::time_left(const account_case& open, const step_time& now) const
{
    return std::max(countdown_of(open) - open.machine.age(now), milliseconds(0));
}

// The rules may give more or less time than when it began.
void responder::renew_countdown(account_case& open, const step_time& now)
{
    if (!open.machine.is_counting_down())
        return;
    count_down(open, time_left(open, now), now);
}

} // namespace docwarden::core
