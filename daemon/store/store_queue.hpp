#pragma once
// What waits for the store, between the event loop that asks and the thread that writes. It holds
// every handler, so that nothing of the loop's is in the hands of a thread that the disk may hold
// for ever. It knows no file.

#include "core/base/time.hpp"
#include "daemon/store/store.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace docwarden::daemon
{

class store_queue
{
public:
    struct settings {
        // Between tries to open or to write: doubled from one to the other.
        core::milliseconds pause_min{1000};
        core::milliseconds pause_max{30'000};
        std::size_t entries_max = 10'000; // of the journal, that wait; what comes then is counted
        std::size_t commits_max = 10'000; // that wait; what comes then fails
    };

    struct hooks {
        // Called on the thread.
        std::function<core::wall_time()> now;
        // These on the loop. The store cannot be used now, or why has changed; empty: it can again.
        std::function<void(const std::string& problem)> on_change{};
        // A file that was damaged or foreign has been moved aside.
        std::function<void(const std::string& warning)> on_warning{};
    };

    // What has become of the last try to open.
    struct opening {
        enum class outcome {
            open,
            refused, // for good: a person must do something, and start docwarden again
            waiting, // it is tried again
        };
        outcome state = outcome::waiting;
        std::string problem;     // unless it is open
        bool is_missing = false; // as in store::opening
    };

    // Empty, or why nothing of it is on the disk.
    using commit_handler = std::function<void(const std::string& problem)>;
    using load_handler = std::function<void(const sqlite::result<portal_record>& record)>;

    store_queue(boost::asio::any_io_executor loop, settings options, hooks told);

    // --- the loop's side: none of these waits but the two that are given a limit ---

    // Nothing if there was no answer.
    std::optional<opening> wait_until_open(core::milliseconds patience);
    void commit(portal_change change, commit_handler done);
    void load(portal_key portal, load_handler done);
    void append(journal_entry entry);
    void ask_to_stop();
    bool wait_until_ended(core::milliseconds patience);
    // All that waits fails, and from then on nothing is posted.
    void abandon();

    // --- the thread's side ---

    // Until there is something to do. True if it is the last time.
    bool wait();
    // Whether opening is worth a try.
    bool wants_store();
    void on_opened(const store::opening& opened);
    // What is to be written. The thread says what has become of it: the first if something was
    // written, the second for each batch.
    store::batch take_batch();
    void on_batch_failed(store::batch unwritten);
    void answer_batch(const std::string& problem);
    // Whether something can be written now; empty if so.
    void set_problem(const std::string& problem);
    bool has_problem();
    std::optional<portal_key> take_load();
    void answer_load(sqlite::result<portal_record> record);
    core::wall_time now();
    void end();

private:
    struct waiting_commit {
        portal_change change;
        commit_handler done;
    };
    struct waiting_load {
        portal_key portal;
        load_handler done;
    };

    // With the lock held.
    bool has_entries() const { return !entries_.empty() || lost_ != 0; }
    std::string refusal() const;
    void tell_problem(const std::string& problem);
    void fail_all(const std::string& problem);
    void answer_commits(const std::string& problem);
    void post(std::function<void()> what);

    const settings options_;
    mutable std::mutex mutex_; // over all that follows
    std::condition_variable wake_;
    std::condition_variable changed_; // opening_ or has_ended_
    boost::asio::any_io_executor loop_;
    hooks told_;
    std::deque<waiting_commit> commits_;
    std::deque<waiting_load> loads_;
    std::vector<commit_handler> commits_under_way_;
    std::optional<waiting_load> load_under_way_;
    std::deque<journal_entry> entries_;
    std::uint64_t lost_ = 0; // entries, since the last that were written
    std::uint64_t lost_under_way_ = 0;
    std::optional<opening> opening_; // none before the first try
    bool has_been_open_ = false;
    std::string problem_;   // why nothing can be written now
    unsigned failures_ = 0; // in a row
    bool is_stopping_ = false;
    bool has_ended_ = false;
    bool is_abandoned_ = false; // nobody waits any more, and the loop may be gone
};

} // namespace docwarden::daemon
