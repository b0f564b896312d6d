#include "core/containment/protection_policy.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::test::protection_policy_test
{

TEST_CASE("protection_policy: addresses are compared in any case, from A to Z")
{
    const std::vector<core::exemption> exempt{core::exemption{"azbyaz@example.com"}};
    const auto is_exempt = [&](const core::profile& account) {
        return core::find_exemption(account, exempt, at(0)) != nullptr;
    };
    core::profile account;
    account.email = "AZbyAz@Example.com";
    CHECK(is_exempt(account));
    account.email = "[zbyaz@example.com";
    CHECK_FALSE(is_exempt(account));
    account.email.clear();
    CHECK_FALSE(is_exempt(account));
}

TEST_CASE("protection_policy: an exemption holds up to its last moment, and another one beyond it")
{
    core::profile account;
    account.id = "jane";
    account.email = "jane@example.com";
    core::exemption by_id{"jane", "a migration", "it@example.com", at(0)};
    const core::exemption by_address{"jane@example.com"};
    std::vector<core::exemption> exempt{by_id};
    CHECK((*core::find_exemption("jane", exempt, at(0)) == by_id));
    CHECK((*core::find_exemption(account, exempt, at(0)) == by_id));
    CHECK(core::find_exemption("jane", exempt, at(0) + core::tick(1)) == nullptr);
    CHECK(core::find_exemption(account, exempt, at(1)) == nullptr);
    exempt.push_back(by_address);
    CHECK(core::find_exemption("jane", exempt, at(1)) == nullptr);
    CHECK((*core::find_exemption(account, exempt, at(1)) == by_address));
}

} // namespace docwarden::test::protection_policy_test
