#include "daemon/log/journal_sink.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace docwarden::test::journal_sink_test
{

using core::priority;
using daemon::journal_limits;
using daemon::journal_sink;
using daemon::log_record;

namespace
{

using lines = std::vector<std::string>;

// journald as the test wants it: open or stuck, answering or failing. Shared with the sink's
// thread.
class fake_journal
{
public:
    // The sink's end. Blocks while the journal is stuck.
    boost::system::error_code take(const std::vector<std::string>& fields)
    {
        std::unique_lock lock(mutex_);
        ++callers_;
        changed_.notify_all();
        changed_.wait(lock, [&] { return !is_stuck_; });
        if (!errors_.empty()) {
            const boost::system::error_code error = errors_.front();
            errors_.pop_front();
            return error;
        }
        received_.push_back(fields);
        changed_.notify_all();
        return {};
    }

    void get_stuck() { set_stuck(true); }
    void go_on() { set_stuck(false); }

    void fail_with(std::deque<boost::system::errc::errc_t> errors)
    {
        const std::lock_guard lock(mutex_);
        for (const auto error : errors)
            errors_.push_back(make_error_code(error));
    }

    // The messages received, once there are `count` of them.
    lines wait_for_messages(std::size_t count)
    {
        std::unique_lock lock(mutex_);
        wait(lock, [&] { return received_.size() >= count; });
        lines messages;
        for (const auto& fields : received_)
            messages.push_back(value_of(fields, "MESSAGE="));
        return messages;
    }

    std::string field_of_last(const std::string& key)
    {
        const std::lock_guard lock(mutex_);
        return received_.empty() ? "" : value_of(received_.back(), key);
    }

    // Until the sink's thread has called so often, and so hangs here if the journal is stuck.
    void wait_for_callers(std::size_t count)
    {
        std::unique_lock lock(mutex_);
        wait(lock, [&] { return callers_ >= count; });
    }

    void sender_is_gone()
    {
        const std::lock_guard lock(mutex_);
        sender_gone_ = true;
        changed_.notify_all();
    }
    bool wait_until_sender_is_gone()
    {
        std::unique_lock lock(mutex_);
        return wait(lock, [&] { return sender_gone_; });
    }

private:
    void set_stuck(bool is_stuck)
    {
        const std::lock_guard lock(mutex_);
        is_stuck_ = is_stuck;
        changed_.notify_all();
    }

    template <typename Condition>
    bool wait(std::unique_lock<std::mutex>& lock, Condition condition)
    {
        return changed_.wait_for(lock, std::chrono::seconds(20), condition);
    }

    static std::string value_of(const std::vector<std::string>& fields, const std::string& key)
    {
        for (const std::string& field : fields) {
            if (field.compare(0, key.size(), key) == 0)
                return field.substr(key.size());
        }
        return "no " + key;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_stuck_ = false;
    bool sender_gone_ = false;
    std::size_t callers_ = 0;
    std::deque<boost::system::error_code> errors_;
    std::vector<std::vector<std::string>> received_;
};

class fake_sender final : public daemon::journal_sender
{
public:
    explicit fake_sender(std::shared_ptr<fake_journal> journal) : journal_(std::move(journal)) {}
    ~fake_sender() override { journal_->sender_is_gone(); }
    boost::system::error_code send(const std::vector<std::string>& fields) override
    {
        return journal_->take(fields);
    }

private:
    std::shared_ptr<fake_journal> journal_;
};

struct fixture {
    std::shared_ptr<fake_journal> journal = std::make_shared<fake_journal>();

    journal_sink make_sink(journal_limits limits = {})
    {
        limits.retry_pause = std::chrono::milliseconds(1);
        return journal_sink(std::make_unique<fake_sender>(journal), limits);
    }
};

log_record record(priority level, std::string message)
{
    log_record made;
    made.level = level;
    made.message = std::move(message);
    return made;
}

lines messages_of(const std::vector<log_record>& records)
{
    lines messages;
    for (const log_record& each : records)
        messages.push_back(each.message);
    return messages;
}

constexpr std::chrono::seconds plenty{20};
const std::string loss_reason = " (the queue was full because journald accepted no records)";

// A sink whose thread hangs in a stuck journal with the record "first", the queue empty.
void get_stuck_with_first(fake_journal& journal, journal_sink& sink)
{
    journal.get_stuck();
    sink.write(record(priority::info, "first"));
    journal.wait_for_callers(1);
}

} // namespace

TEST_CASE_METHOD(fixture, "journal_sink: records arrive in the order in which they were written")
{
    journal_sink sink = make_sink();
    sink.write(record(priority::info, "one"));
    sink.write(record(priority::critical, "two"));
    sink.write(record(priority::debug, "three"));
    CHECK(journal->wait_for_messages(3) == lines{"one", "two", "three"});
    CHECK(journal->field_of_last("PRIORITY=") == "7");
    CHECK(sink.stop(plenty).empty());
}

TEST_CASE_METHOD(fixture, "journal_sink: stop sends what is waiting")
{
    journal_sink sink = make_sink();
    get_stuck_with_first(*journal, sink);
    sink.write(record(priority::info, "second"));
    journal->go_on();
    CHECK(sink.stop(plenty).empty());
    CHECK(journal->wait_for_messages(2) == lines{"first", "second"});
}

TEST_CASE_METHOD(fixture, "journal_sink: writing does not wait for a stuck journal")
{
    journal_sink sink = make_sink({.records_max = 10});
    get_stuck_with_first(*journal, sink);
    for (int i = 0; i < 1000; ++i)
        sink.write(record(priority::info, "more"));
    journal->go_on();
    CHECK(sink.stop(plenty).empty());
    const lines received = journal->wait_for_messages(12);
    CHECK(std::count(received.begin(), received.end(), "more") == 10);
    CHECK(std::count(received.begin(), received.end(), "Records lost: 990" + loss_reason) == 1);
}

TEST_CASE_METHOD(fixture, "journal_sink: a full queue gives up the least urgent records first")
{
    journal_sink sink = make_sink({.records_max = 4});
    get_stuck_with_first(*journal, sink);
    sink.write(record(priority::debug, "debug"));
    sink.write(record(priority::info, "info"));
    sink.write(record(priority::warning, "warning"));
    sink.write(record(priority::info, "info too"));
    sink.write(record(priority::critical, "alert 1")); // debug goes
    sink.write(record(priority::critical, "alert 2")); // info too goes
    sink.write(record(priority::critical, "alert 3")); // info goes
    sink.write(record(priority::notice, "notice"));    // goes itself
    journal->go_on();
    CHECK(sink.stop(plenty).empty());
    lines received = journal->wait_for_messages(6);
    const std::string loss = "Records lost: 4" + loss_reason;
    CHECK(std::count(received.begin(), received.end(), loss) == 1);
    received.erase(std::remove(received.begin(), received.end(), loss), received.end());
    CHECK(received == lines{"first", "warning", "alert 1", "alert 2", "alert 3"});
}

TEST_CASE_METHOD(fixture, "journal_sink: among equals the first to come stay")
{
    {
        journal_sink sink = make_sink({.records_max = 2});
        get_stuck_with_first(*journal, sink);
        for (const char* message : {"alert 1", "alert 2", "alert 3"})
            sink.write(record(priority::critical, message));
        const lines rest = messages_of(sink.stop(std::chrono::milliseconds(0)));
        CHECK(rest == lines{"first", "alert 1", "alert 2", "Records lost: 1" + loss_reason});
    }
    journal->go_on();
    CHECK(journal->wait_until_sender_is_gone());
}

TEST_CASE_METHOD(fixture, "journal_sink: the queue is bounded in bytes as well")
{
    journal_sink sink = make_sink({.bytes_max = 10'000});
    get_stuck_with_first(*journal, sink);
    sink.write(record(priority::info, std::string(6'000, 'a')));
    sink.write(record(priority::info, std::string(6'000, 'b')));
    sink.write(record(priority::critical, std::string(6'000, 'c')));
    sink.write(record(priority::critical, std::string(60'000, 'd')));
    journal->go_on();
    CHECK(sink.stop(plenty).empty());
    lines received = journal->wait_for_messages(3);
    std::sort(received.begin(), received.end());
    CHECK(received == lines{"Records lost: 3" + loss_reason, std::string(6'000, 'c'), "first"});
}

TEST_CASE_METHOD(fixture, "journal_sink: what a restarting journald refused is sent again, once")
{
    using namespace boost::system::errc;
    journal->fail_with({connection_refused, no_such_file_or_directory, no_buffer_space});
    journal_sink sink = make_sink();
    sink.write(record(priority::critical, "alert"));
    sink.write(record(priority::info, "info"));
    CHECK(sink.stop(plenty).empty());
    CHECK(journal->wait_for_messages(2) == lines{"alert", "info"});
}

TEST_CASE_METHOD(fixture, "journal_sink: a record that can never be sent is counted, not repeated")
{
    using namespace boost::system::errc;
    journal->fail_with({invalid_argument});
    journal_sink sink = make_sink();
    sink.write(record(priority::info, "broken"));
    CHECK(journal->wait_for_messages(1) == lines{"Records lost: 1" + loss_reason});
    CHECK(journal->field_of_last("DOCWARDEN_COUNT=") == "1");
    CHECK(journal->field_of_last("DOCWARDEN_KIND=") == "suppressed");
    CHECK(sink.stop(plenty).empty());
}

TEST_CASE_METHOD(fixture, "journal_sink: a journal that takes nothing at all is not asked for ever")
{
    using namespace boost::system::errc;
    journal->fail_with({message_size, message_size}); // the record, and the one about its loss
    journal_sink sink = make_sink();
    sink.write(record(priority::info, "broken"));
    CHECK(sink.stop(plenty).empty());
    journal->wait_for_callers(2);
}

TEST_CASE_METHOD(
    fixture,
    "journal_sink: stop does not wait longer than allowed for a stuck journal"
)
{
    {
        journal_sink sink = make_sink();
        get_stuck_with_first(*journal, sink);
        sink.write(record(priority::critical, "alert"));
        const auto begin = std::chrono::steady_clock::now();
        const lines rest = messages_of(sink.stop(std::chrono::milliseconds(50)));
        CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
        CHECK(rest == lines{"first", "alert"});
    }
    // What was handed back is not sent as well when journald comes to itself.
    journal->go_on();
    REQUIRE(journal->wait_until_sender_is_gone());
    CHECK(journal->wait_for_messages(1) == lines{"first"});
}

TEST_CASE_METHOD(fixture, "journal_sink: stop hands back what an absent journald never took")
{
    journal->fail_with(
        std::deque<boost::system::errc::errc_t>(100'000, boost::system::errc::connection_refused)
    );
    journal_sink sink = make_sink();
    sink.write(record(priority::critical, "alert"));
    sink.write(record(priority::info, "info"));
    CHECK(messages_of(sink.stop(std::chrono::milliseconds(20))) == lines{"alert", "info"});
}

TEST_CASE_METHOD(
    fixture,
    "journal_sink: after stop nothing is taken, and a second stop is harmless"
)
{
    journal_sink sink = make_sink();
    CHECK(sink.stop(plenty).empty());
    sink.write(record(priority::critical, "late"));
    CHECK(sink.stop(plenty).empty());
    CHECK(journal->wait_for_messages(0).empty());
}

TEST_CASE_METHOD(fixture, "journal_sink: can be destroyed while journald is stuck")
{
    {
        journal_sink sink = make_sink();
        get_stuck_with_first(*journal, sink);
    }
    journal->go_on();
    CHECK(journal->wait_until_sender_is_gone());
}

} // namespace docwarden::test::journal_sink_test
