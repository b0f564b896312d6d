#include "net/base/error.hpp"
#include "net/https/answer_reader.hpp"
#include "tests/support/catch.hpp"

#include <random>
#include <string>
#include <tuple>

namespace docwarden::test::answer_reader_test
{

namespace
{

using boost::system::error_code;
using net::errc;
using namespace std::chrono_literals;

constexpr net::answer_limits small{1024, 2048};

// What came of an answer that arrived in pieces of `piece` bytes.
struct outcome {
    error_code problem;
    bool done = false;
    bool reusable = false;
    net::http_response response;
};

outcome read(const std::string& wire, std::size_t piece = 100'000, bool then_closed = false)
{
    net::answer_reader reader(small);
    outcome result;
    std::size_t at = 0;
    while (at < wire.size() && !reader.done() && !result.problem) {
        // Whoever reads from a socket cannot leave bytes behind: a piece may hold too many.
        result.problem = reader.feed(std::string_view(wire).substr(at, piece));
        at += piece;
    }
    if (then_closed && !reader.done() && !result.problem)
        result.problem = reader.feed_end();
    result.done = !result.problem && reader.done();
    if (result.done) {
        result.reusable = reader.reusable() && at >= wire.size();
        result.response = reader.take();
    }
    return result;
}

std::string repeated(const std::string& text, int times)
{
    std::string result;
    for (int i = 0; i < times; ++i)
        result += text;
    return result;
}

} // namespace

TEST_CASE("answer_reader: an answer is the same however it was cut")
{
    const std::size_t piece = GENERATE(1u, 2u, 3u, 7u, 50u, 100'000u);
    const std::string wire = GENERATE(
        as<std::string>{},
        "Content-Length: 7\r\n\r\n{\"a\":1}",
        "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\n{\"a\r\n4\r\n\":1}\r\n0\r\nT: x\r\n\r\n"
    );
    INFO("pieces of " << piece << ": " << wire);
    const auto result = read(
        "HTTP/1.1 429 Slow down\r\n"
        "Content-Type:  Application/JSON ; charset=utf-8\r\n"
        "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        "Retry-After: Sun, 06 Nov 1994 08:50:37 GMT\r\n"
        "Location: https://elsewhere.example/\r\n" +
            wire,
        piece
    );
    REQUIRE(result.problem == error_code());
    REQUIRE(result.done);
    CHECK(result.reusable);
    CHECK(result.response.status == 429);
    CHECK(result.response.content_type == "application/json");
    CHECK(result.response.date.has_value());
    CHECK(result.response.retry_after == 60s);
    CHECK(result.response.location == "https://elsewhere.example/");
    CHECK(result.response.body == "{\"a\":1}");
}

TEST_CASE("answer_reader: trailers cannot change what the header said")
{
    const auto result = read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "0\r\nLocation: /evil\r\nRetry-After: 5\r\n\r\n");
    REQUIRE(result.done);
    CHECK(result.response.location.empty());
    CHECK_FALSE(result.response.retry_after.has_value());
}

TEST_CASE("answer_reader: 1xx answers come before the answer and leave no trace")
{
    const std::size_t piece = GENERATE(1u, 100'000u);
    const auto result = read(
        "HTTP/1.1 100 Continue\r\n\r\n"
        "HTTP/1.1 103 Early Hints\r\nLocation: /hint\r\n\r\n"
        "HTTP/1.1 204 No Content\r\n\r\n",
        piece
    );
    REQUIRE(result.done);
    CHECK(result.response.status == 204);
    CHECK(result.response.location.empty());
    CHECK(result.reusable);
}

TEST_CASE("answer_reader: a connection that shall not or cannot be used again is not")
{
    const std::string wire = GENERATE(
        as<std::string>{},
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx and more",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    );
    INFO(wire);
    const auto result = read(wire);
    REQUIRE(result.done);
    CHECK(result.response.body == "x");
    CHECK_FALSE(result.reusable);
}

TEST_CASE("answer_reader: an answer without a length ends with the connection")
{
    const auto result = read("HTTP/1.1 200 OK\r\n\r\nall of it", 4, true);
    REQUIRE(result.done);
    CHECK(result.response.body == "all of it");
    CHECK_FALSE(result.reusable);
}

TEST_CASE("answer_reader: an end in the middle is a lost connection, wherever it is")
{
    const std::string whole = GENERATE(
        as<std::string>{},
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"
    );
    for (std::size_t length = 0; length < whole.size(); ++length) {
        INFO("the first " << length << " bytes of " << whole);
        const auto result = read(whole.substr(0, length), 100'000, true);
        CHECK(result.problem == errc::connection_lost);
    }
}

TEST_CASE("answer_reader: contradictory or foreign framing is malformed")
{
    const std::string head = GENERATE(
        as<std::string>{},
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n",
        "HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Encoding: gzip\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n",
        "HTTP/2 200\r\n",
        "HTTP/1.1 000 Zero\r\n",
        "HTTP/1.1 2000 OK\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "<html>"
    );
    const std::size_t piece = GENERATE(1u, 100'000u);
    INFO("pieces of " << piece << ": " << head);
    CHECK(read(head + "\r\n5\r\nhello\r\n0\r\n\r\n", piece).problem == errc::answer_malformed);
}

TEST_CASE("answer_reader: identity is no coding")
{
    CHECK(read("HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Length: 0\r\n\r\n").done);
}

TEST_CASE("answer_reader: what is too large is cut off at its bound")
{
    using row = std::tuple<std::string, std::string>;
    const std::string head = "HTTP/1.1 200 OK\r\n";
    const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
    const auto [what, wire] = GENERATE_COPY(
        row{"a length above the bound", head + "Content-Length: 2049\r\n\r\n"},
        row{"a body until the end", head + "\r\n" + std::string(2049, 'x')},
        row{"one big chunk", chunked + "801\r\n" + std::string(2049, 'x')},
        row{"many chunks", chunked + repeated("100\r\n" + std::string(256, 'x') + "\r\n", 9)},
        row{"crumbs", chunked + repeated("1\r\nx\r\n", 1000)},
        row{"a chunk line without end", chunked + "1;" + std::string(4000, 'x')},
        row{"a trailer without end", chunked + "0\r\nT: " + std::string(4000, 'x')},
        row{"a header line without end", head + "X: " + std::string(2000, 'x')},
        row{"a status line without end", "HTTP/1.1 200 " + std::string(2000, 'x')},
        row{"header lines without end", head + repeated("X: y\r\n", 1000)},
        row{"1xx without end", repeated("HTTP/1.1 100 Continue\r\n\r\n", 100)},
        row{"trailers without end", chunked + "0\r\n" + repeated("X: y\r\n", 2000)}
    );
    const std::size_t piece = GENERATE(1u, 64u, 100'000u);
    INFO(what << " in pieces of " << piece);
    const auto result = read(wire, piece);
    INFO(result.problem.message());
    CHECK(result.problem == errc::answer_too_large);
}

TEST_CASE("answer_reader: no damage to an answer, however cut, does more than fail")
{
    const std::string whole = "HTTP/1.1 103 Early\r\nA: b\r\n\r\n"
                              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                              "3;x=\"y\"\r\nabc\r\n0;z\r\nTrailer: t\r\n\r\n";
    const std::string spice("\r\n\0 :;0fF\x80,\t\"", 13);
    std::minstd_rand random(20260630); // any seed; a fixed one repeats
    for (int round = 0; round < 20'000; ++round) {
        std::string wire = whole;
        for (auto changes = random() % 3; changes < 3; ++changes) {
            const auto at = random() % wire.size();
            const auto change = random() % 3;
            if (change == 0)
                wire[at] = spice[random() % spice.size()];
            else if (change == 1)
                wire.insert(at, 1, spice[random() % spice.size()]);
            else
                wire.erase(at, 1 + random() % 4);
        }
        const auto result = read(wire, 1 + random() % 9, true);
        const bool ended = result.problem || result.done;
        INFO("round " << round << ": " << wire);
        REQUIRE(ended);
    }
}

TEST_CASE("answer_reader: a body of exactly the bound is fine")
{
    const auto result =
        read("HTTP/1.1 200 OK\r\nContent-Length: 2048\r\n\r\n" + std::string(2048, 'x'), 333);
    CHECK(result.done);
    CHECK(result.response.body.size() == 2048);
}

TEST_CASE("answer_reader: the answer to CONNECT is its head alone")
{
    net::answer_reader reader(small, net::answer_reader::expected::head_only);
    CHECK(reader.feed("HTTP/1.1 407 No\r\nContent-Length: 1000000\r\n\r\n") == error_code());
    REQUIRE(reader.done());
    CHECK_FALSE(reader.has_left_over());
    CHECK(reader.take().status == 407);
}

TEST_CASE("answer_reader: an answer has started with its first byte")
{
    net::answer_reader reader(small);
    CHECK_FALSE(reader.started());
    CHECK(reader.feed("H") == error_code());
    CHECK(reader.started());
    CHECK_FALSE(reader.done());
}

} // namespace docwarden::test::answer_reader_test
