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

TEST_CASE("protection_policy: a group exempts its members, by its name in any case or its GUID")
{
    const std::string id = "0b9a3b1e-6f7c-4d0e-9a52-3c6f8d1e2a4b";
    core::profile member;
    member.id = "jane";
    member.groups = {{"1b9a3b1e-6f7c-4d0e-9a52-3c6f8d1e2a4b", "Guests"}, {id, "Robots"}};
    core::profile stranger = member;
    stranger.groups.pop_back();
    for (const std::string& name : {std::string("rOBOTS"), id}) {
        core::exemption robots;
        robots.group = name;
        robots.until = at(0);
        CHECK((*core::find_exemption(member, {robots}, at(0)) == robots));
        CHECK(core::find_exemption(member, {robots}, at(1)) == nullptr);
        CHECK(core::find_exemption(stranger, {robots}, at(0)) == nullptr);
        CHECK(core::find_exemption("jane", {robots}, at(0)) == nullptr);
    }
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
