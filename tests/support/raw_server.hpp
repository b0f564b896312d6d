#pragma once
// A server of bytes on 127.0.0.1, for tests: each connection runs a script on a thread of its own,
// with plain blocking calls, so that a script reads like the dialogue it is. It records everything
// that it was sent. It knows nothing about HTTP beyond where a request ends.

#include "tests/support/certificates.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace docwarden::test
{

// One accepted connection, on the server's side. Nothing here throws when the client goes.
class raw_peer
{
public:
    virtual ~raw_peer() = default;

    virtual int number() const = 0; // 1 for the first connection the server accepted

    // Head and body (of a Content-Length) of the next request, or "" if the client has closed.
    virtual std::string read_request() = 0;
    // False once the client is gone.
    virtual bool write(std::string_view bytes) = 0;
    // While it is corked, what is written gathers, to leave in as few segments as possible.
    virtual void cork(bool on) = 0;
    // TLS from here on: what a proxy's tunnel or an https port does. False if it fails.
    virtual bool start_tls(const identity& shown) = 0;
    // Waits so long at most; true if the client closed, or sent something, meanwhile.
    virtual bool hears_within(std::chrono::milliseconds time) = 0;
    // Waits until the client closes. Whatever it sends is recorded.
    virtual void wait_for_close() = 0;
    // The same, but reads nothing: what the client sends piles up.
    virtual void wait_for_hangup() = 0;
    // Ends the TLS session in order: what follows is an end, not a cut.
    virtual void close_tls() = 0;
    // Drops the connection at once, if asked to with a reset.
    virtual void close(bool reset = false) = 0;
};

struct raw_server_options {
    std::optional<identity> shown; // TLS at once, with this certificate
    bool only_tls_1_1 = false;
};

class raw_server
{
public:
    using script = std::function<void(raw_peer&)>;

    explicit raw_server(script play, raw_server_options options = {});
    raw_server(const raw_server&) = delete;
    raw_server& operator=(const raw_server&) = delete;
    // Cuts what is still open and waits for the scripts to end.
    ~raw_server();

    std::uint16_t port() const;
    int connections() const;          // accepted so far
    int handshakes() const;           // TLS sessions that came up
    std::string received() const;     // all bytes of all connections, decrypted
    std::string server_names() const; // every SNI, each followed by a blank

    struct shared;

private:
    std::shared_ptr<shared> shared_;
};

// "HTTP/1.1 200 OK" with that body and its length.
std::string ok_answer(std::string_view body = "{}");

} // namespace docwarden::test
