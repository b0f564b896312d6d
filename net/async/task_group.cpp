#include "net/async/task_group.hpp"

#include "net/async/task.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>

#include <iterator>
#include <list>
#include <utility>

namespace docwarden::net
{

namespace
{

bool is_cancellation(const std::exception_ptr& crash)
{
    try {
        std::rethrow_exception(crash);
    } catch (const boost::system::system_error& error) {
        return error.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

} // namespace

// A slot lives in one of two lists and never moves in memory: Asio 1.26 keeps raw pointers to its
// signal. A finished child's slot is used again for a later one, so memory follows the peak.
struct task_group::shared {
    struct slot {
        asio::cancellation_signal signal;
        bool started = false;
    };
    using slot_list = std::list<slot>;

    shared(asio::any_io_executor group_executor, crash_handler crash)
        : executor(std::move(group_executor)), on_crash(std::move(crash)),
          idle(executor, asio::steady_timer::time_point::max())
    {
    }

    slot_list::iterator take_slot()
    {
        if (free.empty())
            free.emplace_back();
        used.splice(used.end(), free, free.begin());
        used.back().started = false;
        return std::prev(used.end());
    }

    void finished(std::exception_ptr crash)
    {
        --running;
        if (running == 0)
            idle.cancel();
        if (crash && !(cancelled && is_cancellation(crash)))
            on_crash(crash);
    }

    // Asio 1.26 lets "operation aborted" escape through run() when a coroutine is cancelled before
    // it has waited once. So every child waits once before it starts, and is not told before that.
    static asio::awaitable<void>
    run(std::shared_ptr<shared> group, slot_list::iterator slot, asio::awaitable<void> child)
    {
        co_await asio::post(group->executor, asio::use_awaitable);
        slot->started = true;
        if (!group->cancelled) {
            co_await std::move(child);
        }
    }

    asio::any_io_executor executor;
    crash_handler on_crash;
    asio::steady_timer idle; // never expires; cancelled when the last child ends
    slot_list used;
    slot_list free;
    std::size_t running = 0;
    bool cancelled = false;
};

task_group::task_group(asio::any_io_executor executor, crash_handler on_crash)
    : shared_(std::make_shared<shared>(std::move(executor), std::move(on_crash)))
{
}

task_group::~task_group() = default;

void task_group::spawn(asio::awaitable<void> child)
{
    if (shared_->cancelled)
        return;
    const auto slot = shared_->take_slot();
    ++shared_->running;
    auto on_end = [group = shared_, slot](std::exception_ptr crash) {
        // The child's frame is destroyed only after this handler and still knows its signal: hand
        // the slot on when the stack has unwound.
        asio::post(group->executor, [group, slot] {
            group->free.splice(group->free.begin(), group->used, slot);
        });
        group->finished(std::move(crash));
    };
    asio::co_spawn(
        shared_->executor,
        shared::run(shared_, slot, std::move(child)),
        asio::bind_cancellation_slot(slot->signal.slot(), std::move(on_end))
    );
}

void task_group::cancel()
{
    shared_->cancelled = true;
    // Emitted outside the loop, Asio 1.26 would post a raw pointer into the signal.
    asio::dispatch(shared_->executor, [group = shared_] {
        for (auto& slot : group->used) {
            if (slot.started)
                slot.signal.emit(asio::cancellation_type::terminal);
        }
    });
}

asio::awaitable<void> task_group::join()
{
    const auto group = shared_;
    const auto throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    while (group->running > 0) {
        (void)co_await group->idle.async_wait(as_result);
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
}

std::size_t task_group::running() const
{
    return shared_->running;
}

std::size_t task_group::capacity() const
{
    return shared_->used.size() + shared_->free.size();
}

} // namespace docwarden::net
