#include "tests/sim/self_test.hpp"

namespace docwarden::proof
{

namespace
{

class breakage
{
public:
    explicit breakage(core::variant what) { core::break_by(what); }
    ~breakage() { core::break_by(core::variant::none); }
    breakage(const breakage&) = delete;
    breakage& operator=(const breakage&) = delete;
};

} // namespace

std::optional<catch_of> catch_variant(core::variant what, std::uint64_t seeds_max)
{
    const breakage broken(what);
    for (std::uint64_t seed = 1; seed <= seeds_max; ++seed) {
        if (auto found = run_seed(seed).broken)
            return catch_of{seed, *std::move(found)};
    }
    return std::nullopt;
}

} // namespace docwarden::proof
