#pragma once
// The simulated portal's people and their API keys (docspace-api.md sections 5, 6.1 and 7). Knows
// nothing of HTTP.

#include "core/base/time.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::sim
{

using core::wall_time;

// EmployeeStatus on the wire; a query may add them up (5 is active and pending, 7 is all).
enum class employee_status { active = 1, terminated = 2, pending = 4 };

inline constexpr std::string_view system_id = "a37ee56e-3302-4a7b-b67e-ddbea64cd032";
inline constexpr std::string_view anonymous_id = "712d9ec3-5d2b-4b13-824f-71f00191dcca";
inline constexpr std::string_view zero_id = "00000000-0000-0000-0000-000000000000";
bool is_system_id(std::string_view id);

// A blank id is filled in by `people::add_group`.
struct user_group {
    std::string id{}; // GUID in lower case
    std::string name{};
};

// Blank texts are filled in by `people::add`.
struct user {
    std::string id{}; // GUID in lower case
    std::string display_name{};
    std::string email{};
    std::string user_name{};
    employee_status status = employee_status::active;
    bool is_owner = false;
    bool is_admin = false; // DocSpace administrator; false for the owner, as on the wire
    bool is_room_admin = false;
    bool is_collaborator = false;
    bool is_visitor = false; // a guest
    bool is_ldap = false;
    bool is_sso = false;
    bool is_removed = false;  // gone for the API, still the actor of old events
    bool never_named = false; // invited and never came: comes back as pending
    int activation_status = 1;
    std::optional<wall_time> terminated{};
    wall_time registered{};
    std::string notes{};
    bool spam = false;
    std::vector<std::string> groups{}; // their ids
    unsigned sessions_ended = 0;       // how often the cookies were reset
    unsigned logout_pushes = 0;        // how often open browser tabs were logged out
};

// A key acts as its creator.
struct api_key {
    std::string text{}; // "sk-" and 64 hex digits
    std::string name = "docwarden";
    std::string creator_id{};
    std::vector<std::string> permissions{}; // none means everything
    std::optional<wall_time> expires{};
    bool is_active = true;
    wall_time created{};
};

class people
{
public:
    explicit people(std::uint64_t seed) : seed_(seed) {}

    // Returns the GUID, which is made from the seed when blank.
    std::string add(user person);
    // Returns the text of the key, which is made from the seed when blank.
    std::string add_key(api_key key);

    // Returns the GUID, which is made from the seed when blank.
    std::string add_group(user_group group);
    const user_group* find_group(std::string_view id) const;
    const std::deque<user_group>& groups() const { return groups_; }

    // By GUID (any case) or user name; null when unknown. Removed people are found, too.
    user* find(std::string_view id_or_name);
    const user* find(std::string_view id_or_name) const;
    api_key* find_key(std::string_view text);

    const std::deque<user>& all() const { return users_; }
    const user* owner() const;
    // What an event shows as `user`.
    std::string name_of(std::string_view id) const;
    // Active people who need a paid seat.
    std::size_t seats_used() const;

private:
    std::uint64_t seed_;
    std::deque<user> users_; // in order of joining; a deque keeps pointers valid
    std::deque<api_key> keys_;
    std::deque<user_group> groups_;
};

} // namespace docwarden::sim
