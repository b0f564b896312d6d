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
#include "daemon/store/store.hpp"
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

    // `config_file` is read again by a reload.
    app(config settings, std::string config_file, environment env);
    ~app() override;

    // Runs until SIGTERM or SIGINT, or until it cannot start. Returns the exit code.
    int run();

private:
    bool open_store();
    bool start_portals();
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
    std::unique_ptr<store> store_; // holds the directory; nothing is kept in it yet
    boost::asio::signal_set signals_;
    std::vector<std::unique_ptr<portal_runner>> portals_;
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
