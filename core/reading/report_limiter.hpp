#pragma once
// Keeps hostile or broken input from flooding the journal: the same fault of the same record is
// said once, and no more than so many in a minute; what is left out is counted and said in one
// sentence.

#include "core/base/time.hpp"

#include <cstddef>
#include <string>
#include <unordered_set>

namespace docwarden::core
{

class report_limiter
{
public:
    static constexpr std::size_t per_minute_max = 20;
    static constexpr std::size_t remembered_max = 4096;

    // True if the fault named by `key` is to be reported now.
    bool allow(std::string key, mono_time now)
    {
        if (now >= minute_end_) {
            minute_end_ = now + std::chrono::minutes(1);
            in_minute_ = 0;
        }
        if (said_.size() >= remembered_max)
            said_.clear();
        if (!said_.insert(std::move(key)).second)
            return false;
        if (in_minute_ >= per_minute_max) {
            ++suppressed_;
            return false;
        }
        ++in_minute_;
        return true;
    }

    // How many were left out since the last call, once the minute is over.
    std::size_t take_suppressed(mono_time now)
    {
        if (now < minute_end_ || suppressed_ == 0)
            return 0;
        const std::size_t count = suppressed_;
        suppressed_ = 0;
        return count;
    }

private:
    std::unordered_set<std::string> said_;
    mono_time minute_end_{};
    std::size_t in_minute_ = 0;
    std::size_t suppressed_ = 0;
};

} // namespace docwarden::core
