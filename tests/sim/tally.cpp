#include "tests/sim/tally.hpp"

#include <cstdio>

namespace docwarden::proof
{

void tally::add(const tally& other)
{
    hours += other.hours;
    worlds += other.worlds;
    requests += other.requests;
    actions += other.actions;
    disables += other.disables;
    given_back += other.given_back;
    released += other.released;
    crashes += other.crashes;
    stops += other.stops;
    lost_answers += other.lost_answers;
    reloads += other.reloads;
    for (const auto& [fault, states] : other.faults) {
        for (const auto& [state, count] : states)
            faults[fault][state] += count;
    }
}

std::string table_of(const tally& counts)
{
    constexpr std::array<std::string_view, 10> states{
        "watched",
        "intended",
        "sending",
        "contained",
        "held",
        "refused",
        "failed",
        "observed",
        "rejected",
        "released"};
    std::array<char, 32> cell{};
    const auto put = [&cell](std::string& text, const char* form, std::string_view value) {
        (void)std::snprintf(cell.data(), cell.size(), form, std::string(value).c_str());
        text += cell.data();
    };
    std::string text;
    put(text, "%-14s", "fault");
    for (const auto state : states)
        put(text, "%10s", state);
    text += '\n';
    for (const auto& [fault, by_state] : counts.faults) {
        put(text, "%-14s", fault);
        for (const auto state : states) {
            const auto found = by_state.find(std::string(state));
            put(text,
                "%10s",
                found == by_state.end() ? std::string(".") : std::to_string(found->second));
        }
        text += '\n';
    }
    return text;
}

std::string summary_of(const tally& counts)
{
    std::array<char, 300> line{};
    (void)std::snprintf(
        line.data(),
        line.size(),
        "%llu worlds, %.0f portal-hours, %llu armings ended by a disable, %llu given back, %llu "
        "released, %llu crashes, %llu stops, %llu reloads, %llu lost or late answers to a change, "
        "%llu requests, "
        "%llu changes",
        static_cast<unsigned long long>(counts.worlds),
        counts.hours,
        static_cast<unsigned long long>(counts.disables),
        static_cast<unsigned long long>(counts.given_back),
        static_cast<unsigned long long>(counts.released),
        static_cast<unsigned long long>(counts.crashes),
        static_cast<unsigned long long>(counts.stops),
        static_cast<unsigned long long>(counts.reloads),
        static_cast<unsigned long long>(counts.lost_answers),
        static_cast<unsigned long long>(counts.requests),
        static_cast<unsigned long long>(counts.actions)
    );
    return line.data();
}

} // namespace docwarden::proof
