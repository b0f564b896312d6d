#include "core/settings/disable_method.hpp"
#include "daemon/config/config_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/config_problems.hpp"

namespace docwarden::test::config_text_test
{

namespace
{

using namespace std::chrono_literals;

constexpr std::string_view rule_text = "[[rule]]\n"
                                       "name = \"r\"\n"
                                       "actions = [\"change\"]\n"
                                       "window = \"10m\"\n"
                                       "threshold = 20\n";

// One [portal] with that line as its third, and a rule.
std::string with_portal_line(std::string_view line)
{
    return "[portal]\nurl = \"https://docs.example.com\"\n" + std::string(line) + '\n' +
           std::string(rule_text);
}

} // namespace

TEST_CASE("config_text: the least configuration gives the defaults of the contract")
{
    const auto config = config_of(least_config);
    REQUIRE(config.portals.size() == 1);
    const auto& portal = config.portals[0];
    CHECK(portal.name == "portal");
    CHECK(portal.url == "https://docs.example.com");
    CHECK(portal.api_key_file.empty());
    CHECK(portal.polling.poll_interval.count() == 15'000);
    CHECK(portal.polling.rescan_interval.count() == 60'000);
    CHECK(portal.polling.lateness.count() == 900'000);
    CHECK(portal.request_timeout.count() == 20'000);
    CHECK(portal.polling.backoff_max.count() == 20'000);
    CHECK(portal.ca_file.empty());
    CHECK(portal.proxy.empty());
    REQUIRE(config.rules.size() == 1);
    CHECK(config.rules[0].response == core::response_mode::disable);
    CHECK(config.containment.method == core::disable_method::status);
    CHECK(config.containment.disables_max == 5);
    CHECK_FALSE(config.containment.has_share());
    CHECK(config.containment.disables_window.count() == 600'000);
    CHECK(config.containment.exempt.empty());
    CHECK(config.contact.empty());
    CHECK(config.admin.enabled);
    CHECK(config.admin.address == "127.0.0.1");
    CHECK(config.admin.port == 3000);
    CHECK(config.admin.socket == "/run/docwarden/control.sock");
    CHECK(config.state_directory.empty());
}

TEST_CASE("config_text: every key reaches its place")
{
    const auto config = config_of(R"([portal]
name = "main"
url = "http://127.0.0.1:8092/"
api_key_file = "/k"
poll_interval = "1s"
rescan_interval = "2s"
lateness = "3s"
request_timeout = "4s"
backoff_max = "5s"
ca_file = "/ca"
proxy = "http://proxy:3128"
[[rule]]
name = "a"
actions = [5011]
window = "6s"
threshold = 7
response = "observe"
release_after = "0s"
[containment]
method = "member"
max_disables = 8
max_disables_share = "12%"
max_disables_window = "9s"
exempt = ["A@example.com"]
[alerts]
contact = "me"
[admin]
listen = "[::1]:80"
socket = "/s"
[state]
directory = "/d"
)");
    const auto& portal = config.portals.at(0);
    CHECK(portal.name == "main");
    CHECK(portal.url == "http://127.0.0.1:8092"); // the slash of a browser's address line is cut
    CHECK(portal.api_key_file == "/k");
    CHECK(portal.polling.poll_interval.count() == 1000);
    CHECK(portal.polling.rescan_interval.count() == 2000);
    CHECK(portal.polling.lateness.count() == 3000);
    CHECK(portal.request_timeout.count() == 4000);
    CHECK(portal.polling.backoff_max.count() == 5000);
    CHECK(portal.ca_file == "/ca");
    CHECK(portal.proxy == "http://proxy:3128");
    const auto& rule = config.rules.at(0);
    CHECK(rule.name == "a");
    CHECK(rule.actions == std::vector<int>{5011});
    CHECK(rule.window.count() == 6000);
    CHECK(rule.threshold == 7);
    CHECK(rule.response == core::response_mode::observe);
    CHECK(config.containment.method == core::disable_method::member);
    CHECK(config.containment.disables_max == 8);
    CHECK(config.containment.disables_share == 12);
    CHECK(config.containment.disables_window.count() == 9000);
    CHECK((config.containment.exempt == std::vector{core::exemption{"a@example.com"}}));
    CHECK(config.contact == "me");
    CHECK(config.admin.address == "::1");
    CHECK(config.admin.port == 80);
    CHECK(config.admin.socket == "/s");
    CHECK(config.state_directory == "/d");
}

TEST_CASE("config_text: everything that is wrong is told at once, with its line and column")
{
    CHECK(
        problems_of(R"(colour = 1
[portal]
url = "http://example.com"
poll_intervall = "1s"
poll_interval = 15
rescan_interval = "60"
listen = "x"
[[rule]]
name = "a"
actions = [5011]
window = "0s"
threshold = 1
[[rule]]
name = "a"
actions = [5011]
window = "1m"
[containment]
max_disables = "5"
[admin]
listen = "localhost:3000"
socket = "rel"
[alert]
contact = "me"
)") ==
        lines{
            "f:1:1: colour: is not a known section (expected \"portal\", \"rule\", "
            "\"containment\", \"alerts\", \"admin\" or \"state\")",
            "f:3:7: portal.url: must start with https://: http:// would send the API key in clear "
            "text, and is accepted for 127.0.0.1, [::1] and localhost only (for instance "
            "\"https://yourportal.onlyoffice.com\")",
            "f:4:1: portal.poll_intervall: is not a known key (did you mean \"poll_interval\"?)",
            "f:5:17: portal.poll_interval: must be a duration with a unit, not a plain number "
            "(for seconds, write \"15s\")",
            "f:6:19: portal.rescan_interval: \"60\" is not a duration (a duration is a whole "
            "number followed by ms, s, m, h or d, for instance \"15s\")",
            "f:7:1: portal.listen: is not a known key (it belongs under [admin])",
            "f:11:10: rule[1].window: \"0s\" is out of range: it must be from 1s to 24h",
            "f:13:1: rule[2].threshold: must be given (for instance threshold = 20)",
            "f:14:8: rule[2].name: \"a\" is already in use",
            "f:18:16: containment.max_disables: must be a whole number, not a string (write it "
            "without quotes)",
            "f:20:10: admin.listen: \"localhost:3000\" is not an IP address and port (for "
            "instance \"127.0.0.1:3000\" or \"[::1]:3000\", or \"\" to disable it)",
            "f:21:10: admin.socket: must be an absolute path (begin it with /)",
            "f:22:2: alert: is not a known section (did you mean \"alerts\"?)",
        }
    );
}

TEST_CASE("config_text: an address that is no origin is refused where it stands, with an example")
{
    CHECK(
        problems_of(with_portal_line("proxy = \"http://proxy.example.com\"")) ==
        lines{"f:3:9: portal.proxy: must have a port (for instance "
              "\"http://proxy.example.com:3128\")"}
    );
    const std::string_view url =
        GENERATE("https://docs.example.com/api", "https://docs.example.com//", "docs.example.com");
    INFO(url);
    const auto problems = problems_of(
        "[portal]\nurl = \"" + std::string(url) +
        "\"\n[[rule]]\nname = \"a\"\nactions = [\"change\"]\nwindow = \"1m\"\nthreshold = 1\n"
    );
    REQUIRE(problems.size() == 1);
    CHECK(problems.front().starts_with("f:2:7: portal.url: "));
    CHECK(problems.front().ends_with("(for instance \"https://yourportal.onlyoffice.com\")"));
}

TEST_CASE("config_text: a text that is no TOML ends the reading at that place")
{
    CHECK(
        problems_of("nonsense = 1\n[portal\nurl = 5\n") ==
        lines{"f:2:8: Error while parsing table header: expected ']', saw '\\n'"}
    );
}

TEST_CASE("config_text: the sections that must be there are named when they are missing")
{
    const lines both = {
        "f:1:1: portal: must be given (a [portal] section with the url of the portal to watch)",
        "f:1:1: rule: must be given (at least one [[rule]] section says what to watch)",
    };
    CHECK(problems_of("") == both);
    CHECK(problems_of("# nothing\n") == both);
    CHECK(
        problems_of("portal = []\nrule = 7\n") ==
        lines{
            "f:1:10: portal: must be a section, not a value (write [portal] on a line of its own)",
            "f:2:8: rule: must be a section, not a value (write [[rule]] on a line of its own)",
        }
    );
}

TEST_CASE("config_text: sections written with the wrong number of brackets")
{
    CHECK(
        problems_of("[portal]\nurl = \"https://a\"\n[rule]\nname = \"r\"\nactions = [5011]\n"
                    "window = \"1m\"\nthreshold = 1\n") ==
        lines{"f:3:1: rule: must have double brackets (write [[rule]], even if there is only one)"}
    );
    CHECK(
        problems_of(least_config + "[[alerts]]\ncontact = \"me\"\n") ==
        lines{"f:8:1: alerts: must be a single section (write [alerts] once, with single brackets)"}
    );
    const auto mixed =
        problems_of("[portal]\nurl = \"https://a\"\n[[portal]]\nurl = \"https://b\"\n");
    REQUIRE(mixed.size() == 1);
    CHECK(mixed[0].starts_with("f:3:1: Error while parsing table header: cannot redefine"));
}

TEST_CASE("config_text: several portals each need a name of their own")
{
    const std::string rule(rule_text);
    const auto config = config_of(
        "[[portal]]\nname = \"a\"\nurl = \"https://a\"\n[[portal]]\nname = \"b\"\n"
        "url = \"https://b\"\n" +
        rule
    );
    REQUIRE(config.portals.size() == 2);
    CHECK(config.portals[1].name == "b");
    CHECK(config.portals[1].url == "https://b");
    CHECK(
        problems_of("[[portal]]\nurl = \"https://a\"\n" + rule) ==
        lines{"f:1:1: portal[1].name: must be given (for instance name = \"main\")"}
    );
    CHECK(
        problems_of(
            "[[portal]]\nname = \"a\"\nurl = \"https://a\"\n[[portal]]\nname = \"a\"\n" + rule
        ) ==
        lines{
            "f:4:1: portal[2].url: must be given (for instance url = "
            "\"https://yourportal.onlyoffice.com\")",
            "f:5:8: portal[2].name: \"a\" is already in use",
        }
    );
}

TEST_CASE("config_text: both ends of every range of a portal are allowed, and nothing beyond")
{
    struct range {
        std::string_view key;
        std::string_view least;
        std::string_view most;
        std::string_view below;
        std::string_view above;
        std::string_view words;
    };
    const auto row = GENERATE(
        range{"poll_interval", "1s", "1h", "999ms", "3600001ms", "from 1s to 1h"},
        range{"rescan_interval", "1s", "1h", "999ms", "3600001ms", "from 1s to 1h"},
        range{"lateness", "0s", "24h", "", "86400001ms", "from 0s to 24h"},
        range{"request_timeout", "1s", "5m", "0s", "300001ms", "from 1s to 5m"},
        range{"backoff_max", "1s", "15m", "999ms", "999999999999999999999d", "from 1s to 15m"}
    );
    const auto with = [&](std::string_view value) {
        return problems_of(
            with_portal_line(std::string(row.key) + " = \"" + std::string(value) + '"')
        );
    };
    INFO(row.key);
    CHECK(with(row.least) == lines{});
    CHECK(with(row.most) == lines{});
    for (const auto outside : {row.below, row.above}) {
        if (outside.empty())
            continue;
        const auto column = std::to_string(row.key.size() + 4);
        CHECK(
            with(outside) ==
            lines{
                "f:3:" + column + ": portal." + std::string(row.key) + ": \"" +
                std::string(outside) + "\" is out of range: it must be " + std::string(row.words)}
        );
    }
}

TEST_CASE("config_text: every key refuses a value of another type")
{
    for (const auto& section : daemon::config_sections()) {
        for (const auto key : section.keys) {
            const std::string name(section.name);
            const bool is_list = name == "rule";
            const auto text = (is_list ? "[[" + name + "]]\n" : '[' + name + "]\n") +
                              std::string(key) + " = true\n";
            const auto path = name + (is_list ? "[1]." : ".") + std::string(key);
            const auto place = "f:2:" + std::to_string(key.size() + 4) + ": " + path + ": must be ";
            INFO(text);
            const auto problems = problems_of(text);
            const auto about_it = std::ranges::count_if(problems, [&](const std::string& problem) {
                return problem.starts_with(place) &&
                       problem.find("not true or false") != std::string::npos;
            });
            CHECK(about_it == 1);
        }
    }
}

TEST_CASE("config_text: texts must be one line, not empty, and of sensible length")
{
    CHECK(
        problems_of(with_portal_line("ca_file = \"\"")) ==
        lines{"f:3:11: portal.ca_file: must not be empty"}
    );
    CHECK(
        problems_of(with_portal_line("ca_file = \"/a\\nb\"")) ==
        lines{"f:3:11: portal.ca_file: must be a single line without control characters"}
    );
    CHECK(problems_of(with_portal_line("name = \"" + std::string(64, 'n') + '"')) == lines{});
    CHECK(
        problems_of(with_portal_line("name = \"" + std::string(65, 'n') + '"')) ==
        lines{"f:3:8: portal.name: must not be longer than 64 bytes"}
    );
    CHECK(config_of(least_config + "[alerts]\ncontact = \"\"\n").contact.empty());
}

TEST_CASE("config_text: what an administrator typed cannot forge lines in the problems")
{
    CHECK(
        problems_of(least_config + "\"a\\nf:1:1: fine\" = 1\n") ==
        lines{"f:8:1: rule[1].a\\u{a}f:1:1: fine: is not a known key (expected \"name\", "
              "\"actions\", \"window\", \"threshold\", \"warn\", \"response\", \"countdown\", "
              "\"release_after\", \"users\" or \"groups\")"}
    );
    CHECK(
        problems_of(least_config + "response = \"\\u202Ealert\"\n") ==
        lines{"f:8:12: rule[1].response: \"\\u{202e}alert\" is not \"observe\", \"alert\" or "
              "\"disable\""}
    );
}

TEST_CASE("config_text: a secret in the wrong place is not repeated")
{
    const std::string line = GENERATE(
        "api_key_file = \"sk-0123456789abcdef\"",
        "api_key = \"sk-0123456789abcdef\"",
        "url2 = \"sk-0123456789abcdef\"",
        "proxy = \"http://me:sk-0123456789abcdef@proxy:3128\"",
        "ca_file = sk-0123456789abcdef",
        "poll_interval = [\"sk-0123456789abcdef\"]"
    );
    INFO(line);
    const auto problems = problems_of(with_portal_line(line));
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].find("0123") == std::string::npos);
}

TEST_CASE("config_text: the admin endpoint can be switched off, and the socket fits its address")
{
    const auto config = config_of(least_config + "[admin]\nlisten = \"\"\n");
    CHECK_FALSE(config.admin.enabled);
    const std::string longest = '/' + std::string(106, 's');
    CHECK(
        config_of(least_config + "[admin]\nsocket = \"" + longest + "\"\n").admin.socket == longest
    );
    CHECK(
        problems_of(least_config + "[admin]\nsocket = \"" + longest + "s\"\n") ==
        lines{"f:9:10: admin.socket: must not be longer than 107 bytes"}
    );
}

TEST_CASE("config_text: a text of nothing but mistakes gives a bounded answer")
{
    std::string text = "[portal]\n";
    for (int i = 0; i < 5000; ++i)
        text += "unknown" + std::to_string(i) + " = 1\n";
    const auto problems = problems_of(text);
    REQUIRE(problems.size() == 101);
    CHECK(problems.back() == "f: and 4902 more problems (correct these first)");
}

TEST_CASE("config_text: more than 1 MiB is refused before it is parsed")
{
    auto text = least_config;
    text.resize(daemon::config_bytes_max, '\n');
    CHECK(problems_of(text) == lines{});
    CHECK(
        problems_of(text + '\n') == lines{"f: is larger than 1 MiB and cannot be a configuration"}
    );
}

} // namespace docwarden::test::config_text_test
