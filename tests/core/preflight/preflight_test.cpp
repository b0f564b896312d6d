// What all answers of a portal together come to: which results there are, in which order, and what
// a question leaves out that was not answered.

#include "core/preflight/preflight.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <algorithm>

namespace docwarden::test::preflight_test
{

using core::failure_kind;
using core::preflight_answers;
using core::preflight_question;
using core::preflight_result;
using core::preflight_topic;
using core::verdict;

namespace
{

const std::string jane = "4c65a238-ca50-4374-b904-0d51d4c1822b";

core::api_failure failure_of(failure_kind kind, std::string text = "so it is")
{
    core::api_failure failure;
    failure.kind = kind;
    failure.text = std::move(text);
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
    answers.settings = core::portal_facts{"3.7.2", {}, 0, true, "UTC"};
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
        topics.push_back(result.topic);
    return topics;
}

} // namespace

TEST_CASE("preflight: a portal that answers everything has one result a topic, in their order")
{
    const auto results = core::assess(good_answers(), at(0));
    REQUIRE(results.size() == 10);
    for (std::size_t i = 0; i < results.size(); ++i) {
        CHECK((results[i].topic == static_cast<preflight_topic>(i)));
        CHECK((results[i].outcome == verdict::good));
        CHECK(core::find_result(results, results[i].topic) == &results[i]);
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
    take(preflight_question::settings, core::portal_facts{"3.7.2", {}, 3, true, "UTC"});
    take(preflight_question::key, core::key_facts{"warden", {"*:read"}, {}, true, jane});
    take(preflight_question::quota, core::quota_facts{"startup", false});
    take(preflight_question::probe, core::filter_probe{20});
    const auto results = core::assess(answers, at(0));
    const auto code_of = [&](preflight_topic topic) {
        const preflight_result* result = core::find_result(results, topic);
        return result != nullptr ? result->code : "";
    };
    CHECK(code_of(preflight_topic::rights) == "not-admin");
    CHECK(code_of(preflight_topic::portal) == "tenant-status-3");
    CHECK(code_of(preflight_topic::scopes) == "no-write");
    CHECK(code_of(preflight_topic::plan) == "no-audit");
    CHECK(code_of(preflight_topic::filters) == "filter-ignored");
}

TEST_CASE("preflight: a question without an answer is one warning, and the others are judged")
{
    struct expectation {
        preflight_question question;
        preflight_topic topic;
        std::size_t results;
    };
    const auto expected = GENERATE(values<expectation>({
        {preflight_question::settings, preflight_topic::version, 9},
        {preflight_question::key, preflight_topic::key, 9},
        {preflight_question::quota, preflight_topic::plan, 10},
        {preflight_question::probe, preflight_topic::filters, 10},
    }));
    const auto failure = failure_of(failure_kind::broken);
    const auto results = core::assess(without(expected.question, failure), at(0));
    CHECK(results.size() == expected.results);
    CHECK((core::first_topic_of(expected.question) == expected.topic));
    for (const preflight_result& result : results) {
        const bool is_unanswered = result.topic == expected.topic;
        CHECK((result.outcome == (is_unanswered ? verdict::warning : verdict::good)));
        CHECK(result.code == (is_unanswered ? "broken" : "ok"));
        CHECK(contains(result.found, "so it is") == is_unanswered);
    }
}

TEST_CASE("preflight: when nobody says whose key it is, nothing is said about rights")
{
    const auto failure = failure_of(failure_kind::broken);
    const auto results = core::assess(without(preflight_question::identity, failure), at(0));
    REQUIRE(results.size() == 9);
    CHECK((results[0].topic == preflight_topic::connection));
    CHECK((results[0].outcome == verdict::bad));
    CHECK(core::find_result(results, preflight_topic::rights) == nullptr);
    CHECK((core::first_topic_of(preflight_question::identity) == preflight_topic::connection));
}

TEST_CASE("preflight: an old portal that does not know the key's own page is told from a fault")
{
    const auto failure = failure_of(failure_kind::not_found);
    const auto results = core::assess(without(preflight_question::key, failure), at(0));
    const preflight_result* key = core::find_result(results, preflight_topic::key);
    REQUIRE(key != nullptr);
    CHECK((key->outcome == verdict::warning));
    CHECK(key->code == "not-known");
    CHECK(contains(key->advice, "when the key expires"));
}

TEST_CASE("preflight: a trail that cannot be read is bad")
{
    preflight_answers answers = good_answers();
    answers.last_hour = failure_of(failure_kind::forbidden);
    const preflight_result result = core::assess(answers, at(0)).back();
    CHECK((result.topic == preflight_topic::events));
    CHECK((result.outcome == verdict::bad));
    CHECK(result.code == "forbidden");
    CHECK(contains(result.found, "forbids reading the audit trail"));
}

TEST_CASE("preflight: texts of a portal that does not answer are cut")
{
    const auto failure = failure_of(failure_kind::broken, std::string(5'000, 'x'));
    for (const preflight_question question : core::preflight_questions) {
        for (const preflight_result& result : core::assess(without(question, failure), at(0)))
            CHECK(result.text().size() < 600);
    }
}

} // namespace docwarden::test::preflight_test
