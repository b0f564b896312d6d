// The store in the running daemon: opened at the start, asked what was kept of each portal, and
// never waited for longer than a few seconds.

#include "daemon/app/app.hpp"
#include "daemon/store/state_check.hpp"

#include <utility>

namespace docwarden::daemon
{

namespace asio = boost::asio;

bool app::open_store()
{
    using core::priority;
    const state_place place = state_place_of(config_, env_);
    store_thread::hooks told{[this] { return clock_.reading().wall; }};
    told.on_change = [this](const std::string& problem) { on_store_changed(problem); };
    told.on_warning = [this](const std::string& warning) {
        report_start(core::report_kind::config_warning, priority::warning, warning);
    };
    store_ = std::make_unique<store_thread>(
        io_.get_executor(), store_thread::settings{place.directory}, std::move(told)
    );
    const store_thread::opening opened = store_->wait_until_open(store_patience);
    if (opened.state != store_queue::opening::outcome::refused)
        return true;
    store_.reset();
    if (opened.is_missing && !place.is_demanded) {
        report_start(
            core::report_kind::config_warning,
            priority::warning,
            opened.problem +
                ", or name another one as [state] directory. Until then a restart forgets what was "
                "decided"
        );
        return true;
    }
    report_start(core::report_kind::config_error, priority::error, opened.problem);
    return false;
}

// Each portal begins with what was kept of it, or without if the disk does not answer in time.
void app::start_portals()
{
    if (store_)
        services_.spawn(limit_loading());
    for (std::size_t i = 0; i < portals_.size(); ++i) {
        if (store_)
            load(i);
        else
            start(i);
    }
}

asio::awaitable<void> app::limit_loading()
{
    const core::mono_time end = clock_.reading().mono + load_patience;
    const auto ec = co_await clock_.sleep_until(end);
    if (ec)
        co_return;
    for (std::size_t i = 0; i < portals_.size(); ++i)
        start(i);
}

void app::load(std::size_t portal)
{
    store_->load(portals_[portal].key, [this, portal](const sqlite::result<portal_record>& kept) {
        watched_portal& loaded = portals_[portal];
        if (kept.has_error()) {
            loaded.runner->set_store_problem("what was kept cannot be read: " + kept.error().text);
        } else if (!std::exchange(loaded.is_restored, true)) {
            loaded.runner->restore(kept->state);
            loaded.runner->set_store_problem({});
        }
        start(portal);
    });
}

void app::start(std::size_t portal)
{
    if (!std::exchange(portals_[portal].is_started, true))
        portals_[portal].runner->start();
}

void app::on_store_changed(const std::string& problem)
{
    for (std::size_t i = 0; i < portals_.size(); ++i) {
        // What was kept comes before what is written over it.
        if (problem.empty() && !portals_[i].is_restored)
            load(i);
        else
            portals_[i].runner->set_store_problem(problem);
    }
}

} // namespace docwarden::daemon
