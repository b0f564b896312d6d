#include "daemon/config/duration_text.hpp"

#include <algorithm>
#include <cassert>
#include <cstdint>

namespace docwarden::daemon
{

namespace
{

using count = core::milliseconds::rep;

struct unit {
    std::string_view name;
    count milliseconds;
    count used_from; // the smallest duration that is written in this unit
};

// Largest first: the first exact one is the one to write.
constexpr unit units[] = {
    {"d", 86'400'000, 2 * 86'400'000},
    {"h", 3'600'000, 3'600'000},
    {"m", 60'000, 60'000},
    {"s", 1'000, 0},
    {"ms", 1, 0},
};

// Reads digits; the value stays at `limit` once it would pass it.
count bounded_number(std::string_view digits, count limit)
{
    count value = 0;
    for (const char digit : digits) {
        const count next = digit - '0';
        if (value > (limit - next) / 10)
            return limit;
        value = value * 10 + next;
    }
    return value;
}

} // namespace

std::optional<core::milliseconds> parse_duration(std::string_view text)
{
    const auto digits_end = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits_end == 0)
        return std::nullopt;
    const auto* const found = std::ranges::find(units, text.substr(digits_end), &unit::name);
    if (found == std::end(units))
        return std::nullopt;
    constexpr count longest = core::milliseconds::max().count();
    const count number = bounded_number(text.substr(0, digits_end), longest);
    if (number > longest / found->milliseconds)
        return core::milliseconds::max();
    return core::milliseconds(number * found->milliseconds);
}

std::string duration_text(core::milliseconds duration)
{
    assert(duration.count() >= 0);
    const auto* const best = std::ranges::find_if(units, [&](const unit& candidate) {
        return duration.count() >= candidate.used_from &&
               duration.count() % candidate.milliseconds == 0;
    });
    return std::to_string(duration.count() / best->milliseconds) + std::string(best->name);
}

} // namespace docwarden::daemon
