#pragma once
// A small seeded generator (splitmix64), passed to the code that needs jitter, so that a run
// can be repeated from its seed. Not for secrets.

#include <cstdint>

namespace docwarden::core
{

class random_source
{
public:
    explicit random_source(std::uint64_t seed) : state_(mix(seed + increment)) {}

    std::uint64_t next() { return mix(state_ += increment); }

    // Evenly enough from 0 to `bound` - 1; 0 if `bound` is 0.
    std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }

private:
    static constexpr std::uint64_t increment = 0x9E3779B97F4A7C15U;

    // The finaliser also mixes the seed, or neighbouring seeds would give shifted copies of one
    // stream.
    static std::uint64_t mix(std::uint64_t value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
        return value ^ (value >> 31);
    }

    std::uint64_t state_;
};

} // namespace docwarden::core
