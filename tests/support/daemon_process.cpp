#include "tests/support/daemon_process.hpp"

#include <boost/json/parse.hpp>

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace docwarden::test
{

namespace
{

using clock = std::chrono::steady_clock;

std::array<int, 2> make_pipe()
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        throw std::system_error(errno, std::generic_category(), "pipe");
    return ends;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts)
{
    std::vector<char*> pointers;
    for (std::string& text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

} // namespace

std::string log_line::text(std::string_view name) const
{
    const boost::json::value* member = fields.if_contains(name);
    return member != nullptr && member->is_string() ? std::string(member->as_string())
                                                    : std::string();
}

daemon_process::daemon_process(
    std::vector<std::string> arguments,
    std::map<std::string, std::string> environment
)
{
    arguments.insert(arguments.begin(), DOCWARDEN_BINARY);
    std::vector<std::string> variables{"PATH=/usr/bin:/bin"};
    for (const auto& [name, value] : environment)
        variables.push_back(name + '=' + value);
    std::vector<char*> argv = pointers_to(arguments);
    std::vector<char*> envp = pointers_to(variables);
    const auto out = make_pipe();
    const auto err = make_pipe();

    pid_ = ::fork();
    if (pid_ < 0)
        throw std::system_error(errno, std::generic_category(), "fork");
    if (pid_ == 0) {
        ::dup2(out[1], STDOUT_FILENO);
        ::dup2(err[1], STDERR_FILENO);
        // A server's socket of the test's, kept open here, would go on taking connections.
        ::close_range(STDERR_FILENO + 1, ~0U, 0);
        ::execve(argv[0], argv.data(), envp.data());
        ::_exit(127);
    }
    ::close(out[1]);
    ::close(err[1]);
    out_pipe_ = out[0];
    err_pipe_ = err[0];
}

daemon_process::~daemon_process()
{
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    ::close(out_pipe_);
    ::close(err_pipe_);
}

void daemon_process::fail(const std::string& text) const
{
    throw std::runtime_error(
        text + "\n--- standard error:\n" + err_ + "--- standard output:\n" + out_
    );
}

// Waits for output and takes it. False when both pipes are at their end, or time is up.
bool daemon_process::read_more(clock::time_point until)
{
    std::array<pollfd, 2> watched{{{out_pipe_, POLLIN, 0}, {err_pipe_, POLLIN, 0}}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now());
    if (left.count() < 0 || ::poll(watched.data(), 2, static_cast<int>(left.count())) <= 0)
        return false;
    bool is_open = false;
    for (std::size_t i = 0; i < watched.size(); ++i) {
        if ((watched[i].revents & (POLLIN | POLLHUP)) == 0)
            continue;
        std::array<char, 65536> buffer{};
        const ssize_t size = ::read(watched[i].fd, buffer.data(), buffer.size());
        if (size <= 0)
            continue;
        is_open = true;
        (i == 0 ? out_ : err_).append(buffer.data(), static_cast<std::size_t>(size));
    }
    take_lines();
    return is_open;
}

void daemon_process::take_lines()
{
    for (;;) {
        const std::size_t end = err_.find('\n', lines_taken_);
        if (end == std::string::npos)
            return;
        const std::string line = err_.substr(lines_taken_, end - lines_taken_);
        lines_taken_ = end + 1;
        boost::system::error_code ec;
        boost::json::value parsed = boost::json::parse(line, ec);
        if (!ec && parsed.is_object())
            records_.push_back({std::move(parsed.as_object())});
    }
}

log_line daemon_process::wait_for(const std::string& description, const predicate& matches)
{
    const auto until = clock::now() + patience;
    std::size_t looked_at = 0;
    for (;;) {
        for (; looked_at < records_.size(); ++looked_at) {
            if (matches(records_[looked_at]))
                return records_[looked_at];
        }
        if (!read_more(until))
            fail("no record came: " + description);
    }
}

log_line daemon_process::wait_for(const std::string& kind)
{
    return wait_after(0, kind);
}

log_line daemon_process::wait_after(std::size_t skip, const std::string& kind)
{
    std::size_t index = 0;
    return wait_for("of kind " + kind, [&](const log_line& line) {
        return index++ >= skip && line.kind() == kind;
    });
}

const std::vector<log_line>& daemon_process::records()
{
    while (read_more(clock::now()))
        continue;
    return records_;
}

std::size_t daemon_process::count(const std::string& kind)
{
    std::size_t found = 0;
    for (const log_line& line : records())
        found += line.kind() == kind ? 1U : 0U;
    return found;
}

std::size_t daemon_process::index_of(const std::string& kind)
{
    for (std::size_t i = 0; i < records().size(); ++i) {
        if (records_[i].kind() == kind)
            return i;
    }
    fail("there is no record of kind " + kind);
}

void daemon_process::signal(int number) const
{
    ::kill(pid_, number);
}

int daemon_process::wait_exit()
{
    const auto until = clock::now() + patience;
    while (read_more(until))
        continue;
    if (clock::now() >= until)
        fail("the process does not end");
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

daemon_process::ending daemon_process::end_by(int number)
{
    const auto begin = clock::now();
    signal(number);
    ending end;
    end.code = wait_exit();
    end.took = std::chrono::duration_cast<std::chrono::milliseconds>(clock::now() - begin);
    return end;
}

std::string daemon_process::command_line() const
{
    std::ifstream file("/proc/" + std::to_string(pid_) + "/cmdline", std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    for (char& c : text)
        c = c == '\0' ? ' ' : c;
    return text;
}

} // namespace docwarden::test
