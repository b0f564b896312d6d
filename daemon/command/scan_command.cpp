#include "daemon/command/scan_command.hpp"

#include "core/base/text.hpp"
#include "core/report/incident_texts.hpp"
#include "core/report/report.hpp"
#include "daemon/app/portal_runner.hpp"
#include "daemon/app/setup.hpp"
#include "daemon/command/command_loop.hpp"
#include "daemon/host/exit_code.hpp"
#include "daemon/log/logging.hpp"
#include "daemon/view/findings.hpp"

#include <ostream>

namespace docwarden::daemon
{

namespace asio = boost::asio;

namespace
{

// The short-lived sibling of `app`: no signals, no endpoint, one pass.
class single_pass
{
public:
    explicit single_pass(config settings) : log_(loop_.clock()), config_(std::move(settings)) {}

    bool connect(const environment& env, std::ostream& err)
    {
        bool is_good = true;
        for (const portal_settings& portal : config_.portals) {
            connection link = connect_to(portal, env, loop_.executor(), loop_.clock());
            for (const diagnostic& warning : link.warnings)
                err << "docwarden: warning: " << to_text(warning) << '\n';
            for (const diagnostic& problem : link.problems)
                err << "docwarden: " << to_text(problem) << '\n';
            is_good = is_good && link.transport != nullptr;
            if (!link.transport)
                continue;
            portal_runner::hooks hooks{
                [this](const core::report& report, std::string_view name) {
                    log_.write(report, name);
                },
                [] {},
                [this](std::exception_ptr bug) { loop_.on_crash(bug); }};
            portals_.push_back(std::make_unique<portal_runner>(
                config_.settings_for(portal),
                portals_.size(),
                std::move(link.transport),
                portal.request_timeout,
                loop_.clock(),
                loop_.executor(),
                std::move(hooks)
            ));
        }
        return is_good;
    }

    void run()
    {
        outcomes_.resize(portals_.size());
        for (std::size_t i = 0; i < portals_.size(); ++i) {
            portals_[i]->start();
            loop_.spawn(pass(*portals_[i], outcomes_[i]));
        }
        loop_.run_to_end();
    }

    std::vector<portal_finding> findings() const
    {
        std::vector<portal_finding> findings;
        for (std::size_t i = 0; i < outcomes_.size(); ++i) {
            for (const core::incident& incident : outcomes_[i].findings)
                findings.push_back({portals_[i]->settings().portal, incident});
        }
        return findings;
    }

    // Of those that are to be disabled and are not known to be.
    static void report_unfinished(const std::vector<portal_finding>& findings, std::ostream& err)
    {
        using core::containment_state;
        for (const portal_finding& finding : findings) {
            const containment_state state = finding.incident.state;
            if (state == containment_state::intended || state == containment_state::sending)
                err << "docwarden: " << core::escape_text(format_user(finding.incident), 1000)
                    << " may still be active, and scan does not try again: look at the account in "
                       "the portal\n";
        }
    }

    bool report_failures(std::ostream& err) const
    {
        bool failed = false;
        for (std::size_t i = 0; i < outcomes_.size(); ++i) {
            if (outcomes_[i].error.empty())
                continue;
            failed = true;
            err << "docwarden: portal " << portals_[i]->settings().portal
                << " was not scanned: " << core::escape_text(outcomes_[i].error, 1000) << '\n';
        }
        return failed;
    }

private:
    asio::awaitable<void> pass(portal_runner& portal, core::scan_outcome& outcome)
    {
        outcome = co_await portal.scan();
        co_await portal.stop(loop_.clock().reading().mono);
    }

    command_loop loop_;
    report_log log_;
    const config config_;
    std::vector<std::unique_ptr<portal_runner>> portals_;
    std::vector<core::scan_outcome> outcomes_;
};

} // namespace

int scan(
    const config& settings,
    const environment& env,
    bool json,
    std::ostream& out,
    std::ostream& err
)
{
    config immediate = settings;
    for (core::rule& rule : immediate.rules)
        rule.countdown = core::milliseconds(0); // nobody is left to end it
    single_pass pass(std::move(immediate));
    if (!pass.connect(env, err))
        return exit_config;
    pass.run();
    const std::vector<portal_finding> found = pass.findings();
    if (json)
        out << findings_json(found);
    for (const portal_finding& finding : found) {
        if (!json)
            out << finding_line(finding.incident);
    }
    single_pass::report_unfinished(found, err);
    const bool failed = pass.report_failures(err);
    if (!json && !failed && found.empty())
        out << "No user is above a threshold.\n";
    return failed || !found.empty() ? exit_finding : exit_done;
}

} // namespace docwarden::daemon
