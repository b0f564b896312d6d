#include "daemon/command/command_loop.hpp"
#include "tests/support/catch.hpp"

#include <stdexcept>

namespace docwarden::test::command_loop_test
{

namespace
{

namespace asio = boost::asio;
using daemon::command_loop;

asio::awaitable<void> count(net::asio_clock& clock, int& ended)
{
    const auto ec = co_await clock.sleep_until(clock.reading().mono);
    if (!ec)
        ++ended;
}

asio::awaitable<void> wait_for_ever(net::asio_clock& clock, int& ended)
{
    const core::mono_time end = clock.reading().mono + std::chrono::hours(1);
    (void)co_await clock.sleep_until(end);
    ++ended;
}

asio::awaitable<void> fail()
{
    throw std::logic_error("a bug");
    co_return;
}

} // namespace

TEST_CASE("command_loop: runs until the last coroutine has ended")
{
    command_loop loop;
    int ended = 0;
    loop.spawn(count(loop.clock(), ended));
    loop.spawn(count(loop.clock(), ended));
    loop.run_to_end();
    CHECK(ended == 2);
}

TEST_CASE("command_loop: a bug in one coroutine is thrown at once, whatever the others wait for")
{
    int ended = 0;
    command_loop loop;
    loop.spawn(wait_for_ever(loop.clock(), ended));
    loop.spawn(fail());
    CHECK_THROWS_AS(loop.run_to_end(), std::logic_error);
    CHECK(ended == 0);
}

TEST_CASE("command_loop: so is a bug that another group of coroutines has noticed")
{
    int ended = 0;
    command_loop loop;
    loop.spawn(wait_for_ever(loop.clock(), ended));
    loop.on_crash(std::make_exception_ptr(std::logic_error("a bug")));
    CHECK_THROWS_AS(loop.run_to_end(), std::logic_error);
    CHECK(ended == 0);
}

} // namespace docwarden::test::command_loop_test
