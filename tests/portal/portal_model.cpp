#include "tests/portal/portal_model.hpp"

#include "tests/portal/endpoints.hpp"
#include "tests/portal/routes.hpp"

#include <algorithm>
#include <cassert>

namespace docwarden::sim
{

namespace
{

constexpr std::chrono::minutes limiter_window{1};

// Who sends this request; nothing is said about whether they may.
struct credentials {
    user* caller = nullptr; // null when the request is anonymous or its key is not valid
    const api_key* key = nullptr;
    bool were_given = false;
};

credentials authenticate(portal_state& state, const http_request_view& request, wall_time now)
{
    credentials found;
    found.were_given = !request.authorization.empty();
    const std::string_view header = request.authorization;
    constexpr std::string_view scheme = "Bearer ";
    if (header.size() <= scheme.size() || !same_text(header.substr(0, scheme.size()), scheme))
        return found;
    found.key = state.users.find_key(header.substr(scheme.size()));
    if (found.key == nullptr || !found.key->is_active ||
        (found.key->expires && *found.key->expires <= now))
        return found;
    user* creator = state.users.find(found.key->creator_id);
    // Every request checks the account again: a disabled person's keys stop working.
    if (creator != nullptr && !creator->is_removed && creator->status == employee_status::active)
        found.caller = creator;
    return found;
}

// The sliding limit of section 6.3; a reply means that this request is one too many.
std::optional<http_reply> limited(portal_state& state, const std::string& partition, wall_time now)
{
    if (!state.settings.limiter)
        return std::nullopt;
    const rate_limit& limit = *state.settings.limiter;
    auto& recent = state.recent_requests[partition];
    while (!recent.empty() && recent.front() <= now - limiter_window)
        recent.pop_front();
    if (recent.size() < limit.requests_per_minute) {
        recent.push_back(now);
        return std::nullopt;
    }
    http_reply reply = empty_reply(429);
    reply.set_header("X-RateLimit-Limit", std::to_string(limit.requests_per_minute));
    reply.set_header("X-RateLimit-Remaining", "0");
    const auto wait =
        recent.empty() ? core::tick{limiter_window} : recent.front() + limiter_window - now;
    if (limit.retry_after == rate_limit::answer::zero)
        reply.set_header("Retry-After", "0");
    if (limit.retry_after == rate_limit::answer::seconds)
        reply.set_header(
            "Retry-After", std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count())
        );
    return reply;
}

http_reply short_circuit(const portal_settings& settings, unsigned status, std::string_view title)
{
    return settings.has_problem_bodies ? problem(status, title) : empty_reply(status);
}

// The states of the whole portal, section 6.4.
std::optional<http_reply> closed(const portal_settings& settings, const route& wanted)
{
    using enum tenant_status;
    if (settings.status == suspended || settings.status == remove_pending)
        return short_circuit(settings, 404, "Not Found");
    if (settings.status != active && !wanted.survives_restore)
        return short_circuit(settings, 403, "Forbidden");
    if (settings.is_unpaid && !wanted.survives_unpaid)
        return short_circuit(settings, 402, "Payment Required");
    return std::nullopt;
}

bool is_json(std::string_view content_type)
{
    const std::string media = lower_case(content_type.substr(0, content_type.find(';')));
    return media == "application/json" || media == "text/json" || media.ends_with("+json");
}

} // namespace

bool portal_settings::is_at_least(unsigned major, unsigned minor, unsigned patch) const
{
    std::array<unsigned, 3> numbers{};
    std::size_t part = 0;
    for (const char letter : version) {
        if (letter == '.' && ++part == numbers.size())
            break;
        if (letter >= '0' && letter <= '9')
            numbers[part] = numbers[part] * 10 + static_cast<unsigned>(letter - '0');
    }
    return numbers >= std::array{major, minor, patch};
}

row_number portal_state::report(audit_entry entry)
{
    const wall_time date = stored_date(entry.at, settings.has_microseconds);
    wall_time visible_at = entry.at + settings.write_delay;
    if (settings.write_jitter_max.count() > 0) {
        const auto bound =
            static_cast<std::uint64_t>(core::tick{settings.write_jitter_max}.count());
        visible_at += core::tick{static_cast<std::int64_t>(chance.below(bound))};
    }
    if (settings.flushes_by_minute())
        visible_at =
            wall_time{std::chrono::ceil<std::chrono::minutes>(visible_at.time_since_epoch())};
    if (entry.visible_at)
        visible_at = *entry.visible_at;
    return audit.add(std::move(entry), date, visible_at);
}

void portal_state::change_status(user& person, employee_status status, wall_time now)
{
    if (person.status == status)
        return;
    person.status = status;
    if (status == employee_status::terminated) {
        ++disables[person.id].effective;
        tell(now, "the account of " + person.display_name + " has been disabled");
    } else {
        tell(now, "the account of " + person.display_name + " has been enabled again");
    }
}

void portal_state::tell(wall_time at, std::string sentence)
{
    constexpr std::size_t untold_max = 10'000;
    if (story.size() < untold_max)
        story.emplace_back(at, std::move(sentence));
}

portal_model::portal_model(portal_settings settings, std::uint64_t seed)
    : state_(std::move(settings), seed)
{
}

http_reply portal_model::handle(const http_request_view& request, wall_time now)
{
    state_.audit.commit(now);
    for (const std::string& person : disables_asked(state_, request))
        ++state_.disables[person].asked;

    request_target target = parse_target(request.target);
    const fault_plan plan = state_.troubles.take(request.method, target.path, request.target);
    const credentials identity = authenticate(state_, request, now);
    call asked{request, std::move(target), now, identity.caller, identity.key, plan, {}};
    http_reply reply = plan.has_effect() ? answer(asked) : reply_of(*plan.main);
    if (reply.header("Date") == nullptr)
        reply.set_header("Date", print_http_date(now));
    if (plan.main)
        damage(reply, *plan.main);
    reply.how.delay += plan.pause;
    // Rows that the request itself booked are visible at once when the writer has no delay.
    state_.audit.commit(now);

    request_record record;
    record.at = now;
    record.method = request.method;
    record.target = request.target;
    record.body = request.body;
    record.key_name = identity.key != nullptr ? identity.key->name : "";
    record.user_id = identity.caller != nullptr ? identity.caller->id : "";
    record.status = reply.how.drop || reply.how.raw ? 0 : reply.status;
    record.effect = asked.effect;
    record.had_fault =
        plan.main || plan.pause.count() > 0 || plan.leaves_unchanged || plan.pretends_disabled;
    keep(std::move(record));
    return reply;
}

http_reply portal_model::answer(call& call)
{
    const portal_settings& settings = state_.settings;
    if (settings.is_host_checked && !same_text(call.request.host, settings.host))
        return short_circuit(settings, 404, "Not Found");
    const std::string partition =
        call.caller != nullptr ? call.caller->id : std::string(call.request.remote_ip);
    if (auto refused = limited(state_, partition, call.now))
        return *std::move(refused);
    const found_route found = find_route(call.request.method, call.target.segments);
    if (found.match == nullptr)
        return empty_reply(found.other_method ? 405 : 404);
    const route& wanted = *found.match;

    // A key that is not valid is refused even where nobody needs one.
    const bool is_open =
        wanted.scopes == scope_rule::anonymous && call.request.authorization.empty();
    if (call.caller == nullptr && !is_open)
        return empty_reply(401);
    const bool is_checked = settings.enforces_scopes() || wanted.method == "GET";
    if (call.key != nullptr && is_checked && !permits(call.key->permissions, wanted))
        return empty_reply(403);
    if (!settings.ip_allowed.empty() &&
        std::ranges::find(settings.ip_allowed, call.request.remote_ip) == settings.ip_allowed.end())
        return text_reply(
            403, "text/plain; charset=utf-8", "Access is restricted for this IP address"
        );
    if (auto refused = closed(settings, wanted))
        return *std::move(refused);
    const bool has_body = wanted.method == "PUT" && wanted.scopes == scope_rule::accounts;
    if (has_body && !is_json(call.request.content_type))
        return problem(415, "Unsupported Media Type");
    return wanted.endpoint(state_, call);
}

void portal_model::keep(request_record record)
{
    if (requests_.size() == requests_max)
        requests_.pop_front();
    requests_.push_back(std::move(record));
    ++requests_total_;
}

user& portal_model::user_of(std::string_view id_or_name)
{
    user* person = state_.users.find(id_or_name);
    assert(person != nullptr && "the simulated portal has nobody of that name");
    return *person;
}

const user& portal_model::user_of(std::string_view id_or_name) const
{
    const user* person = state_.users.find(id_or_name);
    assert(person != nullptr && "the simulated portal has nobody of that name");
    return *person;
}

api_key& portal_model::key_of(std::string_view text)
{
    api_key* key = state_.users.find_key(text);
    assert(key != nullptr && "the simulated portal has no such key");
    return *key;
}

row_number portal_model::set_user_status(
    std::string_view actor,
    std::string_view person,
    employee_status status,
    wall_time at
)
{
    user& changed = user_of(person);
    state_.change_status(changed, status, at);
    audit_entry entry;
    entry.user_id = user_of(actor).id;
    entry.action = 4020;
    entry.targets = {changed.id};
    entry.title = changed.display_name;
    entry.at = at;
    entry.context = "Contacts";
    if (status == employee_status::terminated) {
        audit_entry cookies = entry;
        cookies.action = 6032;
        cookies.targets.clear();
        state_.report(std::move(cookies));
    } else {
        changed.terminated.reset();
    }
    return state_.report(std::move(entry));
}

row_number portal_model::record(
    std::string_view person,
    int action,
    std::string_view file_id,
    std::string_view title,
    wall_time at
)
{
    audit_entry entry;
    // Special ids act, too, and nobody with such an id exists.
    const user* actor = state_.users.find(person);
    entry.user_id = actor != nullptr ? actor->id : lower_case(person);
    entry.action = action;
    entry.title = title;
    entry.at = at;
    if (!file_id.empty())
        entry.targets.emplace_back(file_id);
    // Copies and moves name the folder they end in as well.
    if ((action >= 5013 && action <= 5016) || (action >= 5022 && action <= 5025))
        entry.targets.emplace_back("77");
    if (action == 5034) {
        // Saved by the document server, which has no browser.
        entry.ip = "172.18.0.9";
        entry.browser = entry.platform = entry.page = "";
    }
    return state_.report(std::move(entry));
}

row_number portal_model::record_late(
    std::string_view person,
    int action,
    std::string_view file_id,
    std::string_view title,
    wall_time at,
    wall_time visible_at
)
{
    audit_entry entry;
    const user* actor = state_.users.find(person);
    entry.user_id = actor != nullptr ? actor->id : lower_case(person);
    entry.action = action;
    entry.targets = {std::string(file_id)};
    entry.title = title;
    entry.at = at;
    entry.visible_at = visible_at;
    return state_.report(std::move(entry));
}

std::vector<const audit_row*>
portal_model::rows_between(wall_time from, wall_time to, std::size_t start, wall_time now)
{
    state_.audit.commit(now);
    return sim::rows_between(state_, from, to, start);
}

std::string portal_model::text_of(const audit_row& row) const
{
    return sim::text_of(state_, row);
}

std::vector<const audit_row*> portal_model::rows_of(std::string_view person)
{
    const std::string id = user_of(person).id;
    auto rows =
        state_.audit.select({}, [&](const audit_row& row) { return row.entry.user_id == id; });
    std::ranges::reverse(rows);
    return rows;
}

void portal_model::corrupt_row(
    row_number row,
    std::string field,
    std::optional<boost::json::value> value
)
{
    state_.row_patches.emplace(row, row_patch{std::move(field), std::move(value)});
}

std::size_t
portal_model::count_requests(std::string_view method, std::string_view target_prefix) const
{
    return static_cast<std::size_t>(std::ranges::count_if(requests_, [&](const auto& request) {
        return request.method == method && request.target.starts_with(target_prefix);
    }));
}

disable_counts portal_model::disables_of(std::string_view person) const
{
    const user* known = state_.users.find(person);
    const auto found = state_.disables.find(known != nullptr ? known->id : lower_case(person));
    return found == state_.disables.end() ? disable_counts{} : found->second;
}

std::vector<std::pair<wall_time, std::string>> portal_model::take_story()
{
    return std::exchange(state_.story, {});
}

small_portal::small_portal(portal_settings settings, std::uint64_t seed)
    : model(std::move(settings), seed)
{
    owner = model.add_user({.display_name = "Olga Owner", .user_name = "olga", .is_owner = true});
    admin = model.add_user({.display_name = "Adam Admin", .user_name = "adam", .is_admin = true});
    other_admin =
        model.add_user({.display_name = "Anna Admin", .user_name = "anna", .is_admin = true});
    alice = model.add_user(
        {.display_name = "Alice Moreau", .user_name = "alice", .is_collaborator = true}
    );
    bob =
        model.add_user({.display_name = "Bob Novak", .user_name = "bob", .is_collaborator = true});
    guest = model.add_user({.display_name = "Gina Guest", .user_name = "gina", .is_visitor = true});
    key = model.add_key({.creator_id = admin, .permissions = {"*:read", "accounts:write"}});
    owner_key = model.add_key({.name = "owner's key", .creator_id = owner});
}

} // namespace docwarden::sim
