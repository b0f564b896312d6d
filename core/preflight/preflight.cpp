#include "core/preflight/preflight.hpp"

#include "core/preflight/preflight_judge.hpp"

#include <algorithm>

namespace docwarden::core
{

namespace
{

// Only without the first answer docwarden neither sees nor acts.
preflight_result judge_unanswered(preflight_question question, const api_failure& failure)
{
    switch (question) {
    case preflight_question::identity:
        return {preflight_finding::not_connected, failure};
    case preflight_question::settings:
        return {preflight_finding::version_unanswered, failure};
    case preflight_question::key:
        return {
            is_missing(failure.kind) ? preflight_finding::key_not_known
                                     : preflight_finding::key_unanswered,
            failure};
    case preflight_question::quota:
        return {preflight_finding::plan_unanswered, failure};
    case preflight_question::probe:
        break;
    }
    return {preflight_finding::filters_unanswered, failure};
}

template <class Value>
const Value* value_of(const preflight_answers::reply<Value>& reply)
{
    return reply ? std::get_if<Value>(&*reply) : nullptr;
}

template <class Value>
const api_failure* failure_of(const preflight_answers::reply<Value>& reply)
{
    return reply ? std::get_if<api_failure>(&*reply) : nullptr;
}

template <class Value>
preflight_answers::reply<Value> to_reply(const answered& answer)
{
    if (const api_failure* failure = answer.failure())
        return *failure;
    return *answer.value<Value>();
}

} // namespace

portal_request request_for(preflight_question question)
{
    switch (question) {
    case preflight_question::identity:
        return identity_request();
    case preflight_question::settings:
        return settings_request();
    case preflight_question::key:
        return key_request();
    case preflight_question::quota:
        return quota_request();
    case preflight_question::probe:
        break;
    }
    return probe_request();
}

void preflight_answers::take(preflight_question question, const answered& answer)
{
    switch (question) {
    case preflight_question::identity:
        identity = to_reply<profile>(answer);
        return;
    case preflight_question::settings:
        settings = to_reply<portal_facts>(answer);
        return;
    case preflight_question::key:
        key = to_reply<key_facts>(answer);
        return;
    case preflight_question::quota:
        quota = to_reply<quota_facts>(answer);
        return;
    case preflight_question::probe:
        probe = to_reply<filter_probe>(answer);
    }
}

std::optional<profile> preflight_answers::self() const
{
    const profile* known = value_of(identity);
    if (known == nullptr)
        return std::nullopt;
    profile self = *known;
    const portal_facts* facts = value_of(settings);
    self.is_owner = self.is_owner || (facts != nullptr && facts->owner_id == self.id);
    return self;
}

preflight_results assess(const preflight_answers& answers, wall_time now)
{
    preflight_results all;
    // What the value means, or that there is none.
    const auto add = [&](preflight_question question, const auto& reply, const auto& judge) {
        if (const api_failure* failure = failure_of(reply))
            all.push_back(judge_unanswered(question, *failure));
        else if (reply)
            judge(*value_of(reply));
    };
    const std::optional<profile> self = answers.self();
    const portal_facts* facts = value_of(answers.settings);
    add(preflight_question::identity, answers.identity, [&](const profile&) {
        all.push_back({preflight_finding::connected, {}});
    });
    if (answers.clocks)
        all.push_back(judge_clock(answers.clocks->portal, answers.clocks->host));
    add(preflight_question::settings, answers.settings, [&](const portal_facts& settings) {
        all.push_back(judge_version(settings));
        all.push_back(judge_portal(settings));
    });
    if (self)
        all.push_back(judge_rights(*self, facts));
    add(preflight_question::key, answers.key, [&](const key_facts& key) {
        all.push_back(judge_key(key, self ? &*self : nullptr, now));
        all.push_back(judge_scopes(key));
    });
    add(preflight_question::quota, answers.quota, [&](const quota_facts& quota) {
        all.push_back(judge_plan(quota));
    });
    add(preflight_question::probe, answers.probe, [&](const filter_probe& probe) {
        all.push_back(judge_filters(probe));
    });
    if (const api_failure* failure = failure_of(answers.last_hour))
        all.push_back({preflight_finding::events_unread, *failure});
    else if (answers.last_hour)
        all.push_back(judge_events(*value_of(answers.last_hour), events_source::last_hour));
    return all;
}

preflight_topic first_topic_of(preflight_question question)
{
    return judge_unanswered(question, {}).topic();
}

const preflight_result* find_result(const preflight_results& results, preflight_topic topic)
{
    const auto found = std::find_if(results.begin(), results.end(), [&](const auto& result) {
        return result.topic() == topic;
    });
    return found == results.end() ? nullptr : &*found;
}

} // namespace docwarden::core
