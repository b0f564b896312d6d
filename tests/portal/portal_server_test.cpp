// The simulated portal through a real socket, with the simplest client there is.

#include "tests/portal/portal_fixture.hpp"
#include "tests/portal/portal_server.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/http_peer.hpp"

namespace docwarden::sim::portal_server_test
{

namespace asio = boost::asio;
namespace json = boost::json;

namespace
{

struct client : test::http_peer {
    using http_peer::http_peer;

    void write(
        const std::string& method,
        const std::string& target,
        const std::string& key,
        const std::string& body = ""
    )
    {
        std::string text = method + " " + target + " HTTP/1.1\r\nHost: docs.example.com\r\n";
        if (!key.empty())
            text += "Authorization: Bearer " + key + "\r\n";
        if (!body.empty())
            text += "Content-Type: application/json\r\n";
        send(text + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    }
    std::string ask(const std::string& target, const std::string& key)
    {
        write("GET", target, key);
        return receive();
    }
};

const std::string self = "/api/2.0/people/@self";
const std::string filter = "/api/2.0/security/audit/events/filter";

// A running server with the small portal's people, its clock standing at `at(60)`.
struct running {
    running() : portal(), server(std::move(portal.model))
    {
        server.set_time(at(60));
        server.start();
    }
    small_portal portal; // its model has moved into the server
    portal_server server;
};

json::value body_in(const std::string& answer)
{
    return json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
}

} // namespace

TEST_CASE("portal_server: answers over a kept-alive connection, with the portal's own Date")
{
    running portal;
    client connection(portal.server.port());
    const std::string first = connection.ask(self, portal.portal.key);
    CHECK(first.starts_with("HTTP/1.1 200 "));
    CHECK(first.find("Date: Tue, 30 Jun 2026 13:05:05 GMT\r\n") != std::string::npos);
    CHECK(body_in(first).at("response").at("isAdmin").as_bool());
    CHECK(connection.ask(self, "").starts_with("HTTP/1.1 401 "));
    CHECK(portal.server.connections_accepted() == 1);
}

TEST_CASE("portal_server: with_model looks and changes between two requests, and passes exceptions "
          "on")
{
    running portal;
    portal.server.with_model([&](portal_model& model) {
        model.record("alice", 5034, "1", "plan.docx", at(1));
    });
    client connection(portal.server.port());
    CHECK(body_in(connection.ask(filter, portal.portal.key)).at("count").as_int64() == 1);
    CHECK(portal.server.with_model([](portal_model& model) {
        return model.requests_total();
    }) == 1);
    CHECK_THROWS_AS(
        portal.server.with_model([](portal_model&) { throw std::runtime_error("no"); }),
        std::runtime_error
    );
}

TEST_CASE("portal_server: an hour passes at once when the clock is advanced")
{
    running portal;
    portal.server.with_model([&](portal_model& model) {
        model.record("alice", 5034, "1", "plan.docx", at(3'000));
    });
    client connection(portal.server.port());
    CHECK(body_in(connection.ask(filter, portal.portal.key)).at("count").as_int64() == 0);
    portal.server.advance(std::chrono::hours{1});
    CHECK(body_in(connection.ask(filter, portal.portal.key)).at("count").as_int64() == 1);
    CHECK(portal.server.now() == at(3'660));
}

TEST_CASE("portal_server: a dropped request gets no byte, a cut one less than announced")
{
    running portal;
    portal.server.with_model([](portal_model& model) {
        model.set_fault(fault_of(fault_kind::drop_before, "/", 1));
        model.set_fault({.kind = fault_kind::truncate, .count = 1, .body_bytes = 5});
    });
    client dropped(portal.server.port());
    dropped.write("GET", self, portal.portal.key);
    CHECK(dropped.receive_all().empty());
    client cut(portal.server.port());
    cut.write("GET", self, portal.portal.key);
    CHECK(cut.receive_all().ends_with("\r\n\r\n{\"res"));
}

TEST_CASE("portal_server: garbage is sent as it is")
{
    running portal;
    portal.server.with_model([](portal_model& model) {
        model.set_fault({.kind = fault_kind::garbage, .body = "not HTTP at all"});
    });
    client connection(portal.server.port());
    connection.write("GET", self, portal.portal.key);
    CHECK(connection.receive_all() == "not HTTP at all");
}

TEST_CASE("portal_server: stopping ends a delayed answer at once")
{
    running portal;
    portal.server.with_model([](portal_model& model) {
        model.set_fault(slow_answers("/", std::chrono::hours{1}));
    });
    client connection(portal.server.port());
    connection.write("GET", self, portal.portal.key);
    // The request has certainly arrived when the model has recorded it.
    while (portal.server.with_model([](portal_model& model) { return model.requests_total(); }) == 0
    )
        continue;
    portal.server.stop();
    CHECK(connection.receive_all().empty());
}

TEST_CASE("portal_server: idle connections can be closed, and the port can refuse and come back")
{
    running portal;
    const std::uint16_t port = portal.server.port();
    client connection(port);
    CHECK_FALSE(connection.ask(self, portal.portal.key).empty());
    portal.server.drop_connections();
    CHECK(connection.receive_all().empty());
    portal.server.refuse_connections();
    CHECK(client(port).connect_error == asio::error::connection_refused);
    portal.server.accept_connections();
    CHECK(portal.server.port() == port);
    CHECK(client(port).ask(self, portal.portal.key).starts_with("HTTP/1.1 200 "));
}

TEST_CASE("portal_server: scripts add people and events, set faults and read what happened")
{
    running portal;
    client connection(portal.server.port());
    const auto post = [&](const std::string& target, const std::string& body) {
        connection.write("POST", target, "", body);
        return body_in(connection.receive());
    };
    CHECK(
        post("/sim/users", R"({"displayName":"Mallory M","userName":"mallory"})").at("ok").as_bool()
    );
    CHECK(
        post("/sim/events", R"({"userId":"mallory","action":5017,"files":25,"spacingMs":100,
                               "delayMs":-10000})")
            .at("rows")
            .as_array()
            .size() == 25
    );
    CHECK(body_in(connection.ask(filter, portal.portal.key)).at("count").as_int64() == 25);
    const json::array events =
        body_in(connection.ask("/sim/events?userId=mallory", "")).at("events").as_array();
    REQUIRE(events.size() == 25);
    CHECK(events.at(24).at("at").as_string() == "2026-06-30T13:04:57.400Z");
    CHECK(events.at(24).at("target").as_string() == "25");
    CHECK(body_in(connection.ask("/sim/events?userId=nobody", "")).at("ok").as_bool() == false);
    post("/sim/faults", R"({"kind":"answer","path":"/api","status":503,"count":1})");
    CHECK(connection.ask(filter, portal.portal.key).starts_with("HTTP/1.1 503 "));
    connection.write("PUT", "/api/2.0/people/mallory", portal.portal.key, R"({"disable":true})");
    CHECK(connection.receive().starts_with("HTTP/1.1 200 "));

    const json::object disables =
        body_in(connection.ask("/sim/disables", "")).at("disables").as_object();
    REQUIRE(disables.size() == 1);
    CHECK(disables.begin()->value().at("effective").as_int64() == 1);
    const json::value requests = body_in(connection.ask("/sim/requests?since=1", ""));
    CHECK(requests.at("requests").as_array().size() == 2);
    CHECK(requests.at("requests").at(0).at("status").as_int64() == 503);
    CHECK(requests.at("next").as_int64() == 3);
    CHECK(
        post("/sim/clock", R"({"advanceMs":60000})").at("now").as_string() ==
        "2026-06-30T13:06:05.000Z"
    );
    CHECK(
        post("/sim/faults", R"({"kind":"nonsense"})").at("error").as_string() ==
        "unknown kind of fault"
    );
    CHECK_FALSE(post("/sim/settings", R"({"tenantStatus":9})").at("ok").as_bool());
}

} // namespace docwarden::sim::portal_server_test
