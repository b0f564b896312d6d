#pragma once
// A detector with one rule, and users who change files, for tests.

#include "core/detection/detector.hpp"
#include "tests/core/making.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace docwarden::test
{

// Counts by one rule, "r".
inline core::detector
with_threshold(std::uint32_t threshold, core::milliseconds window = std::chrono::seconds(60))
{
    return core::detector(core::share({make_rule("r", threshold, window)}));
}

// `count` distinct files, one a second.
inline void change_files(
    core::detector& subject,
    const std::string& user,
    int count,
    core::wall_time first,
    int first_file = 1
)
{
    for (int i = 0; i < count; ++i)
        subject.add(
            make_event(user, std::to_string(first_file + i), first + std::chrono::seconds(i))
        );
}

// `count` distinct files at one moment.
inline void change_at(core::detector& subject, core::wall_time time, int count, int first_file = 1)
{
    for (int i = 0; i < count; ++i)
        subject.add(make_event("jane", std::to_string(first_file + i), time));
}

} // namespace docwarden::test
