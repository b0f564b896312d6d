#include "tests/sim/mistakes.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>

namespace docwarden::mistakes
{

namespace
{

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
std::size_t active = none;

} // namespace

std::size_t number_of(std::string_view name)
{
    const std::span<const mistake> known = all();
    const auto found = std::find_if(known.begin(), known.end(), [&](const mistake& each) {
        return each.name == name;
    });
    if (found == known.end())
        throw std::invalid_argument("no such mistake: " + std::string(name));
    return static_cast<std::size_t>(found - known.begin());
}

bool is_on(std::size_t number)
{
    return number == active;
}

switched_on::switched_on(std::size_t number)
{
    active = number;
}

switched_on::~switched_on()
{
    active = none;
}

} // namespace docwarden::mistakes
