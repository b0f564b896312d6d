#include "tests/core/engine/engine_dialogue.hpp"

#include "core/portal/page_query.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace docwarden::test
{

using core::api_failure;
using core::milliseconds;

namespace
{

std::string join(std::string text, std::string_view more)
{
    if (!more.empty())
        text += ' ';
    return text.append(more);
}

struct speaker {
    std::string operator()(const core::page_request&) const { return "page"; }
    std::string operator()(const core::identity_request&) const { return "identity"; }
    std::string operator()(const core::settings_request&) const { return "settings"; }
    std::string operator()(const core::key_request&) const { return "key"; }
    std::string operator()(const core::quota_request&) const { return "quota"; }
    std::string operator()(const core::probe_request&) const { return "probe"; }
    std::string operator()(const core::groups_request&) const { return "groups"; }
    std::string operator()(const core::members_request& request) const
    {
        return "members " + name_of(request.group);
    }
    std::string operator()(const core::active_users_request&) const { return "active users"; }
    std::string operator()(const core::person_request& request) const
    {
        return "person " + name_of(request.name);
    }
    std::string operator()(const core::profile_request& request) const
    {
        return "look " + name_of(request.user);
    }
    std::string operator()(const core::disable_request& request) const
    {
        return "disable " + name_of(request.user);
    }
    std::string operator()(const core::enable_request& request) const
    {
        return "enable " + name_of(request.user);
    }
    std::string operator()(const core::call& call) const { return std::visit(*this, call.request); }
    std::string operator()(const core::fact& fact) const
    {
        const core::report report = describe(fact, {});
        std::string text(to_string(report.kind));
        if (!report.field("USER_ID").empty())
            return join(text, name_of(report.field("USER_ID")));
        if (!report.field("CONCERN").empty())
            return join(join(text, report.field("CONCERN")), report.field("REASON"));
        return text;
    }
    std::string operator()(const core::commit&) const { return "commit"; }
    std::string operator()(const core::scan_outcome& outcome) const
    {
        const std::string text = "scan " + std::to_string(outcome.token);
        return outcome.error.empty() ? text + ": found " + std::to_string(outcome.findings.size())
                                     : text + ": error";
    }
};

bool is_about_preflight(const core::portal_request& request)
{
    return std::holds_alternative<core::settings_request>(request) ||
           std::holds_alternative<core::key_request>(request) ||
           std::holds_alternative<core::quota_request>(request) ||
           std::holds_alternative<core::probe_request>(request);
}

template <class Value>
core::portal_result to_result(const preflight_replies::outcome<Value>& outcome)
{
    return std::visit([](const auto& concrete) { return core::portal_result(concrete); }, outcome);
}

// What the portal says to a question about itself.
core::portal_result
result_of(const core::portal_request& request, const preflight_replies& preflight)
{
    if (std::holds_alternative<core::settings_request>(request))
        return to_result(preflight.facts);
    if (std::holds_alternative<core::key_request>(request))
        return to_result(preflight.key);
    if (std::holds_alternative<core::quota_request>(request))
        return to_result(preflight.quota);
    return to_result(preflight.probe);
}

} // namespace

bool has(const words& said, const std::string& word)
{
    return std::find(said.begin(), said.end(), word) != said.end();
}

engine_dialogue::engine_dialogue(core::engine_settings settings)
    : subject(share(std::move(settings)), 1)
{
}

void engine_dialogue::feed(const core::input& input)
{
    const core::step_result result = subject.step(input, now);
    for (const core::effect& wanted : result.effects)
        take(wanted);
    wake_at = result.wake_at;
    const bool is_waiting = identity_ || preflight_call_ || page_ || !calls_.empty() ||
                            !commits_.empty() || !people_calls_.empty();
    INFO("neither a call nor a time to wake: the engine would sleep for ever");
    REQUIRE((wake_at || is_waiting));
    // What was due has been done, or the shell would spin.
    if (wake_at && *wake_at <= now.mono) {
        INFO("wants to be woken in the past although it was just asked");
        REQUIRE_FALSE(result.effects.empty());
    }
    if (preflight_call_ && answers_preflight)
        answer_preflight();
    if (answers_people)
        answer_people();
    if (stores_at_once)
        store();
}

void engine_dialogue::store(const std::string& problem)
{
    for (std::size_t left = commits_.size(); left > 0; --left)
        store_oldest(problem);
}

void engine_dialogue::store_oldest(const std::string& problem)
{
    REQUIRE(has_commit());
    const core::commit wanted = std::move(commits_.front());
    commits_.erase(commits_.begin());
    if (problem.empty()) {
        for (const core::state_record& record : wanted.records)
            std::visit([this](const auto& kept) { keep(kept); }, record);
    }
    feed(core::committed{wanted.id, problem});
}

void engine_dialogue::keep(const core::account_record& account)
{
    std::erase_if(disk.accounts, [&](const auto& old) { return old.user == account.user; });
    disk.accounts.push_back(account);
}

void engine_dialogue::keep(const core::incident& found)
{
    std::erase_if(disk.incidents, [&](const auto& old) { return old.id == found.id; });
    disk.incidents.push_back(found);
}

void engine_dialogue::answer_preflight()
{
    INFO("nothing was asked by the preflight");
    REQUIRE(preflight_call_.has_value());
    const core::call question = *std::exchange(preflight_call_, std::nullopt);
    answer(question.id, result_of(question.request, preflight));
}

void engine_dialogue::take(const core::effect& wanted)
{
    if (const auto* commit = std::get_if<core::commit>(&wanted)) {
        commits_.push_back(*commit);
        return;
    }
    const auto* begun = std::get_if<core::call>(&wanted);
    const bool is_silent =
        begun != nullptr && ((is_about_preflight(begun->request) && answers_preflight) ||
                             (is_about_names(begun->request) && answers_people));
    if (!is_silent)
        heard_.push_back(std::visit(speaker{}, wanted));
    if (begun != nullptr)
        take(*begun);
    else if (const auto* fact = std::get_if<core::fact>(&wanted))
        reports_.push_back(describe(*fact, subject.settings().contact));
    else
        scans_.push_back(std::get<core::scan_outcome>(wanted));
}

void engine_dialogue::take(const core::call& wanted)
{
    INFO("the engine asks: " << speaker{}(wanted));
    const auto& request = wanted.request;
    if (is_about_preflight(request)) {
        REQUIRE_FALSE(preflight_call_.has_value());
        preflight_call_ = wanted;
    } else if (is_about_names(request)) {
        people_calls_.push_back(wanted);
    } else if (std::holds_alternative<core::identity_request>(request)) {
        REQUIRE_FALSE(identity_.has_value());
        identity_ = wanted.id;
    } else if (const auto* page = std::get_if<core::page_request>(&request)) {
        REQUIRE_FALSE(page_.has_value());
        page_ = {wanted.id, page->query};
    } else if (const auto* look = std::get_if<core::profile_request>(&request)) {
        REQUIRE(calls_.emplace(look->user, person_call{wanted.id, errand::look}).second);
    } else if (const auto* order = std::get_if<core::disable_request>(&request)) {
        REQUIRE(calls_.emplace(order->user, person_call{wanted.id, errand::disable}).second);
    } else {
        const auto& release = std::get<core::enable_request>(request);
        REQUIRE(calls_.emplace(release.user, person_call{wanted.id, errand::enable}).second);
    }
}

void engine_dialogue::pass(milliseconds length)
{
    now.wall += length;
    now.mono += length;
    portal_now += length;
}

void engine_dialogue::wait(milliseconds length)
{
    pass(length);
    wake();
}

void engine_dialogue::wait_until_due()
{
    REQUIRE(wake_at.has_value());
    if (*wake_at > now.mono)
        pass(std::chrono::ceil<milliseconds>(*wake_at - now.mono));
    wake();
}

bool engine_dialogue::page_reaches_back_to(core::wall_time moment)
{
    constexpr int pages_max = 100;
    for (int i = 0; i < pages_max; ++i) {
        while (!page_)
            wait_until_due();
        if (page_->query.from <= moment)
            return true;
        answer_page();
    }
    return false;
}

std::optional<core::wall_time> engine_dialogue::date() const
{
    if (is_dateless)
        return std::nullopt;
    return date_override ? *date_override : std::chrono::floor<std::chrono::seconds>(portal_now);
}

void engine_dialogue::answer_identity(const core::profile& self)
{
    REQUIRE(identity_.has_value());
    const core::call_id call = *std::exchange(identity_, std::nullopt);
    answer(call, self);
}

void engine_dialogue::fail_identity(core::failure_kind kind)
{
    REQUIRE(identity_.has_value());
    const core::call_id call = *std::exchange(identity_, std::nullopt);
    answer(call, make_failure(kind));
}

void engine_dialogue::answer_page(std::vector<core::audit_event> events)
{
    // Newest first, and with row numbers, as the portal does.
    for (core::audit_event& event : events)
        event.id = event.id != 0 ? event.id : ++last_row_;
    std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) {
        return a.time > b.time;
    });
    answer_page(make_page(std::move(events)));
}

void engine_dialogue::answer_page(const core::audit_page& page)
{
    INFO("no page was asked for");
    REQUIRE(page_.has_value());
    const core::call_id call = std::exchange(page_, std::nullopt)->id;
    answer(call, page);
}

void engine_dialogue::answer_full_page(std::vector<core::audit_event> events)
{
    REQUIRE(page_.has_value());
    for (int i = 0; events.size() < core::page_query::rows_max; ++i) {
        const auto before = events.empty() ? page_->query.to : events.back().time;
        events.push_back(
            make_event(guid_of("other"), "9", before - std::chrono::seconds(i % 2), 5064)
        );
    }
    answer_page(std::move(events));
}

void engine_dialogue::fail_page(const api_failure& failure, core::audit_page partial)
{
    REQUIRE(page_.has_value());
    const core::call_id call = std::exchange(page_, std::nullopt)->id;
    answer(call, core::partial_page{failure, std::move(partial)});
}

engine_dialogue::person_call engine_dialogue::take_call(std::string_view user, errand what)
{
    INFO("nothing was asked about " << user);
    const auto known = calls_.find(guid_of(user));
    REQUIRE(known != calls_.end());
    const person_call call = known->second;
    REQUIRE(call.what == what);
    calls_.erase(known);
    return call;
}

core::call_id engine_dialogue::set_aside(std::string_view user)
{
    INFO("nothing was asked about " << user);
    REQUIRE(has_call(user));
    return calls_.extract(guid_of(user)).mapped().call;
}

void engine_dialogue::answer_look(std::string_view user, const core::profile& profile)
{
    answer(take_call(user, errand::look).call, profile);
}

void engine_dialogue::fail_look(std::string_view user, core::failure_kind kind)
{
    answer(take_call(user, errand::look).call, make_failure(kind));
}

void engine_dialogue::answer_disable(std::string_view user)
{
    answer(take_call(user, errand::disable).call, core::accepted());
}

void engine_dialogue::fail_disable(std::string_view user, core::failure_kind kind)
{
    answer(take_call(user, errand::disable).call, make_failure(kind));
}

void engine_dialogue::answer_enable(std::string_view user)
{
    answer(take_call(user, errand::enable).call, core::accepted());
}

void engine_dialogue::fail_enable(std::string_view user, core::failure_kind kind)
{
    answer(take_call(user, errand::enable).call, make_failure(kind));
}

void engine_dialogue::contain(std::string_view user)
{
    answer_look(user, make_profile(user));
    answer_disable(user);
    answer_look(user, disabled_profile(user));
}

void engine_dialogue::begin()
{
    wake();
    answer_identity(make_profile("admin"));
    answer_page();
    (void)heard();
}

void engine_dialogue::next_page(std::vector<core::audit_event> events)
{
    for (int i = 0; !page_ && i < 10; ++i) {
        wait_until_due();
        if (identity_)
            answer_identity(make_profile("admin"));
    }
    answer_page(std::move(events));
}

void engine_dialogue::wait_for_call(std::string_view user)
{
    for (int i = 0; i < 20 && !has_call(user); ++i)
        next_page({});
    INFO("the engine does not ask about " << user);
    REQUIRE(has_call(user));
}

void engine_dialogue::stay_quiet(milliseconds length)
{
    const core::mono_time end = now.mono + length;
    while (wake_at && *wake_at <= end)
        next_page({});
    if (now.mono < end)
        wait(std::chrono::ceil<milliseconds>(end - now.mono));
}

words engine_dialogue::heard_but_pages()
{
    words all = heard();
    std::erase(all, "page");
    return all;
}

std::vector<core::incident> engine_dialogue::findings()
{
    const std::size_t known = scans_.size();
    ask_scan(known + 1);
    for (int i = 0; i < 20 && scans_.size() == known; ++i)
        next_page({});
    REQUIRE(scans_.size() == known + 1);
    CHECK(scans_.back().token == known + 1);
    CHECK(scans_.back().error.empty());
    return scans_.back().findings;
}

words engine_dialogue::states()
{
    words all;
    for (const core::incident& incident : findings())
        all.push_back(name_of(incident.user) + ' ' + std::string(core::to_string(incident.state)));
    return all;
}

const core::report& engine_dialogue::last_report(core::report_kind kind) const
{
    const auto found = std::find_if(reports_.rbegin(), reports_.rend(), [&](const auto& report) {
        return report.kind == kind;
    });
    INFO("no report of kind " << to_string(kind));
    REQUIRE(found != reports_.rend());
    return *found;
}

std::size_t engine_dialogue::count_reports(core::report_kind kind) const
{
    return static_cast<std::size_t>(std::count_if(
        reports_.begin(), reports_.end(), [&](const auto& report) { return report.kind == kind; }
    ));
}

attack::attack(core::engine_settings settings) : engine_dialogue(std::move(settings))
{
    begin();
    next_page(burst("bob", 21, at(-60)));
}

next_life::next_life(
    const engine_dialogue& last,
    core::milliseconds downtime,
    core::engine_settings settings
)
    : engine_dialogue(std::move(settings))
{
    const auto passed = std::chrono::duration_cast<core::tick>(downtime);
    portal_now = last.portal_now + passed;
    now = {last.now.wall + passed, last.now.mono + downtime};
    disk = last.disk;
    restore(last.disk);
    answer_identity(make_profile("admin"));
}

} // namespace docwarden::test
