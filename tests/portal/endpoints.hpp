#pragma once
// The simulated portal's endpoints, one function each, after authentication and scopes. Each one
// checks its parameters first (400), then the caller's rights (403), then acts.

#include "tests/portal/portal_state.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace docwarden::sim
{

// audit_endpoint.cpp
http_reply get_audit_filter(portal_state& state, call& call);
http_reply get_audit_last(portal_state& state, call& call);
http_reply get_audit_lifetime(portal_state& state, call& call);
// The rows of the page that the filter endpoint answers to these bounds, and a row's JSON object.
std::vector<const audit_row*>
rows_between(portal_state& state, wall_time from, wall_time to, std::size_t start);
std::string text_of(const portal_state& state, const audit_row& row);

// people_endpoint.cpp
http_reply get_self(portal_state& state, call& call);
http_reply get_person(portal_state& state, call& call);
http_reply get_people(portal_state& state, call& call);           // people
http_reply get_people_by_status(portal_state& state, call& call); // people/status/{status}
http_reply get_people_filter(portal_state& state, call& call);
http_reply get_person_by_email(portal_state& state, call& call); // people/email
http_reply get_groups(portal_state& state, call& call);          // group

// suspend_endpoint.cpp
http_reply put_person(portal_state& state, call& call);
http_reply put_people_status(portal_state& state, call& call);
http_reply put_logout_all(portal_state& state, call& call);

// portal_endpoint.cpp
http_reply get_settings(portal_state& state, call& call);
http_reply get_build(portal_state& state, call& call);
http_reply get_key_self(portal_state& state, call& call);
http_reply get_quota(portal_state& state, call& call);

// The profile as serialised (section 7).
boost::json::value profile_of(const portal_state& state, const user& person);

// The ids that a request asks to disable, found without acting on it: section 5's two endpoints.
std::vector<std::string>
disables_asked(const portal_state& state, const http_request_view& request);

} // namespace docwarden::sim
