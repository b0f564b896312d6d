#include "daemon/app/app.hpp"

#include "daemon/app/setup.hpp"
#include "daemon/config/config_diff.hpp"
#include "daemon/config/config_exemptions.hpp"
#include "daemon/config/config_file.hpp"
#include "daemon/host/exit_code.hpp"
#include "daemon/host/signal_hold.hpp"
#include "daemon/host/version.hpp"
#include "daemon/view/admin_status.hpp"
#include "daemon/view/findings.hpp"
#include "daemon/view/status_text.hpp"
#include "net/async/task.hpp"

#include <algorithm>
#include <csignal>
#include <random>

namespace docwarden::daemon
{

namespace asio = boost::asio;

namespace
{

std::uint64_t draw_seed()
{
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

// Counts a scan while it lasts, however it ends.
class scan_count
{
public:
    explicit scan_count(std::size_t& scans) : scans_(scans) { ++scans_; }
    ~scan_count() { --scans_; }
    scan_count(const scan_count&) = delete;
    scan_count& operator=(const scan_count&) = delete;

private:
    std::size_t& scans_;
};

std::vector<std::string> texts_of(const std::vector<diagnostic>& problems)
{
    std::vector<std::string> texts;
    for (const diagnostic& problem : problems)
        texts.push_back(to_text(problem));
    return texts;
}

} // namespace

app::app(config settings, std::string config_file, environment env)
    : io_(1), clock_(io_.get_executor()), log_(clock_), config_(std::move(settings)),
      config_file_(std::move(config_file)), env_(std::move(env)), signals_(io_),
      services_(io_.get_executor(), [this](std::exception_ptr crash) { on_crash(crash); }),
      serving_(io_.get_executor(), [this](std::exception_ptr crash) { on_crash(crash); })
{
    for (const int number : daemon_signals)
        signals_.add(number);
    release_signals();
}

app::~app() = default;

int app::run()
{
    if (!open_store())
        return exit_config;
    if (!make_portals())
        return exit_config;
    if (!start_admin())
        return exit_finding;
    report_started();
    warn_of_exemptions();
    services_.spawn(handle_signals());
    services_.spawn(feed_watchdog());
    if (admin_)
        serving_.spawn(admin_->run());
    start_portals();
    io_.run();
    return exit_code_;
}

void app::report_start(core::report_kind kind, core::priority level, std::string text)
{
    write({kind, level, std::move(text), {}}, {});
}

// To the log, and into the store's own journal.
void app::write(const core::report& report, std::string_view portal)
{
    log_.write(report, portal);
    if (store_)
        store_->append({clock_.reading().wall, std::string(portal), report});
}

bool app::make_portals()
{
    std::vector<diagnostic> problems;
    const std::uint64_t seed = draw_seed();
    for (const portal_settings& portal : config_.portals) {
        connection link = connect_to(portal, env_, io_.get_executor(), clock_);
        for (const diagnostic& warning : link.warnings)
            write(
                {core::report_kind::config_warning, core::priority::warning, to_text(warning), {}},
                portal.name
            );
        problems.insert(problems.end(), link.problems.begin(), link.problems.end());
        if (!link.transport)
            continue;
        auto runner = std::make_unique<portal_runner>(
            config_.settings_for(portal),
            seed + portals_.size(),
            std::move(link.transport),
            portal.request_timeout,
            clock_,
            io_.get_executor(),
            hooks_of(portals_.size())
        );
        statuses_.push_back(runner->status());
        portals_.push_back({std::move(runner), {portal.name, portal.url}});
    }
    report_problems(problems);
    return problems.empty();
}

portal_runner::hooks app::hooks_of(std::size_t portal)
{
    portal_runner::hooks hooks;
    hooks.report = [this](const core::report& report, std::string_view name) {
        write(report, name);
    };
    hooks.changed = [this, portal] { on_changed(portal); };
    hooks.crashed = [this](std::exception_ptr crash) { on_crash(crash); };
    if (!store_)
        return hooks;
    hooks.commit = [this, portal](core::commit wanted) {
        store_->commit(
            portals_[portal].key,
            std::move(wanted.records),
            [this, portal, id = wanted.id](const std::string& problem) {
                portals_[portal].runner->committed({id, problem});
            }
        );
    };
    return hooks;
}

bool app::start_admin()
{
    if (!config_.admin.enabled)
        return true;
    net::admin_handler& handler = *this;
    auto server = net::make_admin_server(
        io_.get_executor(), clock_, config_.admin.address, config_.admin.port, handler
    );
    if (!server) {
        report_start(
            core::report_kind::config_error,
            core::priority::error,
            "The admin endpoint cannot be opened: " + server.error().text
        );
        return false;
    }
    admin_ = std::move(*server);
    return true;
}

void app::report_problems(const std::vector<diagnostic>& problems)
{
    for (const diagnostic& problem : problems)
        write({core::report_kind::config_error, core::priority::error, to_text(problem), {}}, {});
}

void app::report_started()
{
    core::process_started started{
        std::string(version()), config_file_, portals_.size(), config_.rules.size(), {}, {}};
    if (admin_) {
        started.admin_address = config_.admin.address;
        started.admin_port = admin_->local_port();
    }
    report(started);
}

void app::warn_of_exemptions()
{
    const core::wall_time now = clock_.reading().wall;
    for (const diagnostic& expired :
         expired_exemptions(config_.containment.exempt, now, config_file_))
        report_start(core::report_kind::config_warning, core::priority::warning, to_text(expired));
}

// What concerns the process as a whole.
void app::report(const core::fact& fact)
{
    write(describe(fact, config_.contact), {});
}

asio::awaitable<void> app::handle_signals()
{
    for (;;) {
        auto [ec, number] = co_await signals_.async_wait(net::as_result);
        if (ec)
            co_return;
        if (number != SIGHUP)
            break;
        reload();
    }
    co_await stop();
}

asio::awaitable<void> app::stop()
{
    (void)notify_.stopping("Stopping");
    report(core::process_stopping());
    serving_.cancel();
    const core::mono_time patience_end = clock_.reading().mono + stop_patience;
    net::task_group stoppers(io_.get_executor(), [this](std::exception_ptr crash) {
        on_crash(crash);
    });
    for (const auto& portal : portals_)
        stoppers.spawn(portal.runner->stop(patience_end));
    co_await stoppers.join();
    co_await serving_.join();
    if (store_)
        (void)store_->stop(flush_patience);
    services_.cancel();
}

asio::awaitable<void> app::feed_watchdog()
{
    const auto interval = watchdog_interval();
    if (!interval)
        co_return;
    for (;;) {
        (void)notify_.watchdog();
        const core::mono_time next = clock_.reading().mono + *interval / 2;
        const auto ec = co_await clock_.sleep_until(next);
        if (ec)
            co_return;
    }
}

// Parse, check, then swap: a file with a fault changes nothing.
void app::reload()
{
    if (is_ready_)
        (void)notify_.reloading(clock_.reading().mono);
    const config_reading read = read_config_file(config_file_);
    if (!read.value) {
        report(core::reload_rejected{texts_of(read.problems)});
        end_reload("The last reload was rejected: see the journal. " + status_line_);
        return;
    }
    config_difference difference = compare(config_, *read.value);
    config_ = applicable(config_, *read.value);
    report(core::config_reloaded{std::move(difference.changes), std::move(difference.ignored)});
    warn_of_exemptions();
    for (std::size_t i = 0; i < portals_.size(); ++i)
        portals_[i].runner->reconfigure(config_.settings_for(config_.portals[i]));
    end_reload(status_line_);
}

// READY=1 ends a reload and the start alike: a reload amid the start must not say it.
void app::end_reload(const std::string& text)
{
    (void)(is_ready_ ? notify_.ready(text) : notify_.status(text));
}

// After each step of that portal's engine. Says READY once every portal has been tried, and keeps
// STATUS= true. The other engines have not moved: of a thousand portals, copying what each says of
// itself at every step of one took half a core.
void app::on_changed(std::size_t portal)
{
    statuses_[portal] = portals_[portal].runner->status();
    std::string line = status_line(statuses_);
    const auto was_tried = [](const core::engine_status& status) { return status.was_tried; };
    if (!is_ready_ && std::ranges::all_of(statuses_, was_tried)) {
        is_ready_ = true;
        status_line_ = std::move(line);
        (void)notify_.ready(status_line_);
        return;
    }
    if (line == status_line_)
        return;
    status_line_ = std::move(line);
    (void)notify_.status(status_line_);
}

// An exception that no task expects is a bug. Nothing is known about the state any more, so the
// process ends at once; what is decided is found again after the restart.
void app::on_crash(std::exception_ptr crash)
{
    std::string text = "unknown";
    try {
        std::rethrow_exception(crash);
    } catch (const std::exception& e) {
        text = e.what();
    } catch (...) {
    }
    log_.write_crash(text);
    exit_code_ = exit_crash;
    io_.stop();
}

asio::awaitable<net::admin_response> app::scan()
{
    // A few may wait; the endpoint's other sessions are for /healthz and /readyz.
    constexpr std::size_t scans_max = 4;
    if (scans_ >= scans_max)
        co_return net::render_error(503, "too many scans are running: try again later");
    const scan_count running(scans_);
    std::vector<net::scan_result> results;
    for (const auto& portal : portals_) {
        const auto outcome = co_await portal.runner->scan();
        net::scan_result result;
        result.portal = portal.runner->settings().portal;
        result.error = outcome.error;
        result.events_read = portal.runner->status().events;
        for (const core::incident& incident : outcome.findings)
            result.findings.push_back(to_finding(incident, result.portal));
        results.push_back(std::move(result));
    }
    co_return net::render_scan(results);
}

net::admin_response app::health()
{
    return net::render_health();
}

net::admin_response app::ready()
{
    return net::render_ready(readiness_of(statuses_));
}

net::admin_response app::status()
{
    std::vector<portal_status> portals;
    for (std::size_t i = 0; i < portals_.size(); ++i)
        portals.push_back({statuses_[i], portals_[i].runner->cases_by_state()});
    return render_status(portals, version(), clock_.reading());
}

} // namespace docwarden::daemon
