// The calls that suspend people and end sessions: docspace-api.md section 5, before and
// after 3.7.1.

#include "tests/portal/endpoints.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>

namespace docwarden::sim
{

namespace
{

namespace json = boost::json;

constexpr int user_updated = 4006;
constexpr int users_updated_status = 4020;
constexpr int user_logged_out = 4036;
constexpr int cookie_settings_updated = 6032;

std::optional<json::object> parse_object(std::string_view body)
{
    boost::system::error_code ec;
    json::value value = json::parse(body, ec);
    if (ec || !value.is_object())
        return std::nullopt;
    return std::move(value.get_object());
}

// Member names bind in any case.
const json::value* member(const json::object& body, std::string_view name)
{
    const auto found = std::ranges::find_if(body, [&](const auto& entry) {
        return same_text(std::string_view(entry.key().data(), entry.key().size()), name);
    });
    return found == body.end() || found->value().is_null() ? nullptr : &found->value();
}

http_reply bad_body(const call& call, std::string_view field)
{
    return validation_failed(call.request, field, "The JSON value could not be converted.");
}

void book(portal_state& state, const call& call, int action, const std::vector<const user*>& people)
{
    audit_entry entry;
    entry.user_id = call.caller->id;
    entry.action = action;
    entry.at = call.now;
    entry.context = action == cookie_settings_updated ? "Settings" : "Contacts";
    entry.browser = entry.platform = entry.page = "";
    for (const user* person : people) {
        if (action != cookie_settings_updated)
            entry.targets.push_back(person->id);
        entry.title += (entry.title.empty() ? "" : ", ") + person->display_name;
    }
    state.report(std::move(entry));
}

// Nobody may do this to them: not the caller, not with any right below the owner's.
bool is_protected(const call& call, const user& person)
{
    return person.is_owner || (person.is_admin && !call.caller->is_owner);
}

void end_sessions(portal_state& state, const call& call, user& person)
{
    ++person.sessions_ended;
    book(state, call, cookie_settings_updated, {&person});
}

// The answer about somebody after a call that should have disabled them.
json::value answered_profile(const portal_state& state, const call& call, const user& person)
{
    if (!call.plan.pretends_disabled)
        return profile_of(state, person);
    user pretended = person;
    pretended.status = employee_status::terminated;
    return profile_of(state, pretended);
}

void set_status(portal_state& state, call& call, user& person, employee_status status)
{
    if (person.status != status)
        call.add_effect(
            (status == employee_status::terminated ? "terminated " : "activated ") + person.id
        );
    state.change_status(person, status, call.now);
}

// The caller's own profile: `disable` is not even looked at, the notes are.
void update_self(portal_state& state, call& call, const json::object& body)
{
    const json::value* comment = member(body, "comment");
    const json::value* spam = member(body, "spam");
    call.caller->notes =
        comment != nullptr && comment->is_string() ? comment->get_string().c_str() : "";
    call.caller->spam = spam != nullptr && spam->is_bool() && spam->get_bool();
    call.add_effect("rewrote own notes");
    book(state, call, user_updated, {call.caller});
}

void update_member(portal_state& state, call& call, user& person, const json::value* disable)
{
    const bool disables = disable != nullptr && disable->get_bool();
    if (disables) {
        set_status(state, call, person, employee_status::terminated);
        person.terminated = call.now;
    } else if (disable != nullptr) {
        // No check of seats on this way back.
        set_status(state, call, person, employee_status::active);
        person.terminated.reset();
    }
    book(state, call, user_updated, {&person});
    if (disables)
        end_sessions(state, call, person);
}

struct status_request {
    employee_status status = employee_status::active;
    std::vector<std::string> ids;
};

// The part of put_people_status that can be wrong in form; an answer means that it was.
std::optional<http_reply> bind_status(const call& call, status_request& wanted)
{
    const std::string& text = call.target.segments.back();
    const bool terminates = same_text(text, "Terminated") || text == "2";
    wanted.status = terminates ? employee_status::terminated : employee_status::active;
    const bool other = same_text(text, "Pending") || same_text(text, "Default") ||
                       same_text(text, "All") || text == "4" || text == "5" || text == "7";
    if (!terminates && !other && !same_text(text, "Active") && text != "1")
        return validation_failed(call.request, "status", "The value '" + text + "' is not valid.");

    const auto body = parse_object(call.request.body);
    const json::value* ids = body ? member(*body, "userIds") : nullptr;
    if (ids == nullptr || !ids->is_array())
        return bad_body(call, "userIds");
    for (const json::value& id : ids->get_array()) {
        const auto guid =
            id.is_string() ? parse_guid(std::string_view(id.get_string().c_str())) : std::nullopt;
        if (!guid)
            return bad_body(call, "userIds");
        wanted.ids.push_back(*guid);
    }
    if (other)
        return exception_reply({400, "Incorrect status", "System.ArgumentException", -2147024809});
    return std::nullopt;
}

// True if that id may not be touched by the status call; an unknown one is not found out here.
bool is_refused_by_status(const portal_state& state, const call& call, const std::string& id)
{
    if (is_system_id(id))
        return true;
    const user* person = state.users.find(id);
    return person != nullptr &&
           (person == call.caller || person->is_ldap || is_protected(call, *person));
}

// Null when it worked.
std::optional<http_reply> activate(portal_state& state, call& call, user& person)
{
    if (person.status != employee_status::terminated)
        return std::nullopt;
    const auto& seats = state.settings.seats_max;
    if (seats && !person.is_visitor && state.users.seats_used() >= *seats)
        return exception_reply(
            {402,
             "The maximum number of paid users is exceeded",
             "ASC.Core.Tenants.TenantQuotaException",
             -2146233088}
        );
    set_status(
        state, call, person, person.never_named ? employee_status::pending : employee_status::active
    );
    person.terminated.reset();
    return std::nullopt;
}

void terminate(portal_state& state, call& call, user& person)
{
    set_status(state, call, person, employee_status::terminated);
    ++person.sessions_ended;
    ++person.logout_pushes;
}

} // namespace

http_reply put_person(portal_state& state, call& call)
{
    const auto body = parse_object(call.request.body);
    if (!body)
        return bad_body(call, "inDto");
    const json::value* disable = member(*body, "disable");
    if (disable != nullptr && !disable->is_bool())
        return bad_body(call, "disable");
    const std::string& id = call.target.segments.back();
    if (is_system_id(id))
        return access_denied();
    user* person = state.users.find(id);
    if (person == nullptr || person->is_removed)
        return get_person(state, call); // its 404

    const bool is_self = person == call.caller;
    if (!is_self && !call.is_administrator())
        return access_denied();
    if (is_self && (state.settings.refuses_protected_users() || person->is_owner)) {
        update_self(state, call, *body);
    } else if (!is_self && is_protected(call, *person)) {
        if (state.settings.refuses_protected_users())
            return access_denied();
        // Before 3.7.1: 200, and `disable` is ignored.
    } else if (!call.plan.leaves_unchanged && !call.plan.pretends_disabled) {
        update_member(state, call, *person, disable);
    }
    return success(call.request, answered_profile(state, call, *person));
}

http_reply put_people_status(portal_state& state, call& call)
{
    status_request wanted;
    if (auto refused = bind_status(call, wanted))
        return *std::move(refused);
    if (!call.is_administrator())
        return access_denied();
    const bool refuses = state.settings.refuses_protected_users();
    const auto is_refused = [&](const std::string& id) {
        return is_refused_by_status(state, call, id);
    };
    if (refuses && std::ranges::any_of(wanted.ids, is_refused))
        return access_denied();

    const bool is_without_effect = call.plan.leaves_unchanged || call.plan.pretends_disabled;
    std::vector<const user*> changed;
    json::array profiles;
    for (const std::string& id : wanted.ids) {
        user* person = state.users.find(id);
        if (person == nullptr || person->is_removed) {
            // Those before it stay changed, without any event.
            return exception_reply(
                {403, "User not found.", "System.InvalidOperationException", -2146233079}
            );
        }
        if (!is_refused(id) && !is_without_effect) {
            if (wanted.status == employee_status::terminated)
                terminate(state, call, *person);
            else if (auto refused = activate(state, call, *person))
                return *std::move(refused);
            changed.push_back(person);
        }
        profiles.push_back(answered_profile(state, call, *person));
    }
    if (wanted.status == employee_status::terminated) {
        for (const user* person : changed)
            book(state, call, cookie_settings_updated, {person});
    }
    if (!changed.empty())
        book(state, call, users_updated_status, changed);
    return success(call.request, std::move(profiles));
}

http_reply put_logout_all(portal_state& state, call& call)
{
    const auto id = parse_guid(call.target.segments.back());
    if (!id)
        return validation_failed(call.request, "userId", "The value is not valid.");
    if (!call.is_administrator() && *id != call.caller->id)
        return access_denied();
    // Unknown ids are answered like known ones, and nobody is protected.
    if (user* person = state.users.find(*id)) {
        ++person->sessions_ended;
        call.add_effect("logged out " + person->id);
        book(state, call, user_logged_out, {person});
    }
    return success_without_response(call.request);
}

std::vector<std::string> disables_asked(const portal_state& state, const http_request_view& request)
{
    const request_target target = parse_target(request.target);
    const auto& path = target.segments;
    if (request.method != "PUT" || path.size() < 4 || !same_text(path[2], "people"))
        return {};
    const auto body = parse_object(request.body);
    if (!body)
        return {};
    std::vector<std::string> asked;
    if (path.size() == 5 && same_text(path[3], "status")) {
        const json::value* ids = member(*body, "userIds");
        if ((same_text(path[4], "Terminated") || path[4] == "2") && ids != nullptr &&
            ids->is_array()) {
            for (const json::value& id : ids->get_array())
                asked.push_back(id.is_string() ? lower_case(id.get_string().c_str()) : "");
        }
        return asked;
    }
    const json::value* disable = member(*body, "disable");
    if (path.size() == 4 && disable != nullptr && disable->is_bool() && disable->get_bool()) {
        const user* person = state.users.find(path[3]);
        asked.push_back(person != nullptr ? person->id : lower_case(path[3]));
    }
    return asked;
}

} // namespace docwarden::sim
