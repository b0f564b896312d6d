#pragma once
// Everything the simulated portal knows, as plain data, and one request on its way through it.
// `portal_model` owns it; the endpoints (`endpoints.hpp`) work on it.

#include "tests/portal/action_table.hpp"
#include "tests/portal/audit_log.hpp"
#include "tests/portal/faults.hpp"
#include "tests/portal/generator.hpp"
#include "tests/portal/http_exchange.hpp"
#include "tests/portal/people.hpp"
#include "tests/portal/portal_date.hpp"
#include "tests/portal/wire.hpp"

#include <boost/json/value.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace docwarden::sim
{

// TenantStatus on the wire.
enum class tenant_status {
    active = 0,
    suspended = 1,
    remove_pending = 2,
    transferring = 3,
    restoring = 4,
    migrating = 5,
    encrypting = 6,
};

enum class prose_language { english, german };

// The sliding limit of section 6.3, per user.
struct rate_limit {
    unsigned requests_per_minute = 1500;
    enum class answer { seconds, zero, nothing } retry_after = answer::seconds;
};

struct portal_settings {
    std::string host = "docs.example.com";
    bool is_host_checked = false; // a SaaS server knows no portal for another Host
    std::string version = "3.7.2";
    zone time_zone{};
    bool has_microseconds = false; // PostgreSQL; MySQL rounds to seconds
    bool has_audit = true;         // the plan's feature
    bool is_audit_hidden = false;  // the section is hidden by configuration
    bool is_standalone = true;
    bool is_unpaid = false;
    tenant_status status = tenant_status::active;
    bool has_problem_bodies = true;        // short-circuiting filters answer RFC 7807, or nothing
    std::vector<std::string> ip_allowed{}; // empty for no restriction
    std::optional<rate_limit> limiter{};
    std::optional<std::size_t> seats_max{};
    prose_language language = prose_language::english;
    tie_order ties = tie_order::by_id;
    std::chrono::milliseconds write_delay{0};      // from action to visible row
    std::chrono::milliseconds write_jitter_max{0}; // ... plus a random time below this
    int first_row_id = 184'001;

    // What follows from the version (sections 1.9, 5.3 and 6.2).
    bool is_at_least(unsigned major, unsigned minor, unsigned patch = 0) const;
    std::int64_t page_max() const { return is_at_least(3, 2) ? 100 : 1000; }
    bool clamps_count() const { return !is_at_least(3, 2); }
    bool calls_it_location() const { return is_at_least(3, 5); }
    bool refuses_protected_users() const { return is_at_least(3, 7, 1); }
    bool enforces_scopes() const { return is_at_least(3, 7, 1); }
    bool flushes_by_minute() const { return !is_at_least(2, 6); }
};

// One request as the portal saw it. The key's text is never kept.
struct request_record {
    wall_time at{};
    std::string method;
    std::string target;
    std::string body;
    std::string key_name; // of a key that exists, valid or not
    std::string user_id;  // of an authenticated caller
    unsigned status = 0;  // 0 when no answer was sent
    std::string effect;   // what it changed, in words; empty for nothing
    bool had_fault = false;
};

struct disable_counts {
    unsigned asked = 0;     // requests that arrived and asked for it, whatever became of them
    unsigned effective = 0; // changes of the account's status to terminated
    bool operator==(const disable_counts&) const = default;
};

// A change to how one row is serialised: its member `field` becomes `value`, or goes when there is
// none. An empty field replaces the whole row.
struct row_patch {
    std::string field;
    std::optional<boost::json::value> value;
};

struct portal_state {
    portal_state(portal_settings portal, std::uint64_t seed)
        : settings(std::move(portal)), users(seed), audit(seed, settings.first_row_id),
          chance(seed, 7)
    {
    }

    portal_settings settings;
    action_table actions;
    people users;
    audit_log audit;
    faults troubles;
    generator chance;
    std::multimap<row_number, row_patch> row_patches;
    std::map<std::string, std::deque<wall_time>> recent_requests; // per limiter partition
    std::map<std::string, disable_counts> disables;               // per user id
    std::vector<std::pair<wall_time, std::string>> story;         // sentences not yet told

    // Books what somebody did; the writer's delay is added unless the entry has its own.
    row_number report(audit_entry entry);
    // The only way an account's status changes: keeps the books.
    void change_status(user& person, employee_status status, wall_time now);
    void tell(wall_time at, std::string sentence);
};

// One request inside the portal.
struct call {
    const http_request_view& request;
    request_target target;
    wall_time now;
    user* caller = nullptr;       // null for an anonymous request
    const api_key* key = nullptr; // of that caller
    const fault_plan& plan;
    std::string effect;

    bool is_administrator() const
    {
        return caller != nullptr && (caller->is_owner || caller->is_admin);
    }
    void add_effect(std::string_view words)
    {
        effect += (effect.empty() ? "" : ", ") + std::string(words);
    }
};

} // namespace docwarden::sim
