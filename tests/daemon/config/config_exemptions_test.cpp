#include "core/base/iso8601.hpp"
#include "daemon/config/config_exemptions.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/config_problems.hpp"

namespace docwarden::test::config_exemptions_test
{

using core::exemption;

namespace
{

const std::string guid = "4c65a238-ca50-4374-b904-0d51d4c1822b";

std::string with_exempt(std::string_view list)
{
    return least_config + "[containment]\nexempt = " + std::string(list) + '\n';
}

std::vector<exemption> exempt_of(std::string_view list)
{
    return config_of(with_exempt(list)).containment.exempt;
}

lines accounts_of(std::string_view list)
{
    lines accounts;
    for (const exemption& entry : exempt_of(list))
        accounts.push_back(entry.account);
    return accounts;
}

core::wall_time moment(std::string_view text)
{
    return core::parse_date(text).value();
}

// The end of the only exemption.
std::optional<core::wall_time> until_of(const std::string& text)
{
    return exempt_of("[{ user = \"a@b.c\", until = \"" + text + "\" }]").at(0).until;
}

} // namespace

TEST_CASE("config_exemptions: GUIDs and e-mail addresses, in lower case, once each")
{
    CHECK(
        accounts_of(
            R"(["Boss@Example.COM", "4C65A238-CA50-4374-B904-0D51D4C1822B", "boss@example.com"])"
        ) == lines{guid, "boss@example.com"}
    );
    CHECK(accounts_of("[]") == lines{});
}

TEST_CASE("config_exemptions: an account that could never match is refused")
{
    const std::string entry = GENERATE(
        "",
        "boss",
        "@example.com",
        "boss@",
        "a@b@c",
        "a b@example.com",
        "a\\t@example.com",
        "4c65a238ca504374b9040d51d4c1822b",
        "{4c65a238-ca50-4374-b904-0d51d4c1822b}",
        "4c65a238-ca50-4374-b904-0d51d4c1822",
        "4c65a238-ca50-4374-b904-0d51d4c1822g"
    );
    INFO('"' << entry << '"');
    const auto problems = problems_of(with_exempt("[\"a@b.c\", \"" + entry + "\"]"));
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].starts_with("f:9:20: containment.exempt[2]: \""));
    CHECK(problems[0].find("is neither a user's GUID nor an e-mail address") != std::string::npos);
}

TEST_CASE("config_exemptions: a table says why, until when and whom to ask, beside plain strings")
{
    const auto found = exempt_of(
        "[\"b@c.d\", { user = \"A@b.c\", reason = \"a migration\", owner = \"IT\", "
        "until = \"2026-12-31\" }, { user = \"" +
        guid + "\" }]"
    );
    const auto until = moment("2027-01-01T00:00:00Z") - core::tick(1);
    CHECK(
        (found ==
         std::vector<exemption>{
             exemption{guid}, exemption{"a@b.c", "a migration", "IT", until}, exemption{"b@c.d"}})
    );
}

TEST_CASE("config_exemptions: a table may name a group instead, by its name or its GUID")
{
    const auto found = exempt_of(
        "[{ group = \"Robots\", owner = \"IT\" }, \"a@b.c\", { group = \"4C65A238-CA50-4374-B904-"
        "0D51D4C1822B\" }, { group = \"Robots\", owner = \"IT\" }]"
    );
    REQUIRE(found.size() == 3);
    CHECK(found[0] == exemption{"a@b.c"});
    CHECK(found[1].group == guid);
    CHECK(found[2].group == "Robots");
    CHECK(found[2].owner == "IT");
    CHECK(found[2].account.empty());
}

TEST_CASE("config_exemptions: a reload and an end of it name the group")
{
    exemption robots;
    robots.group = "Robots";
    exemption other = robots;
    other.until = moment("2026-01-01T00:00:00Z");
    CHECK(daemon::exemption_changes({}, {robots}) == lines{"the group Robots exempt"});
    CHECK(daemon::exemption_changes({robots}, {}) == lines{"the group Robots no longer exempt"});
    CHECK(
        daemon::exemption_changes({robots}, {other}) ==
        lines{"exemption of the group Robots changed"}
    );
    const auto expired = daemon::expired_exemptions({other}, moment("2026-01-02T00:00:00Z"), "f");
    REQUIRE(expired.size() == 1);
    CHECK(
        expired[0].message ==
        "the exemption of the group Robots expired on 2026-01-01T00:00:00Z, so its members can be "
        "disabled"
    );
}

TEST_CASE("config_exemptions: a day ends with its last moment in UTC, a time is meant to the second"
)
{
    CHECK((until_of("2028-02-29") == moment("2028-03-01T00:00:00Z") - core::tick(1)));
    CHECK((until_of("9999-12-31") == moment("9999-12-31T23:59:59.9999999Z")));
    CHECK((until_of("2026-12-31T18:00:00+01:00") == moment("2026-12-31T17:00:00Z")));
}

TEST_CASE("config_exemptions: each fault of a table is told at its place")
{
    const auto [table, problem] = GENERATE(Catch::Generators::table<std::string, std::string>({
        {"{ reason = \"x\" }",
         "f:9:11: containment.exempt[1].user: must be given (for instance user = "
         "\"admin@example.com\")"},
        {"{ user = \"boss\" }",
         "f:9:20: containment.exempt[1].user: \"boss\" is neither a user's GUID nor an e-mail "
         "address (for instance \"admin@example.com\")"},
        {"{ user = \"a@b.c\", untill = \"2026-12-31\" }",
         "f:9:29: containment.exempt[1].untill: is not a known key (did you mean \"until\"?)"},
        {"{ user = \"a@b.c\", x = 1 }",
         "f:9:29: containment.exempt[1].x: is not a known key (expected \"user\", \"group\", "
         "\"reason\", \"owner\" or \"until\")"},
        {"{ group = \"\" }", "f:9:21: containment.exempt[1].group: must not be empty"},
        {"{ group = \" Robots\" }",
         "f:9:21: containment.exempt[1].group: \" Robots\" cannot be the name of a group"},
        {"{ user = \"a@b.c\", group = \"Robots\" }",
         "f:9:37: containment.exempt[1].group: cannot stand beside `user` (write an item of its "
         "own for each)"},
        {"{ group = \"Robots\" }, { group = \"ROBOTS\", reason = \"x\" }",
         "f:9:33: containment.exempt[2]: \"ROBOTS\" is in the list already, in other words"},
        {"{ user = \"a@b.c\", until = 2026-12-31 }",
         "f:9:37: containment.exempt[1].until: must be a string, not a date or time (write it in "
         "quotes)"},
        {"{ user = \"a@b.c\", until = \"2026-02-30\" }",
         "f:9:37: containment.exempt[1].until: \"2026-02-30\" is neither a date nor a time with "
         "its "
         "zone (for instance \"2026-12-31\" or \"2026-12-31T18:00:00+01:00\")"},
        {"{ user = \"a@b.c\", until = \"2026-12-31T18:00:00\" }",
         "f:9:37: containment.exempt[1].until: \"2026-12-31T18:00:00\" is neither a date nor a "
         "time "
         "with its zone (for instance \"2026-12-31\" or \"2026-12-31T18:00:00+01:00\")"},
        {"{ user = \"a@b.c\", reason = \"a\\nb\" }",
         "f:9:38: containment.exempt[1].reason: must be a single line without control characters"},
        {"{ user = \"a@b.c\", owner = \"" + std::string(201, 'x') + "\" }",
         "f:9:37: containment.exempt[1].owner: must not be longer than 200 bytes"},
        {"17", "f:9:11: containment.exempt[1]: must be a string or a table, not a whole number"},
        {"\"A@b.c\", { user = \"a@b.c\", reason = \"x\" }",
         "f:9:20: containment.exempt[2]: \"a@b.c\" is in the list already, in other words"},
    }));
    CHECK(problems_of(with_exempt("[" + table + "]")) == lines{problem});
}

TEST_CASE("config_exemptions: a reload names who is exempt now, who no more, and whose words differ"
)
{
    const std::vector<exemption> before{exemption{"a@b.c"}, exemption{"b@b.c"}, exemption{"c@b.c"}};
    const std::vector<exemption> after{
        exemption{"b@b.c"}, exemption{"c@b.c", "a migration"}, exemption{"d@b.c"}};
    CHECK(
        daemon::exemption_changes(before, after) ==
        lines{"exemption of c@b.c changed", "d@b.c exempt", "a@b.c no longer exempt"}
    );
    CHECK(daemon::exemption_changes(after, after).empty());
}

TEST_CASE("config_exemptions: those that have expired are warnings with their end and what to do")
{
    const auto end = moment("2026-12-31T18:00:00Z");
    const std::vector<exemption> exempt{
        exemption{"a@b.c", "", "", end}, exemption{"b@b.c", "", "it@b.c", end}, exemption{"c@b.c"}};
    CHECK(daemon::expired_exemptions(exempt, end, "f").empty());
    const auto warnings = daemon::expired_exemptions(exempt, end + core::tick(1), "f");
    REQUIRE(warnings.size() == 2);
    CHECK(
        to_text(warnings[0]) ==
        "f: containment.exempt: the exemption of a@b.c expired on 2026-12-31T18:00:00Z, so the "
        "account can be disabled (remove it, or give it a later `until`)"
    );
    CHECK(warnings[1].hint == "remove it, or give it a later `until`: ask it@b.c");
}

} // namespace docwarden::test::config_exemptions_test
