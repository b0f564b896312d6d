#pragma once
// The real program as a child process, as systemd or a terminal would run it: arguments,
// environment, signals, exit code, and its records as they appear on standard error in JSON.

#include <boost/json/object.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace docwarden::test
{

// One line of `--log-format json`.
struct log_line {
    boost::json::object fields;

    std::string text(std::string_view name) const; // empty if there is none
    std::string kind() const { return text("DOCWARDEN_KIND"); }
    std::string message() const { return text("MESSAGE"); }
};

class daemon_process
{
public:
    // How long a test waits for what must come; generous, because nothing waits that long when all
    // is well.
    static constexpr std::chrono::seconds patience{30};

    // Starts `docwarden` with these arguments and nothing else in its environment.
    explicit daemon_process(
        std::vector<std::string> arguments,
        std::map<std::string, std::string> environment = {}
    );
    // Kills it if it still runs.
    ~daemon_process();
    daemon_process(const daemon_process&) = delete;
    daemon_process& operator=(const daemon_process&) = delete;

    using predicate = std::function<bool(const log_line&)>;
    // The first record that matches, from the start of the run; reads on until it comes. Throws
    // with everything said so far if it does not.
    log_line wait_for(const std::string& description, const predicate& matches);
    log_line wait_for(const std::string& kind);
    // The same, but only records after the first `skip` ones.
    log_line wait_after(std::size_t skip, const std::string& kind);

    // Everything said until now.
    const std::vector<log_line>& records();
    std::size_t count(const std::string& kind);
    std::size_t index_of(const std::string& kind); // throws if there is none

    void signal(int number) const;
    // The exit code, or 128 + the signal; throws if it does not end in time. Reads the rest of the
    // output.
    int wait_exit();

    // Sends the signal and waits for the end.
    struct ending {
        int code = -1;
        std::chrono::milliseconds took{0};
    };
    ending end_by(int number);

    // Raw standard output and error until now.
    const std::string& out() const { return out_; }
    const std::string& err() const { return err_; }
    // /proc/PID/cmdline, with blanks between the arguments.
    std::string command_line() const;
    pid_t pid() const { return pid_; }

private:
    bool read_more(std::chrono::steady_clock::time_point until);
    void take_lines();
    [[noreturn]] void fail(const std::string& text) const;

    pid_t pid_ = -1;
    int out_pipe_ = -1;
    int err_pipe_ = -1;
    std::string out_;
    std::string err_;
    std::size_t lines_taken_ = 0; // bytes of err_
    std::vector<log_line> records_;
};

} // namespace docwarden::test
