#include "core/roster/roster.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::test::roster_test
{

using core::member;
using core::roster;
using strings = std::vector<std::string>;
using namespace std::chrono_literals;

namespace
{

const std::string ann = "a0000000-0000-4000-8000-000000000001";
const std::string bob = "b0000000-0000-4000-8000-000000000002";
const std::string cid = "c0000000-0000-4000-8000-000000000003";

core::rule rule_for(strings users, strings groups)
{
    core::rule made = make_rule("r", 20, 60s);
    made.users = std::move(users);
    made.groups = std::move(groups);
    return made;
}

core::exemption exempt_group(std::string name)
{
    core::exemption made;
    made.group = std::move(name);
    return made;
}

} // namespace

TEST_CASE("roster: the names of the settings are taken once each, those first on which rules depend"
)
{
    core::engine_settings settings;
    settings.rules = {
        rule_for({ann, "bob@x.org"}, {"Robots"}), rule_for({"bob@x.org"}, {"Guests"})};
    settings.containment.exempt = {
        core::exemption{"ann@x.org"}, core::exemption{"bob@x.org"}, exempt_group("Backup")};
    const core::wanted_names names(settings);
    CHECK(names.rule_groups == strings{"Guests", "Robots"});
    CHECK(names.groups == strings{"Backup", "Guests", "Robots"});
    CHECK(names.people == strings{"bob@x.org", ann, "ann@x.org"});
    CHECK_FALSE(names.empty());
    CHECK(core::wanted_names(core::engine_settings()).empty());
}

TEST_CASE("roster: a rule concerns its users and the members of its groups, each once")
{
    const core::rule rule = rule_for({ann, "bob@x.org", "ghost@x.org"}, {"Robots", "Spooks"});
    roster known;
    CHECK(people_of(rule, known) == std::vector<member>{{ann, ""}}); // its own word for it
    known.people["bob@x.org"] = member{bob, "Bob"};
    known.people["ghost@x.org"] = std::nullopt;
    known.groups["Robots"] = std::vector<member>{{cid, "Cid"}, {bob, "Bob"}};
    known.groups["Spooks"] = std::nullopt;
    CHECK(people_of(rule, known) == std::vector<member>{{ann, ""}, {bob, "Bob"}, {cid, "Cid"}});
    CHECK(members_of({rule}, known) == core::rule_choice::members{{ann, bob, cid}});
    known.people[ann] = std::nullopt; // it is nobody's GUID
    CHECK(people_of(rule, known) == std::vector<member>{{bob, "Bob"}, {cid, "Cid"}});
}

TEST_CASE("roster: it is complete when all addresses and groups of rules are answered, if by no")
{
    const std::vector<core::rule> rules{rule_for({ann, "bob@x.org"}, {"Robots"}), rule_for({}, {})};
    roster known;
    CHECK_FALSE(is_complete(rules, known));
    known.people["bob@x.org"] = std::nullopt;
    CHECK_FALSE(is_complete(rules, known));
    known.groups["Robots"] = std::nullopt;
    CHECK(is_complete(rules, known));
    CHECK(is_complete({rule_for({ann}, {})}, roster()));
    CHECK(is_complete({}, roster()));
}

TEST_CASE("roster: names that the portal does not know are listed by the place that names them")
{
    core::engine_settings settings;
    settings.rules = {rule_for({ann}, {"Robots"}), rule_for({}, {"Spooks"})};
    settings.rules[0].name = "first";
    settings.containment.exempt = {core::exemption{"ghost@x.org"}, exempt_group("Spooks")};
    roster known;
    CHECK(names_not_found(settings, known).empty()); // not answered yet
    known.people[ann] = std::nullopt;
    known.people["ghost@x.org"] = std::nullopt;
    known.groups["Robots"] = std::vector<member>();
    known.groups["Spooks"] = std::nullopt;
    const std::vector<core::unknown_names> wanted{
        {"first", {}, {ann}}, {"r", {"Spooks"}, {}}, {"", {"Spooks"}, {"ghost@x.org"}}};
    CHECK(names_not_found(settings, known) == wanted);
}

} // namespace docwarden::test::roster_test
