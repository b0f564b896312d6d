#include "daemon/command/command_loop.hpp"

namespace docwarden::daemon
{

command_loop::command_loop()
    : clock_(io_.get_executor()),
      tasks_(io_.get_executor(), [this](std::exception_ptr bug) { on_crash(bug); })
{
}

void command_loop::on_crash(std::exception_ptr bug)
{
    bug_ = bug;
    io_.stop();
}

void command_loop::run_to_end()
{
    io_.run();
    if (bug_)
        std::rethrow_exception(bug_);
}

} // namespace docwarden::daemon
