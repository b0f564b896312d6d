#include "net/async/asio_clock.hpp"
#include "net/async/task.hpp"
#include "net/async/task_group.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complete.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/system_error.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace docwarden::test::task_group_test
{

namespace
{

namespace asio = boost::asio;
using namespace std::chrono_literals;

// A group whose crashes are written down, and children that do the things children do.
struct fixture {
    asio::io_context ctx{1};
    net::asio_clock clock{ctx.get_executor()};
    std::vector<std::string> crashes;
    std::vector<std::string> seen;
    net::task_group group{ctx.get_executor(), [this](std::exception_ptr crash) {
                              try {
                                  std::rethrow_exception(crash);
                              } catch (const std::exception& error) {
                                  crashes.emplace_back(error.what());
                              }
                          }};

    core::mono_time in(std::chrono::milliseconds time) const { return clock.reading().mono + time; }

    asio::awaitable<void> end_at_once()
    {
        seen.emplace_back("ended");
        co_return;
    }

    // Ends when it is cancelled, by looking at the error.
    asio::awaitable<void> wait_for_ever()
    {
        const auto never = core::mono_time::max();
        const auto ec = co_await clock.sleep_until(never);
        seen.emplace_back(ec == asio::error::operation_aborted ? "aborted" : "woke");
    }

    // Looks at no error: the wait after the cancellation throws.
    asio::awaitable<void> wait_again_and_again()
    {
        asio::steady_timer timer(ctx);
        for (;;) {
            timer.expires_after(1h);
            (void)co_await timer.async_wait(net::as_result);
        }
    }

    asio::awaitable<void> crash_later()
    {
        const auto soon = in(1ms);
        (void)co_await clock.sleep_until(soon);
        throw std::logic_error("a bug");
    }

    asio::awaitable<void> cancel_own_group()
    {
        group.cancel();
        seen.emplace_back("cancelled");
        const auto never = core::mono_time::max();
        (void)co_await clock.sleep_until(never); // throws: the wait after a cancellation does
        seen.emplace_back("woke");
    }

    asio::awaitable<bool> join()
    {
        co_await group.join();
        co_return true;
    }

    asio::awaitable<bool> cancel_then_join()
    {
        group.cancel();
        co_await group.join();
        co_return true;
    }
};

} // namespace

TEST_CASE_METHOD(fixture, "task_group: join of an empty group ends at once")
{
    CHECK(complete(ctx, join()));
}

TEST_CASE_METHOD(fixture, "task_group: join ends when the last child has ended")
{
    group.spawn(end_at_once());
    group.spawn(end_at_once());
    CHECK(group.running() == 2);
    CHECK(complete(ctx, join()));
    CHECK(group.running() == 0);
    CHECK(seen == std::vector<std::string>{"ended", "ended"});
}

TEST_CASE_METHOD(fixture, "task_group: cancel ends every child, also one that ignores errors")
{
    group.spawn(wait_for_ever());
    group.spawn(wait_again_and_again());
    group.spawn(wait_for_ever());
    ctx.poll(); // they wait now
    CHECK(complete(ctx, cancel_then_join()));
    CHECK(seen == std::vector<std::string>{"aborted", "aborted"});
    CHECK(crashes.empty());
}

TEST_CASE_METHOD(fixture, "task_group: cancel from outside the loop takes effect inside it")
{
    group.spawn(wait_for_ever());
    ctx.poll();
    group.cancel();
    CHECK(group.running() == 1);
    CHECK(complete(ctx, join()));
    CHECK(seen == std::vector<std::string>{"aborted"});
}

TEST_CASE_METHOD(fixture, "task_group: a child may cancel its own group")
{
    group.spawn(wait_for_ever());
    group.spawn(cancel_own_group());
    CHECK(complete(ctx, join()));
    CHECK(seen == std::vector<std::string>{"cancelled", "aborted"});
    CHECK(crashes.empty());
}

TEST_CASE_METHOD(fixture, "task_group: a child that was not started yet is never run after cancel")
{
    group.spawn(end_at_once());
    group.cancel();
    CHECK(group.running() == 1);
    CHECK(complete(ctx, join()));
    CHECK(seen.empty());
    CHECK(crashes.empty());
}

TEST_CASE_METHOD(fixture, "task_group: cancelling twice, or after the children ended, is harmless")
{
    group.spawn(end_at_once());
    CHECK(complete(ctx, join()));
    group.cancel();
    group.cancel();
    CHECK(complete(ctx, cancel_then_join()));
}

TEST_CASE_METHOD(fixture, "task_group: nothing is started after cancel")
{
    group.cancel();
    group.spawn(end_at_once());
    CHECK(group.running() == 0);
    CHECK(complete(ctx, join()));
    CHECK(seen.empty());
}

TEST_CASE_METHOD(fixture, "task_group: an exception that leaves a child is reported, others go on")
{
    group.spawn(crash_later());
    group.spawn(crash_later());
    CHECK(complete(ctx, join()));
    CHECK(crashes == std::vector<std::string>{"a bug", "a bug"});
}

TEST_CASE_METHOD(fixture, "task_group: a crash is a crash after cancel, too")
{
    group.spawn(crash_later());
    ctx.poll(); // it waits now
    CHECK(complete(ctx, cancel_then_join()));
    CHECK(crashes == std::vector<std::string>{"a bug"});
}

TEST_CASE_METHOD(fixture, "task_group: \"operation aborted\" without a cancel is a crash")
{
    const auto throw_aborted = []() -> asio::awaitable<void> {
        throw boost::system::system_error(asio::error::operation_aborted);
        co_return;
    };
    group.spawn(throw_aborted());
    CHECK(complete(ctx, join()));
    CHECK(crashes.size() == 1);
}

TEST_CASE_METHOD(fixture, "task_group: a cancelled join still waits for the children")
{
    group.spawn(wait_for_ever());
    asio::cancellation_signal giving_up;
    bool was_running = false;
    cancel_soon(ctx, giving_up);
    const auto later = [&] {
        was_running = group.running() == 1;
        group.cancel();
    };
    asio::post(ctx, [&] { asio::post(ctx, [&] { asio::post(ctx, later); }); });
    CHECK(complete(ctx, join(), &giving_up));
    CHECK(was_running);
    CHECK(group.running() == 0);
}

TEST_CASE_METHOD(fixture, "task_group: memory follows the most children at a time, not their sum")
{
    for (int i = 0; i < 10'000; ++i) {
        group.spawn(end_at_once());
        group.spawn(end_at_once());
        ctx.restart();
        ctx.run();
    }
    CHECK(seen.size() == 20'000);
    CHECK(group.capacity() == 2);
}

TEST_CASE("task_group: the event loop may be destroyed with children suspended")
{
    auto owner = std::make_unique<fixture>();
    owner->group.spawn(owner->wait_for_ever());
    owner->ctx.poll();
    CHECK(owner->group.running() == 1);
    owner.reset(); // the sanitizers watch
}

} // namespace docwarden::test::task_group_test
