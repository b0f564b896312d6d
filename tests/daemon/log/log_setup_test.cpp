#include "daemon/log/log_setup.hpp"
#include "daemon/log/logging.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/fixed_clock.hpp"
#include "tests/support/pipe_pair.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace docwarden::test::log_setup_test
{

using daemon::choose_target;
using daemon::log_format;
using daemon::log_session;
using daemon::log_settings;
using daemon::log_surroundings;
using daemon::log_target;

namespace
{

core::report alert(std::string message)
{
    return {
        .kind = core::report_kind::alert,
        .level = core::priority::critical,
        .message = std::move(message),
        .fields = {{"USER", "bob"}},
    };
}

core::report at_level(core::priority level, std::string message)
{
    return {
        .kind = core::report_kind::ready,
        .level = level,
        .message = std::move(message),
        .fields = {},
    };
}

// Keeps what it is given, or is away all the time.
class recording_sender final : public daemon::journal_sender
{
public:
    explicit recording_sender(std::vector<std::vector<std::string>>* received) : received_(received)
    {
    }
    boost::system::error_code send(const std::vector<std::string>& fields) override
    {
        if (!received_)
            return make_error_code(boost::system::errc::connection_refused);
        received_->push_back(fields);
        return {};
    }

private:
    std::vector<std::vector<std::string>>* received_;
};

struct fixture {
    fixture() { clock.now.wall = core::wall_time(std::chrono::milliseconds(1'795'414'200'123)); }

    log_settings settings(log_format format)
    {
        log_settings made;
        made.format = format;
        made.descriptor = pipe.write_end();
        return made;
    }

    pipe_pair pipe;
    fixed_clock clock;
    daemon::report_log log{clock};
};

} // namespace

TEST_CASE_METHOD(fixture, "report_log: in text format a record is one line, stamped by the clock")
{
    const log_session session(settings(log_format::text));
    CHECK(session.target() == log_target::text);
    log.write(alert("Bob\nchanged files"), "main");
    CHECK(
        pipe.read_available() ==
        "2026-11-23T06:10:00.123Z crit alert [main] Bob\\u{a}changed files\n"
    );
}

TEST_CASE_METHOD(fixture, "report_log: in JSON format a record is one object a line")
{
    const log_session session(settings(log_format::json));
    log.write(alert("one"), "main");
    log.write(alert("two"), "");
    const std::string text = pipe.read_available();
    CHECK(text.find("{\"TIMESTAMP\":\"2026-11-23T06:10:00.123Z\",\"MESSAGE\":\"one\"") == 0);
    CHECK(text.find("}\n{\"TIMESTAMP\":") != std::string::npos);
    CHECK(text.find("\"DOCWARDEN_USER\":\"bob\"") != std::string::npos);
    CHECK(text.back() == '\n');
}

TEST_CASE_METHOD(fixture, "report_log: records below the wanted level are left out")
{
    const log_session session(settings(log_format::text));
    log.write(at_level(core::priority::debug, "debug"), "");
    log.write(at_level(core::priority::info, "info"), "");
    log.write(at_level(core::priority::emergency, "emergency"), "");
    CHECK(
        pipe.read_available() == "2026-11-23T06:10:00.123Z info ready info\n"
                                 "2026-11-23T06:10:00.123Z emerg ready emergency\n"
    );
}

TEST_CASE_METHOD(
    fixture,
    "report_log: lines that nobody read are counted when somebody reads again"
)
{
    const log_session session(settings(log_format::text));
    pipe.fill();
    log.write(alert("lost"), "main");
    log.write(alert("lost"), "main");
    pipe.read_available();
    log.write(alert("seen"), "main");
    CHECK(
        pipe.read_available() == "2026-11-23T06:10:00.123Z warning suppressed Records lost: 2 "
                                 "(standard error was not being read)\n"
                                 "2026-11-23T06:10:00.123Z crit alert [main] seen\n"
    );
}

TEST_CASE_METHOD(fixture, "report_log: a reader that left does not end the daemon")
{
    const log_session session(settings(log_format::text));
    pipe.close_read_end();
    log.write(alert("nobody"), "main");
    log.write(alert("nobody"), "main");
    SUCCEED("still alive");
}

TEST_CASE_METHOD(fixture, "log_session: what was written before its end reaches the journal")
{
    std::vector<std::vector<std::string>> received;
    {
        const log_session session(
            settings(log_format::journal),
            log_target::journal,
            std::make_unique<recording_sender>(&received)
        );
        log.write(alert("one"), "main");
        log.write(alert("two"), "main");
    }
    REQUIRE(received.size() == 2);
    CHECK(received[0].front() == "MESSAGE=one");
    CHECK(received[1].front() == "MESSAGE=two");
    CHECK(pipe.read_available().empty());
}

TEST_CASE_METHOD(fixture, "log_session: what journald never took goes to standard error at the end")
{
    log_settings patience_short = settings(log_format::journal);
    patience_short.flush_patience = std::chrono::milliseconds(10);
    {
        const log_session session(
            patience_short, log_target::journal, std::make_unique<recording_sender>(nullptr)
        );
        log.write(alert("one"), "main");
        log.write(alert("two"), "main");
    }
    CHECK(pipe.read_available() == "<2>alert [main] one\n<2>alert [main] two\n");
}

TEST_CASE_METHOD(fixture, "log_session: after its end nothing reaches its descriptor")
{
    {
        const log_session session(settings(log_format::text));
    }
    const pipe_pair other;
    log_settings elsewhere = settings(log_format::text);
    elsewhere.descriptor = other.write_end();
    const log_session session(elsewhere);
    log.write(alert("late"), "main");
    CHECK(pipe.read_available().empty());
}

TEST_CASE("choose_target: automatic is the journal only when standard error leads there")
{
    const log_surroundings in_service{"8:4711", 8, 4711, true};
    CHECK(choose_target(log_format::automatic, in_service) == log_target::journal);

    const log_surroundings redirected{"8:4711", 8, 4712, true};
    CHECK(choose_target(log_format::automatic, redirected) == log_target::text);

    const log_surroundings terminal{"", 8, 4711, true};
    CHECK(choose_target(log_format::automatic, terminal) == log_target::text);

    const log_surroundings garbled{"8:4711x", 8, 4711, true};
    CHECK(choose_target(log_format::automatic, garbled) == log_target::text);
}

TEST_CASE("choose_target: without journald's socket the priority goes in front of the line")
{
    const log_surroundings in_service{"8:4711", 8, 4711, false};
    CHECK(choose_target(log_format::automatic, in_service) == log_target::prefixed_text);
    CHECK(choose_target(log_format::journal, in_service) == log_target::prefixed_text);
}

TEST_CASE("choose_target: what is asked for by name is done, wherever standard error leads")
{
    const log_surroundings in_service{"8:4711", 8, 4711, true};
    CHECK(choose_target(log_format::text, in_service) == log_target::text);
    CHECK(choose_target(log_format::json, in_service) == log_target::json);
    const log_surroundings terminal{"", 8, 4711, true};
    CHECK(choose_target(log_format::journal, terminal) == log_target::journal);
}

TEST_CASE("detect_environment: tells which file a descriptor is")
{
    const pipe_pair pipe;
    struct stat status = {};
    REQUIRE(fstat(pipe.write_end(), &status) == 0);
    const log_surroundings found = daemon::detect_environment(pipe.write_end(), "1:2");
    CHECK(found.device == status.st_dev);
    CHECK(found.inode == status.st_ino);
    CHECK(found.journal_stream == "1:2");
}

} // namespace docwarden::test::log_setup_test
