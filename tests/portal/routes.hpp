#pragma once
// Which endpoint a request means, and which scopes of an API key open it (docspace-api.md section
// 6.2).

#include "tests/portal/endpoints.hpp"

#include <string_view>
#include <vector>

namespace docwarden::sim
{

enum class scope_rule {
    none,      // no scope is checked
    anonymous, // open to everybody, but a scoped key needs a global scope
    global,    // *:read or *:write
    accounts,  // ... or accounts:…
    self,      // ... or accounts.self:…
    groups,    // ... or accounts:read for GET, which accounts:write does not open
};

struct route {
    std::string_view method;
    std::string_view path; // below api/2.0/; "*" stands for one segment
    scope_rule scopes = scope_rule::none;
    bool survives_restore = false; // answers while the portal is restored or transferred
    bool survives_unpaid = false;
    http_reply (*endpoint)(portal_state&, call&) = nullptr;
};

struct found_route {
    const route* match = nullptr; // null when nothing fits
    bool other_method = false;    // the path exists, for another method
};
found_route find_route(std::string_view method, const std::vector<std::string>& segments);

// True if a key with these permissions may use the route; none at all means everything.
bool permits(const std::vector<std::string>& permissions, const route& wanted);

} // namespace docwarden::sim
