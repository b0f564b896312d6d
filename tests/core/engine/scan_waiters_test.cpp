#include "core/engine/scan_waiters.hpp"
#include "tests/support/catch.hpp"

#include <variant>
#include <vector>

namespace docwarden::test::scan_waiters_test
{

TEST_CASE("scan_waiters: each is answered once, by the first pass that began after it was asked")
{
    core::scan_waiters waiters;
    std::vector<core::effect> out;
    CHECK_FALSE(waiters.has_answerable());
    waiters.ask(1, 5);
    waiters.ask(2, 6);
    waiters.on_pass_finished(4);
    CHECK_FALSE(waiters.has_answerable());
    waiters.on_pass_finished(5);
    CHECK(waiters.has_answerable());
    waiters.answer({}, out);
    REQUIRE(out.size() == 1);
    CHECK(std::get<core::scan_outcome>(out[0]).token == 1);
    CHECK_FALSE(waiters.has_answerable());
    waiters.fail("no", out);
    REQUIRE(out.size() == 2);
    CHECK(std::get<core::scan_outcome>(out[1]).token == 2);
    CHECK(std::get<core::scan_outcome>(out[1]).error == "no");
    waiters.fail("no", out);
    waiters.on_pass_finished(9);
    CHECK_FALSE(waiters.has_answerable());
    CHECK(out.size() == 2);
}

} // namespace docwarden::test::scan_waiters_test
