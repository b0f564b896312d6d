#pragma once
// The mistakes that are planted in the simulation's copy of core (tests/sim/mistakes) to prove that
// the checkers would notice: which there are, and which one is on. Core itself knows none of this:
// tools/plant_mistakes.py puts the questions into the copy.

#include <cstddef>
#include <span>
#include <string_view>

namespace docwarden::mistakes
{

struct mistake {
    std::string_view name;
    std::string_view sentence;
};

// A mistake's number is its position here.
std::span<const mistake> all();

// The number of the mistake with that name; there must be one.
std::size_t number_of(std::string_view name);

bool is_on(std::size_t number);

// For the whole program, as long as it lives. There is one at a time.
class switched_on
{
public:
    explicit switched_on(std::size_t number);
    ~switched_on();
    switched_on(const switched_on&) = delete;
    switched_on& operator=(const switched_on&) = delete;
};

} // namespace docwarden::mistakes
