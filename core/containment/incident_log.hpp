#pragma once
// The incidents known, newest last. Bounded: the oldest are forgotten first.

#include "core/containment/incident.hpp"

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::core
{

class incident_log
{
public:
    static constexpr std::size_t incidents_max = 10'000;

    // Adds it, or brings the known one of that id up to date.
    void record(const incident& about)
    {
        if (!by_id_.insert_or_assign(about.id, about).second)
            return;
        order_.push_back(about.id);
        if (order_.size() > incidents_max) {
            by_id_.erase(order_.front());
            order_.pop_front();
        }
    }

    // The one of that id, or null.
    incident* find(const std::string& id)
    {
        const auto known = by_id_.find(id);
        return known == by_id_.end() ? nullptr : &known->second;
    }

    // The newest one of that user under that rule, or null.
    incident* newest_of(std::string_view user, std::string_view rule)
    {
        return newest_that(user, [&](const incident& about) { return about.rule == rule; });
    }

    // The newest one of that user that fits, or null.
    template <class Predicate>
    incident* newest_that(std::string_view user, Predicate fits)
    {
        for (auto id = order_.rbegin(); id != order_.rend(); ++id) {
            incident& about = by_id_.at(*id);
            if (about.user == user && fits(about))
                return &about;
        }
        return nullptr;
    }

    // Those with a change at `since` or later, oldest first.
    std::vector<incident> since(wall_time since) const
    {
        std::vector<incident> found;
        for (const std::string& id : order_) {
            const incident& about = by_id_.at(id);
            if (about.span.newest >= since)
                found.push_back(about);
        }
        return found;
    }

private:
    std::map<std::string, incident> by_id_;
    std::deque<std::string> order_; // ids
};

} // namespace docwarden::core
