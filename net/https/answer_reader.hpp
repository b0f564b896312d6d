#pragma once
// Takes the bytes of one HTTP answer as they come and makes an http_response of them. It does no
// I/O, so every way of cutting, forging or swelling an answer is tested without a socket. It judges
// the form of an answer, never its status.

#include "net/base/http_message.hpp"

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

namespace docwarden::net
{

struct answer_limits {
    std::size_t header_bytes = 16 * 1024; // all headers together, with those of 1xx answers
    std::size_t body_bytes = 4 * 1024 * 1024;
};

class answer_reader
{
public:
    enum class expected {
        whole_answer,
        head_only, // the answer to CONNECT: what follows belongs to the tunnel
    };

    explicit answer_reader(answer_limits limits, expected part = expected::whole_answer);
    answer_reader(const answer_reader&) = delete;
    answer_reader& operator=(const answer_reader&) = delete;
    ~answer_reader();

    // The next bytes of the connection. Fails with errc::answer_malformed or answer_too_large, and
    // then stays useless. Requires !done().
    boost::system::error_code feed(std::string_view bytes);

    // The peer closed in an orderly way. That ends an answer without a length, and breaks any other
    // with errc::connection_lost. Requires !done().
    boost::system::error_code feed_end();

    bool started() const; // a byte of the answer has come
    bool done() const;

    // Bytes came behind the answer that are none of its own. Requires done().
    bool has_left_over() const;

    // The connection may carry another request: the peer keeps it open, and nothing was left over.
    // Requires done().
    bool reusable() const;

    // The answer; once. Requires done().
    http_response take();

private:
    struct state;
    std::unique_ptr<state> state_; // keeps Beast out of this header
};

} // namespace docwarden::net
