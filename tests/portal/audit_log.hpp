#pragma once
// The audit trail as the portal's database keeps it: rows are inserted when their writer gets to
// them, so ids follow the order of commits and dates the order of actions (docspace-api.md sections
// 1.2 and 4). Knows nothing of HTTP.

#include "core/base/time.hpp"
#include "tests/portal/generator.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace docwarden::sim
{

using core::wall_time;

// What somebody did, as reported to the audit trail. Empty texts about the client mean that the
// property is missing, as in rows of background jobs.
struct audit_entry {
    std::string user_id;
    int action = 0;
    std::vector<std::string> targets;      // stored joined with commas, and split at commas again
    std::string title;                     // of the object, for the prose and the description
    wall_time at{};                        // the action
    std::optional<wall_time> visible_at{}; // the commit; `at` plus the writer's delay if not given
    std::string context = "Rooms: Contracts";
    std::string ip = "203.0.113.7";
    std::string browser = "Chrome 137";
    std::string platform = "Windows 10";
    std::string page = "https://docs.example.com/rooms/shared/51";
    std::string prose{}; // replaces the sentence made from the table
};

// Names a row before it has an id, and for ever.
using row_number = std::size_t;

struct audit_row {
    row_number number = 0;
    int id = 0;       // 0 until committed
    wall_time date{}; // as stored
    std::string target;
    audit_entry entry;
};

enum class tie_order {
    by_id,      // rows of the same moment by descending id, as MySQL's index happens to give them
    reshuffled, // in another order for each query: nothing promises more
};

class audit_log
{
public:
    using predicate = std::function<bool(const audit_row&)>;

    audit_log(std::uint64_t seed, int first_id) : seed_(seed), next_id_(first_id) {}

    // Takes a row that becomes visible at `visible_at`; `date` is what the database will keep.
    row_number add(audit_entry entry, wall_time date, wall_time visible_at);

    // Inserts everything that is due, in the order of its visibility.
    void commit(wall_time now);

    // Null until the row is committed.
    const audit_row* committed(row_number number) const;
    std::size_t size() const { return by_date_.size(); }

    // Newest first, both bounds inclusive, after leaving out the first `start`.
    struct range {
        std::optional<wall_time> from{};
        std::optional<wall_time> to{};
        std::size_t start = 0;
        std::size_t count = std::numeric_limits<std::size_t>::max();
        tie_order ties = tie_order::by_id;
    };
    std::vector<const audit_row*> select(const range& wanted, const predicate& matches);

private:
    std::uint64_t sort_key(const audit_row& row, tie_order ties) const;

    std::uint64_t seed_;
    int next_id_;
    std::uint64_t queries_ = 0;                    // reshuffles the ties
    std::vector<audit_row> rows_;                  // by row_number
    std::multimap<wall_time, row_number> pending_; // by visible_at; equal ones in order of arrival
    std::vector<std::pair<wall_time, row_number>> by_date_; // committed ones, ascending
};

} // namespace docwarden::sim
