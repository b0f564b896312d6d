#include "daemon/app/service_notify.hpp"
#include "tests/support/catch.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace docwarden::test::service_notify_test
{

namespace
{

// Sets a variable of the environment, or unsets it, and puts things back at the end.
class environment_variable
{
public:
    environment_variable(const char* name, const char* value) : name_(name)
    {
        if (const char* before = getenv(name))
            before_ = before;
        set(value);
    }
    ~environment_variable() { set(before_ ? before_->c_str() : nullptr); }
    environment_variable(const environment_variable&) = delete;
    environment_variable& operator=(const environment_variable&) = delete;

private:
    void set(const char* value)
    {
        if (value)
            setenv(name_, value, 1);
        else
            unsetenv(name_);
    }

    const char* name_;
    std::optional<std::string> before_;
};

// The service manager's end: a datagram socket with a name, in the file system or abstract.
class notify_socket
{
public:
    // '@' in front makes the address abstract, as in NOTIFY_SOCKET itself.
    explicit notify_socket(const std::string& name) : descriptor_(socket(AF_UNIX, SOCK_DGRAM, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        REQUIRE(name.size() < sizeof address.sun_path);
        std::memcpy(address.sun_path, name.data(), name.size());
        if (name.front() == '@')
            address.sun_path[0] = '\0';
        const auto length = offsetof(sockaddr_un, sun_path) + name.size();
        REQUIRE(
            bind(
                descriptor_,
                reinterpret_cast<const sockaddr*>(&address),
                static_cast<socklen_t>(length)
            ) == 0
        );
        const timeval patience{.tv_sec = 5, .tv_usec = 0};
        setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    ~notify_socket() { close(descriptor_); }
    notify_socket(const notify_socket&) = delete;
    notify_socket& operator=(const notify_socket&) = delete;

    std::string receive()
    {
        std::array<char, 4096> buffer{};
        const ssize_t length = recv(descriptor_, buffer.data(), buffer.size(), 0);
        return length < 0 ? "nothing came" : std::string(buffer.data(), std::size_t(length));
    }

private:
    int descriptor_;
};

// A socket in a folder of its own, named in the environment.
struct manager {
    std::filesystem::path folder = make_folder();
    notify_socket socket{(folder / "notify").string()};
    environment_variable variable{"NOTIFY_SOCKET", (folder / "notify").c_str()};

    ~manager() { std::filesystem::remove_all(folder); }

    static std::filesystem::path make_folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "docwarden-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        return name;
    }
};

} // namespace

TEST_CASE("service_notify: without a service manager every call succeeds and does nothing")
{
    const environment_variable unset("NOTIFY_SOCKET", nullptr);
    daemon::service_notify notify;
    CHECK_FALSE(notify.ready("watching"));
    CHECK_FALSE(notify.status("watching"));
    CHECK_FALSE(notify.reloading(core::mono_time()));
    CHECK_FALSE(notify.stopping("stopping"));
    CHECK_FALSE(notify.watchdog());
}

TEST_CASE("service_notify: each call is one datagram in systemd's words")
{
    manager systemd;
    daemon::service_notify notify;

    CHECK_FALSE(notify.ready("watching 2 portals"));
    CHECK(systemd.socket.receive() == "READY=1\nSTATUS=watching 2 portals");
    CHECK_FALSE(notify.status("blind since 06:10"));
    CHECK(systemd.socket.receive() == "STATUS=blind since 06:10");
    CHECK_FALSE(notify.reloading(core::mono_time(std::chrono::microseconds(1'234'567))));
    CHECK(systemd.socket.receive() == "RELOADING=1\nMONOTONIC_USEC=1234567");
    CHECK_FALSE(notify.watchdog());
    CHECK(systemd.socket.receive() == "WATCHDOG=1");
    CHECK_FALSE(notify.stopping("finishing"));
    CHECK(systemd.socket.receive() == "STOPPING=1\nSTATUS=finishing");
}

TEST_CASE("service_notify: an abstract address works as well")
{
    const std::string name = "@docwarden-test-" + std::to_string(getpid());
    notify_socket socket(name);
    const environment_variable variable("NOTIFY_SOCKET", name.c_str());
    CHECK_FALSE(daemon::service_notify().watchdog());
    CHECK(socket.receive() == "WATCHDOG=1");
}

TEST_CASE("service_notify: a status text cannot forge a message of its own")
{
    manager systemd;
    CHECK_FALSE(daemon::service_notify().status("user eve\nMAINPID=1\x1b[2J"));
    CHECK(systemd.socket.receive() == "STATUS=user eve\\u{a}MAINPID=1\\u{1b}[2J");
}

TEST_CASE("service_notify: a long status text is cut")
{
    manager systemd;
    CHECK_FALSE(daemon::service_notify().status(std::string(100'000, 'x')));
    CHECK(systemd.socket.receive() == "STATUS=" + std::string(daemon::status_bytes_max, 'x') + "…");
}

TEST_CASE("service_notify: a service manager that is gone is an error, not a crash")
{
    const environment_variable variable("NOTIFY_SOCKET", "/nonexistent/notify");
    CHECK(daemon::service_notify().watchdog() == boost::system::errc::no_such_file_or_directory);
}

TEST_CASE("watchdog_interval: is what the service manager set for this process")
{
    const std::string self = std::to_string(getpid());
    const environment_variable interval("WATCHDOG_USEC", "30000000");
    const environment_variable process("WATCHDOG_PID", self.c_str());
    CHECK(daemon::watchdog_interval() == std::chrono::seconds(30));
}

TEST_CASE("watchdog_interval: is nothing when nobody watches, or somebody else is meant")
{
    const environment_variable process("WATCHDOG_PID", nullptr);
    const environment_variable interval("WATCHDOG_USEC", nullptr);
    CHECK_FALSE(daemon::watchdog_interval().has_value());

    const environment_variable other_interval("WATCHDOG_USEC", "30000000");
    const environment_variable other_process("WATCHDOG_PID", "1");
    CHECK_FALSE(daemon::watchdog_interval().has_value());
}

} // namespace docwarden::test::service_notify_test
