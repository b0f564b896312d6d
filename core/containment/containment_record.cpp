// What of a containment outlives the process, and how it goes on in the next one.

#include "core/containment/containment.hpp"

#include <algorithm>
#include <utility>

namespace docwarden::core
{

containment::containment(std::string user, const record& kept, mono_time now, mono_time due)
    : user_(std::move(user)), method_(kept.method), decided_{kept.decided, now}, is_restored_(true),
      is_decided_here_(false), guard_(kept.guard), has_sent_(kept.has_sent),
      may_have_acted_(kept.may_have_acted), has_failed_(kept.has_failed),
      are_faults_reported_(kept.are_faults_reported),
      is_unchanged_reported_(kept.is_unchanged_reported)
{
    if (kept.ended) {
        phase_ = phase::done;
        ending_ = *kept.ended;
        if (is_in_doubt())
            due_ = due;
    } else if (kept.held) {
        phase_ = phase::held;
        hold_reason_ = *kept.held;
    } else {
        may_have_acted_ = true; // as far as is known
        due_ = due;
    }
}

containment::record containment::kept() const
{
    record made;
    made.method = method_;
    made.decided = decided_.portal;
    if (phase_ == phase::held)
        made.held = hold_reason_;
    if (phase_ == phase::done)
        made.ended = ending_;
    made.guard = guard_;
    made.has_sent = has_sent_;
    made.may_have_acted = may_have_acted_;
    made.has_failed = has_failed_;
    made.are_faults_reported = are_faults_reported_;
    made.is_unchanged_reported = is_unchanged_reported_;
    return made;
}

milliseconds containment::age(const step_time& now) const
{
    const auto here = std::chrono::floor<milliseconds>(now.mono - decided_.mono);
    if (is_decided_here_ || !now.is_portal_known)
        return here;
    return std::max(here, std::chrono::floor<milliseconds>(now.portal - decided_.portal));
}

} // namespace docwarden::core
