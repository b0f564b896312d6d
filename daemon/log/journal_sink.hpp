#pragma once
// The way to journald: a bounded queue and a thread of its own. journald's socket blocks its
// senders for as long as journald is stuck; here only this thread waits, never the event loop.
// What the queue holds while journald is away is sent when it is back. Not the choice where records
// go, and no knowledge of Boost.Log: see log_setup.hpp.

#include "daemon/log/record_text.hpp"

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace docwarden::daemon
{

// Port: hands one record to journald. Called by one thread only.
class journal_sender
{
public:
    virtual ~journal_sender() = default;

    // May block for as long as journald takes nothing. The errors invalid_argument and message_size
    // say that this record can never be sent; after any other one the same fields are tried again.
    virtual boost::system::error_code send(const std::vector<std::string>& fields) = 0;
};

// sd_journal_sendv, except that a missing socket is an error instead of a silent success.
std::unique_ptr<journal_sender> make_journal_sender();

// True if this process can reach journald's socket and something listens there (it may be stuck).
bool can_reach_journal();

// What waits for journald at most, by number and by the bytes of its texts.
struct journal_limits {
    std::size_t records_max = 4096;
    std::size_t bytes_max = 4 * 1024 * 1024;
    std::chrono::milliseconds retry_pause{200}; // between tries while journald is away
};

class journal_sink
{
public:
    explicit journal_sink(std::unique_ptr<journal_sender> sender, journal_limits limits = {});
    journal_sink(const journal_sink&) = delete;
    journal_sink& operator=(const journal_sink&) = delete;
    // As stop(0 ms): whoever wants the rest calls stop() first.
    ~journal_sink();

    // Never blocks. When the queue is full the newest of the least urgent records goes: an alert is
    // lost only when nothing but alerts waits. The number of lost ones is itself recorded
    // (kind `suppressed`, DOCWARDEN_COUNT) as soon as journald takes records again. After stop()
    // nothing is taken any more.
    void write(log_record record);

    // Waits until everything has been sent, `patience` at most, and ends the thread. Returns what
    // could not be sent, oldest first, and at the end a record that counts the lost ones, if any;
    // the first one may have arrived all the same. A thread that still hangs in journald's socket
    // is left behind: it holds nothing but its own state, and nothing here could wake it.
    std::vector<log_record> stop(std::chrono::milliseconds patience);

private:
    struct shared_state;
    std::shared_ptr<shared_state> state_; // shared with a thread that may outlive this object
    std::thread thread_;
};

} // namespace docwarden::daemon
