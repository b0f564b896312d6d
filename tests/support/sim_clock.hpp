#pragma once
// A clock that stands still until a test moves it, and whose sleepers are woken in the order of
// their deadlines: a day passes in milliseconds, the same way each time. Both of its clocks move
// together; the wall clock alone can be set wrong. Single-threaded, like its io_context.

#include "net/async/task.hpp"
#include "net/base/clock.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>

namespace docwarden::test
{

class sim_clock final : public net::clock_source
{
public:
    // Ready handlers may run on at the same moment for so long before that is taken for a loop
    // which never ends.
    static constexpr std::size_t handlers_at_once_max = 1'000'000;

    // `start` should not be zero, which code might take for "never". The io_context may be
    // destroyed after the clock.
    sim_clock(boost::asio::io_context& ctx, core::clock_reading start)
        : ctx_(ctx), now_(start), sleepers_(std::make_shared<queue>())
    {
    }

    core::clock_reading reading() const override { return now_; }

    boost::asio::awaitable<boost::system::error_code> sleep_until(core::mono_time deadline) override
    {
        const bool is_cancelled = co_await net::is_cancelled();
        if (is_cancelled)
            co_return boost::system::error_code(boost::asio::error::operation_aborted);
        if (deadline <= now_.mono)
            co_return boost::system::error_code();
        // A timer that never expires: woken by us it is cancelled, too, but then it is due.
        sleeper one(ctx_.get_executor(), sleepers_, deadline);
        auto [ec] = co_await one.bell.async_wait(net::as_result);
        if (one.is_due)
            ec = boost::system::error_code();
        co_return ec;
    }

    // The host's wall clock is set, as by an administrator or by NTP.
    void set_wall(core::wall_time wall) { now_.wall = wall; }

    std::optional<core::mono_time> next_deadline() const
    {
        if (sleepers_->empty())
            return std::nullopt;
        return sleepers_->begin()->first;
    }

    // Moves to that moment and wakes whoever waits for it or for an earlier one. It runs nothing.
    void advance_to(core::mono_time moment)
    {
        const auto distance = std::max(core::mono_clock::duration::zero(), moment - now_.mono);
        now_.mono += distance;
        now_.wall += distance;
        while (!sleepers_->empty() && sleepers_->begin()->first <= now_.mono)
            sleepers_->begin()->second->wake();
    }

    // Lets everything happen until `end`, or until `is_reached()`, asked between two handlers.
    // False if the end came first.
    template <class Condition>
    bool run_until(core::mono_time end, Condition is_reached)
    {
        for (;;) {
            if (run_ready(is_reached))
                return true;
            const auto next = next_deadline();
            if (!next || *next > end) {
                advance_to(end);
                return run_ready(is_reached);
            }
            advance_to(*next);
        }
    }

    // Lets everything happen for so long.
    void run_for(core::mono_clock::duration length)
    {
        (void)run_until(now_.mono + length, [] { return false; });
    }

private:
    struct sleeper;
    using queue = std::multimap<core::mono_time, sleeper*>;

    // Lives in the frame of who sleeps, and leaves the queue with it.
    struct sleeper {
        sleeper(
            const boost::asio::any_io_executor& executor,
            std::shared_ptr<queue> waiting,
            core::mono_time deadline
        )
            : bell(executor, boost::asio::steady_timer::time_point::max()), others(waiting),
              place(others->emplace(deadline, this))
        {
        }
        sleeper(const sleeper&) = delete;
        sleeper& operator=(const sleeper&) = delete;
        ~sleeper()
        {
            if (!is_due)
                others->erase(place);
        }

        void wake()
        {
            is_due = true;
            others->erase(place);
            bell.cancel();
        }

        boost::asio::steady_timer bell;
        std::shared_ptr<queue> others;
        queue::iterator place;
        bool is_due = false;
    };

    // Handlers that need no time. True as soon as the condition holds.
    template <class Condition>
    bool run_ready(Condition& is_reached)
    {
        ctx_.restart();
        for (std::size_t ran = 0; !is_reached(); ++ran) {
            if (ran == handlers_at_once_max)
                throw std::runtime_error("sim_clock: handlers run on and on without time passing");
            if (ctx_.poll_one() == 0)
                return false;
        }
        return true;
    }

    boost::asio::io_context& ctx_;
    core::clock_reading now_;
    std::shared_ptr<queue> sleepers_;
};

} // namespace docwarden::test
