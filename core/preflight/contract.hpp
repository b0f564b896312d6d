#pragma once
// Would docwarden be able to see and to act at this portal? Each point of that is judged here, from
// what the portal says about itself, for `docwarden check` and for the running engine alike. Pure:
// who asks, and when, is the business of contract_round and of the command.

#include "core/audit/event.hpp"
#include "core/base/time.hpp"
#include "core/portal/portal_api.hpp"
#include "core/portal/portal_call.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace docwarden::core
{

// What is asked, in this order: whoever knows nobody cannot act, so that comes first.
enum class contract_question { identity, settings, key, quota, probe };
inline constexpr std::array contract_questions{
    contract_question::identity,
    contract_question::settings,
    contract_question::key,
    contract_question::quota,
    contract_question::probe,
};

// What puts it to the portal.
portal_request request_for(contract_question question);

enum class contract_topic {
    connection, // the portal answers, and accepts the key
    clock,      // how far the clocks are apart
    version,    // which bugs of the portal are to be reckoned with
    portal,     // it is in use, not suspended or being moved
    key,        // valid, for how long, and whose
    scopes,     // what the key may be used for
    rights,     // what its user may do
    plan,       // the portal's plan holds the audit trail
    filters,    // the portal answers what it is asked, and not something else
    events,     // the audit trail looks as the API promises
};

std::string_view to_string(contract_topic what);

enum class verdict {
    good,
    warning, // docwarden works; somebody should know
    bad,     // it would not see, or not act
};

struct contract_point {
    contract_topic what = contract_topic::connection;
    verdict is = verdict::good;
    std::string code;   // stable, for machines: "expires-soon"
    std::string found;  // what is so
    std::string advice; // what to do; empty if nothing

    // What was found and what to do, as one text.
    std::string text() const { return advice.empty() ? found : found + ": " + advice; }
    bool operator==(const contract_point&) const = default;
};

inline constexpr std::chrono::seconds skew_max{60};
inline constexpr std::chrono::hours key_warning{24 * 14};

// The first answer, or why there is none.
contract_point judge_connection(const api_failure* why);
// `portal` is what the portal's Date header said.
contract_point judge_clock(const std::optional<wall_time>& portal, wall_time host);
contract_point judge_version(const portal_facts& facts);
contract_point judge_portal(const portal_facts& facts);
// `self` is the answer to people/@self, if there was one.
contract_point judge_key(const key_facts& key, const profile* self, wall_time now);
contract_point judge_scopes(const key_facts& key);
// `facts` name the owner, if they are known.
contract_point judge_rights(const profile& self, const portal_facts* facts);
contract_point judge_plan(const quota_facts& quota);
contract_point judge_filters(const filter_probe& probe);
// A page of the newest events; `whence` ends "12 events ".
contract_point judge_events(const audit_page& page, std::string_view whence);
// A question that was not answered. Only what says nothing about seeing or acting stays a warning.
contract_point judge_unanswered(contract_question what, const api_failure& why);

} // namespace docwarden::core
