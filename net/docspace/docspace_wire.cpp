#include "net/docspace/docspace_wire.hpp"

#include "core/audit/audit_page.hpp"
#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"
#include "net/base/json_member.hpp"
#include "net/docspace/answer_body.hpp"
#include "net/docspace/api_error.hpp"
#include "net/docspace/docspace_people.hpp"

#include <boost/assert.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace docwarden::net
{

namespace
{

using boost::json::object;

const std::string people = "/api/2.0/people/";

// A date has nothing in it that must be escaped in a query: it ends in "Z".
std::string audit_target(const core::page_query& query)
{
    std::string target = "/api/2.0/security/audit/events/filter";
    target += "?from=" + core::format_date(query.from);
    target += "&to=" + core::format_date(query.to);
    target += "&count=" + std::to_string(core::page_query::rows_max);
    if (query.start_index != 0)
        target += "&startIndex=" + std::to_string(query.start_index);
    if (query.action != 0)
        target += "&action=" + std::to_string(query.action);
    if (!query.user.empty())
        target += "&userId=" + query.user;
    return target;
}

// What is wrong with the profile, or an empty text.
std::string read_members(const object& from, const std::string& expected, core::profile& person)
{
    person.id = core::lower_case(text_member(from, "id"));
    if (!core::is_guid(person.id))
        return "the profile's id is not a GUID";
    if (!expected.empty() && person.id != expected)
        return "the profile is that of another user";
    const std::optional<std::int64_t> status = number_member(from, "status");
    if (!status)
        return "the profile's status is not a number";
    switch (*status) {
    case 1:
        person.status = core::user_status::active;
        break;
    case 2:
        person.status = core::user_status::terminated;
        break;
    case 4:
        person.status = core::user_status::pending;
        break;
    default:
        return "the profile's status is none of 1, 2 and 4";
    }
    person.display_name = text_member(from, "displayName");
    person.email = text_member(from, "email");
    person.is_owner = flag_member(from, "isOwner").value_or(false);
    person.is_admin = flag_member(from, "isAdmin").value_or(false);
    person.is_ldap = flag_member(from, "isLDAP").value_or(false);
    person.groups = groups_in(from);
    return {};
}

} // namespace

http_request audit_request(const core::page_query& query)
{
    return {http_method::get, audit_target(query)};
}

http_request identity_request()
{
    return {http_method::get, people + "@self"};
}

http_request profile_request(const std::string& user)
{
    BOOST_ASSERT(core::is_guid(user));
    return {http_method::get, people + user};
}

http_request
disable_request(const std::string& user, core::disable_method method, const std::string& comment)
{
    BOOST_ASSERT(core::is_guid(user));
    object body;
    if (method == core::disable_method::status) {
        // One id a call: a single protected account in a list would shield all the others.
        body["userIds"] = boost::json::array{user};
        body["resendAll"] = false;
        return {http_method::put, people + "status/Terminated", boost::json::serialize(body)};
    }
    body["disable"] = true;
    body["comment"] = comment;
    return {http_method::put, people + user, boost::json::serialize(body)};
}

http_request enable_request(const std::string& user, core::disable_method method)
{
    BOOST_ASSERT(core::is_guid(user));
    object body;
    if (method == core::disable_method::status) {
        body["userIds"] = boost::json::array{user};
        body["resendAll"] = false;
        return {http_method::put, people + "status/Active", boost::json::serialize(body)};
    }
    body["disable"] = false;
    return {http_method::put, people + user, boost::json::serialize(body)};
}

core::answer<core::audit_page> read_page(const http_response& response, core::audit_page& partial)
{
    core::answer<core::audit_page> result;
    result.date = response.date;
    if (auto failure = failure_of(response)) {
        result.outcome = std::move(*failure);
        return result;
    }
    core::read_page_result read = core::read_audit_page(response.body);
    if (read.ok()) {
        result.outcome = std::move(read.page);
        return result;
    }
    partial = std::move(read.page);
    result.outcome = bad_answer(response, std::move(read.error.text));
    return result;
}

core::answer<core::profile> read_profile(const http_response& response, const std::string& expected)
{
    const auto read = [&](const object& envelope, core::profile& person) -> std::string {
        const object* const profile = object_member(envelope, "response");
        return profile == nullptr ? "the answer has no profile"
                                  : read_members(*profile, expected, person);
    };
    return read_answer<core::profile>(response, read);
}

core::answer<core::accepted> read_accepted(const http_response& response)
{
    core::answer<core::accepted> result;
    result.date = response.date;
    if (auto failure = failure_of(response))
        result.outcome = std::move(*failure);
    else
        result.outcome = core::accepted{};
    return result;
}

} // namespace docwarden::net
