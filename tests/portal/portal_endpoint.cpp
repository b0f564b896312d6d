// GET settings, keys/@self and portal/quota: docspace-api.md sections 1.6, 6.1 and 7.

#include "tests/portal/endpoints.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace docwarden::sim
{

namespace json = boost::json;

http_reply get_settings(portal_state& state, call& call)
{
    const portal_settings& settings = state.settings;
    json::object response{
        {"trustedDomainsType", 0},
        {"culture", settings.language == prose_language::german ? "de" : "en-US"},
        {"version", settings.version},
        {"tenantStatus", static_cast<int>(settings.status)},
        {"tenantAlias", settings.host.substr(0, settings.host.find('.'))},
        {"standalone", settings.is_standalone}};
    if (call.caller == nullptr)
        return success(call.request, std::move(response));

    const auto offset = offset_at(settings.time_zone, call.now);
    const auto size = std::chrono::abs(offset).count();
    const auto two_digits = [](auto number) {
        return (number < 10 ? "0" : "") + std::to_string(number);
    };
    response["timezone"] = settings.time_zone.name;
    response["utcOffset"] = (offset.count() < 0 ? "-" : "") + two_digits(size / 60) + ':' +
                            two_digits(size % 60) + ":00";
    if (size % 60 == 0)
        response["utcHoursOffset"] = offset.count() / 60;
    else
        response["utcHoursOffset"] = static_cast<double>(offset.count()) / 60;
    if (const user* owner = state.users.owner())
        response["ownerId"] = owner->id;
    return success(call.request, std::move(response));
}

http_reply get_build(portal_state& state, call& call)
{
    return success(call.request, json::object{{"docSpace", state.settings.version}});
}

http_reply get_key_self(portal_state& state, call& call)
{
    const api_key& key = *call.key;
    const zone& place = state.settings.time_zone;
    json::object response{{"name", key.name}, {"keyPostfix", key.text.substr(key.text.size() - 4)}};
    json::array permissions;
    for (const std::string& permission : key.permissions)
        permissions.emplace_back(permission);
    response["permissions"] = std::move(permissions);
    response["lastUsed"] = print_portal_date(call.now, place);
    response["createOn"] = print_portal_date(key.created, place);
    response["createBy"] =
        json::object{{"id", call.caller->id}, {"displayName", call.caller->display_name}};
    if (key.expires)
        response["expiresAt"] = print_portal_date(*key.expires, place);
    response["isActive"] = key.is_active;
    return success(call.request, std::move(response));
}

http_reply get_quota(portal_state& state, call& call)
{
    if (!call.is_administrator())
        return access_denied();
    const bool has_audit = state.settings.has_audit;
    return success(
        call.request,
        json::object{
            {"id", has_audit ? -2 : -3},
            {"name", has_audit ? "admin" : "startup"},
            {"free", !has_audit},
            {"trial", false},
            {"nonProfit", false},
            {"audit", has_audit}}
    );
}

} // namespace docwarden::sim
