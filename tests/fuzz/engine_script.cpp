#include "tests/fuzz/engine_script.hpp"

#include "core/settings/disable_method.hpp"
#include "tests/core/making.hpp"

namespace docwarden::test
{

namespace
{

using namespace std::chrono_literals;
using core::milliseconds;

// Changes, a deletion, a download, a folder, a changed account status, and one nobody knows.
constexpr std::array<int, 8> actions{5011, 5002, 5018, 5009, 5024, 4020, 7777, 5015};

core::rule any_rule(byte_source& from, std::size_t index)
{
    constexpr std::array<milliseconds, 4> windows{10min, 1s, 60s, 24h};
    constexpr std::array<std::uint32_t, 6> thresholds{3, 0, 1, 10, 20, 1'000'000};
    using mode = core::response_mode;
    constexpr std::array<mode, 4> modes{mode::disable, mode::alert, mode::observe, mode::disable};
    core::rule by = make_rule("rule" + std::to_string(index), 3, 10min);
    by.window = from.one_of(windows);
    by.threshold = from.one_of(thresholds);
    by.response = from.one_of(modes);
    if (from.flag())
        by.actions = {5002, 5009, 5011, 5015, 5018, 5024};
    return by;
}

core::audit_event any_event(byte_source& from, const core::page_query& query)
{
    core::audit_event event;
    event.user = from.below(16) == 0 ? "not a guid, \n" : account(from.below(account_count));
    event.user_name = event.user.substr(0, 8);
    event.action = from.one_of(actions);
    event.kind = static_cast<core::object_kind>(from.below(6));
    // In the stretch that was asked for, mostly.
    const auto span = (query.to - query.from).count();
    event.time = query.to - core::tick(span / 256 * from.byte());
    if (from.below(32) == 0)
        event.time = any_moment(from);
    return event;
}

// Some changes of one user, one a tick, to so many files.
void add_run(byte_source& from, const core::page_query& query, core::audit_page& page)
{
    core::audit_event event = any_event(from, query);
    const std::size_t count = 1 + from.below(40);
    const std::size_t first = from.byte();
    const bool is_numbered = from.below(4) != 0;
    const auto first_row = static_cast<std::int64_t>(from.byte()) * 16;
    for (std::size_t i = 0; i < count; ++i) {
        event.id = is_numbered ? first_row + static_cast<std::int64_t>(i) + 1 : 0;
        event.object = std::to_string(first + i);
        if (first >= 250) // the id of a third-party storage
            event.object.insert(0, "drive-");
        if (event.action == 4020)
            event.object = account(first % account_count) + "," + account(i % account_count);
        page.events.push_back(event);
        if (event.time - core::tick(1) >= any_moment_first)
            event.time -= core::tick(1);
    }
}

} // namespace

std::string account(std::size_t index)
{
    // One of them is a pseudo user of the portal: the system.
    if (index == account_count - 1)
        return "a37ee56e-3302-4a7b-b67e-ddbea64cd032";
    return "d0c5face-0000-4000-8000-00000000000" + std::to_string(index);
}

core::wall_time any_moment(byte_source& from)
{
    constexpr std::int64_t seconds_in_all = 315'537'897'600; // of the years 1 to 9999
    const std::int64_t share = from.number();                // of 2^32
    return any_moment_first + std::chrono::seconds(seconds_in_all / 4'294'967'296 * share);
}

core::engine_settings any_settings(byte_source& from)
{
    constexpr std::array<milliseconds, 3> intervals{15s, 1s, 1h};
    constexpr std::array<milliseconds, 4> latenesses{15min, 0s, 60s, 24h};
    constexpr std::array<milliseconds, 3> backoffs{20s, 1s, 15min};
    constexpr std::array<std::uint32_t, 4> disables{1000, 0, 1, 5};
    constexpr std::array<milliseconds, 3> disable_windows{10min, 1s, 720h};
    constexpr std::array<std::uint32_t, 4> shares{100, 1, 50, 99};
    core::engine_settings made;
    made.portal = "docs.example.com";
    const std::size_t rules = 1 + from.below(3);
    for (std::size_t i = 0; i < rules; ++i)
        made.rules.push_back(any_rule(from, i));
    made.polling.poll_interval = from.one_of(intervals);
    made.polling.rescan_interval = from.one_of(intervals);
    made.polling.lateness = from.one_of(latenesses);
    made.polling.backoff_max = from.one_of(backoffs);
    made.containment.disables_max = from.one_of(disables);
    made.containment.disables_window = from.one_of(disable_windows);
    made.containment.disables_share = from.one_of(shares);
    if (from.flag())
        made.containment.method = core::disable_method::member;
    const std::size_t who = from.below(4);
    if (who == 0)
        made.containment.exempt = {core::exemption{account(from.below(account_count))}};
    if (who == 1)
        made.rules[0].groups = {"robots"};
    if (who == 2)
        made.rules[0].users = {account(2), "somebody@example.com"};
    return made;
}

core::audit_page any_page(byte_source& from, const core::page_query& query)
{
    core::audit_page page;
    const std::size_t runs = from.below(5);
    for (std::size_t i = 0; i < runs; ++i)
        add_run(from, query, page);
    page = make_page(std::move(page.events));
    if (from.below(8) == 0) {
        page.problems.push_back({page.rows, from.byte(), "bad", from.flag(), from.byte()});
        ++page.rows;
    }
    if (from.below(8) == 0)
        page.rows = 100; // a full page, of which the rest is of no interest
    return page;
}

core::profile any_profile(byte_source& from, const std::string& asked_for)
{
    using status = core::user_status;
    constexpr std::array<status, 4> states{
        status::active, status::terminated, status::active, status::pending};
    core::profile who;
    who.id = asked_for;
    who.display_name = "somebody \xE2\x80\xAE\n";
    who.email = "SomeBody@example.com";
    who.status = from.one_of(states);
    const std::size_t what = from.below(16);
    who.is_owner = what == 1;
    who.is_admin = what == 2;
    who.is_ldap = what == 3;
    return who;
}

core::portal_facts any_facts(byte_source& from)
{
    static const char* const versions[] = {
        "3.7.2", "3.7.0", "3.1", "2.5.1", "", "3.", "99999999999.1"};
    core::portal_facts facts;
    facts.version = versions[from.below(std::size(versions))];
    facts.tenant_status = static_cast<int>(from.below(8));
    if (from.flag())
        facts.owner_id = account(from.below(account_count));
    return facts;
}

core::key_facts any_key(byte_source& from, const std::string& creator)
{
    static const char* const scopes[] = {
        "*", "*:read", "*:write", "accounts:write", "files:read", ""};
    core::key_facts key;
    for (std::size_t i = from.below(4); i > 0; --i)
        key.permissions.emplace_back(scopes[from.below(std::size(scopes))]);
    if (from.flag())
        key.expires = any_moment(from);
    key.is_active = from.below(8) != 7;
    key.creator_id = from.flag() ? creator : account(from.below(account_count));
    return key;
}

core::quota_facts any_quota(byte_source& from)
{
    core::quota_facts quota;
    if (from.flag())
        quota.has_audit = from.flag();
    return quota;
}

core::api_failure any_failure(byte_source& from)
{
    core::api_failure why;
    why.kind = static_cast<core::failure_kind>(from.below(11));
    why.text = "the portal says no\n";
    if (from.flag())
        why.retry_after = std::chrono::seconds(from.number() / 4);
    return why;
}

std::optional<core::wall_time> any_date(byte_source& from, core::wall_time now)
{
    const auto whole = std::chrono::floor<std::chrono::seconds>(now);
    switch (from.below(16)) {
    case 1:
        return std::nullopt;
    case 2:
        return any_moment(from);
    case 3:
        return whole + std::chrono::minutes(from.byte());
    case 4:
        return whole - std::chrono::minutes(from.byte());
    default:
        return whole;
    }
}

} // namespace docwarden::test
