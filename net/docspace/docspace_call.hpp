#pragma once
// An engine's calls as HTTP, without the sending: which request a call makes, and which input for
// the engine an answer to it is. Pure; `docspace_portal` and the simulation carry them over.

#include "core/engine/effect.hpp"
#include "core/engine/input.hpp"
#include "net/base/http_message.hpp"

#include <boost/system/result.hpp>

namespace docwarden::net
{

using call_result = boost::system::result<http_response>;

http_request request_for(const core::fetch_page& what);
http_request request_for(const core::fetch_identity& what);
http_request request_for(const core::fetch_settings& what);
http_request request_for(const core::fetch_key& what);
http_request request_for(const core::fetch_quota& what);
http_request request_for(const core::fetch_canary& what);
http_request request_for(const core::fetch_profile& what);
http_request request_for(const core::send_disable& what);

// `result` is an answer of any status, or why there is none.
core::page_answered answer_to(const core::fetch_page& what, const call_result& result);
core::identity_answered answer_to(const core::fetch_identity& what, const call_result& result);
core::settings_answered answer_to(const core::fetch_settings& what, const call_result& result);
core::key_answered answer_to(const core::fetch_key& what, const call_result& result);
core::quota_answered answer_to(const core::fetch_quota& what, const call_result& result);
core::canary_answered answer_to(const core::fetch_canary& what, const call_result& result);
core::profile_answered answer_to(const core::fetch_profile& what, const call_result& result);
core::disable_answered answer_to(const core::send_disable& what, const call_result& result);

} // namespace docwarden::net
