#pragma once
// A small seeded generator: the only source of chance in the simulated portal and its workloads.
// The same seed and stream give the same numbers on every platform, which the standard library's
// distributions do not promise. Not for secrets.

#include <cstdint>

namespace docwarden::sim
{

// splitmix64's finaliser: every input bit reaches every output bit, so that neighbouring seeds have
// nothing in common.
constexpr std::uint64_t mixed(std::uint64_t value)
{
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31);
}

class generator
{
public:
    // Streams of one seed are independent of each other.
    explicit constexpr generator(std::uint64_t seed, std::uint64_t stream = 0)
        : state_(mixed(mixed(seed + step) + stream + step))
    {
    }

    constexpr std::uint64_t next()
    {
        state_ += step;
        return mixed(state_);
    }

    // A number from 0 to `bound` - 1; `bound` must be above 0. The bias is below 2^-32 for the
    // small bounds used here.
    constexpr std::uint64_t below(std::uint64_t bound) { return next() % bound; }

    constexpr bool one_in(std::uint64_t bound) { return below(bound) == 0; }

private:
    static constexpr std::uint64_t step = 0x9E3779B97F4A7C15ULL;
    std::uint64_t state_;
};

} // namespace docwarden::sim
