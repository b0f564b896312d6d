#include "core/containment/disable_budget.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::test::disable_budget_test
{

using namespace std::chrono_literals;

TEST_CASE("disable_budget: so many within the window, a sliding one, and not one more")
{
    core::disable_budget subject(2, 10min);
    CHECK(subject.take("u1", mono_at(0s)));
    CHECK(subject.take("u2", mono_at(5min)));
    CHECK_FALSE(subject.take("u3", mono_at(9min)));
    CHECK_FALSE(subject.take("u4", mono_at(10min - 1ms)));
    CHECK(subject.take("u5", mono_at(10min)));
    CHECK_FALSE(subject.take("u6", mono_at(14min)));
    CHECK(subject.take("u7", mono_at(15min)));
}

TEST_CASE(
    "disable_budget: who is asked for again keeps the place, and fills it for a whole window again"
)
{
    core::disable_budget subject(1, 10min);
    CHECK(subject.take("bob", mono_at(0s)));
    CHECK(subject.take("bob", mono_at(9min)));
    CHECK_FALSE(subject.take("eve", mono_at(18min)));
    CHECK(subject.take("eve", mono_at(19min)));
    CHECK_FALSE(subject.take("bob", mono_at(20min)));
}

TEST_CASE("disable_budget: a limit lowered below what is taken stops repeated requests, too")
{
    core::disable_budget subject(2, 10min);
    CHECK(subject.take("bob", mono_at(0s)));
    subject.configure(0, 10min);
    CHECK_FALSE(subject.take("bob", mono_at(1min)));
    subject.configure(1, 10min);
    CHECK(subject.take("bob", mono_at(2min)));
}

TEST_CASE("disable_budget: a refused take uses up nothing; zero lets nobody through")
{
    core::disable_budget subject(1, 10min);
    CHECK(subject.take("u8", mono_at(0s)));
    for (int i = 0; i < 100; ++i)
        CHECK_FALSE(subject.take("u9", mono_at(5min)));
    CHECK(subject.take("u10", mono_at(10min)));
    core::disable_budget closed(0, 10min);
    CHECK_FALSE(closed.take("u11", mono_at(0s)));
}

TEST_CASE("disable_budget: what was taken counts against a new limit")
{
    core::disable_budget subject(2, 10min);
    CHECK(subject.take("u12", mono_at(0s)));
    CHECK(subject.take("u13", mono_at(1s)));
    subject.configure(3, 10min);
    CHECK(subject.take("u14", mono_at(2s)));
    CHECK_FALSE(subject.take("u15", mono_at(3s)));
    subject.configure(1, 10min);
    CHECK_FALSE(subject.take("u16", mono_at(10min)));
    subject.configure(3, 1s);
    CHECK(subject.take("u17", mono_at(10min)));
}

TEST_CASE("disable_budget: a new window counts for what was taken before")
{
    core::disable_budget subject(1, 10min);
    CHECK(subject.take("bob", mono_at(0s)));
    subject.configure(1, 1s);
    CHECK_FALSE(subject.take("eve", mono_at(1s - 1ms)));
    CHECK(subject.take("eve", mono_at(1s)));
}

} // namespace docwarden::test::disable_budget_test
