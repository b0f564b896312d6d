#include "net/async/asio_clock.hpp"

#include "net/async/task.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace docwarden::net
{

namespace
{

using std::chrono::duration_cast;
using std::chrono::steady_clock;
using std::chrono::system_clock;

// Both count from the same origin, so a deadline converts without another look at the clock. The
// steady clock's nanoseconds end sooner than our microseconds: later deadlines mean "never".
steady_clock::time_point steady_from(core::mono_time deadline)
{
    constexpr auto last = duration_cast<core::mono_clock::duration>(steady_clock::duration::max());
    constexpr auto first = duration_cast<core::mono_clock::duration>(steady_clock::duration::min());
    const auto since_origin = std::clamp(deadline.time_since_epoch(), first, last);
    return steady_clock::time_point(duration_cast<steady_clock::duration>(since_origin));
}

} // namespace

asio_clock::asio_clock(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

core::clock_reading asio_clock::reading() const
{
    const auto wall = system_clock::now().time_since_epoch();
    const auto mono = steady_clock::now().time_since_epoch();
    return core::clock_reading{
        core::wall_time(duration_cast<core::tick>(wall)),
        core::mono_time(duration_cast<core::mono_clock::duration>(mono))};
}

boost::asio::awaitable<boost::system::error_code> asio_clock::sleep_until(core::mono_time deadline)
{
    // A caller that handles cancellation itself would otherwise sleep through one that came before.
    const auto cancelled = co_await is_cancelled();
    if (cancelled)
        co_return boost::system::error_code(asio::error::operation_aborted);

    asio::steady_timer timer(executor_, steady_from(deadline));
    const auto [ec] = co_await timer.async_wait(as_result);
    co_return ec;
}

} // namespace docwarden::net
