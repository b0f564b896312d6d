#pragma once
// The incidents known, in the order in which they were opened. Those that a containment still acts
// on stay for as long as it does; of the closed ones the oldest are forgotten first.

#include "core/base/time.hpp"
#include "core/containment/incident.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace docwarden::core
{

class incident_log
{
public:
    static constexpr std::size_t closed_max = 10'000;

    // Adds it as an open one; a known one of that id is replaced, and open again. What was known of
    // how long and how high the crossing was stays known.
    void open(incident subject);
    // Nothing more is to come of it; `state` is what became of it. Does nothing for unknown ids.
    void close(const std::string& id, containment_state state);
    // As if it had never been.
    void forget(const std::string& id);
    // The crossing is known to be longer or higher than it was; `files` are the newest behind it.
    // What was told of its end is out of date then. Does nothing for unknown ids.
    void extend(const std::string& id, const breach_span& grown, std::vector<evidence> files);
    // Its end has been told. Does nothing for unknown ids.
    void tell_end(const std::string& id);

    // The ids of those that were opened, closed or changed by the above since the last call.
    std::vector<std::string> take_changed() { return std::exchange(changed_, {}); }

    // Those are null if there is none.
    incident* find(const std::string& id);
    const incident* find(const std::string& id) const;
    // The newest one of that user under that rule.
    incident* newest_of(std::string_view user, std::string_view rule);
    const incident* newest_of(std::string_view user, std::string_view rule) const;

    // The newest one of that user under that rule that a stretch as long as `span` belongs to.
    // Stretches above one rule's threshold are disjoint, so what overlaps is the same crossing.
    const incident*
    crossing_of(std::string_view user, std::string_view rule, const breach_span& span) const;
    // Those that were over before `moment` and whose end is not told, in the order of opening.
    std::vector<std::string> untold_before(wall_time moment) const;

    // Those with a change at `since` or later, oldest first.
    std::vector<incident> since(wall_time since) const;
    std::size_t size() const { return incidents_.size(); }

private:
    using number = std::uint64_t; // counts the incidents as they are opened

    struct entry {
        incident subject;
        bool is_closed = false;
    };

    entry* entry_of(const std::string& id);
    void note_end(number known, bool is_told);
    const std::vector<number>& numbers_of(std::string_view user) const;

    number last_number_ = 0;
    std::map<number, entry> incidents_;
    std::map<std::string, number, std::less<>> number_of_id_;
    std::map<std::string, std::vector<number>, std::less<>> numbers_of_user_; // ascending
    std::deque<number> closed_; // in the order in which they were closed
    std::set<number> untold_;   // whose end is yet to be told
    std::vector<std::string> changed_;
};

} // namespace docwarden::core
