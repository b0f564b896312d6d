// What the engine makes of the contract check: who it is, what it may do, and what is told about
// the portal, its plan and the key.

#include "core/engine/engine.hpp"
#include "core/portal/failure_texts.hpp"

namespace docwarden::core
{

namespace
{

// A page of which nothing is understood tells something about the portal only if it has so many
// rows; fewer may be a single accident that is read again and again.
constexpr std::size_t shape_rows_min = 10;

std::string capitalise(std::string text)
{
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

} // namespace

void engine::pump_contract()
{
    const auto question = contract_.next(at_.mono);
    if (!question)
        return;
    contract_.asked(*question, at_.mono);
    send(request_for(*question));
}

// True if the question was answered.
bool engine::is_good(contract_question question, const answered& answer)
{
    if (const api_failure* failure = answer.failure()) {
        contract_.on_failure(question, *failure, at_.mono, settings_.polling.backoff_max, random_);
        on_unanswered(question, *failure);
        return false;
    }
    contract_.on_answer(question, at_.mono);
    if (contract_.failed_rounds() == 0)
        emit(conditions_.clear(concern::contract, at_.mono));
    return true;
}

void engine::on_unanswered(contract_question what, const api_failure& why)
{
    if (what == contract_question::identity) {
        if (!responder_.has_identity())
            emit(conditions_.raise(
                concern::identity,
                std::string(to_string(why.kind)),
                "Whose API key this is could not be found out, so nobody is disabled yet: " +
                    explain_people_failure(why),
                at_.mono,
                urgency_of(why.kind)
            ));
        return;
    }
    contract_point point = judge_unanswered(what, why);
    if (what == contract_question::key && why.kind == failure_kind::not_found) {
        tell(concern::key, point);
        return;
    }
    // One lost answer in an hour is no news, and while the trail cannot be read that is told.
    if (contract_.failed_rounds() < 2)
        return;
    point.code = "unanswered";
    tell(concern::contract, point);
}

void engine::on_answer(const identity_request&, const answered& answer)
{
    may_poll_ = true; // the first call has been answered or has failed
    if (!is_good(contract_question::identity, answer))
        return;
    const profile& self = *answer.value<profile>();
    contract_.self = self;
    emit(conditions_.clear(concern::identity, at_.mono));
    counts_.ignore_user(self.id);
    responder_.set_identity(self);
    judge_rights();
}

void engine::on_answer(const settings_request&, const answered& answer)
{
    if (!is_good(contract_question::settings, answer))
        return;
    contract_.facts = *answer.value<portal_facts>();
    tell(concern::version, judge_version(*contract_.facts));
    tell(concern::portal, judge_portal(*contract_.facts));
    judge_rights();
}

void engine::on_answer(const key_request&, const answered& answer)
{
    if (!is_good(contract_question::key, answer))
        return;
    contract_.key = *answer.value<key_facts>();
    const profile* self = contract_.self ? &*contract_.self : nullptr;
    tell(concern::key, judge_key(*contract_.key, self, clock_.now(at_)));
    judge_rights();
}

void engine::on_answer(const quota_request&, const answered& answer)
{
    if (!is_good(contract_question::quota, answer))
        return;
    contract_.quota = *answer.value<quota_facts>();
    judge_plan();
}

void engine::on_answer(const probe_request&, const answered& answer)
{
    if (!is_good(contract_question::probe, answer))
        return;
    const bool are_ignored = answer.value<filter_probe>()->rows != 0;
    contract_.set_filters_ignored(are_ignored, at_.mono);
    poller_.set_filters_ignored(are_ignored);
    judge_plan();
}

// What the key's user may do, and what the key lets that user do.
void engine::judge_rights()
{
    if (!contract_.self)
        return;
    const portal_facts* facts = contract_.facts ? &*contract_.facts : nullptr;
    contract_point point = core::judge_rights(*contract_.self, facts);
    if (point.is == verdict::good && contract_.key) {
        const contract_point scopes = judge_scopes(*contract_.key);
        if (scopes.is != verdict::good)
            point = scopes;
    }
    can_act_ = point.is != verdict::bad;
    tell(concern::rights, point);
}

// What the portal does counts for more than what it says about its plan.
void engine::judge_plan()
{
    if (contract_.are_filters_ignored()) {
        tell(concern::plan, judge_filters(filter_probe{1}));
        return;
    }
    const bool is_known_to_lack = contract_.quota && contract_.quota->has_audit == false;
    if (is_known_to_lack)
        tell(concern::plan, core::judge_plan(*contract_.quota));
    else
        emit(conditions_.clear(concern::plan, at_.mono));
}

void engine::judge_shape(const audit_page& page)
{
    if (!page.events.empty())
        emit(conditions_.clear(concern::records, at_.mono));
    else if (page.rows >= shape_rows_min && page.problems.size() >= page.rows)
        tell(concern::records, judge_events(page, "of one answer read"));
}

// `bad` is how urgent it is that docwarden would not see or not act for that reason.
void engine::tell(concern about, const contract_point& point, priority bad)
{
    if (point.is == verdict::good) {
        emit(conditions_.clear(about, at_.mono));
        return;
    }
    const priority level = point.is == verdict::bad ? bad : priority::warning;
    emit(conditions_.raise(about, point.code, capitalise(point.text()), at_.mono, level));
}

} // namespace docwarden::core
