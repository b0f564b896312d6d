// What goes over one plain connection and over the next: answers of every form, deadlines, bounds,
// and when a connection is used again.
#include "tests/support/black_hole.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/portal_client.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/support/text.hpp"

#include <future>
#include <string>
#include <vector>

namespace docwarden::test::exchange_test
{

namespace
{

namespace asio = boost::asio;
using namespace std::chrono_literals;

// Answers each request on a connection, as a good server does.
void answer_all(raw_peer& peer)
{
    while (!peer.read_request().empty())
        peer.write(ok_answer());
}

// Sends `text` byte by byte until the client has enough.
void drip(raw_peer& peer, const std::string& text)
{
    for (const char c : text) {
        if (peer.hears_within(2ms) || !peer.write(std::string_view(&c, 1)))
            return;
    }
}

} // namespace

TEST_CASE("https_transport: the portal gets the request and the caller the answer")
{
    raw_server server([](raw_peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 429 Too Many Requests\r\n"
                   "Content-Type: Text/HTML; charset=utf-8\r\n"
                   "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                   "Retry-After: 0\r\n"
                   "Content-Length: 4\r\n\r\nwait");
    });
    portal_client client(portal_client::plain_options(server.port()));
    CHECK(client.put() == "429 wait");
    CHECK(client.last->content_type == "text/html");
    CHECK(client.last->date.has_value());
    CHECK(client.last->retry_after == 0s);
    CHECK(contains(server.received(), "PUT /x HTTP/1.1\r\nHost: 127.0.0.1:"));
    CHECK(contains(server.received(), "\r\nAuthorization: Bearer " + canary + "\r\n"));
    CHECK(contains(server.received(), "\r\nContent-Type: application/json; charset=utf-8\r\n"));
    CHECK(contains(server.received(), "\r\n\r\n{\"a\":1}"));
    CHECK_FALSE(contains(server.received(), "Accept-Encoding"));
}

TEST_CASE("https_transport: a connection is kept and used again")
{
    raw_server server(answer_all);
    portal_client client(portal_client::plain_options(server.port()));
    for (int i = 0; i < 5; ++i)
        CHECK(client.get() == "200 {}");
    CHECK(client.put() == "200 {}");
    CHECK(server.connections() == 1);
}

TEST_CASE("https_transport: an idle connection is not kept beyond its lifetime")
{
    raw_server server(answer_all);
    auto options = portal_client::plain_options(server.port());
    options.idle_lifetime = -1ms;
    portal_client client(std::move(options));
    CHECK(client.get() == "200 {}");
    CHECK(client.get() == "200 {}");
    CHECK(server.connections() == 2);
}

TEST_CASE("https_transport: five sends at once each have a connection, and four are kept")
{
    raw_server server(answer_all);
    portal_client client(portal_client::plain_options(server.port()));
    std::vector<std::string> outcomes;
    const auto send = [](portal_client& c, std::vector<std::string>& out) -> asio::awaitable<void> {
        net::http_request request(net::http_method::get, "/x");
        const auto deadline = c.in(10s);
        const auto result = co_await c.transport->send(std::move(request), deadline);
        out.push_back(portal_client::words(result));
    };
    const auto send_five = [&] {
        net::task_group senders(client.ctx.get_executor(), [](std::exception_ptr) {});
        for (int i = 0; i < 5; ++i)
            senders.spawn(send(client, outcomes));
        client.ctx.restart();
        client.ctx.run_for(hang_limit);
        CHECK(senders.running() == 0);
    };
    send_five();
    CHECK(outcomes == std::vector<std::string>(5, "200 {}"));
    CHECK(server.connections() == 5);
    send_five();
    CHECK(outcomes == std::vector<std::string>(10, "200 {}"));
    CHECK(server.connections() == 6);
}

TEST_CASE("https_transport: a connection that the server closed while idle is not even tried")
{
    raw_server server([](raw_peer& peer) {
        peer.read_request();
        peer.write(ok_answer());
    });
    portal_client client(portal_client::plain_options(server.port()));
    CHECK(client.get() == "200 {}");
    // Its end may still be on the way for the first of these, never for all.
    for (int i = 0; i < 10; ++i)
        CHECK(client.get() == "200 {}");
    CHECK(server.connections() == 11);
}

TEST_CASE("https_transport: a GET lost with a kept connection is repeated once on a new one")
{
    const bool reset = GENERATE(false, true);
    raw_server server([reset](raw_peer& peer) {
        peer.read_request();
        peer.write(ok_answer());
        // The request and the server's close have crossed.
        peer.read_request();
        if (peer.number() == 1)
            peer.close(reset);
        else
            peer.write(ok_answer("again"));
    });
    portal_client client(portal_client::plain_options(server.port()));
    CHECK(client.get() == "200 {}");
    CHECK(client.get() == "200 {}"); // the first answer of the second connection
    CHECK(server.connections() == 2);
}

TEST_CASE("https_transport: a PUT lost with a kept connection is never repeated")
{
    const bool reset = GENERATE(false, true);
    raw_server server([reset](raw_peer& peer) {
        peer.read_request();
        peer.write(ok_answer());
        peer.read_request();
        peer.close(reset);
    });
    portal_client client(portal_client::plain_options(server.port()));
    CHECK(client.get() == "200 {}");
    CHECK(client.put() == "connection_lost");
    CHECK(server.connections() == 1);
}

TEST_CASE("https_transport: a GET lost on a new connection, or in the answer, is not repeated")
{
    raw_server new_connection([](raw_peer& peer) { peer.read_request(); });
    portal_client first(portal_client::plain_options(new_connection.port()));
    CHECK(first.get() == "connection_lost");
    CHECK(new_connection.connections() == 1);

    raw_server begun([](raw_peer& peer) {
        peer.read_request();
        peer.write(ok_answer());
        peer.read_request();
        peer.write("H");
    });
    portal_client second(portal_client::plain_options(begun.port()));
    CHECK(second.get() == "200 {}");
    CHECK(second.get() == "connection_lost");
    CHECK(begun.connections() == 1);
}

TEST_CASE("https_transport: bytes behind an answer never become the next one")
{
    raw_server server([](raw_peer& peer) {
        peer.read_request();
        peer.write(ok_answer() + ok_answer("forged"));
        peer.wait_for_close();
    });
    portal_client client(portal_client::plain_options(server.port()));
    CHECK(client.get() == "200 {}");
    CHECK(client.get() == "200 {}");
    CHECK(server.connections() == 2);
}

TEST_CASE("https_transport: what a server says unasked on an idle connection is never an answer")
{
    std::promise<void> forged;
    raw_server server([&forged](raw_peer& peer) {
        peer.read_request();
        peer.write(ok_answer());
        if (peer.number() == 1) {
            peer.write(ok_answer("forged"));
            forged.set_value();
        }
        peer.wait_for_close();
    });
    portal_client client(portal_client::plain_options(server.port()));
    CHECK(client.get() == "200 {}");
    forged.get_future().wait();
    CHECK(client.get() == "200 {}");
    CHECK(server.connections() == 2);
}

TEST_CASE("https_transport: an answer that comes too slowly ends at the deadline")
{
    const std::string text = GENERATE(
        as<std::string>{},
        "HTTP/1.1 200 OK\r\nX: " + std::string(1000, 'x'),
        "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x'),
        "" // nothing at all
    );
    raw_server server([&text](raw_peer& peer) {
        peer.read_request();
        drip(peer, text);
        peer.wait_for_close();
    });
    portal_client client(portal_client::plain_options(server.port()));
    const auto start = client.clock.reading().mono;
    CHECK(client.get(200ms) == "answer_timeout");
    const auto taken = client.clock.reading().mono - start;
    CHECK(taken >= 200ms);
    CHECK(taken < 2s);
    CHECK(client.get(50ms) == "answer_timeout"); // and late bytes reach nobody:
    CHECK(server.connections() == 2);            // the connection is gone
}

TEST_CASE("https_transport: a request that nobody takes in ends at the deadline")
{
    raw_server server([](raw_peer& peer) { peer.wait_for_hangup(); }); // the buffers fill up
    portal_client client(portal_client::plain_options(server.port()));
    net::http_request request(net::http_method::put, "/x", std::string(16 * 1024 * 1024, 'x'));
    CHECK(client.send(std::move(request), 300ms) == "answer_timeout");
}

TEST_CASE("https_transport: a deadline in the past sends nothing")
{
    raw_server server(answer_all);
    portal_client client(portal_client::plain_options(server.port()));
    CHECK(client.get(-1s) == "connect_timeout");
    CHECK(server.received() == "");
}

TEST_CASE("https_transport: a port where nobody listens is refused")
{
    std::uint16_t port = 0;
    {
        raw_server gone(answer_all);
        port = gone.port();
    }
    portal_client client(portal_client::plain_options(port));
    CHECK(client.put() == "connect_refused");
    CHECK(net::nothing_was_sent(client.last.error()));
}

TEST_CASE("https_transport: a black hole ends at the connect timeout")
{
    black_hole hole;
    auto options = portal_client::plain_options(hole.port());
    options.connect_timeout = 200ms;
    portal_client client(std::move(options));
    CHECK(client.put() == "connect_timeout");
    CHECK(net::nothing_was_sent(client.last.error()));
}

TEST_CASE("https_transport: localhost is this machine without a look-up")
{
    raw_server server(answer_all);
    auto options = portal_client::plain_options(server.port());
    options.target.host = "localhost";
    options.lookup = [](const std::string&) {
        return net::lookup_result(net::make_error_code(net::errc::name_lookup_failed));
    };
    portal_client client(std::move(options));
    CHECK(client.get() == "200 {}");
    CHECK(contains(server.received(), "\r\nHost: localhost:"));
}

TEST_CASE("https_transport: a name that DNS does not know")
{
    auto options = portal_client::tls_options(443, "");
    options.target.host = "docwarden-no-such-host.invalid";
    options.lookup = net::system_lookup;
    portal_client client(std::move(options));
    const auto outcome = client.get();
    INFO(outcome);
    const bool is_expected = outcome == "name_not_found" || outcome == "name_lookup_failed";
    CHECK(is_expected);
    CHECK(net::nothing_was_sent(client.last.error()));
}

TEST_CASE("https_transport: answers beyond the bounds are cut off")
{
    const std::string answer = GENERATE(
        as<std::string>{},
        "HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n" + std::string(5 * 1024 * 1024, 'x'),
        "HTTP/1.1 200 OK\r\nX: " + std::string(20 * 1024, 'x') + "\r\n\r\n"
    );
    raw_server server([&answer](raw_peer& peer) {
        peer.read_request();
        peer.write(answer);
        peer.wait_for_close();
    });
    portal_client client(portal_client::plain_options(server.port()));
    CHECK(client.get() == "answer_too_large");
}

TEST_CASE("https_transport: what is not plain HTTP/1 is malformed")
{
    const std::string answer = GENERATE(
        as<std::string>{},
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: "
        "chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2p1\r\n"
    );
    raw_server server([&answer](raw_peer& peer) {
        peer.read_request();
        peer.write(answer);
        peer.wait_for_close();
    });
    portal_client client(portal_client::plain_options(server.port()));
    CHECK(client.get() == "answer_malformed");
}

TEST_CASE("https_transport: a redirect is an answer; the other server never hears of us")
{
    raw_server other(answer_all);
    raw_server server([&other](raw_peer& peer) {
        while (!peer.read_request().empty())
            peer.write(
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:" + std::to_string(other.port()) +
                "/\r\nContent-Length: 0\r\n\r\n"
            );
    });
    portal_client client(portal_client::plain_options(server.port()));
    CHECK(client.get() == "302 ");
    CHECK(contains(client.last->location, std::to_string(other.port())));
    CHECK(client.put() == "302 ");
    CHECK(other.connections() == 0);
    CHECK(other.received() == "");
}

TEST_CASE("https_transport: a body without a length ends with the connection")
{
    raw_server server([](raw_peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\n\r\nto the end");
    });
    portal_client client(portal_client::plain_options(server.port()));
    CHECK(client.get() == "200 to the end");
}

TEST_CASE("https_transport: a cut body is a lost connection, never a short answer")
{
    const bool reset = GENERATE(false, true);
    raw_server server([reset](raw_peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort");
        peer.close(reset);
    });
    portal_client client(portal_client::plain_options(server.port()));
    CHECK(client.get() == "connection_lost");
    CHECK_FALSE(net::nothing_was_sent(client.last.error()));
}

TEST_CASE("https_transport: options that could do harm are refused before anything is opened")
{
    boost::asio::io_context ctx{1};
    net::asio_clock clock(ctx.get_executor());
    const auto problem = [&](net::https_options options) {
        const auto made = net::make_https_transport(ctx.get_executor(), clock, std::move(options));
        return made ? std::string("none") : made.error();
    };
    auto no_key = portal_client::plain_options(1);
    no_key.api_key = net::secret();
    CHECK(contains(problem(std::move(no_key)), "API key is empty"));

    auto broken_key = portal_client::plain_options(1);
    broken_key.api_key = net::secret(canary + "\r\nX: y");
    const auto told = problem(std::move(broken_key));
    CHECK(contains(told, "line break"));
    CHECK_FALSE(contains(told, canary));

    auto agent = portal_client::plain_options(1);
    agent.user_agent = "a\r\nb";
    CHECK(contains(problem(std::move(agent)), "user agent"));

    auto plain = portal_client::plain_options(1);
    plain.target.host = "192.0.2.1";
    CHECK(contains(problem(std::move(plain)), "only possible to this host"));
}

} // namespace docwarden::test::exchange_test
