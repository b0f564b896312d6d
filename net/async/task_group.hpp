#pragma once
// The owner of child coroutines: nothing in the process is spawned any other way, so nothing runs
// unseen. A group starts children, cancels them all, and waits until the last one has ended. It
// knows nothing about what they do and never restarts one. Single-threaded, like its io_context.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>

namespace docwarden::net
{

class task_group
{
public:
    using crash_handler = std::function<void(std::exception_ptr)>;

    // `on_crash` is told of every exception that leaves a child: a bug, after which the owner stops
    // the daemon. It must not throw. A child that ends by Asio's "operation aborted" after cancel()
    // has not crashed.
    task_group(boost::asio::any_io_executor executor, crash_handler on_crash);
    task_group(const task_group&) = delete;
    task_group& operator=(const task_group&) = delete;
    // Join first: children still running then would outlive what they refer to. The io_context may
    // be destroyed with children suspended; their frames go with it.
    ~task_group();

    // Starts a child, in a later turn of the event loop. After cancel() nothing is started any
    // more: the child is dropped unrun.
    void spawn(boost::asio::awaitable<void> child);

    // Terminal cancellation of every child, for good. May be called from anywhere, repeatedly; it
    // takes effect inside the event loop.
    void cancel();

    // Ends when no child runs, also if the joining coroutine is itself cancelled meanwhile: a join
    // that can be given up would not be one. A child must not join its own group.
    boost::asio::awaitable<void> join();

    // Children that have not ended yet.
    std::size_t running() const;

    // Memory is held for this many children: the most that ever ran at the same time.
    std::size_t capacity() const;

private:
    struct shared;
    std::shared_ptr<shared> shared_; // the completion handlers hold it too
};

} // namespace docwarden::net
