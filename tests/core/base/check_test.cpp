// Assertions hold in release builds too: this file is compiled as one.
#ifndef NDEBUG
#define NDEBUG
#endif

#include "core/base/check.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <csignal>
#include <string>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace docwarden::test::check_test
{

namespace
{

struct death {
    int status = 0; // as waitpid returns it
    std::string output;
};

// Runs `body` in a child process, and tells how that ended.
template <class Body>
death run_in_child(Body body)
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
    death found;
    std::array<char, 512> buffer{};
    for (ssize_t size = 0; (size = read(ends[0], buffer.data(), buffer.size())) > 0;)
        found.output.append(buffer.data(), static_cast<std::size_t>(size));
    close(ends[0]);
    REQUIRE(waitpid(child, &found.status, 0) == child);
    return found;
}

} // namespace

TEST_CASE("check: a failed assertion ends a release build and says where", "[check]")
{
    const int entries = 3;
    const death found = run_in_child([&] { DOCWARDEN_ASSERT(entries == 4); });
    CHECK(WIFSIGNALED(found.status));
    CHECK(WTERMSIG(found.status) == SIGABRT);
    CAPTURE(found.output);
    CHECK(found.output.find("check_test.cpp:") != std::string::npos);
    CHECK(found.output.find(": entries == 4 does not hold\n") != std::string::npos);
}

TEST_CASE("check: an assertion that holds says nothing and changes nothing", "[check]")
{
    int evaluations = 0;
    const death found = run_in_child([&] {
        DOCWARDEN_ASSERT(++evaluations == 1);
        DOCWARDEN_ASSERT(evaluations == 1); // once, not twice
    });
    CHECK(WIFEXITED(found.status));
    CHECK(found.output.empty());
}

} // namespace docwarden::test::check_test
