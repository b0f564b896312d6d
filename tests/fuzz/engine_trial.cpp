#include "tests/fuzz/engine_trial.hpp"

#include "tests/fuzz/engine_script.hpp"

#include <algorithm>

namespace docwarden::test
{

using core::milliseconds;

engine_trial::engine_trial(std::string_view bytes)
    : in_(bytes), settings_(any_settings(in_)), engine_(settings_, in_.byte())
{
}

std::string engine_trial::step()
{
    using namespace std::chrono_literals;
    rows_of_step_ = 0;
    switch (in_.below(12)) {
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
    default:
        return answer_any();
    }
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
    return feed(core::reconfigured{settings_});
}

std::string engine_trial::answer_any()
{
    if (calls_.empty())
        return pass(milliseconds(0));
    auto chosen = calls_.begin();
    std::advance(chosen, static_cast<std::ptrdiff_t>(in_.below(calls_.size())));
    const core::effect call = std::move(chosen->second);
    calls_.erase(chosen);
    if (const auto* page = std::get_if<core::fetch_page>(&call))
        return answer(*page);
    if (const auto* look = std::get_if<core::fetch_profile>(&call))
        return answer(*look);
    if (const auto* disable = std::get_if<core::send_disable>(&call))
        return answer(*disable);
    if (const auto* identity = std::get_if<core::fetch_identity>(&call))
        return answer(*identity);
    return answer_contract(call);
}

// An answer to a call that is over, or never was: it must not matter.
std::string engine_trial::answer_stray()
{
    const core::call_id call = 1'000'000 + in_.byte();
    switch (in_.below(8)) {
    case 4:
        return feed(core::settings_answered{call, some(any_facts(in_))});
    case 5:
        return feed(core::key_answered{call, some(any_key(in_, account(0)))});
    case 6:
        return feed(core::quota_answered{call, some(any_quota(in_))});
    case 7:
        return feed(core::canary_answered{call, some(core::canary_sight{in_.byte()})});
    case 0:
        return feed(core::page_answered{call, some(core::audit_page()), {}});
    case 1:
        return feed(core::identity_answered{call, some(any_profile(in_, account(0)))});
    case 2:
        return feed(core::profile_answered{call, some(any_profile(in_, account(1)))});
    default:
        return feed(core::disable_answered{call, some(core::accepted())});
    }
}

template <class Value>
core::answer<Value> engine_trial::some(Value good)
{
    core::answer<Value> made{std::move(good), any_date(in_, now_.wall)};
    if (in_.below(4) == 3)
        made.outcome = any_failure(in_);
    return made;
}

std::string engine_trial::answer(const core::fetch_page& what)
{
    const core::audit_page page = any_page(in_, what.query);
    core::page_answered answered{what.call, some(page), {}};
    if (answered.result.failure() != nullptr && in_.flag())
        answered.partial = page;
    rows_of_step_ = page.rows;
    events_fed_ += page.events.size();
    return feed(answered);
}

std::string engine_trial::answer(const core::fetch_identity& what)
{
    const std::size_t who = in_.below(16) == 15 ? 1 : 0;
    const auto answered = some(any_profile(in_, account(who)));
    if (answered.value() != nullptr)
        self_ = *answered.value();
    return feed(core::identity_answered{what.call, answered});
}

std::string engine_trial::answer_contract(const core::effect& call)
{
    if (const auto* settings = std::get_if<core::fetch_settings>(&call))
        return feed(core::settings_answered{settings->call, some(any_facts(in_))});
    if (const auto* key = std::get_if<core::fetch_key>(&call))
        return feed(core::key_answered{key->call, some(any_key(in_, account(0)))});
    if (const auto* quota = std::get_if<core::fetch_quota>(&call))
        return feed(core::quota_answered{quota->call, some(any_quota(in_))});
    const auto& canary = std::get<core::fetch_canary>(call);
    return feed(core::canary_answered{canary.call, some(core::canary_sight{in_.below(3)})});
}

bool engine_trial::is_protected(const core::profile& who) const
{
    const bool is_self = self_ && self_->id == who.id;
    return who.is_owner || is_self || (who.is_admin && !(self_ && self_->is_owner));
}

std::string engine_trial::answer(const core::fetch_profile& what)
{
    const auto answered = some(any_profile(in_, what.user));
    if (const core::profile* who = answered.value())
        accounts_[what.user].was_seen_free =
            who->status != core::user_status::terminated && !is_protected(*who);
    return feed(core::profile_answered{what.call, answered});
}

std::string engine_trial::answer(const core::send_disable& what)
{
    return feed(core::disable_answered{what.call, some(core::accepted())});
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
    if (const auto* page = std::get_if<core::fetch_page>(&wanted)) {
        if (page->query.from > page->query.to)
            return "asks for a stretch that ends before it begins";
        return take(page->call, "page " + std::to_string(page->call), wanted);
    }
    if (const auto* identity = std::get_if<core::fetch_identity>(&wanted))
        return take(identity->call, "the contract", wanted);
    if (const auto* settings = std::get_if<core::fetch_settings>(&wanted))
        return take(settings->call, "the contract", wanted);
    if (const auto* key = std::get_if<core::fetch_key>(&wanted))
        return take(key->call, "the contract", wanted);
    if (const auto* quota = std::get_if<core::fetch_quota>(&wanted))
        return take(quota->call, "the contract", wanted);
    if (const auto* canary = std::get_if<core::fetch_canary>(&wanted))
        return take(canary->call, "the contract", wanted);
    if (const auto* look = std::get_if<core::fetch_profile>(&wanted)) {
        accounts_[look->user].was_seen_free = false;
        return take(look->call, look->user, wanted);
    }
    if (const auto* disable = std::get_if<core::send_disable>(&wanted)) {
        if (std::string wrong = judge(*disable); !wrong.empty())
            return wrong;
        return take(disable->call, disable->user, wanted);
    }
    return {};
}

std::string
engine_trial::take(core::call_id call, const std::string& about, const core::effect& wanted)
{
    if (!ever_.insert(call).second)
        return "the number of a call is used twice";
    if (!calls_.emplace(about, wanted).second)
        return "a second call about " + about + " while one is under way";
    return {};
}

std::string engine_trial::judge(const core::send_disable& what)
{
    account_book& book = accounts_[what.user];
    if (!book.was_seen_free)
        return "disables " + what.user + " without having seen that this is right";
    book.was_seen_free = false;
    const auto& exempt = settings_.containment.exempt;
    if (std::find(exempt.begin(), exempt.end(), what.user) != exempt.end())
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
