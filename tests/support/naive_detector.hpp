#pragma once
// The definition in design.md section 2, written as naively as possible: keep every event, and for
// every event's time (and the moment it leaves the window) count the different files of the window
// that ends there. What the real detector says must equal what this says.

#include "core/audit/audit_record.hpp"
#include "core/audit/event.hpp"
#include "core/settings/rule.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace docwarden::test
{

// Why a rule fires for a user: the first and last instant with more than N files, and the most
// files.
struct naive_finding {
    core::wall_time first;
    core::wall_time last;
    std::size_t count = 0;
    bool operator==(const naive_finding&) const = default;
};

class naive_detector
{
public:
    explicit naive_detector(core::rule rule) : rule_(std::move(rule)) {}

    void add(const core::audit_event& event)
    {
        const bool matters = std::find(rule_.actions.begin(), rule_.actions.end(), event.action) !=
                             rule_.actions.end();
        if (matters && !core::is_pseudo_user(event.user))
            events_[event.user].push_back(event);
    }

    // By user; a user who does not cross the threshold is absent.
    std::map<std::string, naive_finding> findings() const
    {
        std::map<std::string, naive_finding> found;
        for (const auto& [user, events] : events_) {
            for (const core::audit_event& end : events) {
                note(found, user, end.time, files_in_window(events, end.time));
                // The count can only fall right after a file has left the window.
                const core::wall_time leaving = end.time + rule_.window;
                note(found, user, leaving, files_in_window(events, leaving));
            }
        }
        return found;
    }

private:
    void note(
        std::map<std::string, naive_finding>& found,
        const std::string& user,
        core::wall_time end,
        std::size_t count
    ) const
    {
        if (count <= rule_.threshold)
            return;
        const auto place = found.try_emplace(user, naive_finding{end, end, 0});
        naive_finding& what = place.first->second;
        what.first = std::min(what.first, end);
        what.last = std::max(what.last, end);
        what.count = std::max(what.count, count);
    }

    std::size_t
    files_in_window(const std::vector<core::audit_event>& events, core::wall_time end) const
    {
        std::vector<std::pair<core::object_kind, std::string_view>> files;
        files.reserve(events.size());
        for (const core::audit_event& event : events) {
            if (event.time <= end && event.time >= end - rule_.window)
                files.emplace_back(event.kind, event.object);
        }
        std::sort(files.begin(), files.end());
        return static_cast<std::size_t>(std::unique(files.begin(), files.end()) - files.begin());
    }

    core::rule rule_;
    std::map<std::string, std::vector<core::audit_event>> events_;
};

} // namespace docwarden::test
