#pragma once
// The store on a thread of its own, so that no disk holds up the event loop, however slow it is.
// All calls come from the loop's thread, and results are posted back to it. What waits is written
// as one transaction. What cannot be written now is tried again; but a commit that fails is the
// caller's to repeat.

#include "daemon/store/store_queue.hpp"

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace docwarden::daemon
{

class store_thread
{
public:
    using hooks = store_queue::hooks;
    using opening = store_queue::opening;
    using commit_handler = store_queue::commit_handler;
    using load_handler = store_queue::load_handler;

    struct settings {
        std::string directory;
        store::limits limits{};
        store_queue::settings queue{};
    };

    // Begins to open the store. The loop must outlive this object.
    store_thread(boost::asio::any_io_executor loop, settings options, hooks told);
    store_thread(const store_thread&) = delete;
    store_thread& operator=(const store_thread&) = delete;
    // As `stop`, within five seconds.
    ~store_thread();

    // For the start: what has become of the first try, after `patience` at the latest.
    opening wait_until_open(core::milliseconds patience);

    // Each handler is called once. As long as the store is known to be unusable these fail at
    // once, which is with the loop's next turn.
    void commit(portal_key portal, std::vector<core::state_record> records, commit_handler done);
    void commit(portal_key portal, core::coverage_record coverage, commit_handler done);
    void load(portal_key portal, load_handler done);
    // With the next transaction that succeeds. What has to be given up is counted, and the count
    // is an entry of its own.
    void append(journal_entry entry);

    // Writes what waits, and ends. False if the disk did not answer within `patience`: what waits
    // has failed then, and the thread is left to itself and touches nothing of the loop's.
    bool stop(core::milliseconds patience);

private:
    std::string directory_;
    std::shared_ptr<store_queue> queue_; // the thread's too
    std::thread thread_;
};

} // namespace docwarden::daemon
