#pragma once
// A port on which connections hang: its queue of connections is full and nobody accepts.

#include "tests/support/catch.hpp"

#include <cstdint>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace docwarden::test
{

class black_hole
{
public:
    // On 127.0.0.`host`; port 0 is any.
    explicit black_hole(std::uint32_t host = 1, std::uint16_t port = 0)
    {
        ::sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl((127U << 24U) + host);
        address.sin_port = htons(port);
        const int listener = open_socket(0);
        bind_and_listen(listener, address);
        // A queue of length 0 holds one connection; a few more make sure.
        for (int i = 0; i < 4; ++i)
            connect_to(open_socket(SOCK_NONBLOCK), address);
        port_ = ntohs(address.sin_port);
    }
    black_hole(const black_hole&) = delete;
    black_hole& operator=(const black_hole&) = delete;
    ~black_hole()
    {
        for (const int each : sockets_)
            ::close(each);
    }
    std::uint16_t port() const { return port_; }

private:
    int open_socket(int flags)
    {
        sockets_.push_back(::socket(AF_INET, SOCK_STREAM | flags, 0));
        REQUIRE(sockets_.back() >= 0);
        return sockets_.back();
    }
    static void bind_and_listen(int listener, ::sockaddr_in& address)
    {
        auto* const generic = reinterpret_cast<::sockaddr*>(&address);
        ::socklen_t size = sizeof address;
        REQUIRE(::bind(listener, generic, size) == 0);
        REQUIRE(::listen(listener, 0) == 0);
        REQUIRE(::getsockname(listener, generic, &size) == 0);
    }
    static void connect_to(int socket, ::sockaddr_in address)
    {
        (void)::connect(socket, reinterpret_cast<::sockaddr*>(&address), sizeof address);
    }

    std::vector<int> sockets_;
    std::uint16_t port_ = 0;
};

} // namespace docwarden::test
