#include "core/containment/disable_limit.hpp"
#include "tests/support/catch.hpp"

#include <limits>

namespace docwarden::test::disable_limit_test
{

using core::disable_limit;
using core::user_share;

namespace
{

disable_limit
limit_of(std::uint32_t most, std::uint32_t percent, std::optional<std::uint32_t> active_users)
{
    core::containment_settings settings;
    settings.disables_max = most;
    settings.disables_share = percent;
    return core::limit_of(settings, active_users);
}

} // namespace

TEST_CASE("disable_limit: a share is rounded down, and is one account at least")
{
    CHECK(user_share{10, 34}.accounts() == 3);
    CHECK(user_share{10, 39}.accounts() == 3);
    CHECK(user_share{10, 40}.accounts() == 4);
    CHECK(user_share{50, 3}.accounts() == 1);
    CHECK(user_share{10, 19}.accounts() == 1);
    CHECK(user_share{1, 1}.accounts() == 1);
    CHECK(user_share{10, 10}.accounts() == 1);
    CHECK_FALSE(user_share{10, 10}.is_below_one());
    CHECK(user_share{10, 9}.accounts() == 1);
    CHECK(user_share{10, 9}.is_below_one());
    constexpr std::uint32_t everybody = std::numeric_limits<std::uint32_t>::max();
    CHECK(user_share{99, everybody}.accounts() == 4'252'017'622);
}

TEST_CASE("disable_limit: the lower of number and share counts, and says which it is")
{
    const core::milliseconds window = core::containment_settings().disables_window;
    CHECK(limit_of(5, 10, 34) == disable_limit{3, window, false, user_share{10, 34}});
    CHECK(limit_of(3, 10, 34) == disable_limit{3, window, true, user_share{10, 34}});
    CHECK(limit_of(2, 10, 34) == disable_limit{2, window, true, {}});
    CHECK(limit_of(5, 10, 1'000'000) == disable_limit{5, window, true, {}});
}

TEST_CASE("disable_limit: the number counts alone while nobody knows the share, or at 100%")
{
    CHECK(limit_of(5, 10, std::nullopt) == limit_of(5, 100, std::nullopt));
    CHECK(limit_of(5, 10, std::nullopt).most == 5);
    CHECK(limit_of(5, 100, 2).most == 5);
    CHECK_FALSE(limit_of(5, 100, 2).share);
}

TEST_CASE("disable_limit: zero is zero, whatever the share; a share never is")
{
    CHECK(limit_of(0, 50, 1'000).most == 0);
    CHECK(limit_of(0, 50, 0).most == 0);
    CHECK(limit_of(5, 1, 0).most == 1);
}

} // namespace docwarden::test::disable_limit_test
