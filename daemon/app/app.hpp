#pragma once
// The composition root of the running daemon: makes everything in visible order, runs the event
// loop, reloads, and takes everything down in reverse. One thread. The only place that asks the
// system for randomness.

#include "daemon/app/portal_runner.hpp"
#include "daemon/app/service_notify.hpp"
#include "daemon/config/config.hpp"
#include "daemon/config/diagnostic.hpp"
#include "daemon/host/environment.hpp"
#include "daemon/log/logging.hpp"
#include "daemon/store/store_thread.hpp"
#include "net/admin/admin_server.hpp"
#include "net/async/asio_clock.hpp"
#include "net/async/task_group.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <memory>
#include <string>
#include <vector>

namespace docwarden::daemon
{

class app final : private net::admin_handler
{
public:
    // How long requests about people may still take after the order to stop.
    static constexpr std::chrono::milliseconds stop_patience{600};
    // How long the start waits for the disk: to open the store, and to read what was kept.
    static constexpr std::chrono::milliseconds store_patience{5'000}, load_patience{2'000};
    // ... and the end, to write what waits.
    static constexpr std::chrono::milliseconds flush_patience{300};

    // `config_file` is read again by a reload.
    app(config settings, std::string config_file, environment env);
    ~app() override;

    // Runs until SIGTERM or SIGINT, or until it cannot start. Returns the exit code.
    int run();

private:
    bool open_store();
    bool make_portals();
    portal_runner::hooks hooks_of(std::size_t portal);
    void start_portals();
    boost::asio::awaitable<void> limit_loading();
    void load(std::size_t portal);
    void start(std::size_t portal);
    void on_store_changed(const std::string& problem);
    void write(const core::report& report, std::string_view portal);
    void report_start(core::report_kind kind, core::priority level, std::string text);
    bool start_admin();
    void report_started();
    void warn_of_exemptions();
    void report(const core::fact& fact);
    void report_problems(const std::vector<diagnostic>& problems);

    boost::asio::awaitable<void> handle_signals();
    boost::asio::awaitable<void> stop();
    boost::asio::awaitable<void> feed_watchdog();
    void reload();
    void end_reload(const std::string& text);
    void on_changed(std::size_t portal);
    void on_crash(std::exception_ptr crash);

    boost::asio::awaitable<net::admin_response> scan() override;
    net::admin_response health() override;
    net::admin_response ready() override;
    net::admin_response status() override;

    boost::asio::io_context io_; // first: whatever holds sockets and timers goes before it
    net::asio_clock clock_;
    report_log log_;
    service_notify notify_;
    config config_;
    std::string config_file_;
    environment env_;
    std::unique_ptr<store_thread> store_; // none: nothing outlives the process
    boost::asio::signal_set signals_;
    struct watched_portal {
        std::unique_ptr<portal_runner> runner;
        portal_key key;
        bool is_started = false;
        bool is_restored = false; // or there is nothing to restore
    };
    std::vector<watched_portal> portals_;
    std::vector<core::engine_status> statuses_; // of each portal, as of its latest step
    std::unique_ptr<net::admin_server> admin_;
    std::string status_line_; // what STATUS= said last
    bool is_ready_ = false;   // READY=1 was sent
    int exit_code_ = 0;
    std::size_t scans_ = 0;    // under way
    net::task_group services_; // signals, watchdog
    net::task_group serving_;  // the admin endpoint
};

} // namespace docwarden::daemon
