#include "net/async/asio_clock.hpp"
#include "net/async/task_group.hpp"
#include "net/base/error.hpp"
#include "net/https/resolve.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/complete.hpp"

#include <boost/asio/this_coro.hpp>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

namespace docwarden::test::resolve_test
{

namespace
{

namespace asio = boost::asio;
using asio::ip::make_address;
using namespace std::chrono_literals;

const net::address_list good_addresses{make_address("192.0.2.1"), make_address("2001:db8::1")};
const std::string good = "192.0.2.1 2001:db8::1";

// A result as words, so that a failure can be read: addresses, or the error's name.
std::string words(const net::lookup_result& result)
{
    if (!result && result.error() == net::errc::name_not_found)
        return "name_not_found";
    if (!result && result.error() == net::errc::name_lookup_failed)
        return "name_lookup_failed";
    if (!result)
        return result.error().message();
    std::string text;
    for (const auto& address : *result)
        text += (text.empty() ? "" : " ") + address.to_string();
    return text;
}

// A system resolver that a test holds up and lets go. Shared with the lookup's thread, which may
// outlive everything else.
class gate
{
public:
    void open()
    {
        const std::lock_guard lock(mutex_);
        open_ = true;
        changed_.notify_all();
    }
    void pass()
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return open_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool open_ = false;
};

struct fake_dns {
    std::atomic<int> calls{0};
    std::atomic<bool> fails{false};
    gate answers;
};

// The clock, with a hand on it.
class moved_clock final : public net::clock_source
{
public:
    explicit moved_clock(asio::any_io_executor executor) : real_(std::move(executor)) {}
    core::clock_reading reading() const override
    {
        auto now = real_.reading();
        now.mono += offset;
        return now;
    }
    asio::awaitable<boost::system::error_code> sleep_until(core::mono_time deadline) override
    {
        return real_.sleep_until(deadline - offset);
    }
    core::mono_clock::duration offset{};

private:
    net::asio_clock real_;
};

struct fixture {
    asio::io_context ctx{1};
    moved_clock clock{ctx.get_executor()};
    std::shared_ptr<fake_dns> dns = std::make_shared<fake_dns>();

    net::resolver make(const std::string& host)
    {
        // A lookup that hangs outlives its test, and the constants of this file.
        const auto lookup = [dns = dns, addresses = good_addresses](const std::string&) {
            ++dns->calls;
            dns->calls.notify_all();
            dns->answers.pass();
            if (dns->fails)
                return net::lookup_result(net::make_error_code(net::errc::name_not_found));
            return net::lookup_result(addresses);
        };
        return net::resolver(ctx.get_executor(), clock, host, lookup);
    }

    std::string ask(net::resolver& resolver, std::chrono::milliseconds patience = 10s)
    {
        return words(complete(ctx, resolver.addresses(clock.reading().mono + patience)));
    }

    static asio::awaitable<void>
    ask_into(std::string& answer, net::resolver& resolver, core::mono_time deadline)
    {
        const auto result = co_await resolver.addresses(deadline);
        answer = words(result);
    }

    // As the transport asks: a cancellation is an error there, not an exception.
    static asio::awaitable<net::lookup_result>
    ask_carefully(net::resolver& resolver, core::mono_time deadline)
    {
        co_await asio::this_coro::throw_if_cancelled(false);
        co_return co_await resolver.addresses(deadline);
    }
};

} // namespace

TEST_CASE_METHOD(fixture, "resolver: IP literals and localhost never go to DNS")
{
    auto v4 = make("192.0.2.9");
    CHECK(ask(v4) == "192.0.2.9");
    auto v6 = make("2001:db8::9");
    CHECK(ask(v6) == "2001:db8::9");
    auto local = make("localhost");
    CHECK(ask(local) == "127.0.0.1 ::1");
    CHECK(dns->calls == 0);
}

TEST_CASE_METHOD(fixture, "resolver: a name has the addresses that DNS gives, in its order")
{
    dns->answers.open();
    auto resolver = make("portal.example.com");
    CHECK(ask(resolver) == good);
    CHECK(dns->calls == 1);
}

TEST_CASE_METHOD(fixture, "resolver: a failure without an earlier answer is passed on")
{
    dns->answers.open();
    dns->fails = true;
    auto resolver = make("portal.example.com");
    CHECK(ask(resolver) == "name_not_found");
}

TEST_CASE_METHOD(fixture, "resolver: when DNS fails, the last good answer serves for ten minutes")
{
    dns->answers.open();
    auto resolver = make("portal.example.com");
    CHECK(ask(resolver) == good);
    dns->fails = true;
    clock.offset += 9min;
    CHECK(ask(resolver) == good);
    clock.offset += 2min;
    CHECK(ask(resolver) == "name_not_found");
    dns->fails = false;
    CHECK(ask(resolver) == good);
}

TEST_CASE_METHOD(fixture, "resolver: a lookup that hangs ends at the deadline, and is not repeated")
{
    auto resolver = make("portal.example.com");
    CHECK(ask(resolver, 20ms) == "name_lookup_failed");
    CHECK(ask(resolver, 20ms) == "name_lookup_failed");
    CHECK(dns->calls == 1);
    // The late answer is that of the next caller.
    dns->answers.open();
    CHECK(ask(resolver) == good);
    CHECK(dns->calls <= 2);
}

TEST_CASE_METHOD(fixture, "resolver: callers at the same time share one lookup")
{
    dns->answers.open();
    auto resolver = make("portal.example.com");
    const auto deadline = clock.reading().mono + 10s;
    net::task_group callers(ctx.get_executor(), [](std::exception_ptr) {});
    std::string first;
    std::string second;
    callers.spawn(ask_into(first, resolver, deadline));
    callers.spawn(ask_into(second, resolver, deadline));
    ctx.run_for(hang_limit);
    CHECK(first == good);
    CHECK(second == good);
    CHECK(dns->calls == 1);
}

TEST_CASE_METHOD(fixture, "resolver: cancellation ends the wait for a lookup that hangs")
{
    auto resolver = make("portal.example.com");
    asio::cancellation_signal signal;
    cancel_soon(ctx, signal);
    const auto deadline = clock.reading().mono + 1h;
    const auto result = complete(ctx, ask_carefully(resolver, deadline), &signal);
    REQUIRE(result.has_error());
    CHECK(result.error() == net::errc::cancelled);
    dns->answers.open();
}

TEST_CASE("resolver: neither resolver nor event loop waits for a lookup that hangs")
{
    const auto dns = std::make_shared<fake_dns>();
    {
        fixture owner;
        owner.dns = dns;
        auto resolver = owner.make("portal.example.com");
        CHECK(owner.ask(resolver, 20ms) == "name_lookup_failed");
    }
    // Only now does the system's resolver come back, to a loop that is no more.
    dns->answers.open();
    dns->calls.wait(0); // on a busy machine its thread begins late
    CHECK(dns->calls == 1);
}

TEST_CASE("system_lookup: a name that cannot exist is an error, never a crash or an empty list")
{
    const auto result = net::system_lookup("docwarden-no-such-host.invalid");
    REQUIRE(result.has_error());
    // A machine without DNS cannot tell that the name does not exist.
    const bool is_expected = result.error() == net::errc::name_not_found ||
                             result.error() == net::errc::name_lookup_failed;
    INFO(result.error().message());
    CHECK(is_expected);
}

TEST_CASE("system_lookup: localhost is this machine")
{
    const auto result = net::system_lookup("localhost");
    REQUIRE(result.has_value());
    for (const auto& address : *result)
        CHECK(address.is_loopback());
}

} // namespace docwarden::test::resolve_test
