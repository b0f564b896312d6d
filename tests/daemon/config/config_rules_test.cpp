#include "core/audit/action_catalog.hpp"
#include "daemon/config/config_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/config_problems.hpp"

namespace docwarden::test::config_rules_test
{

using namespace std::chrono_literals;

namespace
{

// A whole configuration whose rule has these four lines; the value of each stands in lines 5 to 8.
std::string with_rule(
    std::string_view actions = "[\"change\"]",
    std::string_view window = "\"10m\"",
    std::string_view threshold = "20",
    std::string_view last = ""
)
{
    return "[portal]\nurl = \"https://docs.example.com\"\n[[rule]]\nname = \"r\"\nactions = " +
           std::string(actions) + "\nwindow = " + std::string(window) +
           "\nthreshold = " + std::string(threshold) + '\n' + std::string(last) + '\n';
}

std::vector<int> actions_of(std::string_view list)
{
    return config_of(with_rule(list)).rules.at(0).actions;
}

std::string with_containment(std::string_view line)
{
    return least_config + "[containment]\n" + std::string(line) + '\n';
}

} // namespace

TEST_CASE("config_rules: sets and ids become ascending ids without duplicates")
{
    const auto change = core::action_set("change");
    REQUIRE(change);
    CHECK(actions_of("[\"change\"]") == std::vector<int>(change->begin(), change->end()));
    CHECK(actions_of("[5018, 5011, 5018]") == std::vector<int>{5011, 5018});
    CHECK(
        actions_of("[5119, \"delete\", \"delete\", 5000]") ==
        std::vector<int>{5000, 5017, 5018, 5119}
    );
    CHECK(actions_of("[5074, 5025, 4006]") == std::vector<int>{4006, 5025, 5074});
    CHECK(actions_of("[0x1393]") == std::vector<int>{5011});
}

TEST_CASE("config_rules: actions that can never be counted are refused, each with its place")
{
    const auto [list, problem] = GENERATE(table<std::string_view, std::string_view>({
        {"[]", "f:5:11: rule[1].actions: must not be empty (for instance [\"change\"])"},
        {"\"change\"",
         "f:5:11: rule[1].actions: must be a list, not a string (enclose it in [ and ])"},
        {"[\"changes\"]",
         "f:5:12: rule[1].actions[1]: \"changes\" is not a set of actions (did you mean "
         "\"change\"?)"},
        {"[5011, \"5012\"]",
         "f:5:18: rule[1].actions[2]: \"5012\" is not a set of actions (known sets: \"change\", "
         "\"delete\", \"download\", \"share\" or \"folder\"; action ids are written without "
         "quotes)"},
        {"[5999]",
         "f:5:12: rule[1].actions[1]: 5999 is not a DocSpace action that this version knows "
         "(only actions of its catalogue can be counted)"},
        {"[4294972307]", // 5011 + 2^32
         "f:5:12: rule[1].actions[1]: 4294972307 is not a DocSpace action that this version "
         "knows (only actions of its catalogue can be counted)"},
        {"[5076]",
         "f:5:12: rule[1].actions[1]: 5076 (TagCreated) has no object to count (only "
         "actions on files, folders, rooms and users can be counted)"},
        {"[6000]",
         "f:5:12: rule[1].actions[1]: 6000 (LanguageSettingsUpdated) has no object to "
         "count (only actions on files, folders, rooms and users can be counted)"},
        {"[5011.0]",
         "f:5:12: rule[1].actions[1]: must be a named set or an action id, not a "
         "number with a fraction"},
        {"[[5011]]", "f:5:12: rule[1].actions[1]: must be a named set or an action id, not a list"},
    }));
    CHECK(problems_of(with_rule(list)) == lines{std::string(problem)});
}

TEST_CASE("config_rules: a rule must say what, how long and how many")
{
    CHECK(
        problems_of("[portal]\nurl = \"https://a\"\n[[rule]]\n") ==
        lines{
            "f:3:1: rule[1].name: must be given (for instance name = \"bulk-change\")",
            "f:3:1: rule[1].actions: must be given (for instance actions = [\"change\"])",
            "f:3:1: rule[1].window: must be given (for instance window = \"10m\")",
            "f:3:1: rule[1].threshold: must be given (for instance threshold = 20)",
        }
    );
}

TEST_CASE("config_rules: both ends of the window's and the threshold's range are allowed")
{
    CHECK(config_of(with_rule("[5011]", "\"1s\"", "0")).rules[0].window.count() == 1000);
    CHECK(config_of(with_rule("[5011]", "\"24h\"", "0")).rules[0].window.count() == 86'400'000);
    CHECK(config_of(with_rule("[5011]", "\"1s\"", "0")).rules[0].threshold == 0);
    CHECK(config_of(with_rule("[5011]", "\"1s\"", "1_000_000")).rules[0].threshold == 1'000'000);
    CHECK(
        problems_of(with_rule("[5011]", "\"999ms\"", "-1")) ==
        lines{
            "f:6:10: rule[1].window: \"999ms\" is out of range: it must be from 1s to 24h",
            "f:7:13: rule[1].threshold: -1 is out of range: it must be from 0 to 1000000",
        }
    );
    CHECK(
        problems_of(with_rule("[5011]", "\"86400001ms\"", "1000001")) ==
        lines{
            "f:6:10: rule[1].window: \"86400001ms\" is out of range: it must be from 1s to 24h",
            "f:7:13: rule[1].threshold: 1000001 is out of range: it must be from 0 to 1000000",
        }
    );
    CHECK(
        problems_of(with_rule("[5011]", "600", "20.5")) ==
        lines{
            "f:6:10: rule[1].window: must be a duration with a unit, not a plain number (for "
            "seconds, write \"600s\")",
            "f:7:13: rule[1].threshold: must be a whole number, not a number with a fraction",
        }
    );
}

TEST_CASE("config_rules: each response by its name")
{
    const auto response_of = [](std::string_view name) {
        const auto line = "response = \"" + std::string(name) + '"';
        return config_of(with_rule("[5011]", "\"1m\"", "1", line)).rules.at(0).response;
    };
    CHECK(response_of("observe") == core::response_mode::observe);
    CHECK(response_of("alert") == core::response_mode::alert);
    CHECK(response_of("disable") == core::response_mode::disable);
    CHECK(
        problems_of(with_rule("[5011]", "\"1m\"", "1", "response = \"Disable\"")) ==
        lines{"f:8:12: rule[1].response: \"Disable\" is not \"observe\", \"alert\" or \"disable\" "
              "(did you mean \"disable\"?)"}
    );
}

TEST_CASE("config_rules: a warning comes before the threshold, or not at all")
{
    const auto with_warn = [](std::string_view value, std::string_view threshold = "20") {
        const auto line = "warn = " + std::string(value);
        return with_rule("[5011]", "\"1m\"", threshold, line);
    };
    CHECK(config_of(with_rule()).rules.at(0).warn == 0);
    CHECK(config_of(with_warn("0", "0")).rules.at(0).warn == 0);
    CHECK(config_of(with_warn("19")).rules.at(0).warn == 19);
    CHECK(
        problems_of(with_warn(GENERATE("20", "21"))) ==
        lines{"f:8:8: rule[1].warn: must be below threshold, which is 20 (leave it out, or write "
              "0, for no warning)"}
    );
    CHECK(
        problems_of(with_warn("-1")) ==
        lines{"f:8:8: rule[1].warn: -1 is out of range: it must be from 0 to 1000000"}
    );
    CHECK(
        problems_of(with_warn("\"15\"")) ==
        lines{"f:8:8: rule[1].warn: must be a whole number, not a string (write it without quotes)"}
    );
}

TEST_CASE("config_rules: a countdown lasts up to an hour")
{
    const auto rule_with = [](std::string_view value) {
        const auto line = "countdown = " + std::string(value);
        return with_rule("[5011]", "\"1m\"", "1", line);
    };
    CHECK(config_of(with_rule()).rules.at(0).countdown == 0s);
    CHECK(config_of(rule_with("\"0s\"")).rules.at(0).countdown == 0s);
    CHECK(config_of(rule_with("\"90s\"")).rules.at(0).countdown == 90s);
    CHECK(config_of(rule_with("\"1h\"")).rules.at(0).countdown == 1h);
    CHECK(problems_of(rule_with(GENERATE("\"61m\"", "\"2h\"")))
              .at(0)
              .starts_with("f:8:13: rule[1].countdown: "));
    CHECK(problems_of(rule_with("\"-5m\"")).size() == 1);
    CHECK(
        problems_of(rule_with("300")) ==
        lines{"f:8:13: rule[1].countdown: must be a duration with a unit, not a plain number (for "
              "seconds, write \"300s\")"}
    );
}

TEST_CASE("config_rules: release after zero, or from a minute to a year")
{
    const auto rule_with = [](std::string_view value) {
        const auto line = "release_after = " + std::string(value);
        return with_rule("[5011]", "\"1m\"", "1", line);
    };
    const auto after = [&](std::string_view value) {
        return config_of(rule_with(value)).rules.at(0).release_after;
    };
    CHECK(after("\"0d\"") == 0s);
    CHECK(after("\"1m\"") == 1min);
    CHECK(after("\"30d\"") == 720h);
    CHECK(
        problems_of(rule_with(GENERATE("\"1ms\"", "\"59s\""))) ==
        lines{"f:8:17: rule[1].release_after: must be 0s or at least 1m (\"0s\" leaves it to a "
              "person to enable the account)"}
    );
    CHECK(
        problems_of(rule_with("\"31d\"")) ==
        lines{"f:8:17: rule[1].release_after: is longer than containment.release_max, which is 30d "
              "(raise release_max under [containment])"}
    );
    CHECK(problems_of(rule_with("\"366d\"")).size() == 1);
    CHECK(problems_of(rule_with("\"-1h\"")).size() == 1);
    CHECK(
        problems_of(rule_with("0")) ==
        lines{"f:8:17: rule[1].release_after: must be a duration with a unit, not a plain number "
              "(for seconds, write \"0s\")"}
    );
    const auto wide = config_of(
        rule_with("\"365d\"") +
        "\n[containment]\nrelease_max = \"365d\"\nrelease_factor = 1.5\nrelease_memory = \"0s\"\n"
    );
    CHECK(wide.rules.at(0).release_after == 8760h);
    CHECK(wide.containment.release_growth == 150);
    CHECK(wide.containment.release_max == 8760h);
    CHECK(wide.containment.release_memory == 0s);
}

TEST_CASE("config_rules: a share is a whole percentage, from 1 to 100")
{
    const auto share_of = [](const std::string& value) {
        return config_of(with_containment("max_disables_share = " + value));
    };
    CHECK(share_of("\"7%\"").containment.disables_share == 7);
    CHECK(share_of("\"1%\"").containment.has_share());
    CHECK_FALSE(share_of("\"100%\"").containment.has_share());
    const auto [value, problem] = GENERATE(table<std::string, std::string>({
        {"\"0%\"", "\"0%\" is out of range: it must be from 1% to 100%"},
        {"\"101%\"", "\"101%\" is out of range: it must be from 1% to 100%"},
        {"\"10\"",
         "\"10\" is not a percentage (a percentage is a whole number followed by %, for instance "
         "\"10%\")"},
        {"10",
         "must be a percentage with its sign, not a plain number (write \"10%\" with the quotes)"},
        {"0.1",
         "must be a percentage, not a number with a fraction (a percentage is a whole number "
         "followed by %, for instance \"10%\")"},
        {"\"-5%\"",
         "\"-5%\" is not a percentage (a percentage is a whole number followed by %, for instance "
         "\"10%\")"},
        {"\"1.5%\"",
         "\"1.5%\" is not a percentage (a percentage is a whole number followed by %, for instance "
         "\"10%\")"},
        {"\"%\"",
         "\"%\" is not a percentage (a percentage is a whole number followed by %, for instance "
         "\"10%\")"},
        {"\"10 %\"",
         "\"10 %\" is not a percentage (a percentage is a whole number followed by %, for instance "
         "\"10%\")"},
        {"\"99999999999%\"",
         "\"99999999999%\" is not a percentage (a percentage is a whole number followed by %, for "
         "instance \"10%\")"},
    }));
    CHECK(
        problems_of(with_containment("max_disables_share = " + value)) ==
        lines{"f:9:22: containment.max_disables_share: " + problem}
    );
}

TEST_CASE("config_rules: the ranges of the containment")
{
    const std::string fine = GENERATE(
        "max_disables = 0",
        "max_disables = 1000000",
        "max_disables_share = \"1%\"",
        "max_disables_share = \"100%\"",
        "max_disables_window = \"1s\"",
        "max_disables_window = \"30d\"",
        "release_factor = 1",
        "release_factor = 1.0",
        "release_factor = 10.0",
        "release_max = \"1m\"",
        "release_memory = \"365d\"",
        "recheck_interval = \"1m\"",
        "recheck_interval = \"30d\"",
        "when_enabled = \"reassert\"",
        "method = \"status\"",
        "method = \"member\""
    );
    CHECK(problems_of(with_containment(fine)) == lines{});

    const auto [line, problem] = GENERATE(table<std::string_view, std::string_view>({
        {"max_disables = -1",
         "f:9:16: containment.max_disables: -1 is out of range: it must be from 0 to 1000000"},
        {"max_disables = 1000001",
         "f:9:16: containment.max_disables: 1000001 is out of range: "
         "it must be from 0 to 1000000"},
        {"max_disables_window = \"0s\"",
         "f:9:23: containment.max_disables_window: \"0s\" is "
         "out of range: it must be from 1s to 30d"},
        {"max_disables_window = \"31d\"",
         "f:9:23: containment.max_disables_window: \"31d\" is "
         "out of range: it must be from 1s to 30d"},
        {"release_factor = 0.99",
         "f:9:18: containment.release_factor: is out of range: it must be from 1 to 10"},
        {"release_factor = nan",
         "f:9:18: containment.release_factor: is out of range: it must be from 1 to 10"},
        {"release_factor = -2",
         "f:9:18: containment.release_factor: is out of range: it must be from 1 to 10"},
        {"release_factor = \"2\"",
         "f:9:18: containment.release_factor: must be a number, not a string (write it without "
         "quotes)"},
        {"release_max = \"0s\"",
         "f:9:15: containment.release_max: \"0s\" is out of range: it must be from 1m to 365d"},
        {"release_memory = \"366d\"",
         "f:9:18: containment.release_memory: \"366d\" is out of range: it must be from 0s to "
         "365d"},
        {"recheck_interval = \"0s\"",
         "f:9:20: containment.recheck_interval: \"0s\" is out of range: it must be from 1m to 30d"},
        {"when_enabled = \"fight\"",
         "f:9:16: containment.when_enabled: \"fight\" is not \"accept\" or \"reassert\""},
        {"method = \"delete\"",
         "f:9:10: containment.method: \"delete\" is not \"status\" or \"member\""},
    }));
    CHECK(problems_of(with_containment(line)) == lines{std::string(problem)});
}

} // namespace docwarden::test::config_rules_test
