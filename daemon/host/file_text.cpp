#include "daemon/host/file_text.hpp"

#include <boost/system/errc.hpp>

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace docwarden::daemon
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

} // namespace

boost::system::result<file_text> read_file(const std::string& path, std::size_t bytes_max)
{
    const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (file.number() < 0)
        return last_error();
    struct stat status = {};
    if (::fstat(file.number(), &status) != 0)
        return last_error();
    if (S_ISDIR(status.st_mode))
        return make_error_code(boost::system::errc::is_a_directory);
    // One byte more than allowed tells "too large" from "just fits"; one buffer for the whole text
    // leaves no half-grown copies of a key behind.
    std::string text(bytes_max + 1, '\0');
    const auto filled = fill(file.number(), text);
    if (!filled)
        return filled.error();
    if (*filled > bytes_max)
        return make_error_code(boost::system::errc::file_too_large);
    text.resize(*filled);
    file_text content;
    content.text = std::move(text);
    content.mode = status.st_mode & 07777U;
    return content;
}

} // namespace docwarden::daemon
