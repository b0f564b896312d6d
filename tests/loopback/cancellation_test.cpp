// A send that is cancelled ends at once, wherever it is, and leaves nothing behind that a later
// send could stumble over.
#include "net/async/task.hpp"
#include "tests/support/black_hole.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/portal_client.hpp"
#include "tests/support/raw_server.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <future>
#include <string>

namespace docwarden::test::cancellation_test
{

namespace
{

namespace asio = boost::asio;
using namespace std::chrono_literals;

// Sends, and tells what state it finds itself in afterwards.
struct cancelled_send {
    std::string outcome;
    bool can_go_on = false;
};

asio::awaitable<cancelled_send> send_and_go_on(portal_client& client)
{
    const auto deadline = client.in(1h);
    net::http_request request(net::http_method::put, "/x");
    const auto result = co_await client.transport->send(std::move(request), deadline);
    cancelled_send report;
    report.outcome = portal_client::words(result);
    // The caller's own choice, that cancellations throw, is as it was.
    report.can_go_on = co_await asio::this_coro::throw_if_cancelled();
    co_return report;
}

// Cancels, from a server's thread, what the client is doing when the server has come to that point.
class canceller
{
public:
    explicit canceller(asio::io_context& ctx) : ctx_(ctx) {}
    void now()
    {
        asio::post(ctx_, [this] { signal_.emit(asio::cancellation_type::terminal); });
    }
    asio::cancellation_signal& signal() { return signal_; }

private:
    asio::io_context& ctx_;
    asio::cancellation_signal signal_;
};

struct fixture {
    certificate_authority authority;
    temporary_file ca_file{authority.certificate()};

    static void check(portal_client& client, canceller& cancel)
    {
        const auto start = client.clock.reading().mono;
        const auto report = complete(client.ctx, send_and_go_on(client), &cancel.signal());
        CHECK(report.outcome == "cancelled");
        CHECK(report.can_go_on);
        CHECK(client.clock.reading().mono - start < 5s);
    }
};

} // namespace

TEST_CASE_METHOD(fixture, "https_transport: cancelled while DNS hangs")
{
    const auto answer = std::make_shared<std::promise<void>>();
    const auto until_answered = answer->get_future().share();
    auto options = portal_client::tls_options(443, "");
    std::function<void()> on_lookup;
    options.lookup = [&on_lookup, until_answered](const std::string&) {
        on_lookup();
        until_answered.wait();
        return net::lookup_result(net::make_error_code(net::errc::name_lookup_failed));
    };
    options.lookup_timeout = 1h;
    options.connect_timeout = 1h;
    portal_client client(std::move(options));
    canceller cancel(client.ctx);
    on_lookup = [&cancel] { cancel.now(); };
    check(client, cancel);
    client.transport.reset(); // does not wait for DNS, either
    answer->set_value();
}

TEST_CASE_METHOD(fixture, "https_transport: cancelled while a connection hangs")
{
    const black_hole hole;
    auto options = portal_client::plain_options(hole.port());
    options.connect_timeout = 1h;
    portal_client client(std::move(options));
    canceller cancel(client.ctx);
    cancel_soon(client.ctx, cancel.signal());
    check(client, cancel);
}

TEST_CASE_METHOD(fixture, "https_transport: cancelled in the handshake")
{
    canceller* cancel = nullptr;
    raw_server server([&cancel](raw_peer& peer) {
        peer.hears_within(1h); // the first bytes of TLS
        cancel->now();
        peer.wait_for_close();
    });
    portal_client client(portal_client::tls_options(server.port(), ca_file.name()));
    canceller of_client(client.ctx);
    cancel = &of_client;
    check(client, of_client);
}

TEST_CASE_METHOD(fixture, "https_transport: cancelled while the answer is awaited, or half there")
{
    const bool tls = GENERATE(false, true);
    const std::string half = GENERATE(as<std::string>{}, "", "HTTP/1.1 200 OK\r\nContent-Len");
    certificate_wish wish;
    wish.names = {"DNS:portal.test"};
    raw_server_options server_options;
    if (tls)
        server_options.shown = authority.issue(wish);
    canceller* cancel = nullptr;
    raw_server server(
        [&cancel, &half](raw_peer& peer) {
            peer.read_request();
            peer.write(peer.number() == 1 ? half : ok_answer());
            if (peer.number() == 1)
                cancel->now();
            peer.wait_for_close();
        },
        server_options
    );
    portal_client client(
        tls ? portal_client::tls_options(server.port(), ca_file.name())
            : portal_client::plain_options(server.port())
    );
    canceller of_client(client.ctx);
    cancel = &of_client;
    check(client, of_client);
    CHECK(client.get() == "200 {}"); // on a new connection: the cut one is never used again
    CHECK(server.connections() == 2);
}

TEST_CASE_METHOD(
    fixture,
    "https_transport: the event loop may be destroyed in the middle of a send"
)
{
    std::promise<void> arrived;
    raw_server server([&arrived](raw_peer& peer) {
        peer.read_request();
        arrived.set_value();
        peer.wait_for_close();
    });
    {
        portal_client client(portal_client::plain_options(server.port()));
        net::task_group group(client.ctx.get_executor(), [](std::exception_ptr) {});
        const auto send = [](portal_client& c) -> asio::awaitable<void> {
            (void)co_await send_and_go_on(c);
        };
        group.spawn(send(client));
        const auto on_server = arrived.get_future();
        while (on_server.wait_for(0s) != std::future_status::ready)
            client.ctx.run_for(1ms);
        CHECK(group.running() == 1);
    }
    CHECK(server.connections() == 1); // and the sanitizers watch
}

} // namespace docwarden::test::cancellation_test
