#include "core/containment/disable_budget.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::test::disable_budget_test
{

using namespace std::chrono_literals;

core::containment_settings limits(std::uint32_t disables_max, core::milliseconds window)
{
    core::containment_settings made;
    made.disables_max = disables_max;
    made.disables_window = window;
    return made;
}

// ... and that many percent of the active users.
core::containment_settings limits(std::uint32_t disables_max, std::uint32_t share)
{
    core::containment_settings made = limits(disables_max, core::milliseconds(10min));
    made.disables_share = share;
    return made;
}

// So long after the beginning.
core::step_time later(core::milliseconds time)
{
    return {at(0) + time, mono_at(time)};
}

TEST_CASE("disable_budget: so many within the window, a sliding one, and not one more")
{
    core::disable_budget subject;
    CHECK(subject.take("u1", limits(2, 10min), later(0s)));
    CHECK(subject.take("u2", limits(2, 10min), later(5min)));
    CHECK_FALSE(subject.take("u3", limits(2, 10min), later(9min)));
    CHECK_FALSE(subject.take("u4", limits(2, 10min), later(10min - 1ms)));
    CHECK(subject.take("u5", limits(2, 10min), later(10min)));
    CHECK_FALSE(subject.take("u6", limits(2, 10min), later(14min)));
    CHECK(subject.take("u7", limits(2, 10min), later(15min)));
}

TEST_CASE(
    "disable_budget: who is asked for again keeps the place, and fills it for a whole window again"
)
{
    core::disable_budget subject;
    CHECK(subject.take("bob", limits(1, 10min), later(0s)));
    CHECK(subject.take("bob", limits(1, 10min), later(9min)));
    CHECK_FALSE(subject.take("eve", limits(1, 10min), later(18min)));
    CHECK(subject.take("eve", limits(1, 10min), later(19min)));
    CHECK_FALSE(subject.take("bob", limits(1, 10min), later(20min)));
}

TEST_CASE("disable_budget: a limit lowered below what is taken stops repeated requests, too")
{
    core::disable_budget subject;
    CHECK(subject.take("bob", limits(2, 10min), later(0s)));
    CHECK_FALSE(subject.take("bob", limits(0, 10min), later(1min)));
    CHECK(subject.take("bob", limits(1, 10min), later(2min)));
}

TEST_CASE("disable_budget: a refused take uses up nothing; zero lets nobody through")
{
    core::disable_budget subject;
    CHECK(subject.take("u8", limits(1, 10min), later(0s)));
    for (int i = 0; i < 100; ++i)
        CHECK_FALSE(subject.take("u9", limits(1, 10min), later(5min)));
    CHECK(subject.take("u10", limits(1, 10min), later(10min)));
    core::disable_budget closed;
    CHECK_FALSE(closed.take("u11", limits(0, 10min), later(0s)));
}

TEST_CASE("disable_budget: what was taken counts against a new limit")
{
    core::disable_budget subject;
    CHECK(subject.take("u12", limits(2, 10min), later(0s)));
    CHECK(subject.take("u13", limits(2, 10min), later(1s)));
    CHECK(subject.take("u14", limits(3, 10min), later(2s)));
    CHECK_FALSE(subject.take("u15", limits(3, 10min), later(3s)));
    CHECK_FALSE(subject.take("u16", limits(1, 10min), later(10min)));
    CHECK(subject.take("u17", limits(3, 1s), later(10min)));
}

TEST_CASE("disable_budget: a new window counts for what was taken before")
{
    core::disable_budget subject;
    CHECK(subject.take("bob", limits(1, 10min), later(0s)));
    CHECK_FALSE(subject.take("eve", limits(1, 1s), later(1s - 1ms)));
    CHECK(subject.take("eve", limits(1, 1s), later(1s)));
}

TEST_CASE("disable_budget: a share of the active users is a limit as soon as their number is known")
{
    core::disable_budget subject;
    CHECK(subject.limit(limits(5, 10U)).most == 5);
    CHECK(subject.take("u1", limits(5, 10U), later(0s)));
    CHECK(subject.take("u2", limits(5, 10U), later(0s)));
    subject.set_active_users(29);
    CHECK_FALSE(subject.take("u3", limits(5, 10U), later(1s)));
    CHECK(subject.take("u2", limits(5, 10U), later(1s))); // has a place
    subject.set_active_users(30);
    CHECK(subject.take("u3", limits(5, 10U), later(2s)));
    CHECK_FALSE(subject.take("u4", limits(5, 10U), later(3s)));
    CHECK(subject.take("u4", limits(5, 100U), later(4s)));
    subject.set_active_users(20); // four have a place, and two may have one
    CHECK_FALSE(subject.take("u4", limits(5, 10U), later(5s)));
}

TEST_CASE("disable_budget: there is more room by a lower figure that is raised, or a shorter window"
)
{
    core::disable_budget subject;
    CHECK_FALSE(subject.has_more_room(limits(5, 10U), limits(5, 10U)));
    CHECK(subject.has_more_room(limits(5, 10U), limits(6, 10U)));
    CHECK(subject.has_more_room(limits(5, 10min), limits(5, 9min)));
    CHECK_FALSE(subject.has_more_room(limits(5, 10min), limits(5, 11min)));
    // Whoever an earlier process held by a share that cannot be reckoned yet.
    CHECK(subject.has_more_room(limits(5, 10U), limits(5, 11U)));
    CHECK_FALSE(subject.has_more_room(limits(5, 11U), limits(5, 10U)));
    subject.set_active_users(34);
    CHECK_FALSE(subject.has_more_room(limits(5, 10U), limits(6, 10U)));
    CHECK_FALSE(subject.has_more_room(limits(5, 10U), limits(5, 11U))); // 3, as before
    CHECK(subject.has_more_room(limits(5, 10U), limits(5, 12U)));
    CHECK(subject.has_more_room(limits(5, 10U), limits(5, 100U)));
    CHECK_FALSE(subject.has_more_room(limits(5, 100U), limits(5, 10U)));
    CHECK_FALSE(subject.has_more_room(limits(3, 10U), limits(3, 20U)));
}

TEST_CASE(
    "disable_budget: a place of an earlier process ends by the portal's time, once it is known"
)
{
    core::disable_budget subject;
    subject.restore("bob", at(0));
    core::step_time now = later(1h);
    now.is_portal_known = false;
    CHECK_FALSE(subject.take("eve", limits(1, 10min), now));
    now.is_portal_known = true;
    CHECK(subject.take("eve", limits(1, 10min), now));
}

TEST_CASE("disable_budget: no step of the portal's clock ends a place that this process has taken")
{
    core::disable_budget subject;
    REQUIRE(subject.take("bob", limits(1, 10min), later(0s)));
    CHECK_FALSE(subject.take("eve", limits(1, 10min), {at(100'000), mono_at(9min)}));
    CHECK(subject.take("eve", limits(1, 10min), {at(0), mono_at(10min)}));
}

} // namespace docwarden::test::disable_budget_test
