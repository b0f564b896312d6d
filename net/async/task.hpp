#pragma once
// Small words for coroutines: the one completion token, and the two questions a coroutine asks
// before it waits. Not a framework: who owns coroutines is task_group's subject.

#include "core/base/time.hpp"
#include "net/base/clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>

namespace docwarden::net
{

namespace asio = boost::asio;

// `auto [ec, n] = co_await stream.async_read_some(buffer, as_result);`: errors are values.
inline constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// True once the running coroutine (with all its callers) was cancelled. A cancellation reaches only
// the operation that is waiting at that moment: whoever goes on after it must ask.
inline asio::awaitable<bool> is_cancelled()
{
    const auto state = co_await asio::this_coro::cancellation_state;
    co_return state.cancelled() != asio::cancellation_type::none;
}

// What is left until `deadline`, as a timer takes it: never negative, and at most a day, because
// Asio's nanoseconds would overflow on "never".
inline core::mono_clock::duration time_left(const clock_source& clock, core::mono_time deadline)
{
    using duration = core::mono_clock::duration;
    const auto now = clock.reading().mono;
    const auto latest = now + std::chrono::hours(24);
    return std::max(duration::zero(), std::min(deadline, latest) - now);
}

} // namespace docwarden::net
