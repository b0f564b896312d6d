#pragma once
// The simulated portal on a socket: HTTP/1.1 on loopback, plain or TLS, with keep-alive, on a
// thread of its own. It carries out what the model's replies ask of the transport. `/sim/…` on the
// same port is the control surface for scripts (sim_control.hpp).

#include "tests/portal/portal_model.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

namespace docwarden::sim
{

struct server_settings {
    std::uint16_t port = 0;         // 0 lets the system choose
    std::string certificate_file{}; // PEM chain; TLS when given together with key_file
    std::string key_file{};
    bool has_control = true; // answer /sim/…
};

class portal_server
{
public:
    explicit portal_server(portal_model model, server_settings settings = {});
    ~portal_server(); // stops
    portal_server(const portal_server&) = delete;
    portal_server& operator=(const portal_server&) = delete;

    // Listens and serves. Throws boost::system::system_error if the port or a file cannot be used.
    void start();
    // Closes everything and joins the thread. Harmless when not running.
    void stop();

    std::uint16_t port() const; // valid after start
    std::string url() const;    // "http://127.0.0.1:1234"

    // Runs `work(portal_model&)` on the server's thread (here, when it does not run) and returns
    // what it returns, so that tests can look and change between two requests. Exceptions come
    // back.
    template <class Work>
    auto with_model(Work work)
    {
        using result = std::invoke_result_t<Work&, portal_model&>;
        if constexpr (std::is_void_v<result>) {
            run([&] { work(model()); });
        } else {
            std::optional<result> answer;
            run([&] { answer.emplace(work(model())); });
            return *std::move(answer);
        }
    }

    // Looks at the model now and after each request: true as soon as `holds`, false if it does not
    // in time.
    bool
    wait_until(const std::function<bool(portal_model&)>& holds, std::chrono::milliseconds patience);

    // The portal's clock follows real time until it is told otherwise.
    wall_time now() { return reading(); }
    void set_time(wall_time moment); // stands still there
    void run_from(wall_time moment); // runs on from there
    void advance(core::tick distance);

    // Closes what is open, as a server does with idle connections.
    void drop_connections();
    // The port refuses connections, and those that are open end, until accept_connections.
    void refuse_connections();
    void accept_connections();
    // Connections accepted since start: tells whether a client keeps them alive.
    std::size_t connections_accepted();

private:
    struct implementation;
    portal_model& model();
    wall_time reading();
    void run(const std::function<void()>& work);

    std::unique_ptr<implementation> impl_;
};

} // namespace docwarden::sim
