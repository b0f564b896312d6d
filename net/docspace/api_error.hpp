#pragma once
// From what came back to what it means: (error code) or (HTTP status, content type, body) to the
// one failure the engine decides by. Pure. Bodies may be HTML, empty, or hold a stack trace: of an
// error body only the portal's own short message is taken (docspace-api.md section 6.5).

#include "core/portal/portal_api.hpp"
#include "net/base/http_message.hpp"

#include <boost/system/error_code.hpp>

#include <optional>

namespace docwarden::net
{

core::api_failure failure_of(const boost::system::error_code& ec);

// Nothing for 2xx with a JSON content type; else why the answer is not one.
std::optional<core::api_failure> failure_of(const http_response& response);

// An answer with a good status whose content is not what the API promises.
core::api_failure bad_answer(const http_response& response, std::string what_is_wrong);

} // namespace docwarden::net
