#include "net/docspace_portal.hpp"

#include "net/api_error.hpp"
#include "net/docspace_wire.hpp"

namespace docwarden::net
{

namespace asio = boost::asio;

asio::awaitable<core::input> docspace_portal::fetch(core::fetch_page what)
{
    http_request request = audit_request(what.query);
    const auto response = co_await transport_.send(std::move(request), deadline());
    core::page_answered answered;
    answered.call = what.call;
    if (response)
        answered.result = read_page(*response, answered.partial);
    else
        answered.result.outcome = failure_of(response.error());
    co_return answered;
}

asio::awaitable<core::input> docspace_portal::fetch(core::fetch_identity what)
{
    http_request request = identity_request();
    const auto response = co_await transport_.send(std::move(request), deadline());
    core::identity_answered answered;
    answered.call = what.call;
    if (response)
        answered.result = read_profile(*response, {});
    else
        answered.result.outcome = failure_of(response.error());
    co_return answered;
}

asio::awaitable<core::input> docspace_portal::fetch(core::fetch_profile what)
{
    http_request request = profile_request(what.user);
    const auto response = co_await transport_.send(std::move(request), deadline());
    core::profile_answered answered;
    answered.call = what.call;
    if (response)
        answered.result = read_profile(*response, what.user);
    else
        answered.result.outcome = failure_of(response.error());
    co_return answered;
}

asio::awaitable<core::input> docspace_portal::fetch(core::send_disable what)
{
    http_request request = disable_request(what.user, what.method, what.comment);
    const auto response = co_await transport_.send(std::move(request), deadline());
    core::disable_answered answered;
    answered.call = what.call;
    if (response)
        answered.result = read_accepted(*response);
    else
        answered.result.outcome = failure_of(response.error());
    co_return answered;
}

} // namespace docwarden::net
