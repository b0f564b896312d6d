#pragma once
// A part of a test that ends the process: it runs in a child.

#include "tests/support/catch.hpp"

#include <array>
#include <csignal>
#include <string>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace docwarden::test
{

struct child_end {
    int status = 0;     // as waitpid returns it
    std::string output; // what it wrote to standard error
    bool was_aborted() const { return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT; }
    bool has_exited() const { return WIFEXITED(status) && WEXITSTATUS(status) == 0; }
};

// Runs `body` in a child process, and tells how that ended.
template <class Body>
child_end run_in_child(Body body)
{
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const rlimit no_core{0, 0};
        (void)setrlimit(RLIMIT_CORE, &no_core);
        (void)std::signal(SIGABRT, SIG_DFL); // the test framework has a handler of its own
        (void)dup2(ends[1], STDERR_FILENO);
        body();
        _exit(0);
    }
    close(ends[1]);
    child_end found;
    std::array<char, 512> buffer{};
    for (ssize_t size = 0; (size = read(ends[0], buffer.data(), buffer.size())) > 0;)
        found.output.append(buffer.data(), static_cast<std::size_t>(size));
    close(ends[0]);
    REQUIRE(waitpid(child, &found.status, 0) == child);
    return found;
}

} // namespace docwarden::test
