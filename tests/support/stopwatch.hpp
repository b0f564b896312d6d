#pragma once
// Measures how long the real program takes, in real time. It runs from when it is made.

#include <chrono>

namespace docwarden::test
{

class stopwatch
{
public:
    std::chrono::milliseconds elapsed() const
    {
        return std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - begin_);
    }

private:
    using clock = std::chrono::steady_clock;
    clock::time_point begin_ = clock::now();
};

} // namespace docwarden::test
