#include "daemon/log/journal_sink.hpp"

// Without this sd_journal_sendv is a macro that adds CODE_FILE and CODE_LINE of this file to every
// record: noise that would look like the place where the record came from.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

#include <pthread.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

namespace docwarden::daemon
{

namespace
{

namespace errc = boost::system::errc;

constexpr char journal_socket_path[] = "/run/systemd/journal/socket";

class native_sender final : public journal_sender
{
public:
    boost::system::error_code send(const std::vector<std::string>& fields) override
    {
        // libsystemd reports success when there is no socket at all (sd_journal_sendv(3)).
        if (access(journal_socket_path, F_OK) != 0)
            return {errno, boost::system::system_category()};
        std::vector<iovec> vectors;
        vectors.reserve(fields.size());
        for (const std::string& field : fields) {
            // An iovec has no const form; sending only reads.
            vectors.push_back({const_cast<char*>(field.data()), field.size()});
        }
        const int status = sd_journal_sendv(vectors.data(), static_cast<int>(vectors.size()));
        return {status < 0 ? -status : 0, boost::system::system_category()};
    }
};

std::size_t bytes_of(const log_record& record)
{
    std::size_t bytes = sizeof record + record.portal.size() + record.message.size();
    for (const core::report_field& field : record.fields)
        bytes += sizeof field + field.name.size() + field.value.size();
    return bytes;
}

// First in, first out; what is given up when there is no room is chosen by urgency.
class urgency_queue
{
public:
    explicit urgency_queue(const journal_limits& limits) : limits_(limits) {}

    std::size_t size() const { return size_; }

    // How many records were lost to make room, the new one among them if it was the least urgent.
    std::size_t push(log_record record)
    {
        const std::size_t level = level_of(record);
        const std::size_t bytes = bytes_of(record);
        std::size_t lost = 0;
        while (size_ + 1 > limits_.records_max || bytes_ + bytes > limits_.bytes_max) {
            if (!drop_newest_below(level))
                return lost + 1;
            ++lost;
        }
        ++size_;
        bytes_ += bytes;
        by_level_[level].push_back({next_number_++, std::move(record)});
        return lost;
    }

    std::optional<log_record> pop()
    {
        std::deque<numbered_record>* oldest = nullptr;
        for (auto& queue : by_level_) {
            const bool is_older =
                !queue.empty() && (!oldest || queue.front().number < oldest->front().number);
            if (is_older)
                oldest = &queue;
        }
        if (!oldest)
            return std::nullopt;
        log_record record = std::move(oldest->front().record);
        oldest->pop_front();
        --size_;
        bytes_ -= bytes_of(record);
        return record;
    }

private:
    struct numbered_record {
        std::uint64_t number = 0;
        log_record record;
    };

    static std::size_t level_of(const log_record& record)
    {
        return std::min(static_cast<std::size_t>(record.level), std::size_t{7});
    }

    // Less urgent than `level` only: among equals the first to come stay, so that what led to the
    // trouble is kept and the gap has one place.
    bool drop_newest_below(std::size_t level)
    {
        for (std::size_t candidate = by_level_.size() - 1; candidate > level; --candidate) {
            auto& queue = by_level_[candidate];
            if (queue.empty())
                continue;
            --size_;
            bytes_ -= bytes_of(queue.back().record);
            queue.pop_back();
            return true;
        }
        return false;
    }

    journal_limits limits_;
    std::array<std::deque<numbered_record>, 8> by_level_; // one for each PRIORITY
    std::uint64_t next_number_ = 0;
    std::size_t size_ = 0;
    std::size_t bytes_ = 0;
};

// The thread gets no signals: they belong to the event loop, which knows what they mean.
std::thread start_without_signals(auto function)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread(std::move(function));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

} // namespace

std::unique_ptr<journal_sender> make_journal_sender()
{
    return std::make_unique<native_sender>();
}

bool can_reach_journal()
{
    const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return false;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    static_assert(sizeof journal_socket_path <= sizeof address.sun_path);
    std::memcpy(address.sun_path, journal_socket_path, sizeof journal_socket_path);
    // For a datagram socket this sends nothing and never waits.
    const int status =
        connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    close(descriptor);
    return status == 0;
}

struct journal_sink::shared_state {
    shared_state(std::unique_ptr<journal_sender> journal, journal_limits bounds)
        : sender(std::move(journal)), limits(bounds), queue(bounds)
    {
    }

    void run()
    {
        std::unique_lock lock(mutex);
        for (;;) {
            changed.wait(lock, [&] { return stopping || abandoned || has_work(); });
            if (abandoned || !has_work())
                break;
            take_next();
            const std::vector<std::string> fields = journal_fields(*in_flight);
            is_sending = true;
            lock.unlock();
            const boost::system::error_code error = sender->send(fields);
            lock.lock();
            is_sending = false;
            settle(error, lock);
        }
        finished = true;
        changed.notify_all();
    }

    bool has_work() const { return in_flight || queue.size() != 0 || lost != 0; }

    // A loss is told when the worst is over: one record for each would fill the queue again.
    void take_next()
    {
        if (in_flight)
            return;
        tells_loss = lost != 0 && queue.size() <= limits.records_max / 2;
        if (tells_loss)
            in_flight = take_loss();
        else
            in_flight = queue.pop();
    }

    void settle(boost::system::error_code error, std::unique_lock<std::mutex>& lock)
    {
        if (!error) {
            in_flight.reset();
        } else if (error == errc::invalid_argument || error == errc::message_size) {
            // The loss of a record that tells of a loss is not told: that would never end.
            count_lost(tells_loss ? 0 : 1, in_flight->time);
            in_flight.reset();
        } else {
            changed.wait_for(lock, limits.retry_pause, [&] { return abandoned; });
        }
    }

    void count_lost(std::size_t count, core::wall_time time)
    {
        lost += count;
        if (count != 0)
            lost_at = time;
    }

    log_record take_loss()
    {
        constexpr std::string_view reason =
            "the queue was full because journald accepted no records";
        return record_of_loss(std::exchange(lost, 0), reason, lost_at);
    }

    std::vector<log_record> abandon()
    {
        abandoned = true;
        std::vector<log_record> rest;
        if (in_flight)
            rest.push_back(*in_flight); // a copy: the thread may be reading it
        while (auto record = queue.pop())
            rest.push_back(std::move(*record));
        if (lost != 0)
            rest.push_back(take_loss());
        return rest;
    }

    std::unique_ptr<journal_sender> sender; // used by the thread only
    const journal_limits limits;

    std::mutex mutex; // guards all that follows
    std::condition_variable changed;
    urgency_queue queue;
    std::optional<log_record> in_flight; // out of the queue, not known to have arrived
    std::size_t lost = 0;
    core::wall_time lost_at;
    bool tells_loss = false; // what is in flight is our own record about lost ones
    bool is_sending = false;
    bool stopping = false;  // send what is there, then end
    bool abandoned = false; // end, whatever is there
    bool finished = false;
};

journal_sink::journal_sink(std::unique_ptr<journal_sender> sender, journal_limits limits)
    : state_(std::make_shared<shared_state>(std::move(sender), limits)),
      thread_(start_without_signals([state = state_] { state->run(); }))
{
}

journal_sink::~journal_sink()
{
    stop(std::chrono::milliseconds(0));
}

void journal_sink::write(log_record record)
{
    {
        const std::lock_guard lock(state_->mutex);
        if (state_->stopping)
            return;
        const core::wall_time time = record.time;
        state_->count_lost(state_->queue.push(std::move(record)), time);
    }
    state_->changed.notify_all();
}

std::vector<log_record> journal_sink::stop(std::chrono::milliseconds patience)
{
    if (!thread_.joinable())
        return {};
    std::unique_lock lock(state_->mutex);
    state_->stopping = true;
    state_->changed.notify_all();
    state_->changed.wait_for(lock, patience, [&] { return state_->finished; });
    std::vector<log_record> rest = state_->abandon();
    const bool hangs = state_->is_sending;
    lock.unlock();
    state_->changed.notify_all();
    if (hangs)
        thread_.detach();
    else
        thread_.join();
    return rest;
}

} // namespace docwarden::daemon
