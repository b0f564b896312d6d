#include "net/admin/admin_request.hpp"
#include "tests/support/catch.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <tuple>
#include <vector>

namespace docwarden::test::admin_request_test
{

using net::admin_route;

namespace
{

constexpr const char* listen_address = "127.0.0.1";

admin_route route(std::string_view method, std::string_view target)
{
    return net::route_admin_request(method, target, "127.0.0.1:3000", listen_address);
}

net::scan_finding some_finding()
{
    return {
        .portal = "main",
        .user_id = "4c65a238-ca50-4374-b904-0d51d4c1822b",
        .user = "Mallory",
        .rule = "bulk-change",
        .count = 21,
        .is_least = true,
        .threshold = 20,
        .window_text = "10m",
        .state = "contained",
        .incident = "I-7",
    };
}

net::scan_result good_result()
{
    return {
        .portal = "main",
        .error = "",
        .events_read = 321,
        .findings = {some_finding()},
    };
}

net::scan_result failed_result(std::string portal, std::string error)
{
    return {.portal = std::move(portal), .error = std::move(error), .findings = {}};
}

} // namespace

TEST_CASE("admin_request: path and method decide what is asked for")
{
    const auto [method, target, expected] = GENERATE(table<std::string, std::string, admin_route>({
        {"GET", "/security/scan", admin_route::scan},
        {"GET", "/security/scan?now=1", admin_route::scan},
        {"GET", "/healthz", admin_route::health},
        {"HEAD", "/healthz", admin_route::health},
        {"GET", "/readyz", admin_route::ready},
        {"HEAD", "/readyz", admin_route::ready},
        {"GET", "/status", admin_route::status},
        {"HEAD", "/status", admin_route::status},
        {"POST", "/status", admin_route::method_not_allowed},
        {"HEAD", "/security/scan", admin_route::method_not_allowed},
        {"POST", "/security/scan", admin_route::method_not_allowed},
        {"OPTIONS", "/healthz", admin_route::method_not_allowed},
        {"get", "/healthz", admin_route::method_not_allowed},
        {"GET", "/", admin_route::not_found},
        {"GET", "", admin_route::not_found},
        {"GET", "/healthz/", admin_route::not_found},
        {"GET", "/HEALTHZ", admin_route::not_found},
        {"POST", "/elsewhere", admin_route::not_found},
        {"GET", "http://127.0.0.1/healthz", admin_route::not_found},
    }));
    INFO(method << " " << target);
    CHECK(route(method, target) == expected);
}

TEST_CASE("admin_request: only addresses, localhost and the configured address are own hosts")
{
    const auto [host, expected] = GENERATE(table<std::string, bool>({
        {"127.0.0.1", true},
        {"127.0.0.1:3000", true},
        {"10.1.2.3:80", true},
        {"[::1]", true},
        {"[::1]:3000", true},
        {"localhost", true},
        {"LocalHost:3000", true},
        {"guard.internal:3000", true},
        {"", false},
        {":3000", false},
        {"evil.example", false},
        {"evil.example:3000", false},
        {"localhost.evil.example", false},
        {"127.0.0.1.evil.example", false},
        {"127.0.0.1:", true},
        {"127.0.0.1:3000x", false},
        {"127.0.0.1:123456", false},
        {"127.0.0.1:80:80", false},
        {"user@127.0.0.1", false},
        {"::1", false},
        {"[::1", false},
        {"[::1]3000", false},
        {"[evil.example]", false},
        {"0x7f000001", false},
        {std::string("127.0.0.1\0.evil.example", 23), false},
    }));
    INFO(host);
    CHECK(net::is_own_host(host, "guard.internal") == expected);
}

TEST_CASE("admin_request: a foreign host is refused before the path is looked at")
{
    const auto refused =
        net::route_admin_request("GET", "/security/scan", "evil.example", listen_address);
    CHECK(refused == admin_route::foreign_host);
    CHECK(net::render_refusal(refused, "/security/scan").status == 403);
}

TEST_CASE("admin_request: a scan of healthy portals answers 200 with every finding")
{
    const auto response = net::render_scan({good_result()});
    CHECK(response.status == 200);
    CHECK(response.content_type == "application/json");
    const auto expected = boost::json::parse(R"({
        "status": "ok",
        "portals": [{
            "portal": "main", "status": "ok", "events_read": 321, "users_over": 1,
            "findings": [{
                "portal": "main", "user_id": "4c65a238-ca50-4374-b904-0d51d4c1822b",
                "user": "Mallory", "rule": "bulk-change", "count": 21, "count_is_least": true,
                "threshold": 20,
                "window": "10m", "state": "contained", "incident": "I-7"
            }]
        }]
    })");
    CHECK(boost::json::parse(response.body) == expected);
    CHECK(response.body.back() == '\n');
}

TEST_CASE("admin_request: a user over two rules counts as one user over a threshold")
{
    auto result = good_result();
    result.findings.push_back(some_finding());
    result.findings.back().rule = "mass-delete";
    result.findings.push_back(some_finding());
    result.findings.back().user_id = "9460fc50-0000-4000-8000-000000000001";
    const auto body = boost::json::parse(net::render_scan({result}).body);
    CHECK(body.at("portals").at(0).at("users_over") == 2);
    CHECK(body.at("portals").at(0).at("findings").as_array().size() == 3);
}

TEST_CASE("admin_request: one portal that could not be read makes the whole scan an error")
{
    const auto response =
        net::render_scan({good_result(), failed_result("b", "401"), failed_result("c", "no DNS")});
    CHECK(response.status == 500);
    const auto body = boost::json::parse(response.body);
    CHECK(body.at("status") == "error");
    CHECK(body.at("error") == "b: 401; c: no DNS");
    CHECK(body.at("portals").as_array().size() == 3);
    // What the others found is not lost.
    CHECK(body.at("portals").at(0).at("findings").as_array().size() == 1);
    CHECK(body.at("portals").at(1).at("error") == "401");
    CHECK(body.at("portals").at(0).as_object().contains("error") == false);
}

TEST_CASE("admin_request: a scan of nothing is an error")
{
    CHECK(net::render_scan({}).status == 500);
}

TEST_CASE("admin_request: text from the portal cannot forge lines or hide")
{
    auto result = good_result();
    result.findings.front().user = "Eve\"}\n\x1b[2K\xe2\x80\xae \xff";
    const auto response = net::render_scan({result});
    CHECK(response.body.find('\n') == response.body.size() - 1);
    const auto body = boost::json::parse(response.body);
    const auto& user = body.at("portals").at(0).at("findings").at(0).at("user");
    CHECK(user == "Eve\"}\\u{a}\\u{1b}[2K\\u{202e} \\xff");
}

TEST_CASE("admin_request: ready is 200, and not ready is 503 with each reason")
{
    const net::readiness well{.reasons = {}, .remarks = {}};
    CHECK(net::render_ready(well).status == 200);
    CHECK(net::render_ready(well).body == "{\"status\":\"ready\"}\n");

    const net::readiness blind{
        .reasons = {{.portal = "main", .code = "unauthorised", .text = "the key is refused"}},
        .remarks = {},
    };
    const auto response = net::render_ready(blind);
    CHECK(response.status == 503);
    const auto expected = boost::json::parse(
        R"({"status":"not ready","reasons":[
            {"portal":"main","code":"unauthorised","text":"the key is refused"}]})"
    );
    CHECK(boost::json::parse(response.body) == expected);
}

TEST_CASE("admin_request: remarks are told without making it less ready")
{
    const bool is_ready = GENERATE(true, false);
    net::readiness state;
    if (!is_ready)
        state.reasons = {{.portal = "main", .code = "starting", .text = "nothing is read yet"}};
    state.remarks = {
        {.portal = "main", .code = "expires-soon", .text = "the key ends on\x1b Monday"}};
    const auto response = net::render_ready(state);
    CHECK(response.status == (is_ready ? 200U : 503U));
    const auto remarks = boost::json::parse(response.body).at("remarks").as_array();
    REQUIRE(remarks.size() == 1);
    CHECK(remarks[0].at("portal") == "main");
    CHECK(remarks[0].at("code") == "expires-soon");
    CHECK(remarks[0].at("text") == "the key ends on\\u{1b} Monday");
}

TEST_CASE("admin_request: health is 200 whatever the portals do")
{
    CHECK(net::render_health() == net::admin_response(200, "{\"status\":\"ok\"}\n"));
}

TEST_CASE("admin_request: a wrong method is told the right ones")
{
    const auto scan = net::render_refusal(admin_route::method_not_allowed, "/security/scan?x");
    CHECK(scan.status == 405);
    CHECK(scan.allow == "GET");
    const auto ready = net::render_refusal(admin_route::method_not_allowed, "/readyz");
    CHECK(ready.allow == "GET, HEAD");
}

TEST_CASE("admin_request: an unknown path is answered with the known ones")
{
    const auto response = net::render_refusal(admin_route::not_found, "/\r\nx");
    CHECK(response.status == 404);
    CHECK(response.allow.empty());
    CHECK(boost::json::parse(response.body).at("status") == "error");
    CHECK(response.body.find("/security/scan") != std::string::npos);
}

TEST_CASE("admin_request: a route that must be asked about is no refusal")
{
    CHECK(net::render_refusal(admin_route::scan, "/security/scan").status == 500);
}

} // namespace docwarden::test::admin_request_test
