#pragma once
// Bytes as a source of choices: a fuzzer that changes a byte changes a choice. When they have run
// out, every choice is the first.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace docwarden::test
{

class byte_source
{
public:
    explicit byte_source(std::string_view bytes) : rest_(bytes) {}

    bool is_empty() const { return rest_.empty(); }

    std::uint8_t byte()
    {
        if (rest_.empty())
            return 0;
        const auto value = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        return value;
    }

    // From 0 up to `end`, without it; `end` is at most 256.
    std::size_t below(std::size_t end) { return byte() % end; }

    bool flag() { return byte() % 2 != 0; }

    // 0 ... 2^32 - 1.
    std::int64_t number()
    {
        std::int64_t value = 0;
        for (int i = 0; i < 4; ++i)
            value = value * 256 + byte();
        return value;
    }

    template <class Value, std::size_t Size>
    const Value& one_of(const std::array<Value, Size>& values)
    {
        return values[below(Size)];
    }

private:
    std::string_view rest_;
};

} // namespace docwarden::test
