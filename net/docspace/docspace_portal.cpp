#include "net/docspace/docspace_portal.hpp"

#include "net/docspace/docspace_call.hpp"

namespace docwarden::net
{

namespace asio = boost::asio;

template <class Call>
asio::awaitable<core::input> docspace_portal::call(Call what)
{
    http_request request = request_for(what);
    const auto response = co_await transport_.send(std::move(request), deadline());
    core::input answered = answer_to(what, response);
    co_return answered;
}

asio::awaitable<core::input> docspace_portal::fetch(core::fetch_page what)
{
    return call(std::move(what));
}

asio::awaitable<core::input> docspace_portal::fetch(core::fetch_identity what)
{
    return call(std::move(what));
}

asio::awaitable<core::input> docspace_portal::fetch(core::fetch_settings what)
{
    return call(what);
}

asio::awaitable<core::input> docspace_portal::fetch(core::fetch_key what)
{
    return call(what);
}

asio::awaitable<core::input> docspace_portal::fetch(core::fetch_quota what)
{
    return call(what);
}

asio::awaitable<core::input> docspace_portal::fetch(core::fetch_canary what)
{
    return call(what);
}

asio::awaitable<core::input> docspace_portal::fetch(core::fetch_profile what)
{
    return call(std::move(what));
}

asio::awaitable<core::input> docspace_portal::fetch(core::send_disable what)
{
    return call(std::move(what));
}

} // namespace docwarden::net
