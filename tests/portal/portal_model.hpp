#pragma once
// The simulated DocSpace portal: a request and a time go in, a reply comes out, traps included, as
// far as a security daemon can meet them. Pure: no socket, no clock, no global;
// the same calls with the same seed give the same replies, byte for byte. The moments passed in may
// only go forward.
//
// `portal_server` puts it on a socket; a simulation calls `handle` itself and carries out
// `http_reply::how`.

#include "tests/portal/portal_state.hpp"

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::sim
{

class portal_model
{
public:
    explicit portal_model(portal_settings settings = {}, std::uint64_t seed = 1);

    // Answers one request. Rows that are due by `now` are visible to it.
    http_reply handle(const http_request_view& request, wall_time now);

    // Everything about the portal that may be changed between two requests.
    portal_settings& settings() { return state_.settings; }
    const portal_settings& settings() const { return state_.settings; }

    // --- people -------------------------------------------------------------------------------
    // The GUID of the new person; blank members are made up.
    std::string add_user(user person) { return state_.users.add(std::move(person)); }
    // The GUID of the new group; members name it in `user::groups`.
    std::string add_group(user_group group) { return state_.users.add_group(std::move(group)); }
    // The text of the new key.
    std::string add_key(api_key key) { return state_.users.add_key(std::move(key)); }
    // By GUID or user name; the person must exist.
    user& user_of(std::string_view id_or_name);
    const user& user_of(std::string_view id_or_name) const;
    api_key& key_of(std::string_view text);
    const people& users() const { return state_.users; }
    // What an administrator does in the portal's own pages: the status changes now, and the rows of
    // section 5.2 follow; the number of the one that says so.
    row_number set_user_status(
        std::string_view actor,
        std::string_view person,
        employee_status status,
        wall_time at
    );

    // --- audit trail --------------------------------------------------------------------------
    // Somebody did something to a file (or to what else the action is about). The row becomes
    // visible after the writer's delay, by default at once; `at` may lie in the future.
    row_number record(
        std::string_view person,
        int action,
        std::string_view file_id,
        std::string_view title,
        wall_time at
    );
    // The same, but the row becomes visible only then: out of order, as after an outage.
    row_number record_late(
        std::string_view person,
        int action,
        std::string_view file_id,
        std::string_view title,
        wall_time at,
        wall_time visible_at
    );
    row_number record(audit_entry entry) { return state_.report(std::move(entry)); }
    // Null until the row is visible. `commit` makes due rows visible without a request.
    const audit_row* row_of(row_number row) const { return state_.audit.committed(row); }
    void commit(wall_time now) { state_.audit.commit(now); }
    // What a page of the filter endpoint holds, for a simulation that does without its text: the
    // rows, newest first, and the JSON object of one.
    std::vector<const audit_row*>
    rows_between(wall_time from, wall_time to, std::size_t start, wall_time now);
    std::string text_of(const audit_row& row) const;
    // The visible rows of that person (by GUID or user name), oldest first. Valid until the next
    // change of the model.
    std::vector<const audit_row*> rows_of(std::string_view person);
    // From now on the row is serialised with `field` replaced by `value` (or without it); with an
    // empty field, `value` stands in the row's place.
    void corrupt_row(
        row_number row,
        std::string field,
        std::optional<boost::json::value> value = std::nullopt
    );
    // An action that only a newer server has. Its texts must outlive the model.
    void add_action(const action_info& newer) { state_.actions.add(newer); }
    const action_table& actions() const { return state_.actions; }

    // --- faults -------------------------------------------------------------------------------
    fault_number set_fault(fault trouble) { return state_.troubles.set(std::move(trouble)); }
    void clear_fault(fault_number number) { state_.troubles.clear(number); }
    void clear_faults() { state_.troubles.clear(); }

    // --- what the portal saw ------------------------------------------------------------------
    // The newest requests, oldest first; at most `requests_max`, the older ones are forgotten.
    static constexpr std::size_t requests_max = 100'000;
    const std::deque<request_record>& requests() const { return requests_; }
    // Ever seen; the number of the request after the last of `requests`.
    std::size_t requests_total() const { return requests_total_; }
    // How many requests have that method and a target beginning so.
    std::size_t count_requests(std::string_view method, std::string_view target_prefix) const;
    disable_counts disables_of(std::string_view person) const;
    const std::map<std::string, disable_counts>& disables() const { return state_.disables; }
    // Sentences about notable things since the last call.
    std::vector<std::pair<wall_time, std::string>> take_story();

private:
    http_reply answer(call& call);
    void keep(request_record record);

    portal_state state_;
    std::deque<request_record> requests_;
    std::size_t requests_total_ = 0;
};

// A portal with an owner, an administrator whose key the daemon uses (least privilege, section 6.2)
// and some people: what most tests need.
struct small_portal {
    explicit small_portal(portal_settings settings = {}, std::uint64_t seed = 1);
    portal_model model;
    std::string owner; // GUIDs
    std::string admin; // the creator of `key`
    std::string other_admin;
    std::string alice; // plain users
    std::string bob;
    std::string guest;
    std::string key;       // of the administrator
    std::string owner_key; // with all permissions
};

} // namespace docwarden::sim
