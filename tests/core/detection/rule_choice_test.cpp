// Which rules apply to whom, also against the definition: of the rules with a user's actions, in
// the order of the file, the first that concerns the user says for whom the others must be.

#include "core/base/random.hpp"
#include "core/detection/rule_choice.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace docwarden::test::rule_choice_test
{

using core::rule_choice;
using strings = std::vector<std::string>;
using namespace std::chrono_literals;

namespace
{

core::rule rule_for(strings users, strings groups = {}, std::vector<int> actions = {5011})
{
    core::rule made = make_rule("r", 20, 60s);
    made.actions = std::move(actions);
    made.users = std::move(users);
    made.groups = std::move(groups);
    return made;
}

// The numbers of the rules that apply: "0 2".
std::string applying(const rule_choice& choice, const std::string& user, std::size_t rules)
{
    std::string text;
    for (std::size_t i = 0; i < rules; ++i) {
        if (choice.applies(user, i))
            text += (text.empty() ? "" : " ") + std::to_string(i);
    }
    return text;
}

} // namespace

TEST_CASE("rule_choice: the first rule that concerns a user applies instead of those after it")
{
    const std::vector<core::rule> rules{rule_for({"ann"}), rule_for({"ann", "bob"}), rule_for({})};
    const rule_choice choice(rules);
    CHECK(applying(choice, "ann", 3) == "0");
    CHECK(applying(choice, "bob", 3) == "1");
    CHECK(applying(choice, "cid", 3) == "2");
}

TEST_CASE("rule_choice: rules for the very same people stand side by side")
{
    const std::vector<core::rule> rules{
        rule_for({"ann"}), rule_for({"ann"}), rule_for({}), rule_for({})};
    const rule_choice choice(rules);
    CHECK(applying(choice, "ann", 4) == "0 1");
    CHECK(applying(choice, "bob", 4) == "2 3");
}

TEST_CASE("rule_choice: rules with other actions are no alternatives")
{
    const std::vector<core::rule> rules{rule_for({"ann"}), rule_for({}, {}, {5011, 5018})};
    const rule_choice choice(rules);
    CHECK(applying(choice, "ann", 2) == "0 1");
    CHECK(applying(choice, "bob", 2) == "1");
}

TEST_CASE("rule_choice: who belongs to a group falls under its rule as soon as that is known")
{
    const std::vector<core::rule> rules{rule_for({}, {"Robots"}), rule_for({})};
    const rule_choice before(rules);
    CHECK(applying(before, "ann", 2) == "1");
    const rule_choice after(rules, {{"ann", "bob"}, {}});
    CHECK(applying(after, "ann", 2) == "0");
    CHECK(after.differing_users(before) == strings{"ann", "bob"});
    CHECK(before.differing_users(after) == strings{"ann", "bob"});
    CHECK(after.differing_users(after).empty());
    const rule_choice later(rules, {{"bob", "cid"}, {}});
    CHECK(later.differing_users(after) == strings{"ann", "cid"});
}

TEST_CASE("rule_choice: equals the definition for random rules")
{
    for (std::uint64_t seed = 1; seed <= 5000; ++seed) {
        core::random_source random(seed);
        std::vector<core::rule> rules;
        rule_choice::members known;
        for (std::uint64_t i = 0, count = 1 + random.below(6); i < count; ++i) {
            strings users;
            strings groups;
            for (const char* name : {"a", "b", "c"}) {
                if (random.below(3) == 0)
                    users.emplace_back(name);
            }
            if (random.below(3) == 0)
                groups.emplace_back("g");
            rules.push_back(rule_for(users, groups, {random.below(2) == 0 ? 5011 : 5018}));
            known.push_back(groups.empty() ? strings{} : strings{"b", "d"});
        }
        const rule_choice choice(rules, known);
        for (const std::string user : {"a", "b", "c", "d", "e"}) {
            const auto concerns = [&](std::size_t i) {
                return rules[i].is_for_everybody() ||
                       std::ranges::count(rules[i].users, user) != 0 ||
                       std::ranges::count(known[i], user) != 0;
            };
            for (std::size_t i = 0; i < rules.size(); ++i) {
                bool wanted = concerns(i);
                for (std::size_t j = 0; j < rules.size(); ++j) {
                    if (rules[j].actions != rules[i].actions || !concerns(j))
                        continue;
                    wanted = wanted && rules[j].users == rules[i].users &&
                             rules[j].groups == rules[i].groups;
                    break;
                }
                INFO("seed " << seed << ", user " << user << ", rule " << i);
                REQUIRE(choice.applies(user, i) == wanted);
            }
        }
    }
}

TEST_CASE("rules_covering: names what stands before a rule that can apply to nobody")
{
    const core::rule all = rule_for({});
    const core::rule ann = rule_for({"ann"});
    const core::rule both = rule_for({"ann", "bob"});
    const core::rule robots = rule_for({}, {"Robots"});
    const auto covering = [](const std::vector<core::rule>& rules) {
        std::vector<std::ptrdiff_t> found;
        for (const core::rule* ahead : rules_covering(rules, rules.size() - 1))
            found.push_back(ahead - rules.data());
        return found;
    };
    using numbers = std::vector<std::ptrdiff_t>;
    CHECK(covering({all, ann}) == numbers{0});
    CHECK(covering({all, robots}) == numbers{0});
    CHECK(covering({both, ann}) == numbers{0});
    CHECK(covering({ann, rule_for({"bob"}), both}) == numbers{0, 1});
    CHECK(covering({ann, robots, rule_for({"ann"}, {"Robots"})}) == numbers{0, 1});
    CHECK(covering({ann, both}).empty());
    CHECK(covering({both, robots}).empty());
    CHECK(covering({ann, all}).empty());
    CHECK(covering({all, all}).empty());
    CHECK(covering({ann, ann}).empty());
    CHECK(covering({all, rule_for({"ann"}, {}, {5018})}).empty());
}

} // namespace docwarden::test::rule_choice_test
