#include "daemon/command/status_command.hpp"

#include "daemon/command/command_loop.hpp"
#include "daemon/command/options.hpp"
#include "daemon/command/status_print.hpp"
#include "daemon/host/exit_code.hpp"
#include "daemon/host/version.hpp"
#include "net/base/error.hpp"
#include "net/https/https_transport.hpp"

#include <optional>
#include <ostream>

namespace docwarden::daemon
{

namespace asio = boost::asio;
using response = boost::system::result<net::http_response>;

namespace
{

constexpr std::chrono::seconds patience(10);

// Where the endpoint is reached from this host: an address that stands for all of them is none.
std::string host_of(const admin_settings& admin)
{
    if (admin.address == "0.0.0.0")
        return "127.0.0.1";
    return admin.address == "::" ? "::1" : admin.address;
}

asio::awaitable<void>
ask(net::http_transport& transport, core::mono_time deadline, std::optional<response>& answer)
{
    net::http_request request(net::http_method::get, "/status");
    answer = co_await transport.send(std::move(request), deadline);
}

// The answer, or nothing and `problem`.
std::optional<response> ask(const net::origin& target, std::string& problem)
{
    command_loop loop;
    net::https_options options;
    options.target = target;
    options.is_keyless = true;
    options.user_agent = "docwarden/" + std::string(version());
    const auto transport =
        net::make_https_transport(loop.executor(), loop.clock(), std::move(options));
    if (transport.has_error()) {
        problem = transport.error();
        return std::nullopt;
    }
    std::optional<response> answer;
    loop.spawn(ask(**transport, loop.clock().reading().mono + patience, answer));
    loop.run_to_end();
    return answer;
}

// The transport's own words are about portals.
std::string reason_of(const boost::system::error_code& ec)
{
    if (ec == net::errc::connect_refused)
        return "nothing listens there";
    return ec == net::errc::answer_timeout ? "it does not answer in time" : ec.message();
}

int failed(std::ostream& err, const std::string& text)
{
    err << "docwarden: " << text << '\n';
    return exit_finding;
}

} // namespace

int status(const admin_settings& admin, bool json, std::ostream& out, std::ostream& err)
{
    if (!admin.enabled)
        return failed(
            err, "the admin endpoint is disabled: set [admin] listen in the configuration"
        );
    net::origin target;
    target.tls = false;
    target.host = host_of(admin);
    target.port = admin.port;
    std::string problem;
    const auto answer = ask(target, problem);
    const std::string where = target.authority();
    if (!answer)
        return failed(err, "cannot query the daemon at " + where + ": " + problem);
    if (answer->has_error())
        return failed(
            err,
            "no daemon answers at " + where + " (" + reason_of(answer->error()) +
                "): check whether it is running with systemctl status docwarden"
        );
    const auto printed = print_status((*answer)->body);
    if ((*answer)->status != 200 || !printed)
        return failed(
            err,
            "the program at " + where + " does not answer /status (HTTP " +
                std::to_string((*answer)->status) + "): it is another program or an older docwarden"
        );
    out << (json ? (*answer)->body : printed->text);
    return printed->is_ready ? exit_done : exit_finding;
}

} // namespace docwarden::daemon
