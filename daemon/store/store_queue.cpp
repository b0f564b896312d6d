#include "daemon/store/store_queue.hpp"

#include "core/base/text.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace docwarden::daemon
{

namespace
{

constexpr const char* stopping_text = "docwarden is stopping";

journal_entry entry_of_loss(std::uint64_t count, core::wall_time now)
{
    journal_entry entry;
    entry.time = now;
    entry.told = {
        core::report_kind::suppressed,
        core::priority::warning,
        core::counted(count, "journal entry is", "journal entries are") +
            " missing here: the state could not be written in time",
        {{"COUNT", std::to_string(count)}}};
    return entry;
}

} // namespace

store_queue::store_queue(boost::asio::any_io_executor loop, settings options, hooks told)
    : options_(options), loop_(std::move(loop)), told_(std::move(told))
{
}

std::optional<store_queue::opening> store_queue::wait_until_open(core::milliseconds patience)
{
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, patience, [this] { return opening_.has_value(); });
    return opening_;
}

// Why nothing can be taken in now.
std::string store_queue::refusal() const
{
    if (is_stopping_)
        return stopping_text;
    if (opening_ && opening_->state != opening::outcome::open)
        return opening_->problem;
    if (commits_.size() + loads_.size() >= options_.commits_max)
        return "the disk has not answered for " +
               core::counted(options_.commits_max, "commit", "commits");
    return {};
}

void store_queue::commit(portal_change change, commit_handler done)
{
    const std::lock_guard lock(mutex_);
    std::string problem = refusal();
    if (!problem.empty()) {
        post([done = std::move(done), problem = std::move(problem)] { done(problem); });
        return;
    }
    commits_.push_back({std::move(change), std::move(done)});
    wake_.notify_one();
}

void store_queue::load(portal_key portal, load_handler done)
{
    const std::lock_guard lock(mutex_);
    std::string problem = refusal();
    if (!problem.empty()) {
        post([done = std::move(done), problem = std::move(problem)] {
            done(sqlite::error(0, problem));
        });
        return;
    }
    loads_.push_back({std::move(portal), std::move(done)});
    wake_.notify_one();
}

void store_queue::append(journal_entry entry)
{
    const std::lock_guard lock(mutex_);
    if (entries_.size() < options_.entries_max)
        entries_.push_back(std::move(entry));
    else
        ++lost_;
    wake_.notify_one();
}

void store_queue::ask_to_stop()
{
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    wake_.notify_one();
}

bool store_queue::wait_until_ended(core::milliseconds patience)
{
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [this] { return has_ended_; });
}

void store_queue::abandon()
{
    const std::lock_guard lock(mutex_);
    fail_all("the disk did not answer in time");
    is_abandoned_ = true;
    told_ = {};
    loop_ = {};
}

bool store_queue::wait()
{
    std::unique_lock lock(mutex_);
    if (!opening_)
        return is_stopping_;
    const bool is_refused = opening_->state == opening::outcome::refused;
    const auto is_awake = [&] {
        const bool may_write = failures_ == 0 && !is_refused;
        return is_stopping_ || !commits_.empty() || !loads_.empty() || (may_write && has_entries());
    };
    if (failures_ == 0) {
        wake_.wait(lock, is_awake);
        return is_stopping_;
    }
    core::milliseconds pause = options_.pause_min;
    for (unsigned i = 1; i < failures_ && pause < options_.pause_max; ++i)
        pause *= 2;
    wake_.wait_for(lock, std::min(pause, options_.pause_max), is_awake);
    return is_stopping_;
}

bool store_queue::wants_store()
{
    const std::lock_guard lock(mutex_);
    if (opening_ && opening_->state == opening::outcome::refused)
        return false;
    return !is_stopping_ || !commits_.empty() || !loads_.empty() || has_entries();
}

void store_queue::on_opened(const store::opening& opened)
{
    using outcome = opening::outcome;
    const std::lock_guard lock(mutex_);
    if (!opened.warning.empty() && told_.on_warning)
        post([tell = told_.on_warning, warning = opened.warning] { tell(warning); });
    if (opened.value) {
        opening_ = {outcome::open, {}, false};
        has_been_open_ = true;
    } else {
        // What has worked once is missed: it is tried again, whatever it is.
        const bool may_pass = opened.is_passing || has_been_open_;
        const outcome state = may_pass ? outcome::waiting : outcome::refused;
        opening_ = {state, opened.problem, opened.is_missing};
        fail_all(opened.problem);
    }
    tell_problem(opened.problem);
    if (opening_->state == outcome::refused)
        failures_ = 0; // no further try
    changed_.notify_all();
}

store::batch store_queue::take_batch()
{
    const core::wall_time time = now();
    const std::lock_guard lock(mutex_);
    store::batch all;
    for (waiting_commit& waiting : commits_) {
        all.changes.push_back(std::move(waiting.change));
        commits_under_way_.push_back(std::move(waiting.done));
    }
    commits_.clear();
    std::move(entries_.begin(), entries_.end(), std::back_inserter(all.entries));
    entries_.clear();
    lost_under_way_ = std::exchange(lost_, 0);
    if (lost_under_way_ != 0)
        all.entries.push_back(entry_of_loss(lost_under_way_, time));
    return all;
}

// The entries go before those that have come since.
void store_queue::on_batch_failed(store::batch unwritten)
{
    const std::lock_guard lock(mutex_);
    if (lost_under_way_ != 0)
        unwritten.entries.pop_back(); // made anew, with what is lost until then
    lost_ += std::exchange(lost_under_way_, 0);
    entries_.insert(
        entries_.begin(),
        std::make_move_iterator(unwritten.entries.begin()),
        std::make_move_iterator(unwritten.entries.end())
    );
    while (entries_.size() > options_.entries_max) {
        entries_.pop_back();
        ++lost_;
    }
}

void store_queue::answer_batch(const std::string& problem)
{
    const std::lock_guard lock(mutex_);
    answer_commits(problem);
}

void store_queue::set_problem(const std::string& problem)
{
    const std::lock_guard lock(mutex_);
    tell_problem(problem);
}

bool store_queue::has_problem()
{
    const std::lock_guard lock(mutex_);
    return !problem_.empty();
}

std::optional<portal_key> store_queue::take_load()
{
    const std::lock_guard lock(mutex_);
    if (loads_.empty())
        return std::nullopt;
    load_under_way_ = std::move(loads_.front());
    loads_.pop_front();
    return load_under_way_->portal;
}

void store_queue::answer_load(sqlite::result<portal_record> record)
{
    const std::lock_guard lock(mutex_);
    if (!load_under_way_)
        return; // failed meanwhile
    post([done = std::move(load_under_way_->done), record = std::move(record)] { done(record); });
    load_under_way_.reset();
}

core::wall_time store_queue::now()
{
    const std::lock_guard lock(mutex_);
    return told_.now ? told_.now() : core::wall_time();
}

void store_queue::end()
{
    const std::lock_guard lock(mutex_);
    fail_all(stopping_text);
    has_ended_ = true;
    changed_.notify_all();
}

void store_queue::tell_problem(const std::string& problem)
{
    failures_ = problem.empty() ? 0 : failures_ + 1;
    if (problem == problem_)
        return;
    problem_ = problem;
    if (told_.on_change)
        post([tell = told_.on_change, problem] { tell(problem); });
}

void store_queue::answer_commits(const std::string& problem)
{
    for (commit_handler& done : commits_under_way_)
        post([done = std::move(done), problem] { done(problem); });
    commits_under_way_.clear();
}

void store_queue::fail_all(const std::string& problem)
{
    answer_commits(problem);
    for (waiting_commit& waiting : commits_)
        post([done = std::move(waiting.done), problem] { done(problem); });
    commits_.clear();
    if (load_under_way_)
        loads_.push_front(std::move(*load_under_way_));
    load_under_way_.reset();
    for (waiting_load& waiting : loads_)
        post([done = std::move(waiting.done), problem] { done(sqlite::error(0, problem)); });
    loads_.clear();
}

void store_queue::post(std::function<void()> what)
{
    if (!is_abandoned_)
        boost::asio::post(loop_, std::move(what));
}

} // namespace docwarden::daemon
