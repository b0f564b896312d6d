#include "daemon/command/options.hpp"
#include "daemon/host/version.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::test::options_test
{

namespace
{

using arguments = std::vector<const char*>;

daemon::options options_of(const arguments& typed)
{
    const auto parsed = daemon::parse_options(typed);
    if (const auto* exit = std::get_if<daemon::early_exit>(&parsed))
        FAIL("refused: " << exit->text);
    return std::get<daemon::options>(parsed);
}

daemon::early_exit exit_of(const arguments& typed)
{
    const auto parsed = daemon::parse_options(typed);
    REQUIRE(std::holds_alternative<daemon::early_exit>(parsed));
    return std::get<daemon::early_exit>(parsed);
}

std::string usage_error_of(const arguments& typed)
{
    const auto exit = exit_of(typed);
    CHECK(exit.code == 2);
    CHECK(exit.to_stderr);
    return exit.text;
}

} // namespace

TEST_CASE("options: each command alone has the defaults")
{
    const auto command = GENERATE(
        daemon::command::run, daemon::command::check, daemon::command::scan, daemon::command::status
    );
    const std::string name(to_string(command));
    INFO(name);
    CHECK(options_of({name.c_str()}) == daemon::options{.chosen_command = command});
    CHECK(daemon::options{}.config_file == "/etc/docwarden/docwarden.toml");
}

TEST_CASE("options: every option of every command reaches its place")
{
    CHECK(
        options_of({"run", "--config", "/c", "--log-format", "json"}) ==
        daemon::options{
            .chosen_command = daemon::command::run,
            .config_file = "/c",
            .format = daemon::log_format::json}
    );
    CHECK(
        options_of({"check", "--offline", "--json", "--config=/c", "--log-format=text"}) ==
        daemon::options{
            .chosen_command = daemon::command::check,
            .config_file = "/c",
            .format = daemon::log_format::text,
            .offline = true,
            .json = true}
    );
    CHECK(
        options_of({"scan", "--json", "--log-format", "journal"}) ==
        daemon::options{
            .chosen_command = daemon::command::scan,
            .format = daemon::log_format::journal,
            .json = true}
    );
    CHECK(
        options_of({"replay", "a.json", "--config", "/c", "-", "--json", "--log-format", "auto"}) ==
        daemon::options{
            .chosen_command = daemon::command::replay,
            .config_file = "/c",
            .json = true,
            .files = {"a.json", "-"}}
    );
}

TEST_CASE("options: help goes to standard output and is about the command")
{
    const auto general = exit_of({"--help"});
    CHECK(general.code == 0);
    CHECK_FALSE(general.to_stderr);
    CHECK(general.text.find("Usage: docwarden ") != std::string::npos);
    for (const auto* const name : {"run", "check", "scan", "replay", "--version"}) {
        INFO(name);
        CHECK(general.text.find(std::string("\n  ") + name + ' ') != std::string::npos);
    }
    const std::string name = GENERATE("run", "check", "scan", "replay");
    const auto own = exit_of({name.c_str(), "--help"});
    INFO(own.text);
    CHECK(own.code == 0);
    CHECK_FALSE(own.to_stderr);
    CHECK(own.text.find("Usage: docwarden " + name) != std::string::npos);
    CHECK(own.text.find("--config") != std::string::npos);
    CHECK(own.text.find("--log-format") != std::string::npos);
    CHECK((own.text.find("--json") != std::string::npos) == (name != "run"));
    CHECK((own.text.find("--offline") != std::string::npos) == (name == "check"));
    CHECK((own.text.find("FILE...") != std::string::npos) == (name == "replay"));
}

TEST_CASE("options: the version is one line")
{
    const auto exit = exit_of({"--version"});
    CHECK(exit.code == 0);
    CHECK_FALSE(exit.to_stderr);
    CHECK(exit.text == "docwarden " + std::string(daemon::version()) + '\n');
    CHECK(daemon::version().find('.') != std::string_view::npos);
}

TEST_CASE("options: a wrong command is answered with the nearest one")
{
    const auto [typed, words] = GENERATE(table<const char*, std::string_view>({
        {"runn", "unknown command \"runn\": did you mean \"run\"?"},
        {"chekc", "unknown command \"chekc\": did you mean \"check\"?"},
        {"reply", "unknown command \"reply\": did you mean \"replay\"?"},
        {"banana", "unknown command \"banana\""},
        {"", "unknown command \"\""},
        {"run\nfine", "unknown command \"run\\u{a}fine\""},
        {"--config", "the command must come before its options"},
        {"-h", "the command must come before its options"},
    }));
    CHECK(
        usage_error_of({typed, "--config", "/c"}) ==
        "docwarden: " + std::string(words) + "\ntry: docwarden --help\n"
    );
}

TEST_CASE("options: no command at all names the commands")
{
    CHECK(
        usage_error_of({}) == "docwarden: a command is required: run, check, scan, status or "
                              "replay\ntry: docwarden --help\n"
    );
}

TEST_CASE("options: what a command does not take is a usage error that points to its help")
{
    const auto typed = GENERATE(
        arguments{"run", "--json"},
        arguments{"run", "--offline"},
        arguments{"run", "file"},
        arguments{"run", "check"},
        arguments{"scan", "--offline"},
        arguments{"scan", "--jsn"},
        arguments{"scan", "-x"},
        arguments{"scan", ""},
        arguments{"check", "file"},
        arguments{"replay"},
        arguments{"replay", "--offline", "file"},
        arguments{"run", "--config"},
        arguments{"run", "--config", "a", "--config", "b"},
        arguments{"run", "--log-format", "yaml"},
        arguments{"run", "--log-format", "1"},
        arguments{"run", "--version"}
    );
    std::string line;
    for (const auto* const word : typed)
        line += word + std::string(" ");
    INFO(line);
    const auto text = usage_error_of(typed);
    CHECK(text.ends_with("\ntry: docwarden " + std::string(typed[0]) + " --help\n"));
}

TEST_CASE("options: an unknown log format names the known ones")
{
    CHECK(
        usage_error_of({"scan", "--log-format", "yaml"}) ==
        "docwarden: --log-format: \"yaml\" is not auto, journal, text or json\n"
        "try: docwarden scan --help\n"
    );
}

} // namespace docwarden::test::options_test
