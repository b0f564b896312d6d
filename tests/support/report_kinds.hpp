#pragma once
// Every kind of report, found by counting: kinds are numbered from 0 without gaps, and a kind added
// later is met by the tests without anybody having to think of it.

#include "core/report/report.hpp"

#include <vector>

namespace docwarden::test
{

inline std::vector<core::report_kind> all_report_kinds()
{
    std::vector<core::report_kind> kinds;
    for (int number = 0;; ++number) {
        const auto kind = static_cast<core::report_kind>(number);
        if (core::to_string(kind) == "unknown")
            return kinds;
        kinds.push_back(kind);
    }
}

} // namespace docwarden::test
