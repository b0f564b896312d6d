// What the engine makes of the preflight: who it is, what it may do, and what is reported about the
// portal, its plan and the key.

#include "core/base/check.hpp"
#include "core/engine/engine.hpp"
#include "core/preflight/preflight_judge.hpp"

namespace docwarden::core
{

namespace
{

// A page of which nothing is understood says something about the portal only if it has so many
// rows; fewer may be a single accident that is read again and again.
constexpr std::size_t shape_rows_min = 10;

} // namespace

void engine::pump_preflight()
{
    const auto question = preflight_.next(at_.mono);
    if (!question)
        return;
    preflight_.asked(*question, at_.mono);
    send(request_for(*question));
}

void engine::on_preflight_answer(preflight_question question, const answered& answer)
{
    preflight_answers latest = answers_;
    latest.take(question, answer);
    const preflight_results results = assess(latest, clock_.now(at_));
    may_poll_ = true;
    if (const api_failure* failure = answer.failure()) {
        preflight_.on_failure(
            question, *failure, at_.mono, settings_->polling.backoff_max, random_
        );
        report_unanswered(question, *failure, results);
        return;
    }
    answers_ = std::move(latest);
    preflight_.on_answer(question, at_.mono);
    if (preflight_.failed_rounds() == 0)
        emit(conditions_.clear(subsystem::preflight, at_.mono));
    const bool concerns_identity =
        question == preflight_question::identity || question == preflight_question::settings;
    if (const std::optional<profile> self = answers_.self(); self && concerns_identity)
        on_identity(*self);
    if (question == preflight_question::probe)
        on_probe(*answer.value<filter_probe>());
    report_results(question, results);
}

void engine::on_identity(const profile& self)
{
    emit(conditions_.clear(subsystem::identity, at_.mono));
    counts_.ignore_user(self.id);
    responder_.set_identity(self, now(), responses_);
    emit_responses();
}

void engine::on_probe(const filter_probe& probe)
{
    preflight_.set_filters_ignored(probe.rows != 0, at_.mono);
}

void engine::report_unanswered(
    preflight_question question,
    const api_failure& failure,
    const preflight_results& results
)
{
    if (question == preflight_question::identity) {
        if (!responder_.has_identity())
            emit(conditions_.raise(subsystem::identity, failure, at_.mono));
        return;
    }
    const preflight_result* result = find_result(results, first_topic_of(question));
    DOCWARDEN_ASSERT(result != nullptr && result->outcome() == verdict::warning);
    if (result->finding == preflight_finding::key_not_known) {
        report_result(subsystem::key, *result);
        return;
    }
    // One lost answer in an hour is no news, and while the trail cannot be read that is reported.
    if (preflight_.failed_rounds() < 2)
        return;
    report_result(subsystem::preflight, *result);
}

// Only what the question decides: the other answers may be an hour old.
void engine::report_results(preflight_question question, const preflight_results& results)
{
    const auto report_topic = [&](subsystem affected, preflight_topic topic) {
        const preflight_result* result = find_result(results, topic);
        DOCWARDEN_ASSERT(result != nullptr);
        report_result(affected, *result);
    };
    switch (question) {
    case preflight_question::identity:
        report_rights(results);
        return;
    case preflight_question::settings:
        report_topic(subsystem::version, preflight_topic::version);
        report_topic(subsystem::portal, preflight_topic::portal);
        report_rights(results);
        return;
    case preflight_question::key:
        report_topic(subsystem::key, preflight_topic::key);
        report_rights(results);
        return;
    case preflight_question::quota:
    case preflight_question::probe:
        report_plan(results);
    }
}

// What the key's user may do, and what the key lets that user do.
void engine::report_rights(const preflight_results& results)
{
    const preflight_result* rights = find_result(results, preflight_topic::rights);
    if (rights == nullptr)
        return;
    const preflight_result* scopes = find_result(results, preflight_topic::scopes);
    if (rights->outcome() == verdict::good && scopes != nullptr)
        rights = scopes;
    can_act_ = rights->outcome() != verdict::bad;
    report_result(subsystem::rights, *rights);
}

// What the portal does counts for more than what it says about its plan.
void engine::report_plan(const preflight_results& results)
{
    for (const preflight_topic topic : {preflight_topic::filters, preflight_topic::plan}) {
        const preflight_result* result = find_result(results, topic);
        if (result != nullptr && result->outcome() == verdict::bad) {
            report_result(subsystem::plan, *result);
            return;
        }
    }
    emit(conditions_.clear(subsystem::plan, at_.mono));
}

void engine::report_record_shape(const audit_page& page)
{
    if (!page.events.empty())
        emit(conditions_.clear(subsystem::records, at_.mono));
    else if (page.rows >= shape_rows_min && page.problems.size() >= page.rows)
        report_result(subsystem::records, judge_events(page, events_source::one_answer));
}

void engine::report_result(subsystem affected, const preflight_result& result)
{
    emit(
        result.outcome() == verdict::good ? conditions_.clear(affected, at_.mono)
                                          : conditions_.raise(affected, result, at_.mono)
    );
}

} // namespace docwarden::core
