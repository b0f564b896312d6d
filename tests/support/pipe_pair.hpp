#pragma once
// A pipe as somebody's standard error: the test decides whether it is read, full or closed.

#include "tests/support/catch.hpp"

#include <array>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace docwarden::test
{

class pipe_pair
{
public:
    pipe_pair()
    {
        REQUIRE(pipe2(ends_.data(), O_CLOEXEC) == 0);
        REQUIRE(fcntl(ends_[0], F_SETFL, O_NONBLOCK) == 0); // the reader's end only
    }
    ~pipe_pair()
    {
        close_read_end();
        close(ends_[1]);
    }
    pipe_pair(const pipe_pair&) = delete;
    pipe_pair& operator=(const pipe_pair&) = delete;

    int write_end() const { return ends_[1]; }

    void make_non_blocking() { set_write_flags(O_NONBLOCK); }

    // Until not one byte more fits.
    void fill()
    {
        const int flags = fcntl(ends_[1], F_GETFL);
        set_write_flags(O_NONBLOCK);
        const std::string block(4096, '.');
        while (write(ends_[1], block.data(), block.size()) > 0) {
        }
        set_write_flags(flags);
    }

    // All that is in the pipe now.
    std::string read_available()
    {
        std::string text;
        std::array<char, 4096> buffer{};
        ssize_t length = 0;
        while ((length = read(ends_[0], buffer.data(), buffer.size())) > 0)
            text.append(buffer.data(), static_cast<std::size_t>(length));
        return text;
    }

    void close_read_end()
    {
        if (ends_[0] >= 0)
            close(ends_[0]);
        ends_[0] = -1;
    }

private:
    void set_write_flags(int flags) { REQUIRE(fcntl(ends_[1], F_SETFL, flags) == 0); }

    std::array<int, 2> ends_{-1, -1};
};

} // namespace docwarden::test
