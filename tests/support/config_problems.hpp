#pragma once
// Short ways to write tests about configuration text.

#include "daemon/config/config_text.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace docwarden::test
{

using lines = std::vector<std::string>;

// The least that a configuration must have. Its seven lines end with the rule, so that appended
// lines belong to that.
inline const std::string least_config = "[portal]\n"
                                        "url = \"https://docs.example.com\"\n"
                                        "[[rule]]\n"
                                        "name = \"r\"\n"
                                        "actions = [\"change\"]\n"
                                        "window = \"10m\"\n"
                                        "threshold = 20\n";

// Every problem of the text as people see it, with "f" for the file.
inline lines problems_of(std::string_view text)
{
    const auto reading = daemon::read_config(text, "f");
    CHECK(reading.value.has_value() == reading.problems.empty());
    lines problems;
    for (const auto& problem : reading.problems)
        problems.push_back(daemon::to_text(problem));
    return problems;
}

inline daemon::config config_of(std::string_view text)
{
    const auto reading = daemon::read_config(text, "f");
    for (const auto& problem : reading.problems)
        UNSCOPED_INFO(daemon::to_text(problem));
    REQUIRE(reading.value);
    return *reading.value;
}

} // namespace docwarden::test
