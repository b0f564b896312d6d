#include "core/containment/protection_policy.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::test::protection_policy_test
{

TEST_CASE("protection_policy: addresses are compared in any case, from A to Z")
{
    core::protection_policy guards({"azbyaz@example.com"});
    core::profile who;
    who.email = "AZbyAz@Example.com";
    CHECK(guards.is_exempt(who));
    who.email = "[zbyaz@example.com";
    CHECK_FALSE(guards.is_exempt(who));
    who.email.clear();
    CHECK_FALSE(guards.is_exempt(who));
}

} // namespace docwarden::test::protection_policy_test
