#include "core/preflight/preflight.hpp"

#include "core/base/text.hpp"
#include "core/portal/failure_texts.hpp"
#include "core/preflight/preflight_judge.hpp"

#include <algorithm>

namespace docwarden::core
{

namespace
{

// What a portal does not say that does not answer.
const char* subject_of(preflight_question question)
{
    switch (question) {
    case preflight_question::identity:
        return "whose key this is";
    case preflight_question::settings:
        return "the portal's version and state";
    case preflight_question::key:
        return "how long the key is valid and what it allows";
    case preflight_question::quota:
        return "whether the portal's plan holds the audit trail";
    case preflight_question::probe:
        break;
    }
    return "whether the portal answers what it is asked";
}

// A warning only: without that answer docwarden sees and acts all the same.
preflight_result judge_unanswered(preflight_question question, const api_failure& failure)
{
    preflight_result result{
        first_topic_of(question),
        verdict::warning,
        std::string(to_string(failure.kind)),
        "the portal does not say " + std::string(subject_of(question)) + " (" +
            clip_text(failure.text, 300) + ")",
        {}};
    if (question == preflight_question::key && failure.kind == failure_kind::not_found) {
        result.code = "not-known";
        result.found += ", as old versions do not";
        result.advice = "see in the portal when the key expires, and renew it in time";
    }
    return result;
}

preflight_result judge_unread_events(const api_failure& failure)
{
    return {
        preflight_topic::events,
        verdict::bad,
        std::string(to_string(failure.kind)),
        explain_reading_failure(failure),
        {}};
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
    const profile* self = value_of(answers.identity);
    const portal_facts* facts = value_of(answers.settings);
    if (answers.identity)
        all.push_back(judge_connection(failure_of(answers.identity)));
    if (answers.clocks)
        all.push_back(judge_clock(answers.clocks->portal, answers.clocks->host));
    add(preflight_question::settings, answers.settings, [&](const portal_facts& settings) {
        all.push_back(judge_version(settings));
        all.push_back(judge_portal(settings));
    });
    if (self != nullptr)
        all.push_back(judge_rights(*self, facts));
    add(preflight_question::key, answers.key, [&](const key_facts& key) {
        all.push_back(judge_key(key, self, now));
        all.push_back(judge_scopes(key));
    });
    add(preflight_question::quota, answers.quota, [&](const quota_facts& quota) {
        all.push_back(judge_plan(quota));
    });
    add(preflight_question::probe, answers.probe, [&](const filter_probe& probe) {
        all.push_back(judge_filters(probe));
    });
    if (const api_failure* failure = failure_of(answers.last_hour))
        all.push_back(judge_unread_events(*failure));
    else if (answers.last_hour)
        all.push_back(judge_events(*value_of(answers.last_hour), "of the last hour read"));
    return all;
}

preflight_topic first_topic_of(preflight_question question)
{
    switch (question) {
    case preflight_question::identity:
        return preflight_topic::connection;
    case preflight_question::settings:
        return preflight_topic::version;
    case preflight_question::key:
        return preflight_topic::key;
    case preflight_question::quota:
        return preflight_topic::plan;
    case preflight_question::probe:
        break;
    }
    return preflight_topic::filters;
}

const preflight_result* find_result(const preflight_results& results, preflight_topic topic)
{
    const auto found = std::find_if(results.begin(), results.end(), [&](const auto& result) {
        return result.topic == topic;
    });
    return found == results.end() ? nullptr : &*found;
}

} // namespace docwarden::core
