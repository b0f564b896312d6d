#include "tests/fuzz/engine_trial.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <iterator>

namespace docwarden::test
{

using core::milliseconds;

namespace
{

// What a question is about that concerns no account: of each there is one at a time.
struct subject_writer {
    std::string operator()(const core::groups_request& asked) const
    {
        return "the groups from " + std::to_string(asked.start);
    }
    std::string operator()(const core::members_request& asked) const
    {
        return "the members of " + asked.group + " from " + std::to_string(asked.start);
    }
    std::string operator()(const core::person_request& asked) const
    {
        return "the name " + asked.name;
    }
    std::string operator()(const core::active_users_request&) const
    {
        return "the number of active users";
    }
    template <class Other>
    std::string operator()(const Other&) const
    {
        return "the preflight";
    }
};

} // namespace

engine_trial::engine_trial(std::string_view bytes)
    : in_(bytes), settings_(any_settings(in_)), engine_(share(settings_), in_.byte())
{
}

std::string engine_trial::step()
{
    using namespace std::chrono_literals;
    rows_of_step_ = 0;
    switch (in_.below(13)) {
    case 0:
        return pass(100ms * in_.byte());
    case 1:
        return pass(10min * in_.byte());
    case 2:
        return jump();
    case 3:
        return reload();
    case 4:
        return feed(core::scan_asked{in_.byte()});
    case 5:
        return answer_stray();
    case 6:
        if (wake_at_ && *wake_at_ > now_.mono)
            return pass(std::chrono::ceil<milliseconds>(*wake_at_ - now_.mono));
        return pass(0ms);
    case 7:
        return answer_commit();
    case 8:
        return restart();
    default:
        return answer_any();
    }
}

// The oldest one is written, or not.
std::string engine_trial::answer_commit()
{
    if (commits_.empty())
        return feed(core::committed{in_.byte(), {}});
    const core::commit wanted = std::move(commits_.front());
    commits_.pop_front();
    if (in_.below(4) == 3)
        return feed(core::committed{wanted.id, "the disk is full"});
    for (const core::state_record& record : wanted.records)
        std::visit([this](const auto& concrete) { keep(concrete); }, record);
    return feed(core::committed{wanted.id, {}});
}

void engine_trial::keep(const core::account_record& account)
{
    std::erase_if(kept_.accounts, [&](const auto& old) { return old.user == account.user; });
    kept_.accounts.push_back(account);
}

void engine_trial::keep(const core::incident& subject)
{
    std::erase_if(kept_.incidents, [&](const auto& old) { return old.id == subject.id; });
    kept_.incidents.push_back(subject);
}

// The process ends, and the next one begins with what was written; or with nothing.
std::string engine_trial::restart()
{
    engine_ = core::engine(share(settings_), in_.byte());
    calls_.clear();
    ever_.clear();
    commits_.clear();
    accounts_.clear();
    self_.reset();
    return in_.below(4) == 3 ? feed(core::woken{}) : feed(core::restored{kept_});
}

std::string engine_trial::pass(milliseconds length)
{
    now_.mono += length;
    now_.wall += length;
    return feed(core::woken{});
}

// The host's own clock is set, to anything.
std::string engine_trial::jump()
{
    now_.wall = any_moment(in_);
    return feed(core::woken{});
}

std::string engine_trial::reload()
{
    settings_ = any_settings(in_);
    return feed(core::reconfigured{share(settings_)});
}

std::string engine_trial::answer_any()
{
    if (calls_.empty())
        return pass(milliseconds(0));
    auto chosen = calls_.begin();
    std::advance(chosen, static_cast<std::ptrdiff_t>(in_.below(calls_.size())));
    const core::call asked = std::move(chosen->second);
    calls_.erase(chosen);
    const core::answered answered = answer(asked);
    note(asked.request, answered);
    return feed(answered);
}

// An answer to a call that is over, or never was: it must not matter.
std::string engine_trial::answer_stray()
{
    static const core::portal_request requests[] = {
        core::page_request(),
        core::identity_request(),
        core::settings_request(),
        core::key_request(),
        core::quota_request(),
        core::probe_request(),
        core::groups_request(),
        core::members_request{account(2)},
        core::active_users_request(),
        core::person_request{account(1)},
        core::profile_request{account(1)},
        core::disable_request{account(1), {}, {}},
        core::enable_request{account(1), {}}};
    const core::call_id id = 1'000'000 + in_.byte();
    return feed(answer({id, requests[in_.below(std::size(requests))]}));
}

// What is asked for, or a failure in its place.
core::answered engine_trial::answer(const core::call& asked)
{
    core::answered made{asked.id, std::nullopt, {}};
    made.result =
        std::visit([this](const auto& request) { return result_of(request); }, asked.request);
    made.date = any_date(in_, now_.wall);
    if (in_.below(4) != 3)
        return made;
    core::api_failure failure = any_failure(in_);
    auto* page = std::get_if<core::audit_page>(&made.result);
    if (page != nullptr && in_.flag())
        made.result = core::partial_page{std::move(failure), std::move(*page)};
    else
        made.result = std::move(failure);
    return made;
}

core::portal_result engine_trial::result_of(const core::page_request& request)
{
    return any_page(in_, request.query);
}

core::portal_result engine_trial::result_of(const core::identity_request&)
{
    return any_profile(in_, account(in_.below(16) == 15 ? 1 : 0));
}

core::portal_result engine_trial::result_of(const core::probe_request&)
{
    return core::filter_probe{in_.below(3)};
}

core::portal_result engine_trial::result_of(const core::groups_request&)
{
    core::group_page page;
    for (page.rows = in_.below(4); page.groups.size() < page.rows;)
        page.groups.push_back({account(in_.below(4)), "robots"});
    return page;
}

core::portal_result engine_trial::result_of(const core::members_request&)
{
    core::member_page page;
    for (page.rows = in_.below(4); page.members.size() < page.rows;)
        page.members.push_back({account(in_.below(4)), "somebody"});
    return page;
}

core::portal_result engine_trial::result_of(const core::active_users_request&)
{
    return core::active_users{static_cast<std::uint32_t>(1 + in_.number() % 1'000'000'000)};
}

core::portal_result engine_trial::result_of(const core::person_request& request)
{
    return any_profile(in_, core::is_guid(request.name) ? request.name : account(in_.below(4)));
}

core::portal_result engine_trial::result_of(const core::profile_request& request)
{
    return any_profile(in_, request.user);
}

// What the books must know of an answer.
void engine_trial::note(const core::portal_request& request, const core::answered& answer)
{
    const auto* page = std::get_if<core::audit_page>(&answer.result);
    if (const auto* broken_off = std::get_if<core::partial_page>(&answer.result))
        page = &broken_off->read;
    if (page != nullptr) {
        rows_of_step_ = page->rows;
        events_fed_ += page->events.size();
    }
    const auto* person = std::get_if<core::profile>(&answer.result);
    if (person == nullptr)
        return;
    if (std::holds_alternative<core::identity_request>(request))
        self_ = *person;
    if (const auto* look = std::get_if<core::profile_request>(&request))
        accounts_[look->user].was_seen_free =
            person->status != core::user_status::terminated && !is_protected(*person);
}

bool engine_trial::is_protected(const core::profile& who) const
{
    const bool is_self = self_ && self_->id == who.id;
    return who.is_owner || is_self || (who.is_admin && !(self_ && self_->is_owner));
}

std::string engine_trial::feed(const core::input& what)
{
    const core::step_result result = engine_.step(what, now_);
    wake_at_ = result.wake_at;
    for (const core::effect& wanted : result.effects) {
        if (std::string wrong = take(wanted); !wrong.empty())
            return wrong;
    }
    if (std::string wrong = judge_size(result.effects.size()); !wrong.empty())
        return wrong;
    return judge_sleep();
}

std::string engine_trial::take(const core::effect& wanted)
{
    if (const auto* commit = std::get_if<core::commit>(&wanted))
        commits_.push_back(*commit);
    const auto* call = std::get_if<core::call>(&wanted);
    if (call == nullptr)
        return {};
    std::string subject = std::visit(subject_writer{}, call->request);
    if (const auto* page = std::get_if<core::page_request>(&call->request)) {
        if (page->query.from > page->query.to)
            return "asks for a stretch that ends before it begins";
        subject = "the trail";
    } else if (const auto* look = std::get_if<core::profile_request>(&call->request)) {
        accounts_[look->user].was_seen_free = false;
        subject = look->user;
    } else if (const auto* order = std::get_if<core::disable_request>(&call->request)) {
        if (std::string wrong = judge(*order); !wrong.empty())
            return wrong;
        subject = order->user;
    } else if (const auto* release = std::get_if<core::enable_request>(&call->request)) {
        accounts_[release->user].was_seen_free = false;
        subject = release->user;
    }
    if (!ever_.insert(call->id).second)
        return "the number of a call is used twice";
    if (!calls_.emplace(subject, *call).second)
        return "a second call about " + subject + " while one is under way";
    return {};
}

std::string engine_trial::judge(const core::disable_request& order)
{
    account_book& book = accounts_[order.user];
    if (!book.was_seen_free)
        return "disables " + order.user + " without having seen that this is right";
    book.was_seen_free = false;
    const auto& exempt = settings_.containment.exempt;
    const bool is_exempt = std::any_of(exempt.begin(), exempt.end(), [&](const auto& candidate) {
        return candidate.account == order.user;
    });
    if (is_exempt)
        return "disables an exempt account";
    const auto& rules = settings_.rules;
    const bool is_wanted = std::any_of(rules.begin(), rules.end(), [](const core::rule& by) {
        return by.response == core::response_mode::disable;
    });
    return is_wanted ? "" : "disables although no rule says so";
}

// Asleep for ever is blind, and awake all the time is a burning processor.
std::string engine_trial::judge_sleep()
{
    constexpr int wakings_max = 8;
    for (int i = 0; wake_at_ && *wake_at_ <= now_.mono; ++i) {
        if (i == wakings_max)
            return "wants to be woken in the past, again and again";
        const core::step_result result = engine_.step(core::woken{}, now_);
        wake_at_ = result.wake_at;
        for (const core::effect& wanted : result.effects) {
            if (std::string wrong = take(wanted); !wrong.empty())
                return wrong;
        }
    }
    if (!wake_at_ && calls_.empty())
        return "neither a call nor a time to wake";
    if (wake_at_ && *wake_at_ - now_.mono > std::chrono::hours(1))
        return "sleeps for more than an hour";
    return {};
}

std::string engine_trial::judge_size(std::size_t effects) const
{
    constexpr std::size_t bytes_per_event = 2048; // generously: three rules, each with a text
    const core::engine_status about = engine_.status();
    if (about.memory_bytes > (std::size_t{1} << 20) + events_fed_ * bytes_per_event)
        return "takes " + std::to_string(about.memory_bytes) + " bytes for " +
               std::to_string(events_fed_) + " events";
    if (about.open_cases > account_count || about.users > account_count + 1)
        return "more cases or users than there are accounts";
    if (effects > 256 + 8 * rows_of_step_)
        return "wants " + std::to_string(effects) + " things at once";
    return {};
}

} // namespace docwarden::test
