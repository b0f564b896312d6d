// docwarden-soak: runs simulated worlds over seeds or for a time, replays one, makes a failing one
// smaller. What scripts/soak starts.

#include "tests/sim/mistakes.hpp"
#include "tests/sim/self_test.hpp"
#include "tests/sim/shrink.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <ctime>
#include <map>
#include <string>

#include <unistd.h>

namespace docwarden::proof
{

namespace
{

using steady = std::chrono::steady_clock;

struct options {
    std::uint64_t first = 1;
    std::uint64_t count = 1000;
    std::uint64_t seconds = 0;
    std::optional<std::uint64_t> seed;
    bool is_narrated = false;
    bool shrinks = false;
    bool tries_mistakes = false;
    way how = way::messages;
    std::string program;
};

std::string_view name_of(way how)
{
    constexpr std::string_view names[] = {"messages", "texts", "coroutines"};
    return names[static_cast<std::size_t>(how)];
}

void print(const std::string& text)
{
    std::fputs(text.c_str(), stdout);
}

double seconds_since(steady::time_point begin)
{
    return std::chrono::duration<double>(steady::now() - begin).count();
}

void print_broken(const broken_promise& promise)
{
    std::printf(
        "BROKEN after %.3f s of its time: %s\n  %s\n",
        std::chrono::duration<double>(promise.at).count(),
        promise.checker.c_str(),
        promise.how.c_str()
    );
}

int run_one(const options& chosen)
{
    const profile drawn = draw_profile(*chosen.seed);
    const history events = draw_history(drawn);
    print(describe(drawn));
    world::narrator tell;
    if (chosen.is_narrated)
        tell = [](const std::string& line) { print(line + '\n'); };
    const outcome result = world(drawn, events, chosen.how, tell).run();
    print(summary_of(result.counts) + '\n');
    std::printf("trace %016llx\n", static_cast<unsigned long long>(result.trace));
    if (!result.broken) {
        print("all promises are kept\n");
        return 0;
    }
    print_broken(*result.broken);
    if (!chosen.shrinks)
        return 1;
    const bool is_terminal = isatty(STDERR_FILENO) == 1;
    const auto progress = [&](std::size_t left) {
        if (is_terminal)
            std::fprintf(stderr, "\r%zu events left ", left);
    };
    const shrunk small = shrink(drawn, events, *result.broken, chosen.how, 3000, progress);
    std::printf(
        "\nsmaller: %zu of %zu events, after %zu runs\n",
        small.events.size(),
        events.size(),
        small.runs
    );
    print(describe(small.conditions) + describe(small.events));
    tell = [](const std::string& line) { print(line + '\n'); };
    const outcome again = world(small.conditions, small.events, chosen.how, tell).run();
    if (again.broken)
        print_broken(*again.broken);
    return 1;
}

int run_mistakes(const options& chosen)
{
    int status = 0;
    const auto planted = mistakes::all();
    for (std::size_t i = 0; i < planted.size(); ++i) {
        const auto found = catch_mistake(i, chosen.count);
        const std::string name(planted[i].name);
        if (found) {
            std::printf(
                "%-28s caught after %4llu worlds by '%s'\n",
                name.c_str(),
                static_cast<unsigned long long>(found->seeds),
                found->broken.checker.c_str()
            );
        } else {
            std::printf("%-28s NOT caught\n", name.c_str());
            status = 1;
        }
    }
    return status;
}

int run_many(const options& chosen)
{
    const bool is_terminal = isatty(STDERR_FILENO) == 1;
    const auto begin = steady::now();
    tally all;
    std::uint64_t seed = chosen.first;
    std::uint64_t broken = 0;
    for (; chosen.seconds == 0 ? seed < chosen.first + chosen.count
                               : seconds_since(begin) < static_cast<double>(chosen.seconds);
         ++seed) {
        const outcome result = run_seed(seed, chosen.how);
        all.add(result.counts);
        if (result.broken) {
            ++broken;
            std::printf("seed %llu: ", static_cast<unsigned long long>(seed));
            print_broken(*result.broken);
            std::fflush(stdout); // whoever stops a long run has seen it
        }
        if (is_terminal && seed % 50 == 0)
            std::fprintf(
                stderr,
                "\r%llu worlds, %llu broken ",
                static_cast<unsigned long long>(seed - chosen.first),
                static_cast<unsigned long long>(broken)
            );
    }
    if (is_terminal)
        std::fputs("\r", stderr);
    const double took = seconds_since(begin);
    const double worked = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
    print("How often a request or event of that kind met an account in that state:\n");
    print(table_of(all) + '\n' + summary_of(all) + '\n');
    std::printf(
        "seeds %llu to %llu in %.1f s: %.0f portal-hours a second of processor time\n",
        static_cast<unsigned long long>(chosen.first),
        static_cast<unsigned long long>(seed - 1),
        took,
        all.hours / worked
    );
    if (broken == 0) {
        print("all promises are kept\n");
        return 0;
    }
    std::printf(
        "%llu worlds broke a promise. Look at one:\n  %s --way %s --seed N --shrink\n",
        static_cast<unsigned long long>(broken),
        chosen.program.c_str(),
        std::string(name_of(chosen.how)).c_str()
    );
    return 1;
}

} // namespace

} // namespace docwarden::proof

int main(int argc, char** argv)
{
    using namespace docwarden::proof;
    options chosen;
    chosen.program = argv[0];
    CLI::App app("Runs docwarden in simulated worlds, drawn from seeds, and checks its promises");
    const CLI::Range some(std::uint64_t{1}, std::uint64_t{1'000'000'000'000'000'000});
    CLI::Option* first = app.add_option("--first", chosen.first, "the first seed");
    CLI::Option* count = app.add_option("--count", chosen.count, "how many seeds");
    CLI::Option* seconds =
        app.add_option("--seconds", chosen.seconds, "as many seeds as fit into that time instead");
    CLI::Option* seed = app.add_option("--seed", chosen.seed, "only this one");
    for (CLI::Option* number : {first, count, seconds, seed})
        number->check(some)->type_name("N");
    first->default_str("1")->excludes(seed);
    count->default_str("1000")->excludes(seed)->excludes(seconds);
    seconds->excludes(seed);
    app.add_flag("--narrate", chosen.is_narrated, "tell what happens")->needs(seed);
    app.add_flag("--shrink", chosen.shrinks, "if it fails, make it smaller")->needs(seed);
    const std::map<std::string, way> ways{
        {"messages", way::messages}, {"texts", way::texts}, {"coroutines", way::coroutines}};
    app.add_option(
           "--way",
           chosen.how,
           "messages: the engine, pages as rows; texts: ... and HTTP text; coroutines: the whole "
           "client over Asio"
    )
        ->transform(CLI::CheckedTransformer(ways).description(""))
        ->type_name("WAY")
        ->default_str("messages");
    app.add_flag(
           "--mistakes",
           chosen.tries_mistakes,
           "after how many worlds is each mistake that is planted in core noticed? --count is the "
           "most"
    )
        ->excludes(seed)
        ->excludes(seconds);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    if (chosen.tries_mistakes)
        return run_mistakes(chosen);
    return chosen.seed ? run_one(chosen) : run_many(chosen);
}
