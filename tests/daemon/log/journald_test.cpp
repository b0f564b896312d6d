// The way to the journal against a real systemd-journald. Run by with_journald.sh, which gives it
// one of its own; what arrived is read back as an administrator would, with journalctl.

#include "daemon/log/journal_sink.hpp"
#include "daemon/log/log_setup.hpp"
#include "daemon/log/logging.hpp"
#include "daemon/log/message_id.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fixed_clock.hpp"
#include "tests/support/pipe_pair.hpp"
#include "tests/support/report_kinds.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <systemd/sd-journal.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <sys/syslog.h>
#include <unistd.h>

namespace docwarden::test::journald_test
{

using daemon::log_format;
using daemon::log_session;
using daemon::log_settings;
using daemon::log_target;

namespace
{

std::string output_of(const std::string& command)
{
    const std::unique_ptr<FILE, int (*)(FILE*)> stream(popen(command.c_str(), "r"), pclose);
    REQUIRE(stream);
    std::string text;
    std::array<char, 4096> buffer{};
    std::size_t length = 0;
    while ((length = std::fread(buffer.data(), 1, buffer.size(), stream.get())) > 0)
        text.append(buffer.data(), length);
    return text;
}

// The entries that match, as journalctl shows them. `match` is a word for a shell.
std::vector<boost::json::object> entries(const std::string& match)
{
    std::vector<boost::json::object> found;
    std::istringstream lines(
        output_of("journalctl --sync; journalctl --quiet --all --output=json '" + match + "'")
    );
    for (std::string line; std::getline(lines, line);)
        found.push_back(boost::json::parse(line).as_object());
    return found;
}

std::string text_of(const boost::json::object& entry, std::string_view key)
{
    const boost::json::value* value = entry.if_contains(key);
    if (!value)
        return "(no " + std::string(key) + ")";
    return value->is_string() ? std::string(value->as_string()) : "(not one text)";
}

pid_t journald_pid()
{
    const char* pid = std::getenv("JOURNALD_PID");
    REQUIRE(pid != nullptr);
    return static_cast<pid_t>(std::stol(pid));
}

// Other processes can only be asked again and again: `condition` until it holds, 20 s at most.
bool comes_true(const std::function<bool()>& condition)
{
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < deadline) {
        if (condition())
            return true;
        usleep(10'000);
    }
    return false;
}

struct fixture {
    fixture() { clock.now.wall = core::wall_time(std::chrono::milliseconds(1'795'414'200'123)); }

    log_settings settings()
    {
        log_settings made;
        made.format = log_format::journal;
        made.descriptor = pipe.write_end();
        return made;
    }

    // One record in a session of its own, which ends when journald has it.
    void write(const core::report& report, std::string_view portal)
    {
        const log_session session(settings());
        REQUIRE(session.target() == log_target::journal);
        log.write(report, portal);
    }

    static core::report alert(std::string message, std::string user = "bob")
    {
        return {
            .kind = core::report_kind::alert,
            .level = core::priority::critical,
            .message = std::move(message),
            .fields = {{"USER", std::move(user)}, {"COUNT", "21"}},
        };
    }

    pipe_pair pipe;
    fixed_clock clock;
    daemon::report_log log{clock};
};

} // namespace

TEST_CASE_METHOD(fixture, "journal: an alert is found by its MESSAGE_ID, with all its fields")
{
    write(alert("Bob changed 21 files"), "by-id");
    const std::string id(daemon::message_id(core::report_kind::alert));
    const auto found = entries("MESSAGE_ID=" + id);
    REQUIRE_FALSE(found.empty());
    const boost::json::object entry = entries("DOCWARDEN_PORTAL=by-id").at(0);
    CHECK(text_of(entry, "MESSAGE_ID") == id);
    CHECK(text_of(entry, "MESSAGE") == "Bob changed 21 files");
    CHECK(text_of(entry, "PRIORITY") == "2");
    CHECK(text_of(entry, "SYSLOG_IDENTIFIER") == "docwarden");
    CHECK(text_of(entry, "DOCWARDEN_KIND") == "alert");
    CHECK(text_of(entry, "DOCWARDEN_USER") == "bob");
    CHECK(text_of(entry, "DOCWARDEN_COUNT") == "21");
    CHECK(text_of(entry, "DOCWARDEN_TIMESTAMP") == "2026-11-23T06:10:00.123Z");
    CHECK(text_of(entry, "_TRANSPORT") == "journal");
    CHECK_FALSE(entry.contains("CODE_FILE"));
    CHECK(pipe.read_available().empty());
}

TEST_CASE_METHOD(fixture, "journal: every kind of record arrives under its own MESSAGE_ID")
{
    {
        const log_session session(settings());
        for (const core::report_kind kind : all_report_kinds()) {
            core::report report;
            report.kind = kind;
            report.message = "one of each";
            log.write(report, "each-kind");
        }
    }
    const auto found = entries("DOCWARDEN_PORTAL=each-kind");
    REQUIRE(found.size() == all_report_kinds().size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        const core::report_kind kind = all_report_kinds()[i];
        CHECK(text_of(found[i], "MESSAGE_ID") == daemon::message_id(kind));
        CHECK(text_of(found[i], "DOCWARDEN_KIND") == core::to_string(kind));
        CHECK(text_of(found[i], "PRIORITY") == "6");
    }
}

TEST_CASE_METHOD(fixture, "journal: a newline in a name forges neither a field nor an entry")
{
    const std::string hostile = "eve\nPRIORITY=7\nDOCWARDEN_FORGED=1\n\nMESSAGE=all is well";
    write(alert("User " + hostile + " changed files", hostile), "forgery");
    const auto found = entries("DOCWARDEN_PORTAL=forgery");
    REQUIRE(found.size() == 1);
    CHECK(text_of(found[0], "PRIORITY") == "2");
    CHECK_FALSE(found[0].contains("DOCWARDEN_FORGED"));
    CHECK(text_of(found[0], "DOCWARDEN_USER").find("eve\\u{a}PRIORITY=7") == 0);
    CHECK(entries("DOCWARDEN_FORGED=1").empty());
}

TEST_CASE_METHOD(fixture, "journal: no name makes journalctl hide the message as binary data")
{
    write(alert("User a\uFFFFb\uFDD0c\x1b[2J\xff did it"), "blob");
    const std::string shown =
        output_of("journalctl --sync; journalctl -q -o short DOCWARDEN_PORTAL=blob");
    CAPTURE(shown);
    CHECK(shown.find(": User a\\u{ffff}b\\u{fdd0}c\\u{1b}[2J\\xff did it\n") != std::string::npos);
}

TEST_CASE_METHOD(fixture, "journal: a record as large as one can be arrives whole")
{
    core::report report = alert(std::string(10'000, 'm'));
    for (std::size_t i = report.fields.size(); i < daemon::fields_max; ++i)
        report.fields.push_back({"F" + std::to_string(i), std::string(10'000, 'v')});
    write(report, "large");
    const auto found = entries("DOCWARDEN_PORTAL=large");
    REQUIRE(found.size() == 1);
    CHECK(text_of(found[0], "MESSAGE") == std::string(daemon::message_bytes_max, 'm') + "…");
    CHECK(text_of(found[0], "DOCWARDEN_F31") == std::string(daemon::field_bytes_max, 'v') + "…");
}

TEST_CASE_METHOD(fixture, "journal: automatic takes the journal when standard error leads there")
{
    const int stream = sd_journal_stream_fd("docwarden", LOG_INFO, 1);
    REQUIRE(stream >= 0);
    struct stat status = {};
    REQUIRE(fstat(stream, &status) == 0);
    log_settings in_service;
    in_service.descriptor = stream;
    in_service.journal_stream = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
    {
        const log_session session(in_service);
        CHECK(session.target() == log_target::journal);
        log.write(alert("native"), "automatic");
    }
    const auto found = entries("DOCWARDEN_PORTAL=automatic");
    REQUIRE(found.size() == 1);
    CHECK(text_of(found[0], "_TRANSPORT") == "journal");
    close(stream);
}

TEST_CASE_METHOD(fixture, "journal: prefixed text on its stream keeps the priority")
{
    const int stream = sd_journal_stream_fd("docwarden-stream", LOG_INFO, 1);
    REQUIRE(stream >= 0);
    log_settings fallback = settings();
    fallback.descriptor = stream;
    {
        const log_session session(fallback, log_target::prefixed_text, nullptr);
        log.write(alert("over the stream"), "main");
    }
    close(stream);
    std::vector<boost::json::object> found;
    CHECK(comes_true([&] {
        found = entries("SYSLOG_IDENTIFIER=docwarden-stream");
        return !found.empty();
    }));
    REQUIRE(found.size() == 1);
    CHECK(text_of(found[0], "MESSAGE") == "alert [main] over the stream");
    CHECK(text_of(found[0], "PRIORITY") == "2");
}

TEST_CASE_METHOD(
    fixture,
    "journal: while journald hangs, writing and stopping go on, and all is kept"
)
{
    constexpr std::size_t count = 2000;
    REQUIRE(kill(journald_pid(), SIGSTOP) == 0);
    const auto begin = std::chrono::steady_clock::now();
    std::string left_over;
    {
        log_settings impatient = settings();
        impatient.flush_patience = std::chrono::milliseconds(100);
        auto session = std::make_unique<log_session>(impatient);
        REQUIRE(session->target() == log_target::journal);
        for (std::size_t i = 0; i < count; ++i)
            log.write(alert("a"), "hang");
        // The end writes what is left to the pipe; bounded, though nobody reads it meanwhile.
        session.reset();
        left_over = pipe.read_available();
    }
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
    REQUIRE(kill(journald_pid(), SIGCONT) == 0);

    const auto lines =
        static_cast<std::size_t>(std::count(left_over.begin(), left_over.end(), '\n'));
    CHECK(lines > 0); // or the socket never filled up, and nothing was tested
    CHECK(left_over.find("<2>alert [hang] a\n") == 0);
    // The one that was being sent when patience ended may be in both places.
    const std::size_t arrived = entries("DOCWARDEN_PORTAL=hang").size();
    CHECK(arrived + lines >= count);
    CHECK(arrived + lines <= count + 1);
}

TEST_CASE_METHOD(
    fixture,
    "journal: a record written while journald is away arrives when it is back"
)
{
    log_settings patient = settings();
    patient.flush_patience = std::chrono::seconds(20);
    {
        const log_session session(patient);
        REQUIRE(session.target() == log_target::journal);
        REQUIRE(kill(journald_pid(), SIGTERM) == 0);
        REQUIRE(comes_true([] { return !daemon::can_reach_journal(); }));
        log.write(alert("written meanwhile"), "away");
        const std::string pid = output_of("/lib/systemd/systemd-journald >&- 2>&- & echo $!");
        setenv("JOURNALD_PID", pid.c_str(), 1);
        REQUIRE(comes_true([] { return daemon::can_reach_journal(); }));
    }
    const auto found = entries("DOCWARDEN_PORTAL=away");
    REQUIRE(found.size() == 1);
    CHECK(text_of(found[0], "MESSAGE") == "written meanwhile");
    CHECK(pipe.read_available().empty());
}

TEST_CASE_METHOD(fixture, "journal: without journald's socket records go to standard error")
{
    REQUIRE(rename("/run/systemd/journal/socket", "/run/systemd/journal/socket.away") == 0);
    {
        const log_session session(settings());
        CHECK(session.target() == log_target::prefixed_text);
        log.write(alert("no journal"), "main");
    }
    REQUIRE(rename("/run/systemd/journal/socket.away", "/run/systemd/journal/socket") == 0);
    CHECK(pipe.read_available() == "<2>alert [main] no journal\n");
}

} // namespace docwarden::test::journald_test
