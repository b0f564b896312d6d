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
    const auto what = contract_.next(at_.mono);
    if (!what)
        return;
    const call_id call = ++last_call_;
    contract_.asked(*what, call, at_.mono);
    switch (*what) {
    case contract_question::identity:
        out_.emplace_back(fetch_identity{call});
        break;
    case contract_question::settings:
        out_.emplace_back(fetch_settings{call});
        break;
    case contract_question::key:
        out_.emplace_back(fetch_key{call});
        break;
    case contract_question::quota:
        out_.emplace_back(fetch_quota{call});
        break;
    case contract_question::canary:
        out_.emplace_back(fetch_canary{call});
        break;
    }
}

// True if it is the awaited answer, and a good one.
template <class Value>
bool engine::take_answer(contract_question what, call_id call, const answer<Value>& result)
{
    if (!contract_.take(what, call))
        return false;
    observe_date(result.date, result.failure());
    if (const api_failure* why = result.failure()) {
        contract_.on_failure(what, *why, at_.mono, settings_.polling.backoff_max, random_);
        on_unanswered(what, *why);
        return false;
    }
    contract_.on_answer(what, at_.mono);
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

void engine::handle(const identity_answered& what)
{
    const bool is_good = take_answer(contract_question::identity, what.call, what.result);
    may_poll_ = may_poll_ || contract_.was_tried() || is_good;
    if (!is_good)
        return;
    const profile& self = *what.result.value();
    contract_.self = self;
    emit(conditions_.clear(concern::identity, at_.mono));
    counts_.ignore_user(self.id);
    responder_.set_identity(self);
    judge_rights();
}

void engine::handle(const settings_answered& what)
{
    if (!take_answer(contract_question::settings, what.call, what.result))
        return;
    contract_.facts = *what.result.value();
    tell(concern::version, judge_version(*contract_.facts));
    tell(concern::portal, judge_portal(*contract_.facts));
    judge_rights();
}

void engine::handle(const key_answered& what)
{
    if (!take_answer(contract_question::key, what.call, what.result))
        return;
    contract_.key = *what.result.value();
    const profile* self = contract_.self ? &*contract_.self : nullptr;
    tell(concern::key, judge_key(*contract_.key, self, clock_.now(at_)));
    judge_rights();
}

void engine::handle(const quota_answered& what)
{
    if (!take_answer(contract_question::quota, what.call, what.result))
        return;
    contract_.quota = *what.result.value();
    judge_plan();
}

void engine::handle(const canary_answered& what)
{
    if (!take_answer(contract_question::canary, what.call, what.result))
        return;
    const bool are_ignored = what.result.value()->rows != 0;
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
        tell(concern::plan, judge_filters(canary_sight{1}));
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
