#include "daemon/command/options.hpp"

#include "core/base/text.hpp"
#include "daemon/config/nearest_name.hpp"
#include "daemon/host/version.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <utility>

namespace docwarden::daemon
{

namespace
{

constexpr std::string_view exit_status =
    "Exit status: 0 success, 1 a finding or a failed operation, 2 incorrect usage,\n"
    "70 an internal error, 78 a bad configuration.";

// In the order of the enumerators.
constexpr std::string_view command_names[] = {"run", "check", "scan", "status", "replay"};

// In the order of the enumerators.
constexpr std::string_view log_format_names[] = {"auto", "journal", "text", "json"};

std::string in_quotes(std::string_view text)
{
    return '"' + core::escape_text(text, 80) + '"';
}

std::string check_log_format(const std::string& typed)
{
    if (std::ranges::count(log_format_names, typed) != 0)
        return {};
    return in_quotes(typed) + " is not auto, journal, text or json";
}

early_exit usage_error(std::string message, std::string_view name = {})
{
    message = "docwarden: " + std::move(message) + "\ntry: docwarden ";
    if (!name.empty())
        message += std::string(name) + ' ';
    return {.code = exit_usage, .text = message + "--help\n", .to_stderr = true};
}

early_exit unknown_command(std::string_view typed)
{
    std::string message = "unknown command " + in_quotes(typed);
    if (const auto near = nearest_name(typed, command_names))
        message += ": did you mean \"" + std::string(*near) + "\"?";
    return usage_error(std::move(message));
}

// The enumerator of a name that is one of `names`.
template <typename Enum>
Enum enumerator(std::span<const std::string_view> names, std::string_view name)
{
    return static_cast<Enum>(std::ranges::find(names, name) - names.begin());
}

// The parser and what it fills. It keeps pointers to `result_`, so it stays where it is.
class command_line
{
public:
    command_line()
    {
        app_.require_subcommand(1);
        app_.set_help_flag("--help", "Show this help");
        app_.set_version_flag(
            "--version", "docwarden " + std::string(version()), "Show the version"
        );
        app_.footer(
            "Options follow the command; docwarden COMMAND --help explains them.\n" +
            std::string(exit_status)
        );
        add(command::run, "Watch the portals until told to stop (systemd starts this)");
        auto* check =
            add(command::check, "Check the configuration, then the portal and the key's rights");
        check->add_flag("--offline", result_.offline, "Do not contact the portals");
        add_json(*check);
        add_json(*add(command::scan, "Read the last window once, act as configured, and exit"));
        add_json(*add(command::status, "Show what the running daemon sees, and what limits it"));
        auto* replay =
            add(command::replay, "Apply the rules to recorded audit events; change nothing");
        replay->add_option("FILE", result_.files, "Audit events as JSON; - is standard input")
            ->required()
            ->type_name("");
        add_json(*replay);
    }
    command_line(const command_line&) = delete;
    command_line& operator=(const command_line&) = delete;

    std::variant<options, early_exit> parse(std::vector<std::string> arguments)
    {
        try {
            std::ranges::reverse(arguments); // as CLI11 wants them
            app_.parse(std::move(arguments));
        } catch (const CLI::CallForHelp&) {
            const auto* const chosen = chosen_command();
            return early_exit{
                .code = exit_done,
                .text = chosen != nullptr ? chosen->help("docwarden") : app_.help(),
                .to_stderr = false};
        } catch (const CLI::CallForVersion& version) {
            return early_exit{
                .code = exit_done, .text = version.what() + std::string("\n"), .to_stderr = false};
        } catch (const CLI::ParseError& error) {
            const auto* const chosen = chosen_command();
            return usage_error(
                core::escape_text(error.what(), 400),
                chosen != nullptr ? std::string_view(chosen->get_name()) : std::string_view()
            );
        }
        result_.chosen_command = enumerator<command>(command_names, chosen_command()->get_name());
        result_.format = enumerator<log_format>(log_format_names, log_format_);
        return result_;
    }

private:
    const CLI::App* chosen_command() const
    {
        const auto chosen = app_.get_subcommands();
        return chosen.empty() ? nullptr : chosen.front();
    }

    CLI::App* add(command name, const std::string& description)
    {
        auto* sub = app_.add_subcommand(std::string(to_string(name)), description);
        sub->add_option("--config", result_.config_file, "The configuration file")
            ->type_name("FILE")
            ->capture_default_str();
        sub->add_option(
               "--log-format",
               log_format_,
               "auto: the journal if standard error leads there, otherwise text"
        )
            ->type_name("auto|journal|text|json")
            ->check(check_log_format);
        sub->footer(std::string(exit_status));
        return sub;
    }

    void add_json(CLI::App& sub) { sub.add_flag("--json", result_.json, "Print results as JSON"); }

    options result_;
    std::string log_format_ = "auto";
    CLI::App app_{
        "Watches ONLYOFFICE DocSpace portals and disables accounts that change too many "
        "files too fast.",
        "docwarden"};
};

} // namespace

std::string_view to_string(command value)
{
    return command_names[static_cast<std::size_t>(value)];
}

std::variant<options, early_exit> parse_options(std::span<const char* const> arguments)
{
    if (arguments.empty())
        return usage_error("a command is required: run, check, scan, status or replay");
    // CLI11 would only say that the argument was not expected.
    const std::string_view first = arguments.front();
    if (first != "--help" && first != "--version" && std::ranges::count(command_names, first) == 0)
        return first.starts_with('-') ? usage_error("the command must come before its options")
                                      : unknown_command(first);
    return command_line().parse({arguments.begin(), arguments.end()});
}

} // namespace docwarden::daemon
