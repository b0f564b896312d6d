#include "daemon/app/portal_runner.hpp"

#include "net/async/task.hpp"

#include <boost/asio/error.hpp>

namespace docwarden::daemon
{

namespace asio = boost::asio;
using boost::system::error_code;

portal_runner::portal_runner(
    core::shared_settings settings,
    std::uint64_t seed,
    std::unique_ptr<net::http_transport> transport,
    std::chrono::milliseconds request_timeout,
    net::clock_source& clock,
    asio::any_io_executor executor,
    hooks on
)
    : transport_(std::move(transport)), clock_(clock), executor_(executor), hooks_(std::move(on)),
      portal_(*transport_, clock, request_timeout), engine_(std::move(settings), seed),
      reading_(executor, hooks_.crashed), acting_(executor, hooks_.crashed),
      stopping_(executor, hooks_.crashed)
{
}

void portal_runner::start()
{
    feed(core::woken{});
}

void portal_runner::reconfigure(core::shared_settings settings)
{
    feed(core::reconfigured{std::move(settings)});
}

void portal_runner::restore(core::stored_state kept)
{
    feed(core::restored{std::move(kept)});
}

void portal_runner::set_store_problem(const std::string& problem)
{
    if (is_acting_)
        feed(core::store_changed{problem});
}

void portal_runner::committed(const core::committed& outcome)
{
    if (is_acting_)
        feed(outcome);
}

void portal_runner::feed(const core::input& input)
{
    core::step_result result = engine_.step(input, clock_.reading());
    for (core::effect& next : result.effects)
        std::visit([this](auto& concrete) { perform(concrete); }, next);
    if (result.wake_at)
        arm(*result.wake_at);
    hooks_.changed();
    for (const core::commit_id id : std::exchange(kept_nowhere_, {}))
        feed(core::committed{id, {}});
}

void portal_runner::perform(core::call& next)
{
    if (concerns_account(next.request))
        acting_.spawn(act(std::move(next)));
    else
        reading_.spawn(read(std::move(next)));
}

void portal_runner::perform(const core::fact& fact)
{
    const core::engine_settings& settings = engine_.settings();
    hooks_.report(describe(fact, settings.contact), settings.portal);
}

void portal_runner::perform(core::commit& wanted)
{
    if (hooks_.commit)
        hooks_.commit(std::move(wanted));
    else
        kept_nowhere_.push_back(wanted.id);
}

void portal_runner::perform(core::scan_outcome& outcome)
{
    const auto waiting = scans_.find(outcome.token);
    if (waiting != scans_.end())
        waiting->second->try_send(error_code(), std::move(outcome));
}

// A call of the reading side: its answer no longer matters once stop() has begun.
asio::awaitable<void> portal_runner::read(core::call next)
{
    auto answer = co_await portal_.call(std::move(next));
    if (is_reading_)
        feed(std::move(answer));
}

// A call about a person: its answer matters until patience is over.
asio::awaitable<void> portal_runner::act(core::call next)
{
    auto answer = co_await portal_.call(std::move(next));
    if (is_acting_)
        feed(std::move(answer));
}

void portal_runner::arm(core::mono_time deadline)
{
    // An earlier sleeper will ask the engine again anyway.
    if (!is_reading_ || (!wakes_.empty() && *wakes_.begin() <= deadline))
        return;
    wakes_.insert(deadline);
    reading_.spawn(wake(deadline));
}

asio::awaitable<void> portal_runner::wake(core::mono_time deadline)
{
    const auto ec = co_await clock_.sleep_until(deadline);
    wakes_.erase(deadline);
    if (!ec && is_reading_)
        feed(core::woken{});
}

asio::awaitable<core::scan_outcome> portal_runner::scan()
{
    core::scan_outcome given_up;
    given_up.error = "docwarden is stopping";
    if (!is_reading_)
        co_return given_up;
    const std::uint64_t token = ++last_token_;
    const auto channel = std::make_shared<scan_channel>(executor_, 1);
    scans_.emplace(token, channel);
    feed(core::scan_asked{token});
    auto [ec, outcome] = co_await channel->async_receive(net::as_result);
    scans_.erase(token);
    if (ec)
        co_return given_up;
    co_return outcome;
}

asio::awaitable<void> portal_runner::stop(core::mono_time patience_end)
{
    is_reading_ = false;
    reading_.cancel();
    // Nobody is left to answer them.
    for (const auto& waiting : scans_)
        waiting.second->try_send(error_code(asio::error::operation_aborted), core::scan_outcome());
    stopping_.spawn(limit_patience(patience_end));
    co_await acting_.join();
    stopping_.cancel();
    co_await stopping_.join();
    co_await reading_.join();
}

asio::awaitable<void> portal_runner::limit_patience(core::mono_time end)
{
    const auto ec = co_await clock_.sleep_until(end);
    if (ec)
        co_return;
    is_acting_ = false;
    acting_.cancel();
}

} // namespace docwarden::daemon
