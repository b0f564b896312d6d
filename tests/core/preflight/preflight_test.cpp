// What all answers of a portal together come to: which results there are, in which order, and what
// a question leaves out that was not answered.

#include "core/preflight/preflight.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

namespace docwarden::test::preflight_test
{

using core::failure_kind;
using core::preflight_answers;
using core::preflight_finding;
using core::preflight_question;
using core::preflight_result;
using core::preflight_topic;
using core::verdict;

namespace
{

const std::string jane = "4c65a238-ca50-4374-b904-0d51d4c1822b";

core::api_failure failure_of(failure_kind kind)
{
    core::api_failure failure;
    failure.kind = kind;
    return failure;
}

preflight_answers good_answers()
{
    core::profile self;
    self.id = jane;
    self.is_admin = true;
    preflight_answers answers;
    answers.identity = self;
    answers.clocks = {at(0), at(0)};
    answers.settings = core::portal_facts{"3.7.2", {}, 0, true};
    answers.key = core::key_facts{"warden", {}, std::nullopt, true, jane};
    answers.quota = core::quota_facts{"admin", true};
    answers.probe = core::filter_probe{0};
    answers.last_hour = core::audit_page();
    return answers;
}

// As if the portal had failed at that question.
preflight_answers without(preflight_question question, const core::api_failure& failure)
{
    preflight_answers answers = good_answers();
    answers.take(question, core::answered{1, at(0), failure});
    return answers;
}

std::vector<preflight_topic> topics_of(const core::preflight_results& results)
{
    std::vector<preflight_topic> topics;
    for (const preflight_result& result : results)
        topics.push_back(result.topic());
    return topics;
}

} // namespace

TEST_CASE("preflight: a portal that answers everything has one result a topic, in their order")
{
    const auto results = core::assess(good_answers(), at(0));
    REQUIRE(results.size() == 10);
    for (std::size_t i = 0; i < results.size(); ++i) {
        CHECK((results[i].topic() == static_cast<preflight_topic>(i)));
        CHECK((results[i].outcome() == verdict::good));
        CHECK(core::find_result(results, results[i].topic()) == &results[i]);
    }
}

TEST_CASE("preflight: what was not asked has no result")
{
    CHECK(core::assess({}, at(0)).empty());
    CHECK(core::find_result({}, preflight_topic::connection) == nullptr);
    preflight_answers answers;
    answers.identity = good_answers().identity;
    // Whose key it is decides about rights, whatever else the portal will say.
    const std::vector topics{preflight_topic::connection, preflight_topic::rights};
    CHECK((topics_of(core::assess(answers, at(0))) == topics));
}

TEST_CASE("preflight: each question is answered by the result of its request")
{
    core::profile self;
    self.id = jane;
    preflight_answers answers;
    const auto take = [&](preflight_question question, const core::portal_result& result) {
        answers.take(question, core::answered{1, at(0), result});
    };
    take(preflight_question::identity, self);
    take(preflight_question::settings, core::portal_facts{"3.7.2", {}, 3, true});
    take(preflight_question::key, core::key_facts{"warden", {"*:read"}, {}, true, jane});
    take(preflight_question::quota, core::quota_facts{"startup", false});
    take(preflight_question::probe, core::filter_probe{20});
    const auto results = core::assess(answers, at(0));
    const auto finding = [&](preflight_topic topic) {
        const preflight_result* result = core::find_result(results, topic);
        return result != nullptr ? result->finding : preflight_finding::connected;
    };
    CHECK((finding(preflight_topic::rights) == preflight_finding::not_admin));
    CHECK((finding(preflight_topic::portal) == preflight_finding::not_in_use));
    CHECK((finding(preflight_topic::scopes) == preflight_finding::no_write));
    CHECK((finding(preflight_topic::plan) == preflight_finding::no_audit));
    CHECK((finding(preflight_topic::filters) == preflight_finding::filters_ignored));
}

TEST_CASE("preflight: a question without an answer is one warning, and the others are judged")
{
    struct expectation {
        preflight_question question;
        preflight_finding finding;
        std::size_t results;
    };
    const auto expected = GENERATE(values<expectation>({
        {preflight_question::settings, preflight_finding::version_unanswered, 9},
        {preflight_question::key, preflight_finding::key_unanswered, 9},
        {preflight_question::quota, preflight_finding::plan_unanswered, 10},
        {preflight_question::probe, preflight_finding::filters_unanswered, 10},
    }));
    const auto failure = failure_of(failure_kind::broken);
    const auto results = core::assess(without(expected.question, failure), at(0));
    CHECK(results.size() == expected.results);
    const preflight_topic topic = core::first_topic_of(expected.question);
    for (const preflight_result& result : results) {
        if (result.topic() == topic)
            CHECK((result == preflight_result{expected.finding, failure}));
        else
            CHECK((result.outcome() == verdict::good));
    }
    CHECK(core::find_result(results, topic) != nullptr);
}

TEST_CASE("preflight: when nobody says whose key it is, nothing is said about rights")
{
    const auto failure = failure_of(failure_kind::broken);
    const auto results = core::assess(without(preflight_question::identity, failure), at(0));
    REQUIRE(results.size() == 9);
    CHECK((results[0] == preflight_result{preflight_finding::not_connected, failure}));
    CHECK(core::find_result(results, preflight_topic::rights) == nullptr);
    CHECK((core::first_topic_of(preflight_question::identity) == preflight_topic::connection));
}

TEST_CASE("preflight: an old portal that does not know the key's own page is told from a fault")
{
    const auto failure = failure_of(failure_kind::not_found);
    const auto results = core::assess(without(preflight_question::key, failure), at(0));
    const preflight_result* key = core::find_result(results, preflight_topic::key);
    REQUIRE(key != nullptr);
    CHECK((*key == preflight_result{preflight_finding::key_not_known, failure}));
}

TEST_CASE("preflight: a trail that cannot be read is bad")
{
    preflight_answers answers = good_answers();
    const auto failure = failure_of(failure_kind::forbidden);
    answers.last_hour = failure;
    const preflight_result result = core::assess(answers, at(0)).back();
    CHECK((result == preflight_result{preflight_finding::events_unread, failure}));
}

} // namespace docwarden::test::preflight_test
