#include "core/containment/incident_log.hpp"

#include "core/base/check.hpp"

#include <algorithm>

namespace docwarden::core
{

namespace
{

void extend_span(breach_span& known, const breach_span& grown)
{
    known.last = std::max(known.last, grown.last);
    known.newest = std::max(known.newest, grown.newest);
    known.count = std::max(known.count, grown.count);
    known.is_least = known.is_least || grown.is_least;
}

} // namespace

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
        note_end(number_of_id_.at(subject.id), subject.is_end_told);
        extend_span(subject.span, known->subject.span);
        known->subject = std::move(subject);
        known->is_closed = false;
        return;
    }
    const number opened = ++last_number_;
    note_end(opened, subject.is_end_told);
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

void incident_log::note_end(number known, bool is_told)
{
    if (is_told)
        untold_.erase(known);
    else
        untold_.insert(known);
}

void incident_log::extend(
    const std::string& id,
    const breach_span& grown,
    std::vector<evidence> files
)
{
    entry* const known = entry_of(id);
    if (known == nullptr)
        return;
    incident& subject = known->subject;
    const breach_span before = subject.span;
    extend_span(subject.span, grown);
    if (subject.span == before)
        return;
    changed_.push_back(id);
    if (subject.span.newest != before.newest)
        subject.files = std::move(files);
    const bool has_grown =
        subject.span.newest != before.newest || subject.span.count != before.count;
    subject.is_end_told = subject.is_end_told && !has_grown;
    note_end(number_of_id_.at(id), subject.is_end_told);
}

void incident_log::tell_end(const std::string& id)
{
    entry* const known = entry_of(id);
    if (known == nullptr || known->subject.is_end_told)
        return;
    changed_.push_back(id);
    known->subject.is_end_told = true;
    note_end(number_of_id_.at(id), true);
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
    untold_.erase(forgotten);
    incidents_.erase(forgotten);
    number_of_id_.erase(known);
}

incident* incident_log::newest_of(std::string_view user, std::string_view rule)
{
    return const_cast<incident*>(std::as_const(*this).newest_of(user, rule));
}

const std::vector<incident_log::number>& incident_log::numbers_of(std::string_view user) const
{
    static const std::vector<number> none;
    const auto known = numbers_of_user_.find(user);
    return known == numbers_of_user_.end() ? none : known->second;
}

const incident* incident_log::newest_of(std::string_view user, std::string_view rule) const
{
    const std::vector<number>& numbers = numbers_of(user);
    const auto newest = std::find_if(numbers.rbegin(), numbers.rend(), [&](number candidate) {
        return incidents_.at(candidate).subject.rule == rule;
    });
    return newest == numbers.rend() ? nullptr : &incidents_.at(*newest).subject;
}

const incident*
incident_log::crossing_of(std::string_view user, std::string_view rule, const breach_span& span)
    const
{
    const std::vector<number>& numbers = numbers_of(user);
    const auto found = std::find_if(numbers.rbegin(), numbers.rend(), [&](number candidate) {
        const incident& known = incidents_.at(candidate).subject;
        // With at most a window between them, two stretches are one.
        return known.rule == rule && known.span.first <= span.last + tick(known.window) &&
               span.first <= known.span.last + tick(known.window);
    });
    return found == numbers.rend() ? nullptr : &incidents_.at(*found).subject;
}

std::vector<std::string> incident_log::untold_before(wall_time moment) const
{
    std::vector<std::string> found;
    for (const number known : untold_) {
        const incident& subject = incidents_.at(known).subject;
        if (subject.span.last < moment)
            found.push_back(subject.id);
    }
    return found;
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
