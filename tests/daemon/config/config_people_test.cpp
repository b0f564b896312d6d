// `users` and `groups` of rules: how they are written, and rules that could concern nobody.

#include "tests/support/catch.hpp"
#include "tests/support/config_problems.hpp"

namespace docwarden::test::config_people_test
{

namespace
{

const std::string guid = "4c65a238-ca50-4374-b904-0d51d4c1822b";

// The rule of least_config with such a line, which is the eighth.
std::string with_line(const std::string& line)
{
    return least_config + line + '\n';
}

core::rule rule_of(const std::string& line)
{
    return config_of(with_line(line)).rules.at(0);
}

// Rules with the same actions that have these lines; the first one's is line 8, the next one's
// line 14.
std::string with_rules(const lines& own)
{
    std::string text = "[portal]\nurl = \"https://docs.example.com\"\n";
    for (std::size_t i = 0; i < own.size(); ++i)
        text += "[[rule]]\nname = \"r" + std::to_string(i + 1) +
                "\"\nactions = [\"change\"]\nwindow = \"10m\"\nthreshold = 20\n" + own[i] + '\n';
    return text;
}

} // namespace

TEST_CASE("config_people: users are GUIDs and addresses in lower case, ascending and once each")
{
    CHECK(
        rule_of("users = [\"Jane@Example.com\", \"4C65A238-CA50-4374-B904-0D51D4C1822B\", "
                "\"jane@example.com\", \"ann@example.com\"]")
            .users == lines{guid, "ann@example.com", "jane@example.com"}
    );
    CHECK(rule_of("").is_for_everybody());
}

TEST_CASE("config_people: groups are names as they are written, or GUIDs")
{
    CHECK(
        rule_of("groups = [\"Robots\", \"ROBOTS\", \"Büro 7\", "
                "\"4C65A238-CA50-4374-B904-0D51D4C1822B\"]")
            .groups == lines{guid, "Büro 7", "Robots"}
    );
}

TEST_CASE("config_people: each fault is told at its place")
{
    const auto [line, problem] = GENERATE(Catch::Generators::table<std::string, std::string>({
        {"users = []",
         "f:8:9: rule[1].users: must not be empty (leave it out in a rule for everybody, or write "
         "[\"admin@example.com\"])"},
        {"groups = []",
         "f:8:10: rule[1].groups: must not be empty (leave it out in a rule for everybody, or "
         "write [\"Robots\"])"},
        {"users = \"a@b.c\"",
         "f:8:9: rule[1].users: must be a list, not a string (enclose it in [ and ])"},
        {"users = [\"a@b.c\", \"jane\"]",
         "f:8:19: rule[1].users[2]: \"jane\" is neither a user's GUID nor an e-mail address (for "
         "instance \"admin@example.com\")"},
        {"users = [7]", "f:8:10: rule[1].users[1]: must be a string, not a whole number"},
        {"groups = [\"\"]",
         "f:8:11: rule[1].groups[1]: \"\" cannot be the name of a group (the name or the GUID of a "
         "group of the portal)"},
        {"groups = [\"Robots \"]",
         "f:8:11: rule[1].groups[1]: \"Robots \" cannot be the name of a group (the name or the "
         "GUID of a group of the portal)"},
        {"groups = [\"a\\tb\"]",
         "f:8:11: rule[1].groups[1]: \"a\\u{9}b\" cannot be the name of a group (the name or the "
         "GUID of a group of the portal)"},
        {"groups = [\"" + std::string(513, 'x') + "\"]",
         "f:8:11: rule[1].groups[1]: must not be longer than 512 bytes (the name or the GUID of a "
         "group of the portal)"},
        {"user = [\"a@b.c\"]", "f:8:1: rule[1].user: is not a known key (did you mean \"users\"?)"},
    }));
    CHECK(problems_of(with_line(line)) == lines{problem});
}

TEST_CASE("config_people: lists have a bound")
{
    const auto list_of = [](const std::string& key, const std::string& end, int count) {
        std::string text = key + " = [";
        for (int i = 0; i < count; ++i)
            text += "\"x" + std::to_string(i) + end + "\",";
        return with_line(text + "]");
    };
    CHECK(config_of(list_of("users", "@y.z", 500)).rules[0].users.size() == 500);
    CHECK(config_of(list_of("groups", "", 50)).rules[0].groups.size() == 50);
    CHECK(
        problems_of(list_of("users", "@y.z", 501)) ==
        lines{"f:8:9: rule[1].users: must not have more than 500 items"}
    );
    CHECK(
        problems_of(list_of("groups", "", 51)) ==
        lines{"f:8:10: rule[1].groups: must not have more than 50 items"}
    );
}

TEST_CASE("config_people: exceptions stand before the rule for everybody")
{
    CHECK(problems_of(with_rules({"users = [\"a@b.c\"]", "groups = [\"Robots\"]", ""})).empty());
    CHECK(problems_of(with_rules({"", ""})).empty());
    CHECK(
        problems_of(with_rules({"", "users = [\"a@b.c\"]"})) ==
        lines{"f:14:9: rule[2].users: concerns nobody: \"r1\" stands before it with the same "
              "actions and is for everybody (move this rule up: the first that concerns a user "
              "applies)"}
    );
    CHECK(
        problems_of(with_rules({"", "groups = [\"Robots\"]"})) ==
        lines{"f:14:10: rule[2].groups: concerns nobody: \"r1\" stands before it with the same "
              "actions and is for everybody (move this rule up: the first that concerns a user "
              "applies)"}
    );
}

TEST_CASE("config_people: a rule whose people all fall under earlier ones is refused")
{
    const std::string ann = "users = [\"ann@b.c\"]";
    const std::string bob = "users = [\"bob@b.c\"]";
    const std::string both = "users = [\"ann@b.c\", \"bob@b.c\"]";
    CHECK(
        problems_of(with_rules({both, ann})) ==
        lines{"f:14:9: rule[2].users: concerns nobody: \"r1\" stands before it with the same "
              "actions and is for the same people (remove one of them)"}
    );
    CHECK(
        problems_of(with_rules({ann, bob, both})) ==
        lines{"f:20:9: rule[3].users: concerns nobody: \"r1\" and \"r2\" stand before it with the "
              "same actions and are for the same people (remove one of them)"}
    );
    CHECK(problems_of(with_rules({ann, both})).empty());
    CHECK(problems_of(with_rules({ann, ann})).empty()); // side by side
}

} // namespace docwarden::test::config_people_test
