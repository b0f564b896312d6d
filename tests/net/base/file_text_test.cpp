#include "net/base/file_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_directory.hpp"

#include <boost/system/errc.hpp>

#include <sys/stat.h>
#include <unistd.h>

namespace docwarden::test::file_text_test
{

namespace
{

// Why the file is not read, or "read".
std::string outcome_of(const std::string& path)
{
    const auto file = net::read_file(path, 10);
    if (file)
        return "read";
    if (file.error().kind != net::file_kind::regular)
        return std::string(to_string(file.error().kind));
    return file.error().code.message();
}

} // namespace

TEST_CASE("file_text: a regular file is read with its mode, up to the bound and no further")
{
    const scratch_directory directory;
    const auto file = net::read_file(directory.write("just", "0123456789", 0640), 10);
    REQUIRE(file.has_value());
    CHECK(file->text == "0123456789");
    CHECK(file->mode == 0640);
    CHECK(outcome_of(directory.write("more", "0123456789a")) == "File too large");
    CHECK(outcome_of(directory.file("none")) == "No such file or directory");
}

TEST_CASE("file_text: what is no regular file is refused at once by what it is")
{
    const scratch_directory directory;
    const auto pipe = directory.file("pipe");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0); // nobody writes: opening it could wait for ever
    const auto socket = directory.file("socket");
    REQUIRE(::mknod(socket.c_str(), S_IFSOCK | 0600, 0) == 0);
    const auto link = directory.file("link");
    REQUIRE(::symlink(pipe.c_str(), link.c_str()) == 0);
    CHECK(outcome_of(pipe) == "a pipe");
    CHECK(outcome_of(link) == "a pipe");
    CHECK(outcome_of(socket) == "a socket");
    CHECK(outcome_of(directory.path()) == "a directory");
    CHECK(outcome_of("/dev/zero") == "a device");
    CHECK(net::kind_of_file(socket) == net::file_kind::socket);
    CHECK(net::kind_of_file(directory.file("none")) == net::file_kind::regular);
}

} // namespace docwarden::test::file_text_test
