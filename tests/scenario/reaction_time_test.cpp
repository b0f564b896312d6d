// docwarden-reaction-time: how long it takes from the page that shows a crossing to the request
// that disables the account, with the decision on the disk in between, and without it.

#include "tests/support/catch.hpp"
#include "tests/support/watched_portal.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace docwarden::test::reaction_time_test
{

namespace
{

using std::chrono::seconds;
using microseconds = std::chrono::microseconds;

// One daemon, attacked again and again.
struct attacked_portal : watched_portal {
    explicit attacked_portal(bool has_store)
    {
        polling = "poll_interval = \"1h\"\nrescan_interval = \"1h\"\n";
        extra = "[containment]\nmax_disables = 1000000\n";
        keeps_state = has_store;
        start_and_read();
    }

    // From the moment at which the portal is asked for the page to that at which the request to
    // disable the account has come.
    microseconds react()
    {
        const std::string attacker = add_user("attacker" + std::to_string(++attacks_));
        change_files(attacker, 21, 1000 * attacks_, seconds(3));
        REQUIRE(scan().status == 200);
        REQUIRE(is_disabled(attacker));
        return server.with_model([](sim::portal_model& model) {
            const auto& all = model.requests();
            const auto disable = std::find_if(all.rbegin(), all.rend(), [](const auto& request) {
                return request.method == "PUT";
            });
            const auto page = std::find_if(disable, all.rend(), [](const auto& request) {
                return request.target.find("/audit/events/filter") != std::string::npos;
            });
            const bool is_found = page != all.rend();
            return is_found ? std::chrono::duration_cast<microseconds>(disable->at - page->at)
                            : microseconds::max();
        });
    }

private:
    unsigned attacks_ = 0;
};

double quantile(std::vector<microseconds>& times, double part)
{
    std::sort(times.begin(), times.end());
    const auto place = static_cast<std::size_t>(part * static_cast<double>(times.size() - 1));
    return static_cast<double>(times[place].count()) / 1000;
}

} // namespace

TEST_CASE("reaction time: the commit costs a part of a round trip", "[.][measurement]")
{
    constexpr int attacks = 200;
    attacked_portal on_disk(true);
    attacked_portal from_memory(false);
    std::vector<microseconds> stored;
    std::vector<microseconds> unstored;
    for (int i = 0; i < attacks; ++i) { // by turns, so that both meet the same noise
        stored.push_back(on_disk.react());
        unstored.push_back(from_memory.react());
    }
    std::printf("from the page to the request, %d attacks each, by turns, in ms\n", attacks);
    std::printf("%-22s %8s %8s %8s\n", "", "median", "99 %", "most");
    for (auto* const times : {&stored, &unstored})
        std::printf(
            "%-22s %8.2f %8.2f %8.2f\n",
            times == &stored ? "with the commit" : "without a store",
            quantile(*times, 0.5),
            quantile(*times, 0.99),
            quantile(*times, 1)
        );
    const double ratio = quantile(stored, 0.5) / quantile(unstored, 0.5);
    std::printf("%-22s %8.2f\n", "ratio of the medians", ratio);
}

} // namespace docwarden::test::reaction_time_test
