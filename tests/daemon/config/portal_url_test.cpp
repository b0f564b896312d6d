#include "daemon/config/portal_url.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::test::portal_url_test
{

TEST_CASE("portal_url: https with a host and an optional port is a portal")
{
    const std::string url = GENERATE(
        "https://yourportal.onlyoffice.com",
        "https://docs.example.com:8443",
        "https://10.0.0.1",
        "https://[2001:db8::1]:443",
        "HTTPS://DOCS.example.COM",
        "https://intranet",
        "https://docs_1.example.com."
    );
    INFO(url);
    CHECK(daemon::check_portal_url(url).value_or("fine") == "fine");
}

TEST_CASE("portal_url: http is accepted for this host only")
{
    const std::string loopback = GENERATE(
        "http://localhost",
        "http://LOCALHOST:8092",
        "http://127.0.0.1:8092",
        "http://127.9.9.9",
        "http://[::1]:8092"
    );
    CHECK(daemon::check_portal_url(loopback).value_or("fine") == "fine");

    const std::string elsewhere = GENERATE(
        "http://docs.example.com",
        "http://10.0.0.1",
        "http://[::2]",
        "http://localhost.example.com",

        "http://128.0.0.1",
        "http://[::ffff:10.0.0.1]"
    );
    INFO(elsewhere);
    CHECK(
        daemon::check_portal_url(elsewhere).value_or("fine") ==
        "must begin with https://; http:// would send the API key readably"
    );
}

TEST_CASE("portal_url: a name that begins like an address of this host is not one")
{
    const std::string url = GENERATE(
        "http://127.0.0.1.example.com", "http://127.0.0.1x", "http://127.0.0.1@example.com"
    );
    INFO(url);
    CHECK(daemon::check_portal_url(url).has_value());
}

TEST_CASE("portal_url: anything but an origin is refused")
{
    struct expectation {
        std::string_view url;
        std::string_view problem;
    };
    const auto expected = GENERATE(
        expectation{"", "is not a web address"},
        expectation{"docs.example.com", "is not a web address"},
        expectation{"https://docs example.com", "is not a web address"},
        expectation{"https://docs.example.com\r\nHost: x", "is not a web address"},
        expectation{
            "https://d\xC3\xB6"
            "cs.example.com",
            "is not a web address"},
        expectation{"ftp://docs.example.com", "must begin with https://"},
        expectation{"https:docs.example.com", "names no host"},
        expectation{"https://", "names no host"},
        expectation{"https://:443", "names no host"},
        expectation{"https://me:pw@docs.example.com", "must not hold a user name or password"},
        expectation{"https://docs.example.com:0", "has a port that is not from 1 to 65535"},
        expectation{"https://docs.example.com:65536", "has a port that is not from 1 to 65535"},
        expectation{"https://docs.example.com/", "must end after the host and port"},
        expectation{"https://docs.example.com/api/2.0", "must end after the host and port"},
        expectation{"https://docs.example.com?a=b", "must end after the host and port"},
        expectation{"https://docs.example.com#a", "must end after the host and port"},
        expectation{
            "https://docs%2eexample.com", "has a host that is no DNS name and no IP address"},
        expectation{"https://a..example.com", "has a host that is no DNS name and no IP address"},
        expectation{"https://[v1.a]", "has a host that is no DNS name and no IP address"}
    );
    INFO(expected.url);
    CHECK(daemon::check_portal_url(expected.url).value_or("fine") == expected.problem);
}

TEST_CASE("portal_url: a proxy is http with a host and a port")
{
    struct expectation {
        std::string_view url;
        std::string_view problem;
    };
    const auto expected = GENERATE(
        expectation{"http://proxy.example.com:3128", "fine"},
        expectation{"http://10.0.0.1:8080", "fine"},
        expectation{"https://proxy.example.com:3128", "must begin with http://"},
        expectation{"http://proxy.example.com", "must name the proxy's port"},
        expectation{"http://proxy.example.com:", "has a port that is not from 1 to 65535"},
        expectation{"http://me:pw@proxy.example.com:3128", "must not hold a user name or password"},
        expectation{"http://proxy.example.com:3128/", "must end after the host and port"},
        expectation{"proxy.example.com:3128", "must begin with http://"},
        expectation{"http:proxy", "names no host"}
    );
    INFO(expected.url);
    CHECK(daemon::check_proxy_url(expected.url).value_or("fine") == expected.problem);
}

} // namespace docwarden::test::portal_url_test
