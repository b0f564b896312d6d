#pragma once
// Chance without a stream: each question is answered by (seed, what is asked, how often it was
// asked), so that taking one fault out of a history leaves all other draws as they were. That is
// what makes shrinking work.

#include "core/base/time.hpp"
#include "tests/portal/generator.hpp"

#include <cstdint>
#include <initializer_list>
#include <iterator>

namespace docwarden::proof
{

class chance
{
public:
    constexpr chance(std::uint64_t seed, std::uint64_t subject) : draws_(seed, subject) {}

    std::uint64_t below(std::uint64_t bound) { return draws_.below(bound); }
    bool percent(unsigned probability) { return draws_.below(100) < probability; }

    // From `least` to `most`, both possible.
    std::int64_t between(std::int64_t least, std::int64_t most)
    {
        return least +
               static_cast<std::int64_t>(draws_.below(static_cast<std::uint64_t>(most - least + 1))
               );
    }
    template <class Rep, class Period>
    std::chrono::duration<Rep, Period>
    between(std::chrono::duration<Rep, Period> least, std::chrono::duration<Rep, Period> most)
    {
        return std::chrono::duration<Rep, Period>(between(least.count(), most.count()));
    }

    template <class T>
    T one_of(std::initializer_list<T> choices)
    {
        return *std::next(
            choices.begin(), static_cast<std::ptrdiff_t>(draws_.below(choices.size()))
        );
    }

private:
    sim::generator draws_;
};

} // namespace docwarden::proof
