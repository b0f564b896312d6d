#include "daemon/log/line_sink.hpp"

#include <climits>

#include <algorithm>
#include <cerrno>
#include <string>

#include <poll.h>
#include <unistd.h>

namespace docwarden::daemon
{

namespace
{

// A pipe that poll() calls writable takes PIPE_BUF bytes at once without blocking (pipe(7)). The
// descriptor itself is left as it is: O_NONBLOCK belongs to the open file, which the shell or the
// terminal shares with us.
constexpr std::size_t chunk_bytes_max = PIPE_BUF;

bool has_room(int descriptor, std::chrono::milliseconds patience)
{
    pollfd entry{.fd = descriptor, .events = POLLOUT, .revents = 0};
    int ready = 0;
    do {
        ready = poll(&entry, 1, static_cast<int>(patience.count()));
    } while (ready < 0 && errno == EINTR);
    return ready == 1 && (entry.revents & POLLOUT) != 0;
}

} // namespace

line_sink::line_sink(int descriptor, std::chrono::milliseconds patience)
    : descriptor_(descriptor), patience_(patience)
{
}

bool line_sink::write(std::string_view line)
{
    std::string text;
    if (in_line_)
        text += '\n';
    text += line;
    text += '\n';
    is_stuck_ = !write_all(text);
    return !is_stuck_;
}

bool line_sink::write_all(std::string_view text)
{
    // A reader that does not read costs the event loop one wait, not one for each line.
    const auto patience = is_stuck_ ? std::chrono::milliseconds(0) : patience_;
    while (!text.empty()) {
        if (!has_room(descriptor_, patience))
            return false;
        const std::size_t length = std::min(text.size(), chunk_bytes_max);
        const ssize_t written = ::write(descriptor_, text.data(), length);
        if (written < 0 && errno == EINTR)
            continue;
        // EAGAIN of a descriptor that somebody made non-blocking, EPIPE, ENOSPC: all the same.
        if (written <= 0)
            return false;
        const auto count = static_cast<std::size_t>(written);
        in_line_ = text[count - 1] != '\n';
        text.remove_prefix(count);
    }
    return true;
}

} // namespace docwarden::daemon
