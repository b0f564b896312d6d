#pragma once
// Who is meant by the names in the configuration, as bytes: the portal's groups, their members, and
// people by address; and how many users are active. Pure, like docspace_wire. What comes back is
// hostile: every text and list that is kept has a bound. A key with *:read may ask all of it
// (ONLYOFFICE/DocSpace-server ed2994e, common/ASC.Api.Core/Auth/AuthorizationExtension.cs:39-52).

#include "core/portal/portal_api.hpp"
#include "net/base/http_message.hpp"

#include <boost/json/fwd.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace docwarden::net
{

// GET group, a page of all groups by title (GroupsController.cs:70-94).
http_request groups_request(std::size_t start);
core::answer<core::group_page> read_groups(const http_response& response);

// GET people/filter by group, ordered by address, which no two people share: names are no order to
// go on from (UserController.cs:1178-1210, DbUserService.cs:418). `group` must be a GUID.
http_request members_request(const std::string& group, std::size_t start);
core::answer<core::member_page> read_members(const http_response& response);

// GET people/filter by status, one row of it: `total` counts all that match the filter, guests
// included (UserController.cs:2674-2686, DbUserService.cs:298-307).
http_request active_users_request();
core::answer<core::active_users> read_active_users(const http_response& response);

// GET people/email (UserController.cs:1050-1077), or people/{id}; an address may hold anything. An
// unknown one is answered by 404 in the portal's own words.
http_request person_request(const std::string& name);
// The profile of the one of that name, or why there is none.
core::answer<core::profile> read_person(const http_response& response, const std::string& name);

// The groups in a profile (EmployeeFullDto.cs:461-488); none if it has none. What is no group is
// left out.
std::vector<core::portal_group> groups_in(const boost::json::object& profile);

} // namespace docwarden::net
