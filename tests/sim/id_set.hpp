#pragma once
// A set of the portal's row ids, which follow one another closely: a bit for each.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace docwarden::proof
{

class id_set
{
public:
    void insert(const std::vector<std::int64_t>& ids)
    {
        for (const std::int64_t id : ids) {
            const auto place = static_cast<std::size_t>(id);
            if (place >= known_.size())
                known_.resize(place + 1);
            known_[place] = true;
        }
    }
    bool contains(std::int64_t id) const
    {
        const auto place = static_cast<std::size_t>(id);
        return place < known_.size() && known_[place];
    }
    void clear() { known_.clear(); }

private:
    std::vector<bool> known_;
};

} // namespace docwarden::proof
