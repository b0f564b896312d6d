#include "net/https/resolve.hpp"

#include "net/async/task.hpp"
#include "net/base/error.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cstring>
#include <list>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace docwarden::net
{

namespace
{

// The way back from a lookup's thread into the event loop. The thread may outlast the loop; the
// lock makes sure that it then finds the way closed instead of a dangling executor.
class loop_handle
{
public:
    explicit loop_handle(asio::any_io_executor executor) : executor_(std::move(executor)) {}

    void close()
    {
        const std::lock_guard lock(mutex_);
        executor_.reset();
    }

    template <class Function>
    void post(Function function)
    {
        const std::lock_guard lock(mutex_);
        if (executor_)
            asio::post(*executor_, std::move(function));
    }

private:
    std::mutex mutex_;
    std::optional<asio::any_io_executor> executor_;
};

// One caller of addresses(). Its timer is its deadline; an answer cancels it.
struct waiter {
    explicit waiter(const asio::any_io_executor& executor) : timer(executor) {}

    asio::steady_timer timer;
    std::optional<lookup_result> answer;
};

// Addresses that need no lookup, or none.
address_list known_addresses(const std::string& host)
{
    if (host == "localhost")
        return {asio::ip::address_v4::loopback(), asio::ip::address_v6::loopback()};
    boost::system::error_code ec;
    const auto literal = asio::ip::make_address(host, ec);
    if (ec)
        return {};
    return {literal};
}

std::optional<asio::ip::address> address_from(const ::addrinfo& info)
{
    if (info.ai_family == AF_INET && info.ai_addrlen >= sizeof(::sockaddr_in)) {
        ::sockaddr_in raw{};
        std::memcpy(&raw, info.ai_addr, sizeof raw);
        return asio::ip::address_v4(ntohl(raw.sin_addr.s_addr));
    }
    if (info.ai_family == AF_INET6 && info.ai_addrlen >= sizeof(::sockaddr_in6)) {
        ::sockaddr_in6 raw{};
        std::memcpy(&raw, info.ai_addr, sizeof raw);
        asio::ip::address_v6::bytes_type bytes{};
        std::memcpy(bytes.data(), &raw.sin6_addr, bytes.size());
        return asio::ip::address_v6(bytes, raw.sin6_scope_id);
    }
    return std::nullopt;
}

bool means_no_such_name(int failure)
{
    // glibc tells "no such name" (EAI_NONAME) from "a name without addresses" (EAI_NODATA, -5,
    // which the headers hide in strict mode). For us the name is wrong either way.
    constexpr int no_data = -5;
    return failure == EAI_NONAME || failure == no_data;
}

} // namespace

lookup_result system_lookup(const std::string& host)
{
    ::addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    ::addrinfo* found = nullptr;
    const int failure = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
    if (failure != 0)
        return make_error_code(
            means_no_such_name(failure) ? errc::name_not_found : errc::name_lookup_failed
        );
    const std::unique_ptr<::addrinfo, void (*)(::addrinfo*)> owner(found, ::freeaddrinfo);

    address_list addresses;
    for (const auto* info = found; info != nullptr; info = info->ai_next) {
        const auto address = address_from(*info);
        if (address && addresses.size() < resolver::addresses_max)
            addresses.push_back(*address);
    }
    if (addresses.empty())
        return make_error_code(errc::name_not_found);
    return addresses;
}

struct resolver::shared : std::enable_shared_from_this<resolver::shared> {
    shared(asio::any_io_executor ex, clock_source& c, std::string name, lookup_function function)
        : executor(std::move(ex)), clock(c), host(std::move(name)), lookup(std::move(function)),
          known(known_addresses(host)), loop(std::make_shared<loop_handle>(executor))
    {
    }

    // Starts the blocking call, unless an earlier one has still not returned: a resolver that hangs
    // must not collect a thread for every poll.
    void start_lookup()
    {
        if (under_way)
            return;
        auto blocking = [events = loop, name = host, function = lookup, self = weak_from_this()] {
            auto answer = function(name);
            events->post([self, answer = std::move(answer)] {
                if (const auto alive = self.lock())
                    alive->answered(answer);
            });
        };
        try {
            std::thread(std::move(blocking)).detach();
            under_way = true;
        } catch (const std::system_error&) { // no more threads: the same as a resolver that is down
            answered(make_error_code(errc::name_lookup_failed));
        }
    }

    void answered(const lookup_result& answer)
    {
        under_way = false;
        if (answer) {
            last_good = *answer;
            last_good_at = clock.reading().mono;
        }
        for (const auto& each : waiting) {
            each->answer = answer;
            each->timer.cancel();
        }
    }

    lookup_result or_last_good(const lookup_result& answer) const
    {
        const bool fresh = clock.reading().mono - last_good_at <= last_good_lifetime;
        if (answer || last_good.empty() || !fresh)
            return answer;
        return last_good;
    }

    asio::any_io_executor executor;
    clock_source& clock;
    std::string host;
    lookup_function lookup;
    address_list known;
    std::shared_ptr<loop_handle> loop;
    bool under_way = false;
    std::list<std::shared_ptr<waiter>> waiting;
    address_list last_good;
    core::mono_time last_good_at{};
};

resolver::resolver(
    asio::any_io_executor executor,
    clock_source& clock,
    std::string host,
    lookup_function lookup
)
    : shared_(
          std::make_shared<shared>(std::move(executor), clock, std::move(host), std::move(lookup))
      )
{
}

resolver::~resolver()
{
    shared_->loop->close();
}

asio::awaitable<lookup_result> resolver::addresses(core::mono_time deadline)
{
    const auto state = shared_;
    if (!state->known.empty())
        co_return state->known;

    const auto mine = std::make_shared<waiter>(state->executor);
    mine->timer.expires_after(time_left(state->clock, deadline));
    state->waiting.push_back(mine);
    state->start_lookup();
    // An answer may be there at once, when no thread could be started.
    if (!mine->answer) {
        (void)co_await mine->timer.async_wait(as_result);
    }
    state->waiting.remove(mine);

    const auto cancelled = co_await is_cancelled();
    if (cancelled)
        co_return make_error_code(errc::cancelled);
    const lookup_result late = make_error_code(errc::name_lookup_failed);
    co_return state->or_last_good(mine->answer ? *mine->answer : late);
}

} // namespace docwarden::net
