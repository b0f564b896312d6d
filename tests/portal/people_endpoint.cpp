// GET people/…: docspace-api.md section 7.

#include "tests/portal/endpoints.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <functional>
#include <optional>

namespace docwarden::sim
{

namespace
{

namespace json = boost::json;

constexpr std::int64_t people_page_max = 100;

// EmployeeStatus in a query: a set of statuses, 0 for what is none.
int parse_statuses(std::string_view text)
{
    for (const auto& [name, value] :
         {std::pair{"Active", 1},
          std::pair{"Terminated", 2},
          std::pair{"Pending", 4},
          std::pair{"Default", 5},
          std::pair{"All", 7}}) {
        if (same_text(text, name) || text == std::to_string(value))
            return value;
    }
    return 0;
}

// EmployeeType in a query.
bool has_type(const user& person, std::int64_t type)
{
    switch (type) {
    case 1:
        return person.is_room_admin;
    case 2:
        return person.is_visitor;
    case 3:
        return person.is_admin || person.is_owner;
    case 4:
        return person.is_collaborator;
    default:
        return true;
    }
}

// Which rows of a list a page holds.
struct page_bounds {
    std::size_t start = 0;
    std::size_t count = 0;

    bool holds(std::size_t row) const { return row >= start && row - start < count; }
};

// Nothing if the query asks for more rows, or fewer, than a page may have.
std::optional<page_bounds> bounds_of(const call& call)
{
    std::int64_t count = people_page_max;
    std::int64_t start = 0;
    if (const std::string* text = call.target.parameter("count"))
        count = parse_integer(*text).value_or(0);
    if (count < 1 || count > people_page_max)
        return std::nullopt;
    if (const std::string* text = call.target.parameter("startIndex"))
        start = std::max<std::int64_t>(parse_integer(*text).value_or(0), 0);
    return page_bounds{static_cast<std::size_t>(start), static_cast<std::size_t>(count)};
}

http_reply wrong_bounds(const call& call)
{
    return validation_failed(call.request, "count", "The field Count must be between 1 and 100.");
}

http_reply
page_of(const portal_state& state, const call& call, const std::function<bool(const user&)>& wanted)
{
    const auto bounds = bounds_of(call);
    if (!bounds)
        return wrong_bounds(call);
    json::array page;
    std::size_t total = 0;
    for (const user& person : state.users.all()) {
        if (person.is_removed || !wanted(person))
            continue;
        if (bounds->holds(total))
            page.push_back(profile_of(state, person));
        ++total;
    }
    return success(call.request, std::move(page), total);
}

failure user_not_found()
{
    return {
        404, "The user could not be found", "ASC.Common.Web.ItemNotFoundException", -2146233088};
}

http_reply page_by_status(const portal_state& state, const call& call, int statuses)
{
    if (call.caller->is_visitor)
        return access_denied();
    return page_of(state, call, [&](const user& person) {
        return (static_cast<int>(person.status) & statuses) != 0;
    });
}

} // namespace

json::value profile_of(const portal_state& state, const user& person)
{
    const zone& place = state.settings.time_zone;
    const std::string_view name = person.display_name;
    const std::size_t blank = std::min(name.find(' '), name.size());
    json::object profile;
    profile["firstName"] = name.substr(0, blank);
    profile["lastName"] = name.substr(std::min(blank + 1, name.size()));
    profile["userName"] = person.user_name;
    profile["email"] = person.email;
    profile["status"] = static_cast<int>(person.status);
    profile["activationStatus"] = person.activation_status;
    if (person.terminated)
        profile["terminated"] = print_portal_date(*person.terminated, place);
    profile["department"] = "";
    if (!person.notes.empty())
        profile["notes"] = person.notes;
    profile["isAdmin"] = person.is_admin && !person.is_owner;
    profile["isRoomAdmin"] = person.is_room_admin;
    profile["isLDAP"] = person.is_ldap;
    profile["isOwner"] = person.is_owner;
    profile["isVisitor"] = person.is_visitor;
    profile["isCollaborator"] = person.is_collaborator;
    profile["isSSO"] = person.is_sso;
    profile["registrationDate"] = print_portal_date(person.registered, place);
    profile["id"] = person.id;
    profile["displayName"] = person.display_name;
    json::array groups;
    for (const std::string& id : person.groups) {
        if (const user_group* group = state.users.find_group(id))
            groups.push_back(json::object{{"id", id}, {"name", group->name}, {"manager", ""}});
    }
    if (!groups.empty())
        profile["groups"] = std::move(groups);
    profile["profileUrl"] = "https://" + state.settings.host + "/accounts/view/" + person.user_name;
    return profile;
}

http_reply get_self(portal_state& state, call& call)
{
    return success(call.request, profile_of(state, *call.caller));
}

http_reply get_person(portal_state& state, call& call)
{
    const user* person = state.users.find(call.target.segments.back());
    if (person == nullptr || person->is_removed)
        return exception_reply(user_not_found());
    return success(call.request, profile_of(state, *person));
}

http_reply get_people(portal_state& state, call& call)
{
    return page_by_status(state, call, 1);
}

http_reply get_people_by_status(portal_state& state, call& call)
{
    const std::string& text = call.target.segments.back();
    const int statuses = parse_statuses(text);
    if (statuses == 0)
        return validation_failed(call.request, "status", "The value '" + text + "' is not valid.");
    return page_by_status(state, call, statuses);
}

http_reply get_people_filter(portal_state& state, call& call)
{
    int statuses = 7;
    std::int64_t type = 0;
    if (const std::string* text = call.target.parameter("employeeStatus"))
        statuses = parse_statuses(*text);
    if (statuses == 0)
        return validation_failed(call.request, "employeeStatus", "The value is not valid.");
    if (const std::string* text = call.target.parameter("employeeType"))
        type = parse_integer(*text).value_or(-1);
    if (type < 0 || type > 4)
        return validation_failed(call.request, "employeeType", "The value is not valid.");
    const std::string* group = call.target.parameter("groupId");
    if (group != nullptr && !parse_guid(*group))
        return validation_failed(call.request, "groupId", "The value is not valid.");
    if (call.caller->is_visitor)
        return access_denied();
    return page_of(state, call, [&](const user& person) {
        const auto is_in = [&](const std::string& id) { return same_text(id, *group); };
        return (static_cast<int>(person.status) & statuses) != 0 && has_type(person, type) &&
               (group == nullptr || std::ranges::any_of(person.groups, is_in));
    });
}

http_reply get_person_by_email(portal_state& state, call& call)
{
    const std::string* email = call.target.parameter("email");
    if (email == nullptr || email->find('@') == std::string::npos)
        return validation_failed(
            call.request, "Email", "The Email field is not a valid e-mail address."
        );
    for (const user& person : state.users.all()) {
        if (!person.is_removed && same_text(person.email, *email))
            return success(call.request, profile_of(state, person));
    }
    return exception_reply(user_not_found());
}

// Ordered as they were made: the portal's order is by title.
http_reply get_groups(portal_state& state, call& call)
{
    const auto bounds = bounds_of(call);
    if (!bounds)
        return wrong_bounds(call);
    if (call.caller->is_visitor)
        return access_denied();
    json::array page;
    const std::deque<user_group>& groups = state.users.groups();
    for (std::size_t i = bounds->start; i < groups.size() && bounds->holds(i); ++i) {
        const auto members = std::ranges::count_if(state.users.all(), [&](const user& person) {
            return std::ranges::count(person.groups, groups[i].id) != 0 && !person.is_removed;
        });
        page.push_back(json::object{
            {"name", groups[i].name},
            {"parent", zero_id},
            {"category", zero_id},
            {"id", groups[i].id},
            {"isLDAP", false},
            {"membersCount", members}});
    }
    return success(call.request, std::move(page), groups.size());
}

} // namespace docwarden::sim
