#pragma once
// What a simulation covered, so that "nothing was found" can be weighed: how much happened, and
// which faults met which states of a containment.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace docwarden::proof
{

struct tally {
    double hours = 0; // of portal time
    std::uint64_t worlds = 0;
    std::uint64_t requests = 0;
    std::uint64_t actions = 0;
    std::uint64_t disables = 0;   // effective: each ends an arming
    std::uint64_t given_back = 0; // by people
    std::uint64_t released = 0;   // by the daemon
    std::uint64_t crashes = 0;
    std::uint64_t stops = 0;
    std::uint64_t lost_answers = 0; // of requests that change something
    std::uint64_t reloads = 0;
    std::map<std::string, std::map<std::string, std::uint64_t>> faults; // fault: state: how often

    void add(const tally& other);
};

// As a table, faults down and states across.
std::string table_of(const tally& counts);
// One line.
std::string summary_of(const tally& counts);

} // namespace docwarden::proof
