#include "net/admin/admin_server.hpp"

#include "net/admin/admin_message.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/system/system_error.hpp>

#include <array>
#include <exception>
#include <list>
#include <string_view>
#include <utility>

namespace docwarden::net
{

namespace
{

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using request = asked_message;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr auto accept_pause = std::chrono::milliseconds(100);
constexpr std::size_t discarded_bytes_max = 64 * 1024;

// What a session waits for: for a whole request, until a scan ends, or for its answer to leave.
enum class phase { reading, scanning, writing };

// One connection and the two coroutines that own it: one serves, one watches the clock for it.
struct session {
    session(tcp::socket peer, std::size_t buffer_bytes_max, core::mono_time first_deadline)
        : socket(std::move(peer)), buffer(buffer_bytes_max), deadline(first_deadline)
    {
    }

    tcp::socket socket;
    boost::beast::flat_buffer buffer; // may hold the beginning of the next request
    core::mono_time deadline;
    phase waiting_for = phase::reading;
    bool expired = false; // the deadline passed, or the server stops
    bool served = false;  // nothing is left to watch
    int coroutines = 0;
    asio::cancellation_signal stop_serving;
    asio::cancellation_signal wake_watcher;
};

class beast_admin_server final : public admin_server
{
public:
    beast_admin_server(
        tcp::acceptor acceptor,
        clock_source& clock,
        std::string address,
        admin_handler& handler,
        const admin_limits& limits
    )
        : executor_(acceptor.get_executor()), acceptor_(std::move(acceptor)), clock_(clock),
          address_(std::move(address)), handler_(handler), limits_(limits),
          session_ended_(executor_, asio::steady_timer::time_point::max())
    {
    }

    std::uint16_t local_port() const override { return acceptor_.local_endpoint().port(); }
    asio::awaitable<void> run() override;

private:
    using session_iterator = std::list<session>::iterator;

    asio::awaitable<void> accept_until_cancelled();
    void open_session(tcp::socket socket);
    bool displace_idle();
    void spawn(session_iterator at, asio::awaitable<void> task, asio::cancellation_signal& signal);
    void on_end(session_iterator at, std::exception_ptr crash);
    void close_session(session& peer);

    asio::awaitable<void> serve(session& peer);
    asio::awaitable<bool> serve_one(session& peer);
    asio::awaitable<error_code> read(session& peer, asked_parser& parser);
    asio::awaitable<admin_response> answer(session& peer, const request& asked);
    asio::awaitable<admin_response> scan(session& peer);
    asio::awaitable<bool> write(session& peer, const admin_response& answer, const request& asked);
    asio::awaitable<void> refuse(session& peer, unsigned status);
    asio::awaitable<void> watch(session& peer);
    void expect(session& peer, phase waiting_for, core::mono_clock::duration timeout_max);
    void expire(session& peer);

    asio::any_io_executor executor_;
    tcp::acceptor acceptor_;
    clock_source& clock_;
    std::string address_;
    admin_handler& handler_;
    admin_limits limits_;
    std::list<session> sessions_;      // a list: coroutines hold references to the elements
    asio::steady_timer session_ended_; // never expires; cancelled when a session has gone
    std::exception_ptr crash_;
};

asio::awaitable<void> beast_admin_server::run()
{
    // Closing down awaits too, after the cancellation.
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await accept_until_cancelled();
    error_code ignored;
    acceptor_.close(ignored);
    for (auto& peer : sessions_)
        close_session(peer);
    while (!sessions_.empty())
        (void)co_await session_ended_.async_wait(as_result);
    if (crash_)
        std::rethrow_exception(crash_);
}

asio::awaitable<void> beast_admin_server::accept_until_cancelled()
{
    while (!crash_) {
        // A cancellation ends only what waits when it comes, and that may be nothing.
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            co_return;
        auto [ec, socket] = co_await acceptor_.async_accept(as_result);
        if (ec == asio::error::operation_aborted || !acceptor_.is_open())
            co_return;
        if (!ec && sessions_.size() >= limits_.sessions_max && displace_idle())
            (void)co_await session_ended_.async_wait(as_result);
        if (!ec && sessions_.size() < limits_.sessions_max)
            open_session(std::move(socket));
        if (!ec)
            continue; // one too many is closed by the destructor of its socket
        // Out of descriptors or memory: both pass, and accept would fail again at once.
        const auto resume_at = clock_.reading().mono + accept_pause;
        const auto interrupted = co_await clock_.sleep_until(resume_at);
        if (interrupted)
            co_return;
    }
}

// Ends the session that has waited longest for a whole request, so that connections nobody uses
// keep nobody out. False if there is none, because everybody else is being answered.
bool beast_admin_server::displace_idle()
{
    session* longest = nullptr;
    for (session& peer : sessions_) {
        const bool is_idle = peer.waiting_for == phase::reading && !peer.expired && !peer.served;
        if (is_idle && (longest == nullptr || peer.deadline < longest->deadline))
            longest = &peer;
    }
    if (longest != nullptr)
        expire(*longest);
    return longest != nullptr;
}

void beast_admin_server::open_session(tcp::socket socket)
{
    const auto deadline = clock_.reading().mono + limits_.io_timeout_max;
    // Room for a request of the largest size and for the next one's first bytes.
    const auto buffer_bytes_max = limits_.header_bytes_max + limits_.body_bytes_max + 4096;
    sessions_.emplace_back(std::move(socket), buffer_bytes_max, deadline);
    const auto at = std::prev(sessions_.end());
    spawn(at, watch(*at), at->wake_watcher);
    spawn(at, serve(*at), at->stop_serving);
}

void beast_admin_server::spawn(
    session_iterator at,
    asio::awaitable<void> task,
    asio::cancellation_signal& signal
)
{
    ++at->coroutines;
    auto end = [this, at](std::exception_ptr crash) { on_end(at, std::move(crash)); };
    asio::co_spawn(
        executor_, std::move(task), asio::bind_cancellation_slot(signal.slot(), std::move(end))
    );
}

void beast_admin_server::on_end(session_iterator at, std::exception_ptr crash)
{
    if (crash && !crash_) {
        crash_ = crash;
        error_code ignored;
        acceptor_.close(ignored);
    }
    at->served = true;
    at->wake_watcher.emit(asio::cancellation_type::terminal);
    if (--at->coroutines > 0)
        return;
    // Later, because the frame that ends here still refers to the session and its signals.
    asio::post(executor_, [this, at] {
        sessions_.erase(at);
        session_ended_.cancel();
    });
}

void beast_admin_server::close_session(session& peer)
{
    peer.expired = true;
    error_code ignored;
    peer.socket.close(ignored);
    peer.stop_serving.emit(asio::cancellation_type::terminal);
}

asio::awaitable<void> beast_admin_server::serve(session& peer)
{
    // A scan that took too long is cancelled, and its client is still told so.
    co_await asio::this_coro::throw_if_cancelled(false);
    bool goes_on = true;
    while (goes_on)
        goes_on = co_await serve_one(peer);
    error_code ignored;
    peer.socket.close(ignored);
}

// Reads one request and answers it. True if the connection stays open for the next one.
asio::awaitable<bool> beast_admin_server::serve_one(session& peer)
{
    expect(peer, phase::reading, limits_.io_timeout_max);
    asked_parser parser;
    parser.header_limit(limits_.header_bytes_max);
    parser.body_limit(limits_.body_bytes_max);
    const auto ec = co_await read(peer, parser);
    if (ec) {
        const unsigned status = refusal_status(ec);
        if (status != 0 && !peer.expired)
            co_await refuse(peer, status);
        co_return false;
    }
    // The deadline or the end of the server may have come together with the last byte.
    if (peer.expired)
        co_return false;
    const request asked = parser.release();
    const auto response = co_await answer(peer, asked);
    co_return co_await write(peer, response, asked);
}

asio::awaitable<error_code> beast_admin_server::read(session& peer, asked_parser& parser)
{
    const auto [ec, head] =
        co_await http::async_read_header(peer.socket, peer.buffer, parser, as_result);
    if (ec)
        co_return ec;
    if (const auto refusal = judge_header(parser); refusal)
        co_return refusal;
    const auto [failure, rest] =
        co_await http::async_read(peer.socket, peer.buffer, parser, as_result);
    co_return failure;
}

asio::awaitable<admin_response> beast_admin_server::answer(session& peer, const request& asked)
{
    // With two of them, the next program in the chain might believe the other one.
    if (asked.count(http::field::host) != 1)
        co_return render_error(400, "a request must have exactly one Host header");
    const std::string_view target = asked.target();
    const std::string_view host = asked[http::field::host];
    const auto route = route_admin_request(asked.method_string(), target, host, address_);
    switch (route) {
    case admin_route::scan:
        co_return co_await scan(peer);
    case admin_route::health:
        co_return handler_.health();
    case admin_route::ready:
        co_return handler_.ready();
    case admin_route::status:
        co_return handler_.status();
    case admin_route::not_found:
    case admin_route::method_not_allowed:
    case admin_route::foreign_host:
        break;
    }
    co_return render_refusal(route, target);
}

asio::awaitable<admin_response> beast_admin_server::scan(session& peer)
{
    expect(peer, phase::scanning, limits_.scan_timeout_max);
    try {
        auto response = co_await handler_.scan();
        if (!peer.expired)
            co_return response;
    } catch (const boost::system::system_error& error) {
        if (!peer.expired || error.code() != asio::error::operation_aborted)
            throw;
    }
    const auto limit = std::chrono::duration_cast<std::chrono::seconds>(limits_.scan_timeout_max);
    co_return render_error(
        504, "the scan took longer than " + std::to_string(limit.count()) + " s"
    );
}

// True if the connection stays open for another request.
asio::awaitable<bool>
beast_admin_server::write(session& peer, const admin_response& answer, const request& asked)
{
    expect(peer, phase::writing, limits_.io_timeout_max);
    auto message = message_of(answer, asked);
    // After a cancelled scan its coroutine is of no use for another one.
    if (peer.expired)
        message.keep_alive(false);
    auto [ec, count] = co_await http::async_write(peer.socket, message, as_result);
    co_return !ec && message.keep_alive();
}

// Answers what could not be read as a request, and closes so that the answer arrives: closing with
// unread input would make the kernel throw the answer away.
asio::awaitable<void> beast_admin_server::refuse(session& peer, unsigned status)
{
    request unknown;
    unknown.keep_alive(false);
    const auto response = render_unreadable(status);
    co_await write(peer, response, unknown);
    peer.waiting_for = phase::reading; // of what nobody needs: another one may have the place
    error_code ec;
    peer.socket.shutdown(tcp::socket::shutdown_send, ec);
    std::array<char, 4096> discarded{};
    std::size_t total = 0;
    while (!ec && total < discarded_bytes_max) {
        const auto space = asio::buffer(discarded);
        const auto [failure, count] = co_await peer.socket.async_read_some(space, as_result);
        ec = failure;
        total += count;
    }
}

// Ends the session when its deadline passes. A new deadline arrives as a cancellation of the sleep.
asio::awaitable<void> beast_admin_server::watch(session& peer)
{
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!peer.served) {
        co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
        const auto deadline = peer.deadline;
        const auto moved = co_await clock_.sleep_until(deadline);
        if (!moved && !peer.served && deadline == peer.deadline)
            expire(peer);
    }
}

void beast_admin_server::expect(
    session& peer,
    phase waiting_for,
    core::mono_clock::duration timeout_max
)
{
    peer.waiting_for = waiting_for;
    peer.deadline = clock_.reading().mono + timeout_max;
    peer.wake_watcher.emit(asio::cancellation_type::terminal);
}

void beast_admin_server::expire(session& peer)
{
    peer.expired = true;
    peer.deadline = core::mono_time::max(); // once is enough
    if (peer.waiting_for == phase::scanning) {
        peer.stop_serving.emit(asio::cancellation_type::terminal);
        return;
    }
    error_code ignored;
    peer.socket.close(ignored);
}

} // namespace

admin_server_result make_admin_server(
    const asio::any_io_executor& executor,
    clock_source& clock,
    const std::string& address,
    std::uint16_t port,
    admin_handler& handler,
    const admin_limits& limits
)
{
    auto acceptor = listen_tcp(executor, address, port);
    if (!acceptor)
        return acceptor.error();
    return std::unique_ptr<admin_server>(
        std::make_unique<beast_admin_server>(std::move(*acceptor), clock, address, handler, limits)
    );
}

} // namespace docwarden::net
