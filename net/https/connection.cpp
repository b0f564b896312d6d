#include "net/https/connection.hpp"

#include "net/async/task.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <array>
#include <optional>
#include <utility>

namespace docwarden::net
{

namespace
{

namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

bool is_timeout(const error_code& ec)
{
    return ec == beast::error::timeout || ec == asio::error::timed_out;
}

// True if a TLS session has taken more from the network than it has handed on: a record that came
// in the same segment as the answer waits, still encrypted, in the memory between Asio and OpenSSL.
bool holds_more(SSL* session)
{
    return SSL_has_pending(session) == 1 || BIO_ctrl_pending(SSL_get_rbio(session)) > 0;
}

class tcp_connection final : public connection
{
public:
    tcp_connection(asio::any_io_executor executor, clock_source& clock)
        : clock_(clock), tcp_(std::move(executor))
    {
    }

    outcome
    connect(const address_list& addresses, std::uint16_t port, core::mono_time deadline) override
    {
        auto problem = make_error_code(errc::connect_failed);
        auto addresses_left = static_cast<int>(addresses.size());
        for (const auto& address : addresses) {
            const auto share = time_left(clock_, deadline) / addresses_left--;
            const tcp::endpoint endpoint(address, port);
            const auto ec = co_await connect_to(endpoint, share);
            if (!ec || ec == errc::cancelled)
                co_return ec;
            // "Refused" by one address tells more than "no route" to the next.
            if (problem == errc::connect_failed)
                problem = ec;
        }
        co_return problem;
    }

    outcome
    start_tls(tls_context& context, const std::string& host, core::mono_time deadline) override
    {
        tls_.emplace(tcp_, context);
        const auto unset = expect_host(tls_->native_handle(), host);
        if (unset)
            co_return unset;
        if (!arm(time_left(clock_, deadline)))
            co_return make_error_code(errc::connect_timeout);
        const auto [ec] = co_await tls_->async_handshake(asio::ssl::stream_base::client, as_result);
        const auto cancelled = co_await is_cancelled();
        if (cancelled)
            co_return make_error_code(errc::cancelled);
        if (is_timeout(ec))
            co_return make_error_code(errc::connect_timeout);
        if (ec)
            co_return make_error_code(handshake_problem(tls_->native_handle()));
        co_return error_code();
    }

    outcome write(std::string_view bytes, core::mono_time deadline) override
    {
        if (!arm(time_left(clock_, deadline)))
            co_return make_error_code(errc::answer_timeout);
        const auto buffer = asio::buffer(bytes.data(), bytes.size());
        error_code result;
        if (tls_) {
            const auto [ec, n] = co_await asio::async_write(*tls_, buffer, as_result);
            result = ec;
        } else {
            const auto [ec, n] = co_await asio::async_write(tcp_, buffer, as_result);
            result = ec;
        }
        co_return co_await exchange_problem(result);
    }

    outcome read_some(std::string_view& bytes, core::mono_time deadline) override
    {
        if (!arm(time_left(clock_, deadline)))
            co_return make_error_code(errc::answer_timeout);
        const auto buffer = asio::buffer(buffer_);
        error_code result;
        std::size_t size = 0;
        if (tls_) {
            const auto [ec, n] = co_await tls_->async_read_some(buffer, as_result);
            result = ec;
            size = n;
        } else {
            const auto [ec, n] = co_await tcp_.async_read_some(buffer, as_result);
            result = ec;
            size = n;
        }
        // eof is the peer's orderly end: under TLS it takes a close_notify to get it.
        bytes = std::string_view(buffer_.data(), size);
        if (result == asio::error::eof)
            result = {};
        co_return co_await exchange_problem(result);
    }

    bool is_silent() override
    {
        if (tls_ && holds_more(tls_->native_handle()))
            return false;
        auto& socket = tcp_.socket();
        error_code ec;
        socket.non_blocking(true, ec);
        if (ec)
            return false;
        char byte = 0;
        (void)socket.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, ec);
        return ec == asio::error::would_block;
    }

private:
    // Bounds the next operations. False if there is no time left: what can be done at once would
    // still be done then, and a request would leave after its deadline.
    bool arm(core::mono_clock::duration time)
    {
        tcp_.expires_after(time);
        return time > core::mono_clock::duration::zero();
    }

    outcome connect_to(tcp::endpoint endpoint, core::mono_clock::duration share)
    {
        tcp_.close();
        if (!arm(share))
            co_return make_error_code(errc::connect_timeout);
        const auto [ec] = co_await tcp_.async_connect(endpoint, as_result);
        const auto cancelled = co_await is_cancelled();
        if (cancelled)
            co_return make_error_code(errc::cancelled);
        if (is_timeout(ec))
            co_return make_error_code(errc::connect_timeout);
        if (ec == asio::error::connection_refused)
            co_return make_error_code(errc::connect_refused);
        if (ec)
            co_return make_error_code(errc::connect_failed);
        // A request is one write: waiting to fill a packet would only delay it.
        error_code ignored;
        tcp_.socket().set_option(tcp::no_delay(true), ignored);
        co_return error_code();
    }

    // A cancellation that came together with a success counts too: nobody would notice it later.
    outcome exchange_problem(error_code ec)
    {
        const auto cancelled = co_await is_cancelled();
        if (cancelled)
            co_return make_error_code(errc::cancelled);
        if (is_timeout(ec))
            co_return make_error_code(errc::answer_timeout);
        if (ec)
            co_return make_error_code(errc::connection_lost);
        co_return error_code();
    }

    clock_source& clock_;
    beast::tcp_stream tcp_;
    std::optional<asio::ssl::stream<beast::tcp_stream&>> tls_;
    std::array<char, 16 * 1024> buffer_{}; // one TLS record
};

} // namespace

std::unique_ptr<connection> make_connection(asio::any_io_executor executor, clock_source& clock)
{
    return std::make_unique<tcp_connection>(std::move(executor), clock);
}

} // namespace docwarden::net
