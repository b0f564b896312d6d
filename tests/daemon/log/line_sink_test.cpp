#include "daemon/log/line_sink.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/pipe_pair.hpp"

#include <csignal>
#include <string>

namespace docwarden::test::line_sink_test
{

using daemon::line_sink;

namespace
{

constexpr std::chrono::milliseconds at_once{0};

struct fixture {
    fixture() { std::signal(SIGPIPE, SIG_IGN); }
    pipe_pair pipe;
};

} // namespace

TEST_CASE_METHOD(fixture, "line_sink: each line comes out with a newline")
{
    line_sink sink(pipe.write_end());
    CHECK(sink.write("one"));
    CHECK(sink.write(""));
    CHECK(sink.write("three"));
    CHECK(pipe.read_available() == "one\n\nthree\n");
}

TEST_CASE_METHOD(fixture, "line_sink: a line longer than a pipe takes at once is written whole")
{
    line_sink sink(pipe.write_end());
    const std::string line(40'000, 'x');
    CHECK(sink.write(line));
    CHECK(pipe.read_available() == line + "\n");
}

TEST_CASE_METHOD(fixture, "line_sink: a reader that does not read costs lines, not time")
{
    pipe.fill();
    line_sink sink(pipe.write_end(), at_once);
    CHECK_FALSE(sink.write("lost"));
    CHECK_FALSE(sink.write("lost too"));
    pipe.read_available();
    CHECK(sink.write("seen"));
    CHECK(pipe.read_available() == "seen\n");
}

TEST_CASE_METHOD(fixture, "line_sink: a non-blocking descriptor without room is no error")
{
    pipe.make_non_blocking();
    pipe.fill();
    line_sink sink(pipe.write_end(), at_once);
    CHECK_FALSE(sink.write("lost"));
    pipe.read_available();
    CHECK(sink.write("seen"));
}

TEST_CASE_METHOD(fixture, "line_sink: a line that was cut does not run into the next one")
{
    line_sink sink(pipe.write_end(), at_once);
    CHECK_FALSE(sink.write(std::string(1'000'000, 'x'))); // no pipe is that big by default
    const std::string cut = pipe.read_available();
    CHECK(cut.size() >= 4096);
    CHECK(cut == std::string(cut.size(), 'x'));
    CHECK(sink.write("next"));
    CHECK(pipe.read_available() == "\nnext\n");
}

TEST_CASE_METHOD(fixture, "line_sink: a reader that left does not end the process")
{
    pipe.close_read_end();
    line_sink sink(pipe.write_end(), at_once);
    CHECK_FALSE(sink.write("nobody"));
    CHECK_FALSE(sink.write("nobody"));
}

TEST_CASE("line_sink: a descriptor that is closed is no crash")
{
    line_sink sink(-1, at_once);
    CHECK_FALSE(sink.write("nowhere"));
}

} // namespace docwarden::test::line_sink_test
