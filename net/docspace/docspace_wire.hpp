#pragma once
// The DocSpace API as bytes: requests are built and answers read by pure functions, so that every
// path and every body can be tested without a socket. Facts are from docspace-api.md, by section.

#include "core/audit/event.hpp"
#include "core/portal/page_query.hpp"
#include "core/portal/portal_api.hpp"
#include "core/settings/disable_method.hpp"
#include "net/base/http_message.hpp"

#include <string>

namespace docwarden::net
{

// GET security/audit/events/filter (section 1): whole bounds, 100 rows, offset.
http_request audit_request(const core::page_query& query);

// GET people/@self: the profile of the key's own user.
http_request identity_request();

// GET people/{id}. `user` must be a GUID (core::is_guid), because the portal takes anything else
// for a user name or another route.
http_request profile_request(const std::string& user);

// The disable request for one account; section 5. `user` must be a GUID.
http_request
disable_request(const std::string& user, core::disable_method method, const std::string& comment);

// The request that enables it again, the way it was disabled; section 5.
http_request enable_request(const std::string& user, core::disable_method method);

// The page, or why the answer is none. `partial` takes what could be read before a fault in the
// text.
core::answer<core::audit_page> read_page(const http_response& response, core::audit_page& partial);

// A profile, of the user `expected` if that is not empty.
core::answer<core::profile>
read_profile(const http_response& response, const std::string& expected);

// Whether a request to disable or enable an account was taken. The profiles in its answer prove
// nothing: see read-back.
core::answer<core::accepted> read_accepted(const http_response& response);

} // namespace docwarden::net
