#include "net/base/origin.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <string>
#include <tuple>

namespace docwarden::test::origin_test
{

namespace
{

// What is wrong with a URL, or "" if nothing is.
std::string problem_of(const net::origin_or_problem& result)
{
    return result ? std::string() : result.error();
}

// True if the result is a problem told in these words; a failure prints the words it was told in.
bool refuses(const net::origin_or_problem& result, const std::string& words)
{
    const auto problem = problem_of(result);
    UNSCOPED_INFO("the problem is: \"" << problem << "\", expected words: \"" << words << "\"");
    return contains(problem, words);
}

} // namespace

TEST_CASE("origin: scheme, host and port are read, and the Host header follows from them")
{
    using row = std::tuple<std::string, bool, std::string, int, std::string>;
    const auto [url, tls, host, port, header] = GENERATE(
        row{"https://portal.example.com", true, "portal.example.com", 443, "portal.example.com"},
        row{"https://portal.example.com/", true, "portal.example.com", 443, "portal.example.com"},
        row{"HTTPS://Portal.Example.COM", true, "portal.example.com", 443, "portal.example.com"},
        row{"https://portal:8443", true, "portal", 8443, "portal:8443"},
        row{"https://portal:443", true, "portal", 443, "portal"},
        row{"https://docs_1.example.com", true, "docs_1.example.com", 443, "docs_1.example.com"},
        row{"https://192.0.2.7:80", true, "192.0.2.7", 80, "192.0.2.7:80"},
        row{"https://[2001:DB8::1]", true, "2001:db8::1", 443, "[2001:db8::1]"},
        row{"https://xn--bcher-kva.example",
            true,
            "xn--bcher-kva.example",
            443,
            "xn--bcher-kva.example"},
        row{"http://localhost:8092", false, "localhost", 8092, "localhost:8092"},
        row{"http://127.0.0.1", false, "127.0.0.1", 80, "127.0.0.1"},
        row{"http://127.9.9.9:1", false, "127.9.9.9", 1, "127.9.9.9:1"},
        row{"http://[::1]:65535", false, "::1", 65535, "[::1]:65535"}
    );
    INFO(url);
    const auto result = net::parse_origin(url);
    REQUIRE(problem_of(result) == "");
    CHECK(result->tls == tls);
    CHECK(result->host == host);
    CHECK(result->port == port);
    CHECK(result->host_header() == header);
}

TEST_CASE("origin: CONNECT always names the port")
{
    CHECK(net::parse_origin("https://portal")->authority() == "portal:443");
    CHECK(net::parse_origin("https://[::1]")->authority() == "[::1]:443");
}

TEST_CASE("origin: what is not an origin is refused with words that say why")
{
    using row = std::tuple<std::string, std::string>;
    const auto [url, words] = GENERATE(
        row{"", "is not a URL"},
        row{"portal.example.com", "is not a URL"},
        row{"https://por tal", "is not a URL"},
        row{"https://portal\r\nHost: x", "is not a URL"},
        row{"https://b\xc3\xbc"
            "cher.example",
            "is not a URL"},
        row{"ftp://portal", "must start with http"},
        row{"portal:443", "must start with http"},
        row{"https:/portal", "has no host name"},
        row{"https://", "has no host name"},
        row{"https://:443", "has no host name"},
        row{"https://user@portal", "user name or a password"},
        row{"https://user:pass@portal", "user name or a password"},
        row{"https://portal/api", "must not have a path"},
        row{"https://portal//", "must not have a path"},
        row{"https://portal/?a=b", "query or a fragment"},
        row{"https://portal?", "query or a fragment"},
        row{"https://portal#x", "query or a fragment"},
        row{"https://portal:0", "port"},
        row{"https://portal:", "port"},
        row{"https://portal:65536", "port"},
        row{"https://portal:99999999999", "port"},
        row{"https://[fe80::1", "is not a URL"},
        row{"https://[fe80::1%25eth0]", "zone id"},
        row{"https://[fe80::1%25eth0]:8443/", "zone id"},
        row{"https://[fe80::1%eth0]", "zone id"}, // as ping and ip write it
        row{"https://portal/[%25]", "is not a URL"},
        row{"https://[v1.x]", "neither a name nor"},
        row{"https://por%74al", "characters other than"},
        row{"https://portal,example", "characters other than"},
        row{"https://a..b", "between two dots"},
        row{"https://.a", "before the first"},
        row{"https://portal.", "ends in a dot"},
        row{"https://" + std::string(64, 'a'), "63 characters"},
        row{"https://" + std::string(250, 'a') + ".example", "253 characters"}
    );
    INFO(url);
    CHECK(refuses(net::parse_origin(url), words));
}

TEST_CASE("origin: plain http is only for this machine")
{
    const std::string url = GENERATE(
        as<std::string>{},
        "http://portal.example.com",
        "http://192.0.2.1",
        "http://127.1", // a name to us: only getaddrinfo would make 127.0.0.1 of it
        "http://localhost.example.com",
        "http://[::2]",
        "http://[::ffff:192.0.2.1]"
    );
    INFO(url);
    CHECK(refuses(net::parse_origin(url), "must start with https://"));
}

TEST_CASE("origin: a name that begins like an address of this machine is not one")
{
    const std::string url = GENERATE(
        "http://127.0.0.1.example.com", "http://127.0.0.1x", "http://127.0.0.1@example.com"
    );
    INFO(url);
    CHECK(problem_of(net::parse_origin(url)) != "");
}

TEST_CASE("origin: an error text never repeats a password")
{
    CHECK_FALSE(
        contains(problem_of(net::parse_origin("https://admin:hunter2@portal/path")), "hunter2")
    );
}

TEST_CASE("proxy: any host, plain, with a port and without credentials")
{
    const auto proxy = net::parse_proxy("http://Proxy.example.com:3128");
    REQUIRE(problem_of(proxy) == "");
    CHECK(proxy->host == "proxy.example.com");
    CHECK(proxy->port == 3128);
    CHECK_FALSE(proxy->tls);
    CHECK(problem_of(net::parse_proxy("http://[2001:db8::1]:8080/")) == "");

    CHECK(refuses(net::parse_proxy("http:proxy"), "has no host name"));
    CHECK(refuses(net::parse_proxy("proxy.example.com:3128"), "must start with http:"));
    CHECK(refuses(net::parse_proxy("http://proxy:"), "port that is not a number"));
    CHECK(refuses(net::parse_proxy("http://proxy"), "must have a port"));
    CHECK(refuses(net::parse_proxy("http://[::1]"), "must have a port"));
    CHECK(refuses(net::parse_proxy("https://proxy:3128"), "must start with http:"));
    CHECK(refuses(net::parse_proxy("http://u:p@proxy:3128"), "password"));
    CHECK(refuses(net::parse_proxy("http://proxy:3128/x"), "path"));
}

} // namespace docwarden::test::origin_test
