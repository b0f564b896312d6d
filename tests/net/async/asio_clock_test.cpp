#include "net/async/asio_clock.hpp"
#include "net/async/task.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complete.hpp"

#include <boost/asio/error.hpp>

#include <chrono>

namespace docwarden::test::asio_clock_test
{

namespace
{

namespace asio = boost::asio;
using boost::system::error_code;
using namespace std::chrono_literals;

struct fixture {
    asio::io_context ctx{1};
    net::asio_clock clock{ctx.get_executor()};

    // Sleeps on although it was cancelled before, as a coroutine that cleans up may.
    asio::awaitable<error_code> sleep_cancelled(asio::cancellation_signal& signal)
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        signal.emit(asio::cancellation_type::terminal);
        const auto never = core::mono_time::max();
        co_return co_await clock.sleep_until(never);
    }
};

} // namespace

TEST_CASE_METHOD(fixture, "asio_clock: wall time is civil time in UTC")
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto difference = clock.reading().wall.time_since_epoch() - now;
    CHECK(std::chrono::abs(difference) < 10s);
}

TEST_CASE_METHOD(fixture, "asio_clock: a sleep ends at its deadline, not before")
{
    const auto deadline = clock.reading().mono + 20ms;
    CHECK(complete(ctx, clock.sleep_until(deadline)) == error_code());
    CHECK(clock.reading().mono >= deadline);
}

TEST_CASE_METHOD(fixture, "asio_clock: a deadline that has passed ends the sleep at once")
{
    const auto past = GENERATE(core::mono_time::min(), core::mono_time{});
    CHECK(complete(ctx, clock.sleep_until(past)) == error_code());
}

TEST_CASE_METHOD(fixture, "asio_clock: a cancelled sleep says so, however far its deadline")
{
    asio::cancellation_signal signal;
    cancel_soon(ctx, signal);
    const auto ec = complete(ctx, clock.sleep_until(core::mono_time::max()), &signal);
    CHECK(ec == asio::error::operation_aborted);
}

TEST_CASE_METHOD(fixture, "asio_clock: a cancellation from before the sleep is not slept through")
{
    asio::cancellation_signal signal;
    CHECK(complete(ctx, sleep_cancelled(signal), &signal) == asio::error::operation_aborted);
}

} // namespace docwarden::test::asio_clock_test
