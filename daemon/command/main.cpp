// docwarden: the command line leads to one of the commands, and its exit code out of the process.

#include "daemon/app/app.hpp"
#include "daemon/command/check_command.hpp"
#include "daemon/command/options.hpp"
#include "daemon/command/replay_command.hpp"
#include "daemon/command/scan_command.hpp"
#include "daemon/command/status_command.hpp"
#include "daemon/config/config_file.hpp"
#include "daemon/host/environment.hpp"
#include "daemon/host/exit_code.hpp"
#include "daemon/host/signal_hold.hpp"
#include "daemon/log/assertion_log.hpp"
#include "daemon/log/log_setup.hpp"
#include "net/async/asio_clock.hpp"

#include <boost/asio/io_context.hpp>

#include <exception>
#include <iostream>
#include <span>

namespace
{

using namespace docwarden::daemon;

int dispatch(const options& given, config settings, environment env)
{
    switch (given.chosen_command) {
    case command::run:
        return app(std::move(settings), given.config_file, std::move(env)).run();
    case command::check:
        return check(settings, given.config_file, env, given.offline, given.json, std::cout);
    case command::scan:
        return scan(settings, env, given.json, std::cout, std::cerr);
    case command::status:
        return status(settings.admin, given.json, std::cout, std::cerr);
    case command::replay:
        return replay(settings, {given.files, given.json}, std::cin, std::cout, std::cerr);
    }
    return exit_usage;
}

// The daemon's records about its own start belong where its other records are; a command on a
// terminal simply says what is wrong.
void report_problems(
    const options& given,
    const std::vector<diagnostic>& problems,
    const docwarden::net::clock_source& clock
)
{
    report_log log(clock);
    for (const diagnostic& problem : problems) {
        if (given.chosen_command == command::run)
            log.write(
                {docwarden::core::report_kind::config_error,
                 docwarden::core::priority::error,
                 to_text(problem),
                 {}},
                {}
            );
        else
            std::cerr << "docwarden: " << to_text(problem) << '\n';
    }
}

int run_command(const options& given)
{
    // Only the daemon knows what to make of them; any other command they end.
    if (given.chosen_command == command::run)
        hold_signals();
    environment env = read_environment();
    log_settings log;
    log.format = given.format;
    log.journal_stream = env.journal_stream;
    log_session session(log);
    boost::asio::io_context context;
    const docwarden::net::asio_clock clock(context.get_executor());
    const assertion_log bugs(session, clock);
    config_reading read = read_config_file(given.config_file);
    report_problems(given, read.problems, clock);
    if (!read.value)
        return exit_config;
    return dispatch(given, std::move(*read.value), std::move(env));
}

} // namespace

int main(int argc, char** argv)
{
    try {
        const std::span<const char* const> arguments(argv, static_cast<std::size_t>(argc));
        const auto parsed = parse_options(arguments.subspan(argc > 0 ? 1 : 0));
        if (const auto* leave = std::get_if<early_exit>(&parsed)) {
            (leave->to_stderr ? std::cerr : std::cout) << leave->text;
            return leave->code;
        }
        return run_command(std::get<options>(parsed));
    } catch (const std::exception& e) {
        std::cerr << "docwarden: internal error, please report it: " << e.what() << '\n';
        return exit_crash;
    }
}
