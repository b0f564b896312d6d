#pragma once
// A call as HTTP, without the sending: which request it makes, and what an answer to it means.
// Pure; `docspace_portal` and the simulation send them.

#include "core/portal/portal_call.hpp"
#include "net/base/http_message.hpp"

#include <boost/system/result.hpp>

namespace docwarden::net
{

using call_result = boost::system::result<http_response>;

http_request to_http(const core::portal_request& request);

// `result` is an answer of any status, or why there is none.
core::answered answer_to(const core::call& call, const call_result& result);

} // namespace docwarden::net
