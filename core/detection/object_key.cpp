#include "core/detection/object_key.hpp"

#include <charconv>

namespace docwarden::core
{

namespace
{

// The value of a decimal number in its one canonical spelling ("007" is another id than "7"), or
// false.
bool is_canonical_number(std::string_view id, std::uint64_t number_max, std::uint64_t& number)
{
    if (id.empty() || id.front() < '0' || id.front() > '9' || (id.front() == '0' && id.size() > 1))
        return false;
    const auto [end, ec] = std::from_chars(id.data(), id.data() + id.size(), number);
    return ec == std::errc() && end == id.data() + id.size() && number <= number_max;
}

} // namespace

object_key object_pool::key_of(object_kind kind, std::string_view id)
{
    const std::uint64_t kind_bits = static_cast<std::uint64_t>(kind) << kind_shift;
    std::uint64_t number = 0;
    if (is_canonical_number(id, mask_number, number))
        return {kind_bits | number};

    std::string text(1, static_cast<char>('0' + static_cast<int>(kind)));
    text += id;
    if (const auto known = index_of_.find(text); known != index_of_.end())
        return {known->second | flag_text};
    length_ += id.size();
    std::size_t slot = text_of_.size();
    if (free_.empty()) {
        text_of_.emplace_back(id);
    } else {
        slot = free_.back();
        free_.pop_back();
        text_of_[slot] = id;
    }
    index_of_.emplace(std::move(text), kind_bits | slot);
    return {kind_bits | flag_text | slot};
}

object_kind object_pool::kind_of(object_key key) const
{
    return static_cast<object_kind>(key.value >> kind_shift);
}

std::string object_pool::id_of(object_key key) const
{
    const std::uint64_t number = key.value & mask_number;
    if ((key.value & flag_text) == 0)
        return std::to_string(number);
    DOCWARDEN_ASSERT(slot_of(key.value) < text_of_.size());
    return text_of_[slot_of(key.value)];
}

} // namespace docwarden::core
