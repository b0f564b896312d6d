#include "daemon/app/setup.hpp"

#include "daemon/app/api_key.hpp"
#include "daemon/host/version.hpp"
#include "net/base/origin.hpp"
#include "net/https/https_transport.hpp"

namespace docwarden::daemon
{

namespace
{

diagnostic about_portal(const portal_settings& portal, const char* key, std::string message)
{
    diagnostic problem;
    problem.path = "portal " + portal.name + ": " + key;
    problem.message = std::move(message);
    return problem;
}

} // namespace

connection connect_to(
    const portal_settings& portal,
    const environment& env,
    boost::asio::any_io_executor executor,
    net::clock_source& clock
)
{
    connection result;
    api_key_reading key = find_api_key(portal, env);
    result.warnings = std::move(key.warnings);
    result.problems = std::move(key.problems);

    net::https_options options;
    const net::origin_or_problem target = net::parse_origin(portal.url);
    if (target.has_value())
        options.target = *target;
    else
        result.problems.push_back(about_portal(portal, "url", target.error()));
    if (!portal.proxy.empty()) {
        const net::origin_or_problem proxy = net::parse_proxy(portal.proxy);
        if (proxy.has_value())
            options.proxy = *proxy;
        else
            result.problems.push_back(about_portal(portal, "proxy", proxy.error()));
    }
    if (!result.problems.empty())
        return result;

    options.ca_file = portal.ca_file;
    options.api_key = std::move(*key.key);
    options.user_agent = "docwarden/" + std::string(version());
    auto transport = net::make_https_transport(executor, clock, std::move(options));
    if (transport.has_value())
        result.transport = std::move(*transport);
    else
        result.problems.push_back(about_portal(portal, "ca_file", transport.error()));
    return result;
}

} // namespace docwarden::daemon
