#include "net/docspace/docspace_people.hpp"

#include "core/base/text.hpp"
#include "net/base/json_member.hpp"
#include "net/docspace/answer_body.hpp"
#include "net/docspace/api_error.hpp"
#include "net/docspace/docspace_wire.hpp"

#include <boost/assert.hpp>
#include <boost/json/array.hpp>

#include <optional>
#include <utility>

namespace docwarden::net
{

namespace
{

using boost::json::array;
using boost::json::object;
using boost::json::value;

constexpr std::size_t name_bytes_max = 512; // 128 characters, of four bytes at most

// As a part of a query: RFC 3986, 2.3 says what may stay.
std::string percent_encoded(std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const bool is_unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                   (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
                                   c == '~';
        const auto byte = static_cast<unsigned char>(c);
        if (is_unreserved)
            encoded += c;
        else
            encoded.append({'%', digits[byte >> 4], digits[byte & 0xFU]});
    }
    return encoded;
}

std::string page_part(std::size_t rows_max, std::size_t start)
{
    std::string part = "count=" + std::to_string(rows_max);
    if (start != 0)
        part += "&startIndex=" + std::to_string(start);
    return part;
}

// Id and name of a group or a person; nothing without a GUID.
std::optional<std::pair<std::string, std::string>>
named_id(const value& from, std::string_view name)
{
    if (!from.is_object())
        return std::nullopt;
    std::string id = core::lower_case(text_member(from.get_object(), "id"));
    if (!core::is_guid(id))
        return std::nullopt;
    return std::pair(
        std::move(id), core::clip_text(text_member(from.get_object(), name), name_bytes_max)
    );
}

// Takes the rows of a page; each must have a GUID, because one left out is somebody to whom another
// rule would apply.
template <class Page, class Take>
core::answer<Page> read_rows(const http_response& response, std::string_view name, Take take)
{
    const auto read = [&](const object& envelope, Page& page) -> std::string {
        const array* const rows = list_member(envelope, "response");
        if (rows == nullptr || rows->size() > Page::rows_max)
            return "the answer has no list of at most 100 rows";
        page.rows = rows->size();
        for (const value& row : *rows) {
            auto found = named_id(row, name);
            if (!found)
                return "a row of the answer has no GUID";
            take(page, std::move(found->first), std::move(found->second));
        }
        return {};
    };
    return read_answer<Page>(response, read);
}

} // namespace

http_request groups_request(std::size_t start)
{
    return {http_method::get, "/api/2.0/group?" + page_part(core::group_page::rows_max, start)};
}

http_request members_request(const std::string& group, std::size_t start)
{
    BOOST_ASSERT(core::is_guid(group));
    return {
        http_method::get,
        "/api/2.0/people/filter?groupId=" + group + "&sortBy=Email&" +
            page_part(core::member_page::rows_max, start)};
}

http_request active_users_request()
{
    return {http_method::get, "/api/2.0/people/filter?employeeStatus=1&count=1"};
}

http_request person_request(const std::string& name)
{
    if (core::is_guid(name))
        return profile_request(name);
    return {http_method::get, "/api/2.0/people/email?email=" + percent_encoded(name)};
}

core::answer<core::group_page> read_groups(const http_response& response)
{
    return read_rows<core::group_page>(
        response,
        "name",
        [](core::group_page& page, std::string id, std::string name) {
            page.groups.push_back({std::move(id), std::move(name)});
        }
    );
}

core::answer<core::member_page> read_members(const http_response& response)
{
    return read_rows<core::member_page>(
        response,
        "displayName",
        [](core::member_page& page, std::string id, std::string name) {
            page.members.push_back({std::move(id), std::move(name)});
        }
    );
}

core::answer<core::active_users> read_active_users(const http_response& response)
{
    const auto read = [](const object& envelope, core::active_users& users) -> std::string {
        const auto total = number_member(envelope, "total");
        if (!total || *total < 1 || *total > core::active_users::count_max)
            return "the answer has no believable number of active users";
        users.count = static_cast<std::uint32_t>(*total);
        return {};
    };
    return read_answer<core::active_users>(response, read);
}

core::answer<core::profile> read_person(const http_response& response, const std::string& name)
{
    if (core::is_guid(name))
        return read_profile(response, name);
    core::answer<core::profile> result = read_profile(response, {});
    if (const core::profile* who = result.value()) {
        if (core::lower_case(who->email) != name)
            result.outcome = bad_answer(response, "the profile has another address");
    }
    return result;
}

std::vector<core::portal_group> groups_in(const object& profile)
{
    std::vector<core::portal_group> found;
    const array* const groups = list_member(profile, "groups");
    if (groups == nullptr)
        return found;
    for (const value& group : *groups) {
        if (found.size() == core::profile::groups_max)
            break;
        if (auto read = named_id(group, "name"))
            found.push_back({std::move(read->first), std::move(read->second)});
    }
    return found;
}

} // namespace docwarden::net
