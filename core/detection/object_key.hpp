#pragma once
// An object (kind and id) as one number that is cheap to keep and compare. Decimal ids are the
// number itself; the rare text ids of third-party storages are kept once in a pool. Exact: two
// objects never share a key.

#include "core/audit/object_kind.hpp"
#include "core/base/check.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace docwarden::core
{

// 61 bits in use: the window keeps flags of its own in the rest.
struct object_key {
    std::uint64_t value = 0;
    auto operator<=>(const object_key&) const = default;
};

class object_pool
{
public:
    object_key key_of(object_kind kind, std::string_view id);

    object_kind kind_of(object_key key) const;
    std::string id_of(object_key key) const;

    std::size_t texts() const { return text_of_.size() - free_.size(); }
    // What the texts take, with what surrounds each.
    static constexpr std::size_t surroundings_bytes = 192;
    std::size_t text_bytes() const { return texts() * surroundings_bytes + 2 * length_; }

    // Drops the texts of all keys but those that `for_each_used(visit)` visits. Linear in the pool
    // and in the number of visits.
    template <class ForEachUsed>
    void collect_garbage(ForEachUsed for_each_used)
    {
        std::vector<bool> is_used(text_of_.size());
        for_each_used([&](object_key key) {
            if ((key.value & flag_text) == 0)
                return;
            DOCWARDEN_ASSERT(slot_of(key.value) < is_used.size());
            is_used[slot_of(key.value)] = true;
        });
        for (auto entry = index_of_.begin(); entry != index_of_.end();) {
            const std::size_t slot = slot_of(entry->second);
            if (is_used[slot]) {
                ++entry;
                continue;
            }
            length_ -= text_of_[slot].size();
            text_of_[slot] = std::string();
            free_.push_back(slot);
            entry = index_of_.erase(entry);
        }
        DOCWARDEN_ASSERT(index_of_.size() == texts());
    }

private:
    static constexpr unsigned kind_shift = 57;
    static constexpr std::uint64_t mask_number = (std::uint64_t{1} << 56) - 1;
    static constexpr std::uint64_t flag_text = std::uint64_t{1} << 56;

    static std::size_t slot_of(std::uint64_t value)
    {
        return static_cast<std::size_t>(value & mask_number);
    }

    // Key: kind and id joined; value: kind bits and the slot in text_of_.
    std::unordered_map<std::string, std::uint64_t> index_of_;
    std::vector<std::string> text_of_;
    std::vector<std::size_t> free_;
    std::size_t length_ = 0; // of all texts together
};

} // namespace docwarden::core
