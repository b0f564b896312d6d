// docwarden-kill-test: kills the real program so many times, and says whether anything was lost.

#include "tests/scenario/kill_world.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>

namespace docwarden::test
{

namespace
{

constexpr unsigned kills_of_a_world = 50;

struct kill_options {
    unsigned kills = 40;
    unsigned seed = 1;
};

bool read_options(int count, char** given, kill_options& into)
{
    for (int i = 1; i < count; i += 2) {
        const std::string_view name = given[i];
        unsigned* const value = name == "--kills"  ? &into.kills
                                : name == "--seed" ? &into.seed
                                                   : nullptr;
        if (value == nullptr || i + 1 == count)
            return false;
        const char* const end = given[i + 1] + std::strlen(given[i + 1]);
        const auto [stop, ec] = std::from_chars(given[i + 1], end, *value);
        if (ec != std::errc() || stop != end || *value == 0)
            return false;
    }
    return true;
}

void print(const kill_tally& tally)
{
    std::printf(
        "%u kills in %u rounds, %u of them with an attacker still active; %u lives without the "
        "trail\n%u decisions on the disk carried out without the trail\n%u attacks, %u disables "
        "with %u requests, %u accounts given back; slowest %.1f s\n",
        tally.kills,
        tally.rounds,
        tally.without_a_disable,
        tally.without_trail,
        tally.from_the_disk,
        tally.attacks,
        tally.disables,
        tally.requests,
        tally.given_back,
        static_cast<double>(tally.slowest.count()) / 1000
    );
}

int run(const kill_options& options)
{
    kill_tally tally;
    std::uint64_t seed = std::uint64_t{options.seed} * 1000;
    try {
        while (tally.kills < options.kills) {
            kill_world world(++seed, tally);
            const unsigned end = std::min(options.kills, tally.kills + kills_of_a_world);
            while (tally.kills < end)
                world.live_round();
            world.end();
        }
    } catch (const std::exception& broken) {
        print(tally);
        std::printf(
            "BROKEN in world %llu: %s\n", static_cast<unsigned long long>(seed), broken.what()
        );
        return 1;
    }
    print(tally);
    std::puts("nothing was lost, and nothing done twice");
    return 0;
}

} // namespace

} // namespace docwarden::test

int main(int count, char** given)
{
    docwarden::test::kill_options options;
    if (!docwarden::test::read_options(count, given, options)) {
        std::fputs("usage: docwarden-kill-test [--kills N] [--seed S]\n", stderr);
        return 2;
    }
    return docwarden::test::run(options);
}
