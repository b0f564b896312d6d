#include "net/docspace/docspace_portal.hpp"

#include "net/docspace/docspace_call.hpp"

namespace docwarden::net
{

namespace asio = boost::asio;

asio::awaitable<core::answered> docspace_portal::call(core::call asked)
{
    http_request request = to_http(asked.request);
    const auto response = co_await transport_.send(std::move(request), deadline());
    core::answered answer = answer_to(asked, response);
    co_return answer;
}

} // namespace docwarden::net
