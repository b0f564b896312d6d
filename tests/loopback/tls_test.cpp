// Who may be talked to at all. In every refused case the request, and with it the key, stays here.
#include "tests/support/black_hole.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/portal_client.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/support/text.hpp"

#include <filesystem>
#include <string>

namespace docwarden::test::tls_test
{

namespace
{

using namespace std::chrono_literals;

certificate_wish wish_for(std::vector<std::string> names)
{
    certificate_wish wish;
    wish.names = std::move(names);
    return wish;
}

void answer_all(raw_peer& peer)
{
    while (!peer.read_request().empty())
        peer.write(ok_answer());
}

struct fixture {
    certificate_authority authority;
    temporary_file ca_file{authority.certificate()};
    identity good = authority.issue(wish_for({"DNS:portal.test"}));

    raw_server_options showing(const identity& shown) const
    {
        raw_server_options options;
        options.shown = shown;
        return options;
    }

    // What comes of one GET to a server with that certificate, which must not see a request unless
    // the outcome is an answer.
    std::string get_from(const raw_server_options& server_options, const std::string& host)
    {
        raw_server server(answer_all, server_options);
        auto options = portal_client::tls_options(server.port(), ca_file.name());
        options.target.host = host;
        portal_client client(std::move(options));
        const auto outcome = client.get();
        if (!client.last) {
            CHECK(server.received() == "");
            CHECK(net::nothing_was_sent(client.last.error()));
        }
        return outcome;
    }

    // The problem with a ca_file of that content.
    std::string problem_with_ca_file(const std::string& name) const
    {
        boost::asio::io_context ctx{1};
        net::asio_clock clock(ctx.get_executor());
        const auto made = net::make_https_transport(
            ctx.get_executor(), clock, portal_client::tls_options(1, name)
        );
        if (made)
            return "none";
        CHECK(contains(made.error(), name));
        return made.error();
    }
};

} // namespace

TEST_CASE_METHOD(fixture, "https_transport: a good certificate, and its name in SNI")
{
    raw_server server(answer_all, showing(good));
    portal_client client(portal_client::tls_options(server.port(), ca_file.name()));
    CHECK(client.get() == "200 {}");
    CHECK(client.put() == "200 {}");
    CHECK(server.handshakes() == 1);
    CHECK(server.server_names() == "portal.test ");
    CHECK(contains(server.received(), "\r\nHost: portal.test:"));
    CHECK(contains(server.received(), "\r\nAuthorization: Bearer " + canary + "\r\n"));
}

TEST_CASE_METHOD(fixture, "https_transport: all addresses of a name are tried in turn")
{
    raw_server server(answer_all, showing(good));
    const black_hole hole(3, server.port());
    auto options = portal_client::tls_options(server.port(), ca_file.name());
    options.lookup = [](const std::string&) {
        using boost::asio::ip::make_address;
        return net::lookup_result(net::address_list{
            make_address("127.0.0.2"), // refuses
            make_address("127.0.0.3"), // hangs, but does not get the time of the next
            make_address("127.0.0.1")});
    };
    options.connect_timeout = 1s;
    portal_client client(std::move(options));
    CHECK(client.get() == "200 {}");
}

TEST_CASE_METHOD(
    fixture,
    "https_transport: a certificate for another host is refused before any "
    "request byte"
)
{
    const auto refused = GENERATE(
        wish_for({"DNS:other.test"}),
        wish_for({"DNS:*.portal.test"}),
        wish_for({"DNS:p*.test"}),
        wish_for({"IP:127.0.0.1"}),
        wish_for({})
    );
    auto wish = refused;
    wish.common_name = "portal.test"; // a CN is no host name
    CHECK(get_from(showing(authority.issue(wish)), "portal.test") == "tls_wrong_name");
}

TEST_CASE_METHOD(fixture, "https_transport: a wildcard stands for one label")
{
    const auto shown = authority.issue(wish_for({"DNS:*.portal.test"}));
    CHECK(get_from(showing(shown), "a.portal.test") == "200 {}");
    CHECK(get_from(showing(shown), "a.b.portal.test") == "tls_wrong_name");
}

TEST_CASE_METHOD(fixture, "https_transport: an address must stand in the certificate as one")
{
    const auto by_address = authority.issue(wish_for({"IP:127.0.0.1"}));
    raw_server server(answer_all, showing(by_address));
    auto options = portal_client::tls_options(server.port(), ca_file.name());
    options.target.host = "127.0.0.1";
    portal_client client(std::move(options));
    CHECK(client.get() == "200 {}");
    CHECK(server.server_names() == ""); // SNI is for names only

    const auto by_name = authority.issue(wish_for({"DNS:127.0.0.1"}));
    CHECK(get_from(showing(by_name), "127.0.0.1") == "tls_wrong_name");
}

TEST_CASE_METHOD(fixture, "https_transport: a certificate outside its time is refused")
{
    auto wish = wish_for({"DNS:portal.test"});
    wish.valid_from = -30;
    wish.valid_to = -1;
    CHECK(get_from(showing(authority.issue(wish)), "portal.test") == "tls_expired");
    wish.valid_from = 1;
    wish.valid_to = 30;
    CHECK(get_from(showing(authority.issue(wish)), "portal.test") == "tls_expired");
}

TEST_CASE_METHOD(fixture, "https_transport: a certificate of an unknown authority is refused")
{
    const certificate_authority stranger;
    const auto shown = stranger.issue(wish_for({"DNS:portal.test"}));
    CHECK(get_from(showing(shown), "portal.test") == "tls_untrusted");
}

TEST_CASE_METHOD(fixture, "https_transport: without ca_file only the system's authorities count")
{
    raw_server server(answer_all, showing(good));
    portal_client client(portal_client::tls_options(server.port(), ""));
    CHECK(client.get() == "tls_untrusted");
    CHECK(server.received() == "");
}

TEST_CASE_METHOD(fixture, "https_transport: ca_file may be the portal's own certificate")
{
    const temporary_file pinned(good.certificate);
    raw_server server(answer_all, showing(good));
    portal_client client(portal_client::tls_options(server.port(), pinned.name()));
    CHECK(client.get() == "200 {}");
}

TEST_CASE_METHOD(fixture, "https_transport: TLS below 1.2 is refused")
{
    auto options = showing(good);
    options.only_tls_1_1 = true;
    CHECK(get_from(options, "portal.test") == "tls_failed");
}

TEST_CASE_METHOD(fixture, "https_transport: a port that does not speak TLS is refused")
{
    raw_server server([](raw_peer& peer) {
        peer.write("HTTP/1.1 400 Bad Request\r\n\r\n");
        peer.wait_for_close();
    });
    portal_client client(portal_client::tls_options(server.port(), ca_file.name()));
    CHECK(client.get() == "tls_failed");
    CHECK_FALSE(contains(server.received(), canary));
}

TEST_CASE_METHOD(fixture, "https_transport: a connection dropped in the handshake is refused TLS")
{
    raw_server server([](raw_peer& peer) { peer.hears_within(10s); });
    portal_client client(portal_client::tls_options(server.port(), ca_file.name()));
    CHECK(client.put() == "tls_failed");
    CHECK(net::nothing_was_sent(client.last.error()));
}

TEST_CASE_METHOD(fixture, "https_transport: a handshake that hangs ends at the connect timeout")
{
    raw_server server([](raw_peer& peer) { peer.wait_for_close(); });
    auto options = portal_client::tls_options(server.port(), ca_file.name());
    options.connect_timeout = 200ms;
    portal_client client(std::move(options));
    CHECK(client.put() == "connect_timeout");
    CHECK(net::nothing_was_sent(client.last.error()));
}

TEST_CASE_METHOD(fixture, "https_transport: under TLS a body without a length needs an orderly end")
{
    const bool in_order = GENERATE(true, false);
    raw_server server(
        [in_order](raw_peer& peer) {
            peer.read_request();
            peer.write("HTTP/1.1 200 OK\r\n\r\n[1,2");
            if (in_order)
                peer.close_tls();
        },
        showing(good)
    );
    portal_client client(portal_client::tls_options(server.port(), ca_file.name()));
    const std::string expected = in_order ? "200 [1,2" : "connection_lost";
    CHECK(client.get() == expected);
}

TEST_CASE_METHOD(fixture, "https_transport: a record behind the answer never becomes the next one")
{
    raw_server server(
        [](raw_peer& peer) {
            peer.read_request();
            peer.cork(true); // both records come to the client at once
            peer.write(ok_answer());
            if (peer.number() == 1)
                peer.write(ok_answer("forged"));
            peer.cork(false);
            peer.wait_for_close();
        },
        showing(good)
    );
    portal_client client(portal_client::tls_options(server.port(), ca_file.name()));
    CHECK(client.get() == "200 {}");
    CHECK(client.get() == "200 {}");
    CHECK(server.connections() == 2);
}

TEST_CASE_METHOD(fixture, "https_transport: under TLS, too, a cut body is a lost connection")
{
    raw_server server(
        [](raw_peer& peer) {
            peer.read_request();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort");
        },
        showing(good)
    );
    portal_client client(portal_client::tls_options(server.port(), ca_file.name()));
    CHECK(client.get() == "connection_lost");
}

TEST_CASE_METHOD(
    fixture,
    "https_transport: under TLS, too, a lost GET is repeated and a PUT is not"
)
{
    raw_server server(
        [](raw_peer& peer) {
            peer.read_request();
            peer.write(ok_answer());
            peer.read_request();
        },
        showing(good)
    );
    portal_client client(portal_client::tls_options(server.port(), ca_file.name()));
    CHECK(client.get() == "200 {}");
    CHECK(client.get() == "200 {}");
    CHECK(server.connections() == 2);
    CHECK(client.put() == "connection_lost");
    CHECK(server.connections() == 2);
}

TEST_CASE_METHOD(
    fixture,
    "https_transport: a silent server in the middle of TLS ends at the deadline"
)
{
    raw_server server(
        [](raw_peer& peer) {
            peer.read_request();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort");
            peer.wait_for_close();
        },
        showing(good)
    );
    portal_client client(portal_client::tls_options(server.port(), ca_file.name()));
    CHECK(client.get(200ms) == "answer_timeout");
}

TEST_CASE_METHOD(fixture, "https_transport: a bad ca_file is told in words")
{
    const temporary_file empty("");
    CHECK(contains(problem_with_ca_file(empty.name()), "is empty"));
    const temporary_file text("no certificate here\n");
    CHECK(contains(problem_with_ca_file(text.name()), "contains no certificate"));
    const temporary_file damaged(
        authority.certificate() + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    );
    CHECK(contains(problem_with_ca_file(damaged.name()), "certificate 2 is damaged"));
    const temporary_file giant(std::string(5 * 1024 * 1024, 'x'));
    CHECK(contains(problem_with_ca_file(giant.name()), "larger than 4 MiB"));
    CHECK(contains(problem_with_ca_file("/nonexistent/ca.pem"), "No such file"));
    const auto directory = std::filesystem::temp_directory_path().string();
    CHECK(contains(problem_with_ca_file(directory), "is a directory, not a regular file"));
    CHECK(problem_with_ca_file(ca_file.name()) == "none");
}

} // namespace docwarden::test::tls_test
