#include "core/roster/roster_round.hpp"

#include "core/base/backoff.hpp"
#include "core/base/check.hpp"
#include "core/base/text.hpp"

#include <algorithm>
#include <utility>

namespace docwarden::core
{

roster_round::roster_round(shared_settings settings)
    : settings_(std::move(settings)), names_(*settings_)
{
}

void roster_round::configure(shared_settings settings)
{
    settings_ = std::move(settings);
    const wanted_names before = std::exchange(names_, wanted_names(*settings_));
    const auto has = [](const std::vector<std::string>& names, const std::string& name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    std::erase_if(known_.groups, [&](const auto& group) {
        return !has(names_.groups, group.first);
    });
    std::erase_if(known_.people, [&](const auto& who) { return !has(names_.people, who.first); });
    if (!names_.active_users)
        known_.active_users.reset();
    // Of a group that was only exempt the members are not known.
    for (const std::string& name : names_.rule_groups) {
        if (!has(before.rule_groups, name))
            known_.groups.erase(name);
    }
    pending_.clear();
    is_abandoned_ = is_under_way_;
    due_.reset();
}

std::optional<portal_request> roster_round::next(mono_time now)
{
    if (!is_under_way_ && !names_.empty() && (!due_ || now >= *due_))
        begin();
    if (pending_.empty() || calls_ >= calls_max)
        return std::nullopt;
    portal_request question = std::move(pending_.front());
    pending_.pop_front();
    ++calls_;
    return question;
}

std::optional<mono_time> roster_round::due() const
{
    if (is_under_way_ || names_.empty())
        return std::nullopt;
    return due_;
}

void roster_round::begin()
{
    is_under_way_ = true;
    is_abandoned_ = false;
    has_failed_ = false;
    groups_.clear();
    is_list_whole_ = false;
    members_.clear();
    if (names_.active_users)
        pending_.emplace_back(active_users_request{});
    if (!names_.groups.empty())
        pending_.emplace_back(groups_request{});
    for (const std::string& name : names_.people)
        pending_.emplace_back(person_request{name});
}

void roster_round::note_failure(const api_failure& failure)
{
    has_failed_ = true;
    failure_ = failure;
    const bool is_gone =
        failure.kind == failure_kind::unreachable || failure.kind == failure_kind::interrupted;
    if (is_gone)
        pending_.clear(); // each further question would only wait for its time limit
}

// Whether there is a page after this one that is still to be asked for.
template <class Page>
bool roster_round::goes_on(const Page& page, std::size_t start)
{
    if (page.rows < Page::rows_max)
        return false;
    if (start + Page::rows_max < pages_max * Page::rows_max)
        return true;
    api_failure endless;
    endless.kind = failure_kind::bad_answer;
    endless.text = "a list of groups or members has more than " +
                   std::to_string(pages_max * Page::rows_max) + " rows";
    note_failure(endless);
    return false;
}

void roster_round::on_answer(const groups_request& asked, const answered& answer)
{
    --calls_;
    if (is_abandoned_)
        return;
    if (const api_failure* failure = answer.failure())
        return note_failure(*failure);
    const group_page& page = *answer.value<group_page>();
    groups_.insert(groups_.end(), page.groups.begin(), page.groups.end());
    if (goes_on(page, asked.start)) {
        pending_.emplace_front(groups_request{asked.start + group_page::rows_max});
        return;
    }
    is_list_whole_ = page.rows < group_page::rows_max;
    ask_for_members();
    settle_groups();
}

// Of those groups that rules name.
void roster_round::ask_for_members()
{
    for (const portal_group& group : groups_) {
        const auto is_meant = [&](const std::string& name) { return group.is_called(name); };
        if (std::none_of(names_.rule_groups.begin(), names_.rule_groups.end(), is_meant))
            continue;
        if (members_.emplace(group.id, progress()).second)
            pending_.emplace_front(members_request{group.id});
    }
}

void roster_round::on_answer(const members_request& asked, const answered& answer)
{
    --calls_;
    if (is_abandoned_)
        return;
    if (const api_failure* failure = answer.failure())
        return note_failure(*failure);
    const member_page& page = *answer.value<member_page>();
    progress& group = members_[asked.group];
    group.members.insert(group.members.end(), page.members.begin(), page.members.end());
    if (goes_on(page, asked.start)) {
        pending_.emplace_front(members_request{asked.group, asked.start + member_page::rows_max});
        return;
    }
    group.is_whole = page.rows < member_page::rows_max;
    settle_groups();
}

// Whatever is known completely by now. Several groups may have one name.
void roster_round::settle_groups()
{
    for (const std::string& name : names_.groups) {
        const bool wants_members =
            std::binary_search(names_.rule_groups.begin(), names_.rule_groups.end(), name);
        std::optional<std::vector<member>> found;
        bool is_whole = true;
        for (const portal_group& group : groups_) {
            if (!group.is_called(name))
                continue;
            if (!found)
                found.emplace();
            if (!wants_members)
                continue;
            const progress& read = members_[group.id];
            is_whole = is_whole && read.is_whole;
            found->insert(found->end(), read.members.begin(), read.members.end());
        }
        if (is_whole && (found || is_list_whole_))
            known_.groups.insert_or_assign(name, std::move(found));
    }
}

void roster_round::on_answer(const person_request& asked, const answered& answer)
{
    --calls_;
    if (is_abandoned_)
        return;
    if (const profile* who = answer.value<profile>()) {
        known_.people.insert_or_assign(asked.name, member{who->id, who->display_name});
        return;
    }
    const api_failure& failure = *answer.failure();
    // Refused as no address, or nobody's.
    const bool is_nobody =
        failure.kind == failure_kind::gone || failure.kind == failure_kind::rejected;
    if (is_nobody)
        known_.people.insert_or_assign(asked.name, std::nullopt);
    else
        note_failure(failure);
}

void roster_round::on_answer(const active_users_request&, const answered& answer)
{
    --calls_;
    if (is_abandoned_)
        return;
    if (const api_failure* failure = answer.failure())
        return note_failure(*failure);
    known_.active_users = answer.value<active_users>()->count;
}

bool roster_round::end_round(mono_time now, random_source& random)
{
    if (!is_under_way_ || calls_ != 0 || !pending_.empty())
        return false;
    is_under_way_ = false;
    if (std::exchange(is_abandoned_, false))
        return false; // the next one begins at once
    failed_rounds_ = has_failed_ ? failed_rounds_ + 1 : 0;
    due_ = now + (has_failed_ ? backoff_pause(failed_rounds_, pause_max, random)
                              : milliseconds(interval));
    return true;
}

void roster_round::hurry(mono_time now)
{
    if (!is_under_way_ && failed_rounds_ != 0 && due_ && *due_ > now)
        due_ = now;
}

} // namespace docwarden::core
