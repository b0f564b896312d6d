#include "core/containment/protection_policy.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::test::protection_policy_test
{

TEST_CASE("protection_policy: addresses are compared in any case, from A to Z")
{
    const std::vector<std::string> exempt{"azbyaz@example.com"};
    core::profile account;
    account.email = "AZbyAz@Example.com";
    CHECK(is_exempt(account, exempt));
    account.email = "[zbyaz@example.com";
    CHECK_FALSE(is_exempt(account, exempt));
    account.email.clear();
    CHECK_FALSE(is_exempt(account, exempt));
}

} // namespace docwarden::test::protection_policy_test
