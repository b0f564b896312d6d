// Assertions hold in release builds too: this file is compiled as one.
#ifndef NDEBUG
#define NDEBUG
#endif

#include "core/base/check.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/child_process.hpp"

#include <string>

namespace docwarden::test::check_test
{

TEST_CASE("check: a failed assertion ends a release build and says where", "[check]")
{
    const int entries = 3;
    const child_end found = run_in_child([&] { DOCWARDEN_ASSERT(entries == 4); });
    CHECK(found.was_aborted());
    CAPTURE(found.output);
    CHECK(found.output.find("check_test.cpp:") != std::string::npos);
    CHECK(found.output.find(": entries == 4 does not hold\n") != std::string::npos);
}

TEST_CASE("check: an assertion that holds says nothing and changes nothing", "[check]")
{
    int evaluations = 0;
    const child_end found = run_in_child([&] {
        DOCWARDEN_ASSERT(++evaluations == 1);
        DOCWARDEN_ASSERT(evaluations == 1); // once, not twice
    });
    CHECK(found.has_exited());
    CHECK(found.output.empty());
}

} // namespace docwarden::test::check_test
