#include "core/containment/incident_log.hpp"

#include "core/base/check.hpp"

#include <algorithm>

namespace docwarden::core
{

incident_log::entry* incident_log::entry_of(const std::string& id)
{
    const auto known = number_of_id_.find(id);
    return known == number_of_id_.end() ? nullptr : &incidents_.at(known->second);
}

incident* incident_log::find(const std::string& id)
{
    entry* const known = entry_of(id);
    return known == nullptr ? nullptr : &known->subject;
}

const incident* incident_log::find(const std::string& id) const
{
    const auto known = number_of_id_.find(id);
    return known == number_of_id_.end() ? nullptr : &incidents_.at(known->second).subject;
}

void incident_log::open(incident subject)
{
    changed_.push_back(subject.id);
    if (entry* const known = entry_of(subject.id)) {
        DOCWARDEN_ASSERT(known->subject.user == subject.user);
        if (known->is_closed)
            std::erase(closed_, number_of_id_.at(subject.id));
        known->subject = std::move(subject);
        known->is_closed = false;
        return;
    }
    const number opened = ++last_number_;
    number_of_id_.emplace(subject.id, opened);
    numbers_of_user_[subject.user].push_back(opened);
    incidents_.emplace(opened, entry{std::move(subject)});
}

void incident_log::close(const std::string& id, containment_state state)
{
    entry* const known = entry_of(id);
    if (known == nullptr)
        return;
    if (!known->is_closed || known->subject.state != state)
        changed_.push_back(id);
    known->subject.state = state;
    if (known->is_closed)
        return;
    known->is_closed = true;
    closed_.push_back(number_of_id_.at(id));
    if (closed_.size() > closed_max)
        forget(std::string(incidents_.at(closed_.front()).subject.id));
    DOCWARDEN_ASSERT(closed_.size() <= closed_max);
}

void incident_log::forget(const std::string& id)
{
    const auto known = number_of_id_.find(id);
    if (known == number_of_id_.end())
        return;
    const number forgotten = known->second;
    const entry& old = incidents_.at(forgotten);
    if (old.is_closed)
        closed_.erase(std::find(closed_.begin(), closed_.end(), forgotten));
    const auto numbers = numbers_of_user_.find(old.subject.user);
    std::erase(numbers->second, forgotten);
    if (numbers->second.empty())
        numbers_of_user_.erase(numbers);
    incidents_.erase(forgotten);
    number_of_id_.erase(known);
}

incident* incident_log::newest_of(std::string_view user, std::string_view rule)
{
    return const_cast<incident*>(std::as_const(*this).newest_of(user, rule));
}

const incident* incident_log::newest_of(std::string_view user, std::string_view rule) const
{
    const auto known = numbers_of_user_.find(user);
    if (known == numbers_of_user_.end())
        return nullptr;
    const std::vector<number>& numbers = known->second;
    const auto newest = std::find_if(numbers.rbegin(), numbers.rend(), [&](number candidate) {
        return incidents_.at(candidate).subject.rule == rule;
    });
    return newest == numbers.rend() ? nullptr : &incidents_.at(*newest).subject;
}

std::vector<incident> incident_log::since(wall_time since) const
{
    std::vector<incident> found;
    for (const auto& [opened, known] : incidents_) {
        if (known.subject.span.newest >= since)
            found.push_back(known.subject);
    }
    return found;
}

} // namespace docwarden::core
