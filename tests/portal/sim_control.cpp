#include "tests/portal/sim_control.hpp"

#include "tests/portal/control_arguments.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>

namespace docwarden::sim
{

namespace
{

namespace json = boost::json;

employee_status parse_status(std::int64_t number)
{
    if (number != 1 && number != 2 && number != 4)
        throw bad_request("status must be 1 (active), 2 (terminated) or 4 (pending)");
    return static_cast<employee_status>(number);
}

json::object add_user(const arguments& given, portal_model& model)
{
    user person;
    person.id = given.text("id");
    if (!person.id.empty() && !parse_guid(person.id))
        throw bad_request("id must be a GUID");
    person.display_name = given.text("displayName");
    person.user_name = given.text("userName");
    person.email = given.text("email");
    person.status = parse_status(given.number("status", 1));
    person.is_owner = given.flag("isOwner", false);
    person.is_admin = given.flag("isAdmin", false);
    person.is_room_admin = given.flag("isRoomAdmin", false);
    person.is_collaborator = given.flag("isCollaborator", false);
    person.is_visitor = given.flag("isVisitor", false);
    person.is_ldap = given.flag("isLDAP", false);
    person.groups = given.texts("groups");
    for (const std::string& group : person.groups) {
        if (model.users().find_group(group) == nullptr)
            throw bad_request("groups must be ids of groups");
    }
    return {{"id", model.add_user(std::move(person))}};
}

json::object add_group(const arguments& given, portal_model& model)
{
    user_group group;
    group.id = given.text("id");
    if (!group.id.empty() && !parse_guid(group.id))
        throw bad_request("id must be a GUID");
    group.name = given.text("name");
    return {{"id", model.add_group(std::move(group))}};
}

json::object add_key(const arguments& given, portal_model& model)
{
    api_key key;
    key.creator_id = given.text("userId");
    if (model.users().find(key.creator_id) == nullptr)
        throw bad_request("userId must be somebody's id or user name");
    key.creator_id = model.user_of(key.creator_id).id;
    key.name = given.text("name", "docwarden");
    key.permissions = given.texts("permissions");
    key.expires = given.date("expires");
    return {{"key", model.add_key(std::move(key))}};
}

// The ids of the files of a batch: a list, or so many from a first number on.
std::vector<std::string> files_of(const arguments& given)
{
    constexpr std::int64_t batch_max = 100'000;
    if (const json::value* files = given.raw("files"); files != nullptr && files->is_array())
        return given.texts("files");
    if (!given.has("files"))
        return {given.text("fileId", "1")};
    const std::int64_t count = given.number("files", 1);
    if (count < 0 || count > batch_max)
        throw bad_request("files must be at most 100000");
    const std::int64_t first = given.number("firstFileId", 1);
    std::vector<std::string> ids;
    for (std::int64_t id = first; id < first + count; ++id)
        ids.push_back(std::to_string(id));
    return ids;
}

json::object add_events(const arguments& given, portal_model& model, wall_time now)
{
    const std::string person = given.text("userId");
    if (model.users().find(person) == nullptr && !parse_guid(person))
        throw bad_request("userId must be somebody's id or user name, or a GUID");
    const auto action = static_cast<int>(given.count("action", 5034));
    const std::chrono::milliseconds spacing{given.number("spacingMs", 0)};
    const auto visible_at = given.date("visibleAt");
    wall_time at =
        given.date("at").value_or(now) + std::chrono::milliseconds{given.number("delayMs", 0)};
    json::array rows;
    for (const std::string& file : files_of(given)) {
        const std::string title = given.text("title", "file-" + file + ".docx");
        const row_number row = visible_at
                                   ? model.record_late(person, action, file, title, at, *visible_at)
                                   : model.record(person, action, file, title, at);
        rows.emplace_back(row);
        at += spacing;
    }
    return {{"rows", std::move(rows)}};
}

fault_kind parse_fault_kind(std::string_view name)
{
    using enum fault_kind;
    static constexpr std::array<std::pair<std::string_view, fault_kind>, 13> kinds{
        {{"answer", answer},
         {"drop-before", drop_before},
         {"redirect", redirect},
         {"drop-after", drop_after},
         {"truncate", truncate},
         {"garbage", garbage},
         {"oversized", oversized},
         {"wrong-content-type", wrong_content_type},
         {"invalid-json", invalid_json},
         {"extra-headers", extra_headers},
         {"delay", delay},
         {"leave-unchanged", leave_unchanged},
         {"pretend-disabled", pretend_disabled}}};
    for (const auto& [text, kind] : kinds) {
        if (text == name)
            return kind;
    }
    throw bad_request("unknown kind of fault");
}

json::object set_fault(const arguments& given, portal_model& model)
{
    fault trouble;
    trouble.kind = parse_fault_kind(given.text("kind", "answer"));
    trouble.path_prefix = given.text("path", "/");
    trouble.method = given.text("method");
    trouble.target_contains = given.text("contains");
    if (given.has("count"))
        trouble.count = given.count("count", 1);
    trouble.skip = given.count("skip", 0);
    trouble.status = given.count("status", trouble.kind == fault_kind::answer ? 500 : 0);
    trouble.content_type = given.text("contentType");
    trouble.body = given.text("body");
    trouble.body_bytes = given.count("bodyBytes", 0);
    trouble.location = given.text("location");
    trouble.pause = std::chrono::milliseconds{given.count("pauseMs", 0)};
    if (const json::value* headers = given.raw("headers"); headers != nullptr) {
        if (!headers->is_object())
            throw bad_request("headers must be an object");
        for (const auto& [name, value] : headers->get_object())
            trouble.headers.push_back(
                {std::string(name), value.is_string() ? value.get_string().c_str() : ""}
            );
    }
    return {{"fault", model.set_fault(std::move(trouble))}};
}

json::object clear_faults(const arguments& given, portal_model& model)
{
    if (given.has("fault"))
        model.clear_fault(given.count("fault", 0));
    else
        model.clear_faults();
    return {};
}

json::object set_status(const arguments& given, portal_model& model, wall_time now)
{
    const std::string person = given.text("userId");
    const user* owner = model.users().owner();
    const std::string actor = given.text("by", owner != nullptr ? owner->id : person);
    if (model.users().find(person) == nullptr || model.users().find(actor) == nullptr)
        throw bad_request("userId and by must be somebody's id or user name");
    model.set_user_status(actor, person, parse_status(given.number("status", 1)), now);
    return {};
}

json::object change_settings(const arguments& given, portal_model& model)
{
    portal_settings& settings = model.settings();
    settings.version = given.text("version", settings.version);
    settings.has_audit = given.flag("hasAudit", settings.has_audit);
    settings.is_audit_hidden = given.flag("isAuditHidden", settings.is_audit_hidden);
    settings.is_standalone = given.flag("isStandalone", settings.is_standalone);
    settings.is_unpaid = given.flag("isUnpaid", settings.is_unpaid);
    const std::int64_t status =
        given.number("tenantStatus", static_cast<std::int64_t>(settings.status));
    if (status < 0 || status > 6)
        throw bad_request("tenantStatus must be 0 to 6");
    settings.status = static_cast<tenant_status>(status);
    if (given.has("timeZone")) {
        const auto place = parse_zone(given.text("timeZone"));
        if (!place)
            throw bad_request("timeZone is not known");
        settings.time_zone = *place;
    }
    if (given.has("seatsMax"))
        settings.seats_max = given.count("seatsMax", 0);
    if (given.has("requestsPerMinute"))
        settings.limiter = rate_limit{given.count("requestsPerMinute", 0)};
    settings.write_delay =
        std::chrono::milliseconds{given.number("writeDelayMs", settings.write_delay.count())};
    return {};
}

json::object change_clock(const arguments& given, portal_model& model, portal_clock& clock)
{
    if (const auto moment = given.date("stopAt"))
        clock.stop_at(*moment);
    if (const auto moment = given.date("runFrom"))
        clock.run_from(*moment);
    clock.advance(std::chrono::milliseconds{given.number("advanceMs", 0)});
    model.commit(clock.reading());
    return {{"now", print_utc(clock.reading())}};
}

json::object request_object(const request_record& record)
{
    return {
        {"at", print_utc(record.at)},
        {"method", record.method},
        {"target", record.target},
        {"body", record.body},
        {"key", record.key_name},
        {"userId", record.user_id},
        {"status", record.status},
        {"effect", record.effect},
        {"fault", record.had_fault}};
}

json::object list_requests(const request_target& target, const portal_model& model)
{
    const std::string* text = target.parameter("since");
    const auto since = text != nullptr ? parse_integer(*text).value_or(0) : 0;
    const auto first = static_cast<std::int64_t>(model.requests_total() - model.requests().size());
    json::array list;
    for (std::size_t i = 0; i < model.requests().size(); ++i) {
        if (first + static_cast<std::int64_t>(i) >= since)
            list.push_back(request_object(model.requests()[i]));
    }
    return {{"requests", std::move(list)}, {"next", model.requests_total()}};
}

json::object list_disables(const portal_model& model)
{
    json::object list;
    for (const auto& [id, counts] : model.disables())
        list[id] = json::object{{"asked", counts.asked}, {"effective", counts.effective}};
    return {{"disables", std::move(list)}};
}

json::object list_users(const portal_model& model)
{
    json::array list;
    for (const user& person : model.users().all())
        list.push_back(json::object{
            {"id", person.id},
            {"displayName", person.display_name},
            {"userName", person.user_name},
            {"email", person.email},
            {"status", static_cast<int>(person.status)}});
    return {{"users", std::move(list)}};
}

json::object list_events(const request_target& target, portal_model& model)
{
    const std::string* person = target.parameter("userId");
    if (person == nullptr || model.users().find(*person) == nullptr)
        throw bad_request("userId must be somebody's id or user name");
    json::array list;
    for (const audit_row* row : model.rows_of(*person))
        list.push_back(json::object{
            {"id", row->id},
            {"at", print_utc(row->entry.at)},
            {"date", print_utc(row->date)},
            {"action", row->entry.action},
            {"target", row->target}});
    return {{"events", std::move(list)}};
}

json::object read(const request_target& target, portal_model& model, wall_time now)
{
    if (target.path == "/sim/clock")
        return {{"now", print_utc(now)}};
    if (target.path == "/sim/requests")
        return list_requests(target, model);
    if (target.path == "/sim/disables")
        return list_disables(model);
    if (target.path == "/sim/users")
        return list_users(model);
    if (target.path == "/sim/events")
        return list_events(target, model);
    throw bad_request("GET knows /sim/clock, requests, disables, users and events");
}

json::object
write(std::string_view path, std::string_view body, portal_model& model, portal_clock& clock)
{
    boost::system::error_code ec;
    const json::value parsed = body.empty() ? json::value(json::object{}) : json::parse(body, ec);
    if (ec || !parsed.is_object())
        throw bad_request("the body must be a JSON object");
    const arguments given(parsed.get_object());
    if (path == "/sim/users")
        return add_user(given, model);
    if (path == "/sim/groups")
        return add_group(given, model);
    if (path == "/sim/keys")
        return add_key(given, model);
    if (path == "/sim/events")
        return add_events(given, model, clock.reading());
    if (path == "/sim/faults")
        return set_fault(given, model);
    if (path == "/sim/faults/clear")
        return clear_faults(given, model);
    if (path == "/sim/status")
        return set_status(given, model, clock.reading());
    if (path == "/sim/settings")
        return change_settings(given, model);
    if (path == "/sim/clock")
        return change_clock(given, model, clock);
    throw bad_request(
        "POST knows users, groups, keys, events, faults, faults/clear, status, settings, clock"
    );
}

} // namespace

http_reply
handle_control(const http_request_view& request, portal_model& model, portal_clock& clock)
{
    const request_target target = parse_target(request.target);
    unsigned status = 200;
    json::object answer;
    try {
        answer = request.method == "GET" ? read(target, model, clock.reading())
                                         : write(target.path, request.body, model, clock);
        answer["ok"] = true;
    } catch (const bad_request& mistake) {
        status = 400;
        answer = {{"ok", false}, {"error", mistake.what()}};
    }
    return text_reply(status, "application/json", json::serialize(answer));
}

std::string request_line(const request_record& record)
{
    return json::serialize(request_object(record));
}

} // namespace docwarden::sim
