// Through a proxy: it sees whom we talk to and nothing else.
#include "tests/support/catch.hpp"
#include "tests/support/portal_client.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/support/text.hpp"

#include <string>

namespace docwarden::test::proxy_test
{

namespace
{

using namespace std::chrono_literals;

// A proxy and, behind its tunnel, the portal: one connection plays both.
struct fixture {
    certificate_authority authority;
    temporary_file ca_file{authority.certificate()};
    identity shown;

    fixture()
    {
        certificate_wish wish;
        wish.names = {"DNS:portal.test"};
        shown = authority.issue(wish);
    }

    net::https_options options(const raw_server& proxy) const
    {
        auto result = portal_client::tls_options(8443, ca_file.name());
        // The proxy resolves the portal's name, not we.
        result.lookup = [](const std::string&) {
            return net::lookup_result(net::make_error_code(net::errc::name_not_found));
        };
        net::origin via;
        via.tls = false;
        via.host = "127.0.0.1";
        via.port = proxy.port();
        result.proxy = via;
        return result;
    }
};

} // namespace

TEST_CASE_METHOD(fixture, "https_transport: through a proxy, TLS is with the portal")
{
    std::string seen_by_proxy;
    raw_server proxy([&](raw_peer& peer) {
        seen_by_proxy = peer.read_request();
        peer.write("HTTP/1.0 200 Connection established\r\nVia: x\r\n\r\n");
        if (!peer.start_tls(shown))
            return;
        while (!peer.read_request().empty())
            peer.write(ok_answer());
    });
    portal_client client(options(proxy));
    CHECK(client.get() == "200 {}");
    CHECK(client.put() == "200 {}");
    CHECK(proxy.connections() == 1);
    CHECK(proxy.server_names() == "portal.test ");
    CHECK(
        seen_by_proxy == "CONNECT portal.test:8443 HTTP/1.1\r\n"
                         "Host: portal.test:8443\r\n"
                         "User-Agent: docwarden\r\n\r\n"
    );
    CHECK(contains(proxy.received(), canary)); // inside TLS, and only there
}

TEST_CASE_METHOD(fixture, "https_transport: a plain target goes through the proxy's tunnel, too")
{
    raw_server proxy([](raw_peer& peer) {
        const auto connect = peer.read_request();
        if (contains(connect, canary) || !connect.starts_with("CONNECT 127.0.0.1:8092 "))
            return;
        peer.write("HTTP/1.1 200 OK\r\n\r\n");
        while (!peer.read_request().empty())
            peer.write(ok_answer());
    });
    auto plain = portal_client::plain_options(8092);
    plain.proxy = options(proxy).proxy;
    portal_client client(std::move(plain));
    CHECK(client.get() == "200 {}");
}

TEST_CASE_METHOD(fixture, "https_transport: a proxy that refuses never sees the key")
{
    const std::string answer = GENERATE(
        as<std::string>{},
        "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 3\r\n\r\nno!",
        "HTTP/1.1 403 Forbidden\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://login/\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nbytes that the portal cannot have sent yet",
        "SSH-2.0-OpenSSH_9.2p1\r\n",
        "" // closes
    );
    INFO(answer);
    raw_server proxy([&answer](raw_peer& peer) {
        peer.read_request();
        peer.write(answer);
    });
    portal_client client(options(proxy));
    CHECK(client.put() == "proxy_refused");
    CHECK(net::nothing_was_sent(client.last.error()));
    CHECK_FALSE(contains(proxy.received(), canary));
}

TEST_CASE_METHOD(
    fixture,
    "https_transport: a proxy that reads along with its own certificate is "
    "refused"
)
{
    const certificate_authority of_the_proxy;
    certificate_wish wish;
    wish.names = {"DNS:portal.test"};
    const auto forged = of_the_proxy.issue(wish);
    raw_server proxy([&forged](raw_peer& peer) {
        peer.read_request();
        peer.write("HTTP/1.1 200 OK\r\n\r\n");
        if (peer.start_tls(forged))
            peer.wait_for_close();
    });
    portal_client client(options(proxy));
    CHECK(client.get() == "tls_untrusted");
    CHECK_FALSE(contains(proxy.received(), canary));
}

TEST_CASE_METHOD(fixture, "https_transport: a proxy that says nothing ends at the connect timeout")
{
    raw_server proxy([](raw_peer& peer) { peer.wait_for_close(); });
    auto impatient = options(proxy);
    impatient.connect_timeout = 200ms;
    portal_client client(std::move(impatient));
    CHECK(client.put() == "connect_timeout");
    CHECK(net::nothing_was_sent(client.last.error()));
}

TEST_CASE_METHOD(
    fixture,
    "https_transport: a proxy that is not there is not mistaken for the portal"
)
{
    net::https_options nowhere;
    {
        raw_server gone([](raw_peer&) {});
        nowhere = options(gone);
    }
    portal_client client(std::move(nowhere));
    CHECK(client.put() == "proxy_unreachable");
    CHECK(net::nothing_was_sent(client.last.error()));
}

} // namespace docwarden::test::proxy_test
