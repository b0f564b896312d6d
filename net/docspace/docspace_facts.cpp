#include "net/docspace/docspace_facts.hpp"

#include "core/audit/audit_page.hpp"
#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"
#include "core/portal/page_query.hpp"
#include "net/base/json_member.hpp"
#include "net/docspace/answer_body.hpp"
#include "net/docspace/docspace_wire.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace docwarden::net
{

namespace
{

using boost::json::object;
using boost::json::value;

constexpr std::size_t text_bytes_max = 128;
constexpr std::int64_t tenant_status_max = 1000;

// Cut to a bound.
std::string short_text(const object& from, std::string_view name)
{
    return core::clip_text(text_member(from, name), text_bytes_max);
}

// A GUID in lower case, or nothing: an id that is none must not look like one.
std::string guid_member(const object& from, std::string_view name)
{
    std::string text = core::lower_case(short_text(from, name));
    return core::is_guid(text) ? text : std::string();
}

bool is_missing(const object& from, std::string_view name)
{
    const value* member = from.if_contains(name);
    return member == nullptr || member->is_null();
}

// Each returns what is wrong, or an empty text.
std::string read_members(const object& from, core::portal_facts& into)
{
    into.version = short_text(from, "version");
    into.owner_id = guid_member(from, "ownerId");
    into.is_standalone = flag_member(from, "standalone").value_or(false);
    if (is_missing(from, "tenantStatus"))
        return {};
    const std::optional<std::int64_t> status = number_member(from, "tenantStatus");
    if (!status || *status < 0 || *status > tenant_status_max)
        return "the portal's status is not a number that the API knows";
    into.tenant_status = static_cast<int>(*status);
    return {};
}

std::string read_members(const object& from, core::key_facts& into)
{
    into.name = short_text(from, "name");
    into.is_active = flag_member(from, "isActive").value_or(true);
    if (const object* const creator = object_member(from, "createBy"))
        into.creator_id = guid_member(*creator, "id");
    if (!is_missing(from, "expiresAt")) {
        into.expires = core::parse_date(text_member(from, "expiresAt"));
        if (!into.expires)
            return "the expiry date of the key is not a date";
    }
    if (is_missing(from, "permissions"))
        return {};
    const auto* const permissions = list_member(from, "permissions");
    if (permissions == nullptr || permissions->size() > core::key_facts::permissions_max)
        return "the key's permissions are not a list, or are too many";
    for (const value& permission : *permissions) {
        // A permission left out could leave an empty list, and that means everything.
        if (!permission.is_string() || permission.as_string().size() > text_bytes_max)
            return "one of the key's permissions is not a name";
        into.permissions.emplace_back(permission.as_string());
    }
    return {};
}

std::string read_members(const object& from, core::quota_facts& into)
{
    into.plan = short_text(from, "name");
    into.has_audit = flag_member(from, "audit");
    return {};
}

template <class Facts>
core::answer<Facts> read_facts(const http_response& response)
{
    return read_answer<Facts>(response, [](const object& envelope, Facts& facts) -> std::string {
        const object* const members = object_member(envelope, "response");
        return members == nullptr ? "the answer has no object `response`"
                                  : read_members(*members, facts);
    });
}

} // namespace

http_request settings_request()
{
    return {http_method::get, "/api/2.0/settings"};
}

http_request key_request()
{
    return {http_method::get, "/api/2.0/keys/@self"};
}

http_request quota_request()
{
    return {http_method::get, "/api/2.0/portal/quota"};
}

http_request probe_request()
{
    using namespace std::chrono_literals;
    const core::wall_time first(946'684'800s); // 2000-01-01T00:00:00Z
    core::page_query query;
    query.from = first;
    query.to = first + core::tick(1s);
    return audit_request(query);
}

core::answer<core::portal_facts> read_settings(const http_response& response)
{
    return read_facts<core::portal_facts>(response);
}

core::answer<core::key_facts> read_key(const http_response& response)
{
    return read_facts<core::key_facts>(response);
}

core::answer<core::quota_facts> read_quota(const http_response& response)
{
    return read_facts<core::quota_facts>(response);
}

core::answer<core::filter_probe> read_probe(const http_response& response)
{
    core::audit_page partial;
    const core::answer<core::audit_page> page = read_page(response, partial);
    core::answer<core::filter_probe> result;
    result.date = page.date;
    if (const core::api_failure* failure = page.failure())
        result.outcome = *failure;
    else
        result.outcome = core::filter_probe{page.value()->rows};
    return result;
}

} // namespace docwarden::net
