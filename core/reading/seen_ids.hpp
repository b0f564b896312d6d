#pragma once
// Recognises audit rows that are read again, since every poll re-reads an overlap. Bounded: the
// oldest are forgotten first. Forgetting is harmless, because the counters work on sets; it only
// costs time.

#include "core/base/check.hpp"
#include "core/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_set>

namespace docwarden::core
{

class seen_ids
{
public:
    // Remembers at least `rows_max` / 2 and at most `rows_max` rows, two at least.
    explicit seen_ids(std::size_t rows_max) : generation_max_(rows_max / 2)
    {
        DOCWARDEN_ASSERT(generation_max_ > 0);
    }

    // True the first time. The date is part of a row's identity: a portal restored from a backup
    // gives its ids out once more.
    bool insert(std::int64_t id, wall_time time)
    {
        const row key{id, time.time_since_epoch().count()};
        if (young_.count(key) != 0)
            return false;
        const bool is_new = old_.count(key) == 0;
        if (young_.size() >= generation_max_) {
            old_ = std::move(young_);
            young_.clear();
        }
        young_.insert(key);
        DOCWARDEN_ASSERT(young_.size() <= generation_max_ && old_.size() <= generation_max_);
        return is_new;
    }

    // Whether that row was read, under that date.
    bool contains(std::int64_t id, wall_time time) const
    {
        const row key{id, time.time_since_epoch().count()};
        return young_.count(key) != 0 || old_.count(key) != 0;
    }

    void clear()
    {
        young_.clear();
        old_.clear();
    }

    std::size_t size() const { return young_.size() + old_.size(); }
    // Reckoned generously: a row, what links it, and its share of the table.
    static constexpr std::size_t row_bytes = 64;
    std::size_t memory_bytes() const { return size() * row_bytes; }

private:
    struct row {
        std::int64_t id;
        std::int64_t time;
        bool operator==(const row&) const = default;
    };
    struct row_hash {
        std::size_t operator()(const row& r) const
        {
            const auto mixed = static_cast<std::uint64_t>(r.id) * 0x9E3779B97F4A7C15U ^
                               static_cast<std::uint64_t>(r.time) * 0xC2B2AE3D27D4EB4FU;
            return static_cast<std::size_t>(mixed ^ (mixed >> 29));
        }
    };

    std::size_t generation_max_;
    std::unordered_set<row, row_hash> young_;
    std::unordered_set<row, row_hash> old_;
};

} // namespace docwarden::core
