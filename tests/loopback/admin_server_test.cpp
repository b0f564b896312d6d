// The admin endpoint over real sockets. The server runs in a thread of its own; time is moved by
// hand, so that no test waits for a timeout.

#include "net/admin/admin_server.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http_peer.hpp"
#include "tests/support/text.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <condition_variable>
#include <exception>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace docwarden::test::admin_server_test
{

namespace asio = boost::asio;
using boost::system::error_code;
using client = http_peer;
using namespace std::chrono_literals;

namespace
{

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// A count that another thread can wait for.
class milestone
{
public:
    void reach()
    {
        const std::lock_guard lock(mutex_);
        ++count_;
        changed_.notify_all();
    }
    // False if it takes so long that the test has failed.
    bool wait_for(int count)
    {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, 20s, [&] { return count_ >= count; });
    }
    int count()
    {
        const std::lock_guard lock(mutex_);
        return count_;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int count_ = 0;
};

// True after the running coroutine was cancelled.
asio::awaitable<bool> was_cancelled()
{
    auto state = co_await asio::this_coro::cancellation_state;
    co_return state.cancelled() != asio::cancellation_type::none;
}

// A clock that goes when it is told to. Everything but `sleeps` belongs to the server's thread.
class hand_clock final : public net::clock_source
{
public:
    core::clock_reading reading() const override { return {core::wall_time(), now_}; }

    asio::awaitable<error_code> sleep_until(core::mono_time deadline) override
    {
        auto executor = co_await asio::this_coro::executor;
        asio::steady_timer bell(executor, asio::steady_timer::time_point::max());
        bells_.insert(&bell);
        sleeps.reach();
        auto cancelled = co_await was_cancelled();
        while (now_ < deadline && !cancelled) {
            (void)co_await bell.async_wait(as_result);
            cancelled = co_await was_cancelled();
        }
        bells_.erase(&bell);
        co_return cancelled ? error_code(asio::error::operation_aborted) : error_code();
    }

    void advance(core::mono_clock::duration span)
    {
        now_ += span;
        for (auto* bell : bells_)
            bell->cancel();
    }

    milestone sleeps;

private:
    core::mono_time now_{1h};
    std::set<asio::steady_timer*> bells_;
};

// Answers at once, or holds every scan until it is cancelled.
class scripted_handler final : public net::admin_handler
{
public:
    asio::awaitable<net::admin_response> scan() override
    {
        scans_begun.reach();
        if (scan_throws)
            throw std::runtime_error("a bug in the handler");
        if (hold_scans) {
            auto executor = co_await asio::this_coro::executor;
            asio::steady_timer never(executor, asio::steady_timer::time_point::max());
            co_await never.async_wait(as_result);
            scans_cancelled.reach();
        }
        co_return net::admin_response(200, "scanned");
    }
    net::admin_response health() override { return {200, "healthy"}; }
    net::admin_response ready() override { return {503, "not ready"}; }
    net::admin_response status() override { return {200, "status"}; }

    bool hold_scans = false;
    bool scan_throws = false;
    milestone scans_begun;
    milestone scans_cancelled;
};

// A server that runs until it is stopped, in a thread of its own.
class running_server
{
public:
    explicit running_server(net::admin_limits limits = net::admin_limits())
    {
        auto made =
            net::make_admin_server(context_.get_executor(), clock, "127.0.0.1", 0, handler, limits);
        if (!made)
            throw std::runtime_error(made.error().text);
        server_ = std::move(*made);
        port = server_->local_port();
    }
    running_server(const running_server&) = delete;
    running_server& operator=(const running_server&) = delete;
    ~running_server() { stop(); }

    void start()
    {
        const auto keep = [this](std::exception_ptr crash) { ended_.set_value(crash); };
        asio::co_spawn(context_, server_->run(), asio::bind_cancellation_slot(stop_.slot(), keep));
        thread_ = std::thread([this] { context_.run(); });
    }

    // Ends run() and waits for it; what escaped from it is given back.
    std::exception_ptr stop()
    {
        if (!thread_.joinable())
            return nullptr;
        asio::post(context_, [this] { stop_.emit(asio::cancellation_type::terminal); });
        return join();
    }

    // Waits until run() has ended by itself.
    std::exception_ptr join()
    {
        thread_.join();
        return ended_.get_future().get();
    }

    void advance(core::mono_clock::duration span)
    {
        asio::post(context_, [this, span] { clock.advance(span); });
    }

    hand_clock clock;
    scripted_handler handler;
    std::uint16_t port = 0;

private:
    asio::io_context context_{1};
    asio::cancellation_signal stop_;
    std::unique_ptr<net::admin_server> server_;
    std::promise<std::exception_ptr> ended_;
    std::thread thread_;
};

std::string get(const std::string& target, const std::string& more = "")
{
    return "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + more + "\r\n";
}

std::string status_line(const std::string& answer)
{
    return answer.substr(0, answer.find("\r\n"));
}

} // namespace

TEST_CASE("admin_server: each path is answered by its part of the handler")
{
    running_server server;
    server.start();
    client peer(server.port);
    const auto health = peer.ask(get("/healthz"));
    CHECK(status_line(health) == "HTTP/1.1 200 OK");
    CHECK(contains(health, "\r\n\r\nhealthy"));
    const auto ready = peer.ask(get("/readyz"));
    CHECK(status_line(ready) == "HTTP/1.1 503 Service Unavailable");
    CHECK(contains(ready, "\r\n\r\nnot ready"));
    const auto scan = peer.ask(get("/security/scan"));
    CHECK(status_line(scan) == "HTTP/1.1 200 OK");
    CHECK(contains(scan, "\r\n\r\nscanned"));
    CHECK(server.handler.scans_begun.count() == 1);
}

TEST_CASE("admin_server: every answer is JSON that nobody stores or sniffs")
{
    running_server server;
    server.start();
    for (const auto& target : {"/healthz", "/security/scan", "/elsewhere"}) {
        INFO(target);
        const auto answer = client(server.port).ask(get(target));
        CHECK(contains(answer, "\r\nContent-Type: application/json\r\n"));
        CHECK(contains(answer, "\r\nCache-Control: no-store\r\n"));
        CHECK(contains(answer, "\r\nX-Content-Type-Options: nosniff\r\n"));
        CHECK_FALSE(contains(answer, "Access-Control"));
    }
}

TEST_CASE("admin_server: HEAD gets the length and no body")
{
    running_server server;
    server.start();
    client peer(server.port);
    peer.send("HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto answer = peer.receive(false);
    CHECK(contains(answer, "\r\nContent-Length: 7\r\n"));
    // The next answer would begin with the body, had one been sent.
    CHECK(status_line(peer.ask(get("/healthz"))) == "HTTP/1.1 200 OK");
}

TEST_CASE("admin_server: wrong methods and unknown paths do not reach the handler")
{
    running_server server;
    server.start();
    client peer(server.port);
    const auto post = peer.ask("POST /security/scan HTTP/1.1\r\nHost: localhost\r\n"
                               "Content-Length: 2\r\n\r\n{}");
    CHECK(status_line(post) == "HTTP/1.1 405 Method Not Allowed");
    CHECK(contains(post, "\r\nAllow: GET\r\n"));
    CHECK(status_line(peer.ask(get("/"))) == "HTTP/1.1 404 Not Found");
    CHECK(server.handler.scans_begun.count() == 0);
}

TEST_CASE("admin_server: a request for a foreign host is refused")
{
    running_server server;
    server.start();
    const auto [hosts, expected] = GENERATE(table<std::string, std::string>({
        {"Host: evil.example:3000\r\n", "HTTP/1.1 403 Forbidden"},
        {"Host: \r\n", "HTTP/1.1 403 Forbidden"},
        {"", "HTTP/1.1 400 Bad Request"},
        {"Host: 127.0.0.1\r\nHost: evil.example\r\n", "HTTP/1.1 400 Bad Request"},
    }));
    INFO(hosts);
    client peer(server.port);
    const auto answer = peer.ask("GET /security/scan HTTP/1.1\r\n" + hosts + "\r\n");
    CHECK(status_line(answer) == expected);
    CHECK(server.handler.scans_begun.count() == 0);
}

TEST_CASE("admin_server: pipelined requests are answered in their order")
{
    running_server server;
    server.start();
    client peer(server.port);
    peer.send(get("/healthz") + get("/readyz") + get("/security/scan", "Connection: close\r\n"));
    CHECK(contains(peer.receive(), "\r\n\r\nhealthy"));
    CHECK(contains(peer.receive(), "\r\n\r\nnot ready"));
    CHECK(contains(peer.receive(), "\r\n\r\nscanned"));
    CHECK(peer.is_closed());
}

TEST_CASE("admin_server: an HTTP/1.0 client is answered and the connection closed")
{
    running_server server;
    server.start();
    client peer(server.port);
    const auto answer = peer.ask("GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n");
    CHECK(status_line(answer) == "HTTP/1.0 200 OK");
    CHECK(peer.is_closed());
}

TEST_CASE("admin_server: what is too large or no HTTP is refused, and the connection closed")
{
    running_server server;
    server.start();
    const std::string padding(9'000, 'x');
    const auto [request, expected] = GENERATE_COPY(table<std::string, std::string>({
        {get("/healthz", "X: " + padding + "\r\n"), "431 Request Header Fields Too Large"},
        {get("/" + padding), "431 Request Header Fields Too Large"},
        {get("/healthz", "Content-Length: 9000\r\n") + padding, "413 Payload Too Large"},
        {get("/healthz", "Content-Length: -1\r\n"), "400 Bad Request"},
        {"\x16\x03\x01 this is TLS, or worse\r\n\r\n", "400 Bad Request"},
        {"GET /healthz HTTP/3.0\r\nHost: localhost\r\n\r\n", "400 Bad Request"},
    }));
    client peer(server.port);
    CHECK(status_line(peer.ask(request)) == "HTTP/1.1 " + expected);
    CHECK(peer.is_closed());
}

TEST_CASE("admin_server: a client that sends its request too slowly is cut off")
{
    const auto request = get("/healthz");
    running_server server;
    server.start();
    client peer(server.port);
    peer.send(request.substr(0, 10));
    // The watcher sleeps when the connection is there, and again when the request is awaited.
    REQUIRE(server.clock.sleeps.wait_for(2));

    SECTION("in time")
    {
        server.advance(4'999ms);
        CHECK(contains(peer.ask(request.substr(10)), "healthy"));
    }
    SECTION("too late")
    {
        server.advance(5'000ms);
        CHECK(peer.is_closed());
    }
    SECTION("bytes that trickle in buy no time")
    {
        server.advance(4'000ms);
        peer.send(request.substr(10, 1));
        server.advance(1'000ms);
        CHECK(peer.is_closed());
    }
}

TEST_CASE("admin_server: a connection without a request is closed")
{
    running_server server;
    server.start();
    client peer(server.port);
    REQUIRE(server.clock.sleeps.wait_for(2));
    server.advance(5'000ms);
    CHECK(peer.is_closed());
}

TEST_CASE("admin_server: idle connections, however many, keep nobody from an answer")
{
    running_server server;
    server.start();
    const int idle_count = GENERATE(40, 200);
    const std::string begun = GENERATE(as<std::string>{}, "", "GET /hea", "no HTTP\r\n\r\n");
    std::list<client> idle;
    for (int i = 0; i < idle_count; ++i) {
        idle.emplace_back(server.port);
        idle.back().send(begun);
    }
    // The clock stands still: nothing of this is the work of a timeout.
    CHECK(contains(client(server.port).ask(get("/healthz")), "healthy"));
}

TEST_CASE("admin_server: one connection too many displaces the one that has been idle longest")
{
    running_server server;
    server.start();
    std::list<client> peers;
    for (int i = 0; i < 16; ++i) {
        peers.emplace_back(server.port);
        CHECK(contains(peers.back().ask(get("/healthz")), "healthy"));
    }
    server.advance(1s);
    CHECK(contains(peers.front().ask(get("/healthz")), "healthy"));
    client another(server.port);
    CHECK(contains(another.ask(get("/healthz")), "healthy"));
    CHECK(std::next(peers.begin())->is_closed());
    CHECK(contains(peers.front().ask(get("/healthz")), "healthy"));
    CHECK(contains(peers.back().ask(get("/healthz")), "healthy"));
}

TEST_CASE("admin_server: whoever waits for an answer is not displaced, and one too many is closed")
{
    running_server server;
    server.handler.hold_scans = true;
    server.start();
    std::list<client> scanners;
    for (int i = 0; i < 16; ++i) {
        scanners.emplace_back(server.port);
        scanners.back().send(get("/security/scan", "Connection: close\r\n"));
    }
    REQUIRE(server.handler.scans_begun.wait_for(16));
    CHECK(client(server.port).is_closed());
    server.advance(120s);
    for (client& scanner : scanners)
        CHECK(status_line(scanner.receive()) == "HTTP/1.1 504 Gateway Timeout");
    // The server forgets a session a moment after the client has seen it end.
    std::string answer;
    for (int attempt = 0; attempt < 1'000 && answer.empty(); ++attempt)
        answer = client(server.port).ask(get("/healthz"));
    CHECK(contains(answer, "healthy"));
}

TEST_CASE("admin_server: others are served while a scan runs, and a long one is ended")
{
    running_server server;
    server.handler.hold_scans = true;
    server.start();
    client scanner(server.port);
    scanner.send(get("/security/scan"));
    REQUIRE(server.handler.scans_begun.wait_for(1));
    CHECK(contains(client(server.port).ask(get("/healthz")), "healthy"));
    server.advance(119s);
    CHECK(contains(client(server.port).ask(get("/healthz")), "healthy"));
    CHECK(server.handler.scans_cancelled.count() == 0);
    server.advance(1s);
    const auto answer = scanner.receive();
    CHECK(status_line(answer) == "HTTP/1.1 504 Gateway Timeout");
    CHECK(contains(answer, "120 s"));
    CHECK(scanner.is_closed());
    CHECK(server.handler.scans_cancelled.count() == 1);
}

TEST_CASE("admin_server: a client that leaves during its scan harms nobody")
{
    running_server server;
    server.handler.hold_scans = true;
    server.start();
    {
        client leaving(server.port);
        leaving.send(get("/security/scan"));
        REQUIRE(server.handler.scans_begun.wait_for(1));
    }
    server.advance(120s);
    REQUIRE(server.handler.scans_cancelled.wait_for(1));
    CHECK(contains(client(server.port).ask(get("/healthz")), "healthy"));
    CHECK(server.stop() == nullptr);
}

TEST_CASE("admin_server: cancellation ends it at once, in the middle of scans and requests")
{
    running_server server;
    server.handler.hold_scans = true;
    server.start();
    client scanner(server.port);
    scanner.send(get("/security/scan"));
    client half_way(server.port);
    half_way.send("GET /hea");
    client idle(server.port);
    CHECK(contains(idle.ask(get("/healthz")), "healthy"));
    REQUIRE(server.handler.scans_begun.wait_for(1));
    CHECK(server.stop() == nullptr);
    CHECK(server.handler.scans_cancelled.count() == 1);
    CHECK(scanner.is_closed());
    CHECK(half_way.is_closed());
    CHECK(idle.is_closed());
}

TEST_CASE("admin_server: cancelled in the moment it began, it ends")
{
    hand_clock clock;
    scripted_handler handler;
    asio::io_context context(1);
    auto server = net::make_admin_server(context.get_executor(), clock, "127.0.0.1", 0, handler);
    REQUIRE(server.has_value());
    asio::cancellation_signal stop;
    bool ended = false;
    const auto keep = [&](std::exception_ptr crash) { ended = !crash; };
    // From inside the loop: Asio 1.26 throws out of it when a coroutine is cancelled that waits for
    // its first turn.
    asio::post(context, [&] {
        asio::co_spawn(context, (*server)->run(), asio::bind_cancellation_slot(stop.slot(), keep));
        stop.emit(asio::cancellation_type::terminal);
    });
    context.run();
    CHECK(ended);
}

TEST_CASE("admin_server: a bug in the handler ends the server and is not swallowed")
{
    running_server server;
    server.handler.scan_throws = true;
    server.start();
    client bystander(server.port);
    CHECK(contains(bystander.ask(get("/healthz")), "healthy"));
    client peer(server.port);
    peer.send(get("/security/scan"));
    const auto crash = server.join();
    REQUIRE(crash != nullptr);
    CHECK_THROWS_WITH(std::rethrow_exception(crash), "a bug in the handler");
    CHECK(bystander.is_closed());
    CHECK(peer.is_closed());
}

TEST_CASE("admin_server: where it cannot listen, it says what to do")
{
    hand_clock clock;
    scripted_handler handler;
    asio::io_context context(1);
    const auto listen = [&](const std::string& address, std::uint16_t port) {
        return net::make_admin_server(context.get_executor(), clock, address, port, handler);
    };
    const auto first = listen("127.0.0.1", 0);
    REQUIRE(first.has_value());
    const auto port = (*first)->local_port();

    const auto second = listen("127.0.0.1", port);
    REQUIRE(second.has_error());
    CHECK(second.error().code == asio::error::address_in_use);
    CHECK(contains(second.error().text, "127.0.0.1:" + std::to_string(port)));
    CHECK(contains(second.error().text, "choose another port with `listen` in [admin]"));

    // 192.0.2.0/24 is reserved for documentation: no host has it.
    const auto elsewhere = listen("192.0.2.1", 0);
    REQUIRE(elsewhere.has_error());
    CHECK(contains(elsewhere.error().text, "no such address"));

    const auto nonsense = listen("localhost", 0);
    REQUIRE(nonsense.has_error());
    CHECK(contains(nonsense.error().text, "localhost:0"));
    CHECK_THROWS_WITH(nonsense.value(), nonsense.error().text);
}

TEST_CASE("admin_server: a chunked body whose end comes in pieces harms nobody")
{
    running_server server;
    server.start();
    client peer(server.port);
    peer.send(get("/healthz", "Transfer-Encoding: chunked\r\n"));
    peer.send("0\r\n");
    peer.send("\r");
    peer.send("\n");
    CHECK(status_line(peer.receive()) == "HTTP/1.1 411 Length Required");
    client other(server.port);
    CHECK(status_line(other.ask(get("/healthz"))) == "HTTP/1.1 200 OK");
}

} // namespace docwarden::test::admin_server_test
