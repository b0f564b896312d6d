#pragma once
// One portal at work: feeds its engine with answers and wake-ups, and carries out what the engine
// asks for. It decides nothing itself. Portals share the event loop and nothing else.

#include "core/engine/engine.hpp"
#include "core/settings/engine_settings.hpp"
#include "net/async/task_group.hpp"
#include "net/base/clock.hpp"
#include "net/docspace/docspace_portal.hpp"
#include "net/https/http_transport.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/channel.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace docwarden::daemon
{

class portal_runner
{
public:
    struct hooks {
        // A record to write, and the portal it is about.
        std::function<void(const core::report&, std::string_view)> report;
        // Something happened: status() may have changed.
        std::function<void()> changed;
        // An exception left a task: a bug.
        std::function<void(std::exception_ptr)> crashed;
        // To be written to the disk, and answered by `committed`. Without it nothing is kept.
        std::function<void(core::commit)> commit = {};
    };

    // `clock` and what the hooks refer to must outlive the runner. `seed` feeds the engine's
    // jitter.
    portal_runner(
        core::shared_settings settings,
        std::uint64_t seed,
        std::unique_ptr<net::http_transport> transport,
        std::chrono::milliseconds request_timeout,
        net::clock_source& clock,
        boost::asio::any_io_executor executor,
        hooks on
    );

    // Begins to watch; from then on until stop() it runs by itself.
    void start();
    void reconfigure(core::shared_settings settings);
    // What an earlier process has kept.
    void restore(core::stored_state kept);
    void committed(const core::committed& outcome);
    // Why nothing can be written to the disk at present; empty: it can.
    void set_store_problem(const std::string& problem);
    // A detection pass now. Ends with its outcome, or with an error in it when cancelled.
    boost::asio::awaitable<core::scan_outcome> scan();

    core::engine_status status() const { return engine_.status(); }
    std::map<core::containment_state, std::size_t> cases_by_state() const
    {
        return engine_.cases_by_state();
    }
    const core::engine_settings& settings() const { return engine_.settings(); }

    // Ends in two steps: no reading any more, but requests about people that are under way may end
    // until `patience_end`; then everything is cancelled. Call it once, and let it end.
    boost::asio::awaitable<void> stop(core::mono_time patience_end);

private:
    using scan_channel =
        boost::asio::experimental::channel<void(boost::system::error_code, core::scan_outcome)>;

    void feed(const core::input& input);
    void perform(core::call& next);
    void perform(const core::fact& fact);
    void perform(core::scan_outcome& outcome);
    void perform(core::commit& wanted);
    void arm(core::mono_time deadline);

    boost::asio::awaitable<void> read(core::call next);
    boost::asio::awaitable<void> act(core::call next);
    boost::asio::awaitable<void> wake(core::mono_time deadline);
    boost::asio::awaitable<void> limit_patience(core::mono_time end);

    std::unique_ptr<net::http_transport> transport_;
    net::clock_source& clock_;
    boost::asio::any_io_executor executor_;
    hooks hooks_;
    net::docspace_portal portal_;
    core::engine engine_;
    std::set<core::mono_time> wakes_; // sleepers under way, by deadline
    std::map<std::uint64_t, std::shared_ptr<scan_channel>> scans_;
    std::uint64_t last_token_ = 0;
    std::vector<core::commit_id> kept_nowhere_; // of the step under way
    bool is_reading_ = true;                    // false from stop() on
    bool is_acting_ = true;                     // false once patience is over
    net::task_group reading_;
    net::task_group acting_; // what must not be cut off lightly
    net::task_group stopping_;
};

} // namespace docwarden::daemon
