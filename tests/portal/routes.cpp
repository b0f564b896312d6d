#include "tests/portal/routes.hpp"

#include <algorithm>

namespace docwarden::sim
{

namespace
{

// Fixed segments stand before "*": the first match wins, as in ASP.NET.
constexpr route routes[] = {
    {"GET", "security/audit/events/filter", scope_rule::global, false, false, get_audit_filter},
    {"GET", "security/audit/events/last", scope_rule::global, false, false, get_audit_last},
    {"GET",
     "security/audit/settings/lifetime",
     scope_rule::global,
     false,
     false,
     get_audit_lifetime},
    {"PUT",
     "security/activeconnections/logoutall/*",
     scope_rule::global,
     false,
     false,
     put_logout_all},
    {"GET", "people/@self", scope_rule::self, true, true, get_self},
    {"GET", "people/filter", scope_rule::accounts, false, false, get_people_filter},
    {"GET", "people/email", scope_rule::accounts, false, false, get_person_by_email},
    {"GET", "group", scope_rule::groups, false, false, get_groups},
    {"GET", "people/status/*", scope_rule::accounts, false, false, get_people_by_status},
    {"PUT", "people/status/*", scope_rule::accounts, false, false, put_people_status},
    {"GET", "people", scope_rule::accounts, false, false, get_people},
    {"GET", "people/*", scope_rule::none, false, false, get_person},
    {"PUT", "people/*", scope_rule::accounts, false, false, put_person},
    {"GET", "keys/@self", scope_rule::none, true, false, get_key_self},
    {"GET", "portal/quota", scope_rule::global, false, true, get_quota},
    {"GET", "settings", scope_rule::anonymous, true, true, get_settings},
    {"GET", "settings/version/build", scope_rule::anonymous, true, true, get_build},
};

bool fits(std::string_view path, const std::vector<std::string>& segments)
{
    std::size_t at = 2; // after api/2.0
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        const std::string_view wanted = path.substr(0, end);
        if (at == segments.size() || (wanted != "*" && !same_text(wanted, segments[at])))
            return false;
        ++at;
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return at == segments.size();
}

} // namespace

found_route find_route(std::string_view method, const std::vector<std::string>& segments)
{
    found_route found;
    if (segments.size() < 3 || !same_text(segments[0], "api") || segments[1] != "2.0")
        return found;
    for (const route& candidate : routes) {
        if (!fits(candidate.path, segments))
            continue;
        if (candidate.method == method) {
            found.match = &candidate;
            return found;
        }
        found.other_method = true;
    }
    return found;
}

bool permits(const std::vector<std::string>& permissions, const route& wanted)
{
    const auto has = [&](std::string_view scope) {
        return std::ranges::find(permissions, scope) != permissions.end();
    };
    if (permissions.empty() || has("*") || has("*:write") || wanted.scopes == scope_rule::none)
        return true;
    const bool reads = wanted.method == "GET";
    if (reads && has("*:read"))
        return true;
    if (wanted.scopes == scope_rule::accounts)
        return has("accounts:write") || (reads && has("accounts:read"));
    if (wanted.scopes == scope_rule::groups)
        return reads ? has("accounts:read") : has("accounts:write");
    if (wanted.scopes == scope_rule::self)
        return has("accounts.self:write") || (reads && has("accounts.self:read"));
    return false;
}

} // namespace docwarden::sim
