#include "tests/portal/portal_server.hpp"

#include "tests/portal/portal_clock.hpp"
#include "tests/portal/sim_control.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <condition_variable>
#include <exception>
#include <future>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

namespace docwarden::sim
{

namespace
{

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t connections_max = 256;
constexpr std::uint64_t request_body_bytes_max = 16 * 1024 * 1024; // batches of /sim/events
constexpr std::uint32_t request_header_bytes_max = 64 * 1024;

using request_parser = http::request_parser<http::string_body>;

// What must be closed to end a connection.
struct connection {
    tcp::socket* socket = nullptr;
    asio::steady_timer delay;

    void close()
    {
        boost::system::error_code ignored;
        socket->close(ignored);
        delay.cancel();
    }
};

std::string_view text_of(boost::core::string_view text)
{
    return {text.data(), text.size()};
}

// An escaped exception is a bug of the simulator: let the process die with its message.
void rethrow(std::exception_ptr problem)
{
    if (problem)
        std::rethrow_exception(std::move(problem));
}

} // namespace

struct portal_server::implementation {
    implementation(portal_model simulated, server_settings given)
        : settings(std::move(given)), model(std::move(simulated))
    {
    }

    bool has_tls() const { return !settings.certificate_file.empty(); }
    void bind();
    void listen();
    void close_connections();
    http_reply reply_to(const request_parser& parser, const std::string& remote_ip);

    server_settings settings;
    portal_model model;
    portal_clock clock;
    std::uint16_t port = 0;
    std::size_t accepted = 0;

    // The only state that other threads look at.
    std::mutex answered_mutex;
    std::condition_variable answered_changed;
    std::size_t answered = 0; // requests to the portal, not to its control surface

    asio::io_context context{1};
    asio::ssl::context tls{asio::ssl::context::tls_server};
    tcp::acceptor acceptor{context};
    bool is_listening = false;
    std::set<connection*> connections;
    std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work;
    std::thread thread;
};

namespace
{

// Reads requests and writes replies until one side ends the connection.
template <class Stream, class Server>
asio::awaitable<void> exchange(Stream& stream, connection& self, Server& server)
{
    boost::beast::flat_buffer buffer;
    boost::system::error_code ignored;
    const std::string remote_ip = self.socket->remote_endpoint(ignored).address().to_string();
    while (true) {
        request_parser parser;
        parser.body_limit(request_body_bytes_max);
        parser.header_limit(request_header_bytes_max);
        const auto [read_error, read_bytes] =
            co_await http::async_read(stream, buffer, parser, as_result);
        if (read_error)
            co_return;
        const http_reply reply = server.reply_to(parser, remote_ip);
        if (reply.how.delay.count() > 0) {
            self.delay.expires_after(reply.how.delay);
            (void)co_await self.delay.async_wait(as_result);
            if (!self.socket->is_open())
                co_return;
        }
        if (reply.how.drop)
            co_return;
        const bool is_cut = reply.how.raw || reply.how.body_bytes_max;
        const bool keep_alive = parser.get().keep_alive() && !is_cut;
        const std::string text = render(reply, keep_alive);
        const auto [write_error, written_bytes] =
            co_await asio::async_write(stream, asio::buffer(text), as_result);
        if (write_error || !keep_alive)
            co_return;
    }
}

template <class Server>
asio::awaitable<void> serve_plain(tcp::socket socket, Server& server)
{
    connection self{&socket, asio::steady_timer(socket.get_executor())};
    server.connections.insert(&self);
    co_await exchange(socket, self, server);
    server.connections.erase(&self);
    boost::system::error_code ignored;
    socket.shutdown(tcp::socket::shutdown_both, ignored);
}

template <class Server>
asio::awaitable<void> serve_tls(tcp::socket socket, Server& server)
{
    asio::ssl::stream<tcp::socket> stream(std::move(socket), server.tls);
    connection self{&stream.next_layer(), asio::steady_timer(stream.get_executor())};
    server.connections.insert(&self);
    const auto [handshake_error] =
        co_await stream.async_handshake(asio::ssl::stream_base::server, as_result);
    if (!handshake_error)
        co_await exchange(stream, self, server);
    // No close_notify: clients must cope with that anyway, and a cut connection has none.
    server.connections.erase(&self);
    boost::system::error_code ignored;
    stream.next_layer().shutdown(tcp::socket::shutdown_both, ignored);
}

template <class Server>
asio::awaitable<void> accept_connections_of(Server& server)
{
    while (server.acceptor.is_open()) {
        auto [ec, socket] = co_await server.acceptor.async_accept(as_result);
        if (ec)
            co_return;
        ++server.accepted;
        if (server.connections.size() >= connections_max)
            continue; // closes it
        boost::system::error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        if (server.has_tls())
            asio::co_spawn(server.context, serve_tls(std::move(socket), server), rethrow);
        else
            asio::co_spawn(server.context, serve_plain(std::move(socket), server), rethrow);
    }
}

} // namespace

// A bound port that does not listen refuses connections, and stays ours: nobody else is given it.
void portal_server::implementation::bind()
{
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
    acceptor.open(endpoint.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind(endpoint);
}

void portal_server::implementation::listen()
{
    acceptor.listen();
    is_listening = true;
    port = acceptor.local_endpoint().port();
    asio::co_spawn(context, accept_connections_of(*this), rethrow);
}

void portal_server::implementation::close_connections()
{
    for (connection* link : connections)
        link->close();
}

http_reply
portal_server::implementation::reply_to(const request_parser& parser, const std::string& remote_ip)
{
    const auto& message = parser.get();
    http_request_view request;
    request.method = text_of(message.method_string());
    request.target = text_of(message.target());
    request.authorization = text_of(message[http::field::authorization]);
    request.content_type = text_of(message[http::field::content_type]);
    request.host = text_of(message[http::field::host]);
    request.body = message.body();
    request.remote_ip = remote_ip;
    // Only from this host: the listener is bound to loopback, and this says so once more.
    if (settings.has_control && request.target.starts_with("/sim/") && remote_ip == "127.0.0.1")
        return handle_control(request, model, clock);
    http_reply reply = model.handle(request, clock.reading());
    const std::scoped_lock lock(answered_mutex);
    ++answered;
    answered_changed.notify_all();
    return reply;
}

portal_server::portal_server(portal_model model, server_settings settings)
    : impl_(std::make_unique<implementation>(std::move(model), std::move(settings)))
{
}

portal_server::~portal_server()
{
    stop();
}

void portal_server::start()
{
    implementation& self = *impl_;
    if (self.has_tls()) {
        self.tls.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
        self.tls.use_certificate_chain_file(self.settings.certificate_file);
        self.tls.use_private_key_file(self.settings.key_file, asio::ssl::context::pem);
    }
    self.port = self.settings.port;
    self.bind();
    self.listen();
    self.work.emplace(self.context.get_executor());
    self.thread = std::thread([&self] { self.context.run(); });
}

void portal_server::stop()
{
    implementation& self = *impl_;
    if (!self.thread.joinable())
        return;
    asio::post(self.context, [&self] {
        boost::system::error_code ignored;
        self.acceptor.close(ignored);
        self.close_connections();
        self.work.reset();
    });
    self.thread.join();
    self.context.restart();
}

std::uint16_t portal_server::port() const
{
    return impl_->port;
}

std::string portal_server::url() const
{
    return std::string(impl_->has_tls() ? "https" : "http") +
           "://127.0.0.1:" + std::to_string(port());
}

portal_model& portal_server::model()
{
    return impl_->model;
}

void portal_server::run(const std::function<void()>& work)
{
    if (!impl_->thread.joinable() || impl_->thread.get_id() == std::this_thread::get_id())
        return work();
    std::promise<void> done;
    asio::post(impl_->context, [&] {
        try {
            work();
            done.set_value();
        } catch (...) {
            done.set_exception(std::current_exception());
        }
    });
    done.get_future().get();
}

bool portal_server::wait_until(
    const std::function<bool(portal_model&)>& holds,
    std::chrono::milliseconds patience
)
{
    std::unique_lock lock(impl_->answered_mutex);
    return impl_->answered_changed.wait_for(lock, patience, [&] {
        // Not locked while looking: the server's thread takes the lock for each request.
        bool is_so = false;
        std::size_t looked_after = 0;
        do {
            looked_after = impl_->answered;
            lock.unlock();
            is_so = with_model(holds);
            lock.lock();
        } while (!is_so && looked_after != impl_->answered);
        return is_so;
    });
}

wall_time portal_server::reading()
{
    wall_time moment;
    run([&] { moment = impl_->clock.reading(); });
    return moment;
}

void portal_server::set_time(wall_time moment)
{
    run([&] { impl_->clock.stop_at(moment); });
}

void portal_server::run_from(wall_time moment)
{
    run([&] { impl_->clock.run_from(moment); });
}

void portal_server::advance(core::tick distance)
{
    run([&] { impl_->clock.advance(distance); });
}

void portal_server::drop_connections()
{
    run([&] { impl_->close_connections(); });
}

void portal_server::refuse_connections()
{
    run([&] {
        boost::system::error_code ignored;
        impl_->is_listening = false;
        impl_->acceptor.close(ignored);
        impl_->bind();
        impl_->close_connections();
    });
}

void portal_server::accept_connections()
{
    run([&] {
        if (!impl_->is_listening)
            impl_->listen();
    });
}

std::size_t portal_server::connections_accepted()
{
    std::size_t count = 0;
    run([&] { count = impl_->accepted; });
    return count;
}

} // namespace docwarden::sim
