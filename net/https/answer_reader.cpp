#include "net/https/answer_reader.hpp"

#include "core/base/text.hpp"
#include "net/base/error.hpp"
#include "net/base/http_date.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <string>
#include <utility>

namespace docwarden::net
{

namespace
{

namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using parser = http::response_parser<http::string_body>;

error_code translate(const error_code& ec)
{
    if (ec == http::error::header_limit || ec == http::error::body_limit ||
        ec == http::error::buffer_overflow)
        return make_error_code(errc::answer_too_large);
    if (ec == http::error::partial_message || ec == http::error::end_of_stream)
        return make_error_code(errc::connection_lost);
    return make_error_code(errc::answer_malformed);
}

// Beast's string_view is Boost's, not the standard's.
std::string_view value_of(const parser::value_type& message, http::field name)
{
    const auto found = message.find(name);
    if (found == message.end())
        return {};
    return core::trim(std::string_view(found->value().data(), found->value().size()));
}

// The field is absent, or there once and says just this.
bool is_nothing_but(const parser::value_type& message, http::field name, std::string_view word)
{
    const auto count = message.count(name);
    return count == 0 || (count == 1 && core::lower_case(value_of(message, name)) == word);
}

// The media type: "Application/JSON; charset=utf-8" is "application/json".
std::string media_type(std::string_view content_type)
{
    return core::lower_case(core::trim(content_type.substr(0, content_type.find(';'))));
}

// Answers that Beast accepts and we do not. It has already refused a Content-Length beside a
// Transfer-Encoding, and two lengths that differ.
bool is_acceptable(const parser::value_type& head)
{
    // We never ask for an upgrade, and below 100 there is no status.
    if (head.result_int() < 100 || head.result_int() == 101)
        return false;
    // One transfer coding, and no content coding: we asked for none and decode none.
    return is_nothing_but(head, http::field::transfer_encoding, "chunked") &&
           is_nothing_but(head, http::field::content_encoding, "identity");
}

http_response response_from(const parser::value_type& head)
{
    http_response response;
    response.status = head.result_int();
    response.content_type = media_type(value_of(head, http::field::content_type));
    response.date = parse_http_date(value_of(head, http::field::date));
    response.retry_after =
        parse_retry_after(value_of(head, http::field::retry_after), response.date);
    response.location = value_of(head, http::field::location);
    return response;
}

} // namespace

struct answer_reader::state {
    state(answer_limits answer_limits, expected expected_part)
        : limits(answer_limits), part(expected_part)
    {
        start_message();
    }

    void start_message()
    {
        message.emplace();
        message->header_limit(static_cast<std::uint32_t>(limits.header_bytes));
        message->body_limit(limits.body_bytes);
        message->skip(part == expected::head_only);
    }

    // The head is complete. Read now: Beast adds trailers to the same fields later.
    error_code finish_head()
    {
        head_finished = true;
        if (!is_acceptable(message->get()))
            return make_error_code(errc::answer_malformed);
        response = response_from(message->get());
        keep_alive = message->keep_alive();
        message->eager(true);
        return {};
    }

    // The message is complete; that of a 1xx answer is only the prelude to another.
    void finish_message()
    {
        if (response.status < 200) {
            head_finished = false;
            start_message();
            return;
        }
        response.body = std::move(message->get().body());
        finished = true;
    }

    // Beast 1.81 asserts, in chunked bodies, that it is never asked again with less than the five
    // bytes of the shortest end, "0\r\n\r\n". Whatever is left of a chunked body is longer, so
    // holding back less than that never waits for nothing.
    bool must_hold_back() const
    {
        constexpr std::size_t shortest_end = 5;
        return head_finished && message->chunked() && pending.size() < shortest_end;
    }

    // One step of Beast's parser over what is pending. True if another step may get further.
    bool step(error_code& ec)
    {
        if (must_hold_back())
            return false;
        const auto taken = message->put(asio_buffer(), ec);
        (head_finished ? body_wire_bytes : header_wire_bytes) += taken;
        pending.erase(0, taken);
        const bool needs_more = ec == http::error::need_more;
        if (needs_more)
            ec = {};
        if (ec) {
            ec = translate(ec);
            return false;
        }
        if (!head_finished && message->is_header_done())
            ec = finish_head();
        if (ec)
            return false;
        if (message->is_done()) {
            finish_message();
            return !finished && !pending.empty();
        }
        return !needs_more && taken > 0 && !pending.empty();
    }

    // Beast bounds one header, the body, and nothing else. These bound what is left: a train of 1xx
    // answers, a chunk or trailer line without end, and a body of one-byte chunks.
    bool is_too_large() const
    {
        return header_wire_bytes > limits.header_bytes || pending.size() > limits.header_bytes ||
               body_wire_bytes > limits.header_bytes + 2 * limits.body_bytes;
    }

    boost::asio::const_buffer asio_buffer() const
    {
        return boost::asio::buffer(pending.data(), pending.size());
    }

    answer_limits limits;
    expected part;
    std::optional<parser> message; // a new one for each message, as Beast wants it
    std::string pending;           // came, but the parser needs more to go on
    std::size_t header_wire_bytes = 0;
    std::size_t body_wire_bytes = 0;
    bool started = false;
    bool head_finished = false;
    bool finished = false;
    bool keep_alive = false;
    http_response response;
};

answer_reader::answer_reader(answer_limits limits, expected part)
    : state_(std::make_unique<state>(limits, part))
{
}

answer_reader::~answer_reader() = default;

error_code answer_reader::feed(std::string_view bytes)
{
    auto& s = *state_;
    s.started = s.started || !bytes.empty();
    s.pending.append(bytes);
    error_code ec;
    while (!s.pending.empty() && s.step(ec)) {
    }
    if (ec)
        return ec;
    if (!s.finished && s.is_too_large())
        return make_error_code(errc::answer_too_large);
    return {};
}

error_code answer_reader::feed_end()
{
    auto& s = *state_;
    if (!s.head_finished || !s.pending.empty())
        return make_error_code(errc::connection_lost);
    error_code ec;
    s.message->put_eof(ec);
    if (ec)
        return translate(ec);
    s.finish_message();
    s.keep_alive = false;
    return {};
}

bool answer_reader::started() const
{
    return state_->started;
}

bool answer_reader::done() const
{
    return state_->finished;
}

bool answer_reader::has_left_over() const
{
    return !state_->pending.empty();
}

bool answer_reader::reusable() const
{
    return state_->keep_alive && !has_left_over();
}

http_response answer_reader::take()
{
    return std::move(state_->response);
}

} // namespace docwarden::net
