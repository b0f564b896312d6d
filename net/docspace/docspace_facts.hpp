#pragma once
// What the preflight asks of a portal, as bytes: its settings, the key, its plan, and a
// question whose answer must be empty. Pure, like docspace_wire. What comes back is hostile: every
// text and list that is kept has a bound.

#include "core/portal/portal_api.hpp"
#include "net/base/http_message.hpp"

namespace docwarden::net
{

// GET settings (docspace-api.md section 7).
http_request settings_request();
core::answer<core::portal_facts> read_settings(const http_response& response);

// GET keys/@self (section 6.1).
http_request key_request();
core::answer<core::key_facts> read_key(const http_response& response);

// GET portal/quota (section 1.6).
http_request quota_request();
core::answer<core::quota_facts> read_quota(const http_response& response);

// The audit trail of the first second of the year 2000, when there was no DocSpace.
http_request probe_request();
core::answer<core::filter_probe> read_probe(const http_response& response);

} // namespace docwarden::net
