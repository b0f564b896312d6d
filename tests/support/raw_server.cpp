#include "tests/support/raw_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <openssl/ssl.h>

#include <array>
#include <mutex>
#include <thread>
#include <vector>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace docwarden::test
{

namespace
{

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Where the first request in `text` ends, or npos.
std::size_t request_end(const std::string& text)
{
    const auto head = text.find("\r\n\r\n");
    if (head == std::string::npos)
        return head;
    const std::string_view field = "Content-Length: ";
    const auto length = text.find(field);
    const auto body = length < head ? std::stoul(text.substr(length + field.size())) : 0;
    return text.size() >= head + 4 + body ? head + 4 + body : std::string::npos;
}

} // namespace

// The scripts' threads write here, the test reads.
struct raw_server::shared {
    explicit shared(script function, raw_server_options server_options)
        : play(std::move(function)), options(std::move(server_options)),
          acceptor(ctx, tcp::endpoint(asio::ip::address_v4::loopback(), 0))
    {
    }

    script play;
    raw_server_options options;
    asio::io_context ctx; // never run: all calls block
    tcp::acceptor acceptor;

    mutable std::mutex mutex;
    bool stopping = false;
    int connections = 0;
    int handshakes = 0;
    std::string received;
    std::string server_names;
    std::vector<int> open_sockets;
    std::vector<std::thread> threads;
};

namespace
{

class peer final : public raw_peer
{
public:
    peer(raw_server::shared& server, tcp::socket socket, int number)
        : server_(server), socket_(std::move(socket)), number_(number)
    {
    }

    int number() const override { return number_; }

    std::string read_request() override
    {
        for (;;) {
            const auto end = request_end(pending_);
            if (end != std::string::npos) {
                auto request = pending_.substr(0, end);
                pending_.erase(0, end);
                return request;
            }
            if (!read_more())
                return {};
        }
    }

    bool write(std::string_view bytes) override
    {
        error_code ec;
        const auto buffer = asio::buffer(bytes.data(), bytes.size());
        if (tls_)
            asio::write(*tls_, buffer, ec);
        else
            asio::write(socket_, buffer, ec);
        return !ec;
    }

    void cork(bool on) override
    {
        const int value = on ? 1 : 0;
        ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_CORK, &value, sizeof value);
    }

    bool start_tls(const identity& shown) override
    {
        context_.use_certificate_chain(asio::buffer(shown.certificate));
        context_.use_private_key(asio::buffer(shown.key), asio::ssl::context::pem);
        if (server_.options.only_tls_1_1) {
            SSL_CTX_set_cipher_list(context_.native_handle(), "ALL:@SECLEVEL=0");
            SSL_CTX_set_max_proto_version(context_.native_handle(), TLS1_1_VERSION);
        }
        tls_.emplace(socket_, context_);
        error_code ec;
        tls_->handshake(asio::ssl::stream_base::server, ec);
        const char* const name =
            SSL_get_servername(tls_->native_handle(), TLSEXT_NAMETYPE_host_name);
        const std::lock_guard lock(server_.mutex);
        if (name != nullptr)
            server_.server_names.append(name).append(" ");
        if (!ec)
            ++server_.handshakes;
        return !ec;
    }

    bool hears_within(std::chrono::milliseconds time) override
    {
        ::pollfd wanted{};
        wanted.fd = socket_.native_handle();
        wanted.events = POLLIN | POLLRDHUP;
        return ::poll(&wanted, 1, static_cast<int>(time.count())) != 0;
    }

    void wait_for_close() override
    {
        while (read_more()) {
        }
    }

    void wait_for_hangup() override
    {
        ::pollfd wanted{};
        wanted.fd = socket_.native_handle();
        wanted.events = POLLRDHUP;
        (void)::poll(&wanted, 1, -1);
    }

    void close_tls() override
    {
        error_code ignored; // the client closes without its part of the ceremony
        tls_->shutdown(ignored);
    }

    void close(bool reset) override
    {
        error_code ignored;
        if (reset)
            socket_.set_option(asio::socket_base::linger(true, 0), ignored);
        forget();
        socket_.close(ignored);
    }

    // The descriptor is about to be somebody else's: the server must not cut it any more.
    void forget()
    {
        const std::lock_guard lock(server_.mutex);
        std::erase(server_.open_sockets, socket_.native_handle());
    }

private:
    bool read_more()
    {
        error_code ec;
        std::array<char, 4096> bytes{};
        const auto size = tls_ ? tls_->read_some(asio::buffer(bytes), ec)
                               : socket_.read_some(asio::buffer(bytes), ec);
        const std::string_view text(bytes.data(), size);
        pending_.append(text);
        const std::lock_guard lock(server_.mutex);
        server_.received.append(text);
        return !ec;
    }

    raw_server::shared& server_;
    tcp::socket socket_;
    int number_;
    asio::ssl::context context_{asio::ssl::context::tls_server};
    std::optional<asio::ssl::stream<tcp::socket&>> tls_;
    std::string pending_;
};

void serve(raw_server::shared& server, tcp::socket socket, int number)
{
    peer client(server, std::move(socket), number);
    if (!server.options.shown || client.start_tls(*server.options.shown))
        server.play(client);
    client.close(false);
}

void accept_all(raw_server::shared& server)
{
    for (;;) {
        error_code ec;
        tcp::socket socket(server.ctx);
        server.acceptor.accept(socket, ec);
        const std::lock_guard lock(server.mutex);
        if (ec || server.stopping)
            return;
        server.open_sockets.push_back(socket.native_handle());
        const int number = ++server.connections;
        server.threads.emplace_back(
            [&server, number](tcp::socket accepted) { serve(server, std::move(accepted), number); },
            std::move(socket)
        );
    }
}

} // namespace

raw_server::raw_server(script play, raw_server_options options)
    : shared_(std::make_shared<shared>(std::move(play), std::move(options)))
{
    auto* const server = shared_.get();
    const std::lock_guard lock(server->mutex);
    server->threads.emplace_back([server] { accept_all(*server); });
}

raw_server::~raw_server()
{
    std::vector<std::thread> threads;
    {
        const std::lock_guard lock(shared_->mutex);
        shared_->stopping = true;
        // shutdown() wakes a thread that blocks in the same socket; close() would not.
        ::shutdown(shared_->acceptor.native_handle(), SHUT_RDWR);
        for (const int socket : shared_->open_sockets)
            ::shutdown(socket, SHUT_RDWR);
        threads.swap(shared_->threads);
    }
    for (auto& thread : threads)
        thread.join();
}

std::uint16_t raw_server::port() const
{
    return shared_->acceptor.local_endpoint().port();
}

int raw_server::connections() const
{
    const std::lock_guard lock(shared_->mutex);
    return shared_->connections;
}

int raw_server::handshakes() const
{
    const std::lock_guard lock(shared_->mutex);
    return shared_->handshakes;
}

std::string raw_server::received() const
{
    const std::lock_guard lock(shared_->mutex);
    return shared_->received;
}

std::string raw_server::server_names() const
{
    const std::lock_guard lock(shared_->mutex);
    return shared_->server_names;
}

std::string ok_answer(std::string_view body)
{
    std::string text = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";
    text.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
    return text;
}

} // namespace docwarden::test
