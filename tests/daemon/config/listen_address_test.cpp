#include "daemon/config/listen_address.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::test::listen_address_test
{

TEST_CASE("listen_address: an IP address and a port")
{
    struct expectation {
        std::string_view text;
        std::string_view address;
        unsigned port;
    };
    const auto expected = GENERATE(
        expectation{"127.0.0.1:3000", "127.0.0.1", 3000},
        expectation{"0.0.0.0:1", "0.0.0.0", 1},
        expectation{"[::1]:3000", "::1", 3000},
        expectation{"[::]:65535", "::", 65535},
        expectation{"[0:0::1]:0", "::1", 0}
    );
    INFO(expected.text);
    const auto read = daemon::parse_listen_address(expected.text);
    REQUIRE(read);
    CHECK(read->address == expected.address);
    CHECK(read->port == expected.port);
}

TEST_CASE("listen_address: names, missing parts and bad ports are refused")
{
    const std::string text = GENERATE(
        "",
        ":",
        ":3000",
        "3000",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "127.0.0.1:-1",
        "127.0.0.1:+1",
        "127.0.0.1: 3000",
        "127.0.0.1:3000 ",
        "127.1:3000",
        "256.0.0.1:1",
        "localhost:3000",
        "::1:3000",
        "[::1]",
        "[::1]3000",
        "[127.0.0.1]:3000",
        "[::1:3000",
        "[]:3000",
        "[fe80::1%eth0]:3000",
        "http://127.0.0.1:3000"
    );
    INFO('"' << text << '"');
    CHECK_FALSE(daemon::parse_listen_address(text));
}

TEST_CASE("listen_address: a zero byte does not hide what follows it")
{
    CHECK_FALSE(daemon::parse_listen_address(std::string_view("127.0.0.1\0x:3000", 16)));
}

} // namespace docwarden::test::listen_address_test
