#pragma once
// Would docwarden be able to see and to act at this portal? The questions that decide it, and what
// the answers mean, for `docwarden check` and for the running engine alike. Pure: when to ask is
// the business of preflight_round and of the command.

#include "core/audit/event.hpp"
#include "core/portal/portal_call.hpp"
#include "core/preflight/preflight_result.hpp"

#include <array>
#include <optional>
#include <variant>
#include <vector>

namespace docwarden::core
{

// What is asked, in this order: nobody can act without knowing whose key it is, so that is first.
enum class preflight_question { identity, settings, key, quota, probe };
inline constexpr std::array preflight_questions{
    preflight_question::identity,
    preflight_question::settings,
    preflight_question::key,
    preflight_question::quota,
    preflight_question::probe,
};

// The request that puts the question to the portal.
portal_request request_for(preflight_question question);

// What a portal has answered so far.
struct preflight_answers {
    // Nothing if it was not asked.
    template <class Value>
    using reply = std::optional<std::variant<Value, api_failure>>;

    reply<profile> identity;
    std::optional<clock_pair> clocks; // when an answer arrived
    reply<portal_facts> settings;
    reply<key_facts> key;
    reply<quota_facts> quota;
    reply<filter_probe> probe;
    reply<audit_page> last_hour; // the newest events

    // Files the answer to that question.
    void take(preflight_question question, const answered& answer);
    // As whom the key acts, if that is known. The settings may know better who is the owner.
    std::optional<profile> self() const;
};

// In the order of preflight_topic, each topic once at most.
using preflight_results = std::vector<preflight_result>;

// What the answers mean. A question that was not answered gives one result, about its first topic.
// `now` is the portal's time.
preflight_results assess(const preflight_answers& answers, wall_time now);

// The first topic that needs the question's answer.
preflight_topic first_topic_of(preflight_question question);
// The result about that topic, or null.
const preflight_result* find_result(const preflight_results& results, preflight_topic topic);

} // namespace docwarden::core
