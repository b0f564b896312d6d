#include "net/https/request_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <stdexcept>
#include <string>

namespace docwarden::test::request_text_test
{

namespace
{

std::string text_of(const net::http_request& request)
{
    const net::secret key(std::string("sk-canary"));
    const auto target = *net::parse_origin("https://portal.example.com:8443");
    return std::string(net::format_request(request, target, "docwarden/1", key).reveal());
}

} // namespace

TEST_CASE("request_text: a GET is these bytes")
{
    CHECK(
        text_of(net::http_request(net::http_method::get, "/api/2.0/x?a=b")) ==
        "GET /api/2.0/x?a=b HTTP/1.1\r\n"
        "Host: portal.example.com:8443\r\n"
        "User-Agent: docwarden/1\r\n"
        "Accept: application/json\r\n"
        "Authorization: Bearer sk-canary\r\n"
        "\r\n"
    );
}

TEST_CASE("request_text: a body brings its type and its length")
{
    CHECK(
        text_of(net::http_request(net::http_method::put, "/p", "{\"a\":1}")) ==
        "PUT /p HTTP/1.1\r\n"
        "Host: portal.example.com:8443\r\n"
        "User-Agent: docwarden/1\r\n"
        "Accept: application/json\r\n"
        "Authorization: Bearer sk-canary\r\n"
        "Content-Type: application/json; charset=utf-8\r\n"
        "Content-Length: 7\r\n"
        "\r\n"
        "{\"a\":1}"
    );
}

TEST_CASE("request_text: PUT and POST without a body say that it is empty")
{
    const auto method = GENERATE(net::http_method::put, net::http_method::post);
    const auto text = text_of(net::http_request(method, "/p"));
    CHECK(contains(text, "Content-Length: 0\r\n"));
    CHECK_FALSE(contains(text, "Content-Type"));
}

TEST_CASE("request_text: a target that could forge a line is a bug, not a request")
{
    const std::string target = GENERATE(
        as<std::string>{},
        "",
        "api",
        "http://evil.example/",
        "/a b",
        "/a\r\nX: y",
        "/a\tb",
        "/\xc3\xbc",
        std::string("/\0", 2)
    );
    INFO(target);
    CHECK_THROWS_AS(
        text_of(net::http_request(net::http_method::get, target)), std::invalid_argument
    );
}

TEST_CASE("request_text: CONNECT names the portal and knows no key")
{
    const auto target = *net::parse_origin("https://portal.example.com");
    CHECK(
        net::format_connect(target, "docwarden/1") == "CONNECT portal.example.com:443 HTTP/1.1\r\n"
                                                      "Host: portal.example.com:443\r\n"
                                                      "User-Agent: docwarden/1\r\n"
                                                      "\r\n"
    );
}

} // namespace docwarden::test::request_text_test
