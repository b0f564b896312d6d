#pragma once
// What the admin endpoint reads and writes, in the terms of the library that carries it, without
// a socket. Only the server and its fuzzer include this: it costs as much as the library.

#include "net/admin/admin_request.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace docwarden::net
{

using asked_message = boost::beast::http::request<boost::beast::http::string_body>;
using asked_parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

// Beast 1.81 asserts that the end of a chunked body never comes in two pieces: a client could end
// the process. No request needs a body at all, so what follows such a header is never read.
inline boost::system::error_code judge_header(const asked_parser& parser)
{
    using boost::beast::http::error;
    return parser.chunked() ? make_error_code(error::bad_chunk) : boost::system::error_code();
}

// The status for a request that could not be read; 0 if the client has gone or is too slow, so that
// nobody would read an answer.
inline unsigned refusal_status(const boost::system::error_code& ec)
{
    using boost::beast::http::error;
    if (ec == error::header_limit || ec == error::buffer_overflow)
        return 431;
    if (ec == error::body_limit)
        return 413;
    if (ec == error::bad_chunk)
        return 411;
    if (ec == error::end_of_stream || ec == error::partial_message)
        return 0;
    return ec.category() == make_error_code(error::bad_method).category() ? 400 : 0;
}

inline boost::beast::http::response<boost::beast::http::string_body>
message_of(const admin_response& answer, const asked_message& asked)
{
    namespace http = boost::beast::http;
    http::response<http::string_body> message;
    message.version(asked.version());
    message.result(answer.status);
    message.set(http::field::content_type, answer.content_type);
    message.set(http::field::cache_control, "no-store");
    message.set("X-Content-Type-Options", "nosniff");
    if (!answer.allow.empty())
        message.set(http::field::allow, answer.allow);
    message.keep_alive(asked.keep_alive());
    // A HEAD request is told the length of what it does not get.
    message.content_length(answer.body.size());
    if (asked.method() != http::verb::head)
        message.body() = answer.body;
    return message;
}

} // namespace docwarden::net
