#pragma once
// Runs a coroutine from a test to its end and gives back what it returned.

#include "tests/support/catch.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <utility>

namespace docwarden::test
{

// A test that takes longer than this hangs.
inline constexpr std::chrono::seconds hang_limit{20};

// Runs the loop until the coroutine has ended. `cancel`, if given, is the signal a test emits (from
// inside the loop) to cancel it.
template <class T>
T complete(
    boost::asio::io_context& ctx,
    boost::asio::awaitable<T> task,
    boost::asio::cancellation_signal* cancel = nullptr
)
{
    boost::asio::cancellation_signal unused;
    auto slot = cancel != nullptr ? cancel->slot() : unused.slot();
    std::optional<T> outcome;
    std::exception_ptr crash;
    auto on_end = [&](std::exception_ptr thrown, T value) {
        crash = thrown;
        outcome = std::move(value);
    };
    ctx.restart();
    boost::asio::co_spawn(ctx, std::move(task), boost::asio::bind_cancellation_slot(slot, on_end));
    const auto end = std::chrono::steady_clock::now() + hang_limit;
    while (!outcome && std::chrono::steady_clock::now() < end)
        ctx.run_one_until(end);
    if (!outcome)
        FAIL("the coroutine did not end within " << hang_limit.count() << " s");
    if (crash)
        std::rethrow_exception(crash);
    return std::move(*outcome);
}

// Cancels, from inside the loop, what complete() starts next: when it has started and waits. (Asio
// 1.26 does not survive a cancellation before that.)
inline void cancel_soon(boost::asio::io_context& ctx, boost::asio::cancellation_signal& signal)
{
    boost::asio::post(ctx, [&ctx, &signal] {
        boost::asio::post(ctx, [&signal] {
            signal.emit(boost::asio::cancellation_type::terminal);
        });
    });
}

} // namespace docwarden::test
