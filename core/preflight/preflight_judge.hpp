#pragma once
// What each answer of a portal about itself means for docwarden. Pure; core/preflight/preflight.hpp
// puts the questions and the results together.

#include "core/audit/event.hpp"
#include "core/preflight/preflight_result.hpp"

#include <chrono>
#include <optional>

namespace docwarden::core
{

inline constexpr std::chrono::seconds skew_max{60};
inline constexpr std::chrono::hours key_warning{24 * 14};

// `portal` is what the portal's Date header said.
preflight_result judge_clock(const std::optional<wall_time>& portal, wall_time host);
preflight_result judge_version(const portal_facts& facts);
preflight_result judge_portal(const portal_facts& facts);
// `self` is the answer to people/@self, if there was one.
preflight_result judge_key(const key_facts& key, const profile* self, wall_time now);
preflight_result judge_scopes(const key_facts& key);
// `self` as preflight_answers::self gives it; `facts` name the owner, if they are known.
preflight_result judge_rights(const profile& self, const portal_facts* facts);
preflight_result judge_plan(const quota_facts& quota);
preflight_result judge_filters(const filter_probe& probe);
// A page of events.
preflight_result judge_events(const audit_page& page, events_source source);

} // namespace docwarden::core
