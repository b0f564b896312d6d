#include "net/base/file_text.hpp"

#include <boost/system/errc.hpp>

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace docwarden::net
{

namespace
{

using boost::system::error_code;

error_code last_error()
{
    return {errno, boost::system::generic_category()};
}

// Closes when it goes. Nothing was written, so a failing close loses nothing.
class descriptor
{
public:
    explicit descriptor(int number) : number_(number) {}
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor()
    {
        if (number_ >= 0)
            ::close(number_);
    }
    int number() const { return number_; }

private:
    int number_;
};

// Fills the buffer from the start and returns how much came before the end of the file.
boost::system::result<std::size_t> fill(int number, std::string& buffer)
{
    std::size_t filled = 0;
    while (filled < buffer.size()) {
        const auto count = ::read(number, buffer.data() + filled, buffer.size() - filled);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return last_error();
        if (count == 0)
            break;
        filled += static_cast<std::size_t>(count);
    }
    return filled;
}

file_kind kind_of_mode(::mode_t mode)
{
    if (S_ISREG(mode))
        return file_kind::regular;
    if (S_ISDIR(mode))
        return file_kind::directory;
    if (S_ISFIFO(mode))
        return file_kind::pipe;
    return S_ISSOCK(mode) ? file_kind::socket : file_kind::device;
}

} // namespace

std::string_view to_string(file_kind kind)
{
    switch (kind) {
    case file_kind::regular:
        return "a regular file";
    case file_kind::directory:
        return "a directory";
    case file_kind::pipe:
        return "a pipe";
    case file_kind::socket:
        return "a socket";
    case file_kind::device:
        return "a device";
    }
    return "unknown";
}

file_kind kind_of_file(const std::string& path)
{
    struct stat status = {};
    if (::stat(path.c_str(), &status) != 0)
        return file_kind::regular;
    return kind_of_mode(status.st_mode);
}

boost::system::result<file_text, file_fault>
read_file(const std::string& path, std::size_t bytes_max)
{
    // Without O_NONBLOCK, opening a named pipe waits until somebody writes to it.
    const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (file.number() < 0)
        // A socket cannot be opened at all, and open(2) does not say so.
        return file_fault{last_error(), kind_of_file(path)};
    struct stat status = {};
    if (::fstat(file.number(), &status) != 0)
        return file_fault{last_error()};
    if (const auto kind = kind_of_mode(status.st_mode); kind != file_kind::regular)
        return file_fault{{}, kind};
    // One byte more than allowed tells "too large" from "just fits"; one buffer for the whole text
    // leaves no half-grown copies of a key behind.
    std::string text(bytes_max + 1, '\0');
    const auto filled = fill(file.number(), text);
    if (!filled)
        return file_fault{filled.error()};
    if (*filled > bytes_max)
        return file_fault{make_error_code(boost::system::errc::file_too_large)};
    text.resize(*filled);
    file_text content;
    content.text = std::move(text);
    content.mode = status.st_mode & 07777U;
    return content;
}

} // namespace docwarden::net
