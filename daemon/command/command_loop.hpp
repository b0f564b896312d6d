#pragma once
// The event loop of a command that asks something and ends: no signals, no endpoint. It knows
// nothing of what its coroutines do.

#include "net/async/asio_clock.hpp"
#include "net/async/task_group.hpp"

#include <boost/asio/io_context.hpp>

#include <exception>

namespace docwarden::daemon
{

class command_loop
{
public:
    command_loop();

    boost::asio::any_io_executor executor() { return io_.get_executor(); }
    net::asio_clock& clock() { return clock_; }

    // Starts a coroutine. What it refers to must live until run_to_end() has returned or thrown.
    void spawn(boost::asio::awaitable<void> child) { tasks_.spawn(std::move(child)); }
    // A bug in a coroutine that another group runs in this loop.
    void on_crash(std::exception_ptr bug);

    // Runs until every coroutine has ended. A bug in one ends the loop at once and is thrown here.
    void run_to_end();

private:
    boost::asio::io_context io_{1}; // first: whatever holds sockets and timers goes before it
    net::asio_clock clock_;
    std::exception_ptr bug_;
    net::task_group tasks_;
};

} // namespace docwarden::daemon
