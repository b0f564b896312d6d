#include "daemon/store/store_thread.hpp"

#include <utility>

namespace docwarden::daemon
{

namespace
{

// What the thread does. It owns all that it touches, for the case that it is left to itself.
class store_worker
{
public:
    store_worker(std::shared_ptr<store_queue> queue, std::string directory, store::limits limits)
        : queue_(std::move(queue)), directory_(std::move(directory)), limits_(limits)
    {
    }

    void run()
    {
        bool is_last = false;
        while (!is_last) {
            is_last = queue_->wait();
            work();
        }
        store_.reset(); // SQLite tidies up, which may take its time too
        queue_->end();
    }

private:
    void work();
    void write();
    void answer_loads();
    void settle(store::opening opened);
    std::string replaced(const sqlite::error& damage);

    std::shared_ptr<store_queue> queue_;
    std::string directory_;
    store::limits limits_;
    std::unique_ptr<store> store_;
};

void store_worker::work()
{
    if (!store_ && queue_->wants_store())
        settle(store::open(directory_, queue_->now(), limits_));
    if (store_)
        answer_loads(); // first: what waits to be written may replace what was kept
    if (store_)
        write();
}

void store_worker::write()
{
    store::batch all = queue_->take_batch();
    if (all.changes.empty() && all.entries.empty()) {
        if (queue_->has_problem())
            queue_->set_problem(store_->probe());
        return;
    }
    const auto written = store_->write(all);
    if (written.has_value()) {
        queue_->set_problem({});
        queue_->answer_batch({});
        return;
    }
    queue_->on_batch_failed(std::move(all));
    std::string problem = written.error().text;
    queue_->set_problem(problem);
    if (written.error().is_damage()) {
        problem = replaced(written.error());
    } else if (written.error().is_loss()) {
        store_.reset(); // or its lock would keep us out
        settle(store::open(directory_, queue_->now(), limits_));
    }
    queue_->answer_batch(problem);
}

void store_worker::answer_loads()
{
    while (const auto portal = queue_->take_load()) {
        auto record = store_->load(*portal);
        if (record.has_error() && record.error().is_damage())
            record = sqlite::error(record.error().code, replaced(record.error()));
        queue_->answer_load(std::move(record));
        if (!store_)
            return;
    }
}

void store_worker::settle(store::opening opened)
{
    queue_->on_opened(opened);
    store_ = std::move(opened.value);
}

// As at the start: the file goes aside, and a new one takes its place. Returns the story.
std::string store_worker::replaced(const sqlite::error& damage)
{
    store::opening opened = store::replace(std::move(store_), damage, queue_->now());
    std::string story = opened.warning.empty() ? opened.problem : opened.warning;
    settle(std::move(opened));
    return story;
}

} // namespace

store_thread::store_thread(boost::asio::any_io_executor loop, settings options, hooks told)
    : directory_(options.directory),
      queue_(std::make_shared<store_queue>(std::move(loop), options.queue, std::move(told))),
      thread_([worker = store_worker(queue_, options.directory, options.limits)]() mutable {
          worker.run();
      })
{
}

store_thread::~store_thread()
{
    stop(std::chrono::seconds(5));
}

store_thread::opening store_thread::wait_until_open(core::milliseconds patience)
{
    auto found = queue_->wait_until_open(patience);
    if (found)
        return std::move(*found);
    return {
        opening::outcome::waiting,
        "the state directory " + directory_ + " has not answered yet",
        false};
}

void store_thread::commit(
    portal_key portal,
    std::vector<core::state_record> records,
    commit_handler done
)
{
    queue_->commit({std::move(portal), {}, std::move(records)}, std::move(done));
}

void store_thread::commit(portal_key portal, core::coverage_record coverage, commit_handler done)
{
    queue_->commit({std::move(portal), std::move(coverage), {}}, std::move(done));
}

void store_thread::load(portal_key portal, load_handler done)
{
    queue_->load(std::move(portal), std::move(done));
}

void store_thread::append(journal_entry entry)
{
    queue_->append(std::move(entry));
}

bool store_thread::stop(core::milliseconds patience)
{
    if (!thread_.joinable())
        return true;
    queue_->ask_to_stop();
    if (queue_->wait_until_ended(patience)) {
        thread_.join();
        return true;
    }
    queue_->abandon();
    thread_.detach();
    return false;
}

} // namespace docwarden::daemon
