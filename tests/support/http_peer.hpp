#pragma once
// A client with one blocking connection to this machine, which says exactly what a test wants to be
// said. It gives up after a while, so that a failing test ends.

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <string>
#include <utility>

#include <sys/socket.h>
#include <sys/time.h>

namespace docwarden::test
{

class http_peer
{
public:
    using error_code = boost::system::error_code;

    explicit http_peer(std::uint16_t port)
    {
        socket_.connect({boost::asio::ip::address_v4::loopback(), port}, connect_error);
        const timeval patience{20, 0};
        ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    }

    void send(const std::string& text)
    {
        error_code ignored; // the server may have closed: what it answered counts
        boost::asio::write(socket_, boost::asio::buffer(text), ignored);
    }

    // The next answer; as much of it as there is if the connection ends before.
    std::string receive(bool has_body = true)
    {
        error_code ec;
        const auto header_size =
            boost::asio::read_until(socket_, boost::asio::dynamic_buffer(input_), "\r\n\r\n", ec);
        if (ec)
            return std::exchange(input_, {});
        const auto length_at = input_.find("Content-Length: ");
        const auto size = header_size + (has_body ? std::stoul(input_.substr(length_at + 16)) : 0);
        while (input_.size() < size && !ec)
            boost::asio::read(
                socket_, boost::asio::dynamic_buffer(input_), boost::asio::transfer_at_least(1), ec
            );
        std::string answer = input_.substr(0, size);
        input_.erase(0, answer.size());
        return answer;
    }

    std::string ask(const std::string& request)
    {
        send(request);
        return receive();
    }

    // Everything until the server closes the connection.
    std::string receive_all()
    {
        error_code ec;
        boost::asio::read(socket_, boost::asio::dynamic_buffer(input_), ec);
        return std::exchange(input_, {});
    }

    // Whether the server has closed the connection; bytes that came before are an error of the
    // test.
    bool is_closed()
    {
        char byte = 0;
        error_code ec;
        socket_.read_some(boost::asio::buffer(&byte, 1), ec);
        return ec == boost::asio::error::eof || ec == boost::asio::error::connection_reset;
    }

    error_code connect_error;

private:
    boost::asio::io_context context_;
    boost::asio::ip::tcp::socket socket_{context_};
    std::string input_;
};

} // namespace docwarden::test
