// GET security/audit/…: docspace-api.md section 1, with the failures of section 1.7.

#include "tests/portal/endpoints.hpp"

#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/storage_ptr.hpp>

#include <algorithm>

namespace docwarden::sim
{

namespace
{

namespace json = boost::json;

constexpr std::size_t newest_count = 20;
constexpr std::size_t short_title_max = 50;
constexpr std::chrono::hours lifetime{180 * 24};

// The parameters of the filter, bound.
struct filter {
    std::string user_id; // empty for all
    int location = 0;
    int type = 0;
    int action = 0; // 0 for none
    int entry = 0;
    std::string target;
    std::optional<wall_time> from;
    std::optional<wall_time> to;
    std::size_t count = 100;
    std::size_t start = 0;
};

// Collects the first parameter that does not bind.
class binder
{
public:
    explicit binder(const request_target& target) : target_(target) {}

    template <class Parse, class Set>
    void bind(std::string_view name, Parse parse, Set set)
    {
        const std::string* text = target_.parameter(name);
        if (text == nullptr)
            return;
        if (const auto value = parse(*text))
            set(*value);
        else if (bad_field.empty())
            refuse(name, "The value '" + *text + "' is not valid.");
    }

    void refuse(std::string_view name, std::string words)
    {
        bad_field = name;
        message = std::move(words);
    }

    std::string bad_field;
    std::string message;

private:
    const request_target& target_;
};

void bind_page(binder& values, filter& wanted, const portal_settings& settings)
{
    wanted.count = static_cast<std::size_t>(settings.page_max());
    values.bind("count", parse_integer, [&](std::int64_t count) {
        if (settings.clamps_count())
            count = std::clamp<std::int64_t>(count, 1, settings.page_max());
        else if (count < 1 || count > settings.page_max())
            return values.refuse("count", "The field Count must be between 1 and 100.");
        wanted.count = static_cast<std::size_t>(count);
    });
    values.bind("startIndex", parse_integer, [&](std::int64_t start) {
        wanted.start = static_cast<std::size_t>(std::max<std::int64_t>(start, 0));
    });
}

binder bind_filter(const call& call, const portal_state& state, filter& wanted)
{
    binder values(call.target);
    const auto parse_action = [&](std::string_view text) -> std::optional<int> {
        const auto number = parse_integer(text);
        if (!number)
            return state.actions.id_of(text);
        const int id = static_cast<int>(std::clamp<std::int64_t>(*number, -1, 1'000'000));
        return id == 0 || state.actions.knows(id) ? std::optional(id) : std::nullopt;
    };
    values.bind("userId", parse_guid, [&](std::string id) {
        wanted.user_id = id == zero_id ? std::string() : std::move(id);
    });
    values.bind("moduleType", parse_location, [&](int value) { wanted.location = value; });
    values.bind("actionType", parse_action_type, [&](int value) { wanted.type = value; });
    values.bind("action", parse_action, [&](int value) { wanted.action = value; });
    values.bind("entryType", parse_entry, [&](int value) { wanted.entry = value; });
    values.bind("from", parse_query_date, [&](wall_time value) { wanted.from = value; });
    values.bind("to", parse_query_date, [&](wall_time value) { wanted.to = value; });
    if (const std::string* target = call.target.parameter("target"))
        wanted.target = *target;
    bind_page(values, wanted, state.settings);
    return values;
}

bool matches(const filter& wanted, const action_table& actions, const audit_row& row)
{
    if (!wanted.user_id.empty() && !same_text(row.entry.user_id, wanted.user_id))
        return false;
    if (wanted.action != 0) {
        // One action: the other enums are ignored, and the target is compared as stored.
        return row.entry.action == wanted.action &&
               (wanted.target.empty() || row.target == wanted.target);
    }
    const action_info* info = actions.find(row.entry.action);
    if (info == nullptr || (wanted.type != 0 && static_cast<int>(info->type) != wanted.type))
        return false;
    if (wanted.entry == 0 || wanted.target.empty())
        return true;
    return info->has_entry(wanted.entry) && row.target.find(wanted.target) != std::string::npos;
}

std::vector<const audit_row*> select_rows(portal_state& state, const filter& wanted)
{
    const audit_log::range range{
        wanted.from, wanted.to, wanted.start, wanted.count, state.settings.ties};
    return state.audit.select(range, [&](const audit_row& row) {
        return matches(wanted, state.actions, row);
    });
}

std::string filled_in(std::string_view prose, std::string_view name, std::string_view title)
{
    std::string text(prose);
    for (const auto& [mark, value] : {std::pair{"{user}", name}, std::pair{"{title}", title}}) {
        if (const std::size_t at = text.find(mark); at != std::string::npos)
            text.replace(at, std::string_view(mark).size(), value);
    }
    return text;
}

json::array split_target(std::string_view target, const json::storage_ptr& memory)
{
    json::array parts(memory);
    while (true) {
        const std::size_t comma = std::min(target.find(','), target.size());
        parts.emplace_back(target.substr(0, comma));
        if (comma == target.size())
            return parts;
        target.remove_prefix(comma + 1);
    }
}

// Texts that are empty in the database are null, and null properties are omitted.
void put_text(json::object& event, std::string_view name, std::string_view value)
{
    if (!value.empty())
        event[name] = value;
}

json::value patched(const portal_state& state, row_number number, json::object event)
{
    json::value result = std::move(event);
    const auto [begin, end] = state.row_patches.equal_range(number);
    for (auto patch = begin; patch != end; ++patch) {
        const auto& [field, value] = patch->second;
        if (field.empty())
            return value.value_or(nullptr);
        if (value)
            result.get_object()[field] = *value;
        else
            result.get_object().erase(field);
    }
    return result;
}

json::value event_of(
    const portal_state& state,
    const audit_row& row,
    std::size_t title_max,
    const json::storage_ptr& memory
)
{
    const audit_entry& entry = row.entry;
    const portal_settings& settings = state.settings;
    const action_info& info = *state.actions.find(entry.action);
    const std::string name = state.users.name_of(entry.user_id);
    const std::string_view title = std::string_view(entry.title).substr(0, title_max);
    const bool german = settings.language == prose_language::german;

    json::object event(memory);
    event.reserve(18);
    event["id"] = row.id;
    event["date"] = print_portal_date(row.date, settings.time_zone);
    event["user"] = name;
    event["userId"] = entry.user_id;
    event["action"] = entry.prose.empty()
                          ? filled_in(german ? german_prose(info) : info.prose, name, title)
                          : entry.prose;
    event["actionId"] = entry.action;
    // Cut at the first colon: all that is left of an IPv6 address is its first group.
    if (!entry.ip.empty())
        event["ip"] = entry.ip.substr(0, entry.ip.find(':'));
    event["country"] = "";
    event["city"] = "";
    put_text(event, "browser", entry.browser);
    put_text(event, "platform", entry.platform);
    put_text(event, "page", entry.page);
    event["actionType"] = static_cast<int>(info.type);
    event["product"] = info.product();
    event[settings.calls_it_location() ? "location" : "module"] = info.location;
    if (!row.target.empty())
        event["target"] = split_target(row.target, memory);
    json::array entries(memory);
    for (const int kind : info.entries) {
        if (kind != 0)
            entries.emplace_back(kind);
    }
    event["entries"] = std::move(entries);
    event["context"] = entry.context;
    return patched(state, row.number, std::move(event));
}

// Tag events store the bare tag name where all others store JSON. The server parses whatever looks
// like JSON there, without a catch.
bool is_poison(const audit_row& row)
{
    const std::string& text = row.entry.title;
    if ((row.entry.action != 5076 && row.entry.action != 5077) || !text.starts_with('{') ||
        !text.ends_with('}'))
        return false;
    boost::system::error_code ec;
    json::parse(text, ec);
    return ec.failed();
}

http_reply events_reply(
    const portal_state& state,
    const call& call,
    const std::vector<const audit_row*>& rows,
    std::size_t title_max
)
{
    // One block of memory for the whole page: simulations ask for very many.
    const auto memory = json::make_shared_resource<json::monotonic_resource>();
    json::array events(memory);
    events.reserve(rows.size());
    for (const audit_row* row : rows) {
        if (is_poison(*row))
            return exception_reply(
                {500,
                 "Invalid property identifier character: }.",
                 "Newtonsoft.Json.JsonReaderException",
                 -2146233088}
            );
        events.push_back(event_of(state, *row, title_max, memory));
    }
    return success(call.request, std::move(events));
}

// What both endpoints answer when the plan has no audit: the filters play no role.
http_reply newest(portal_state& state, const call& call)
{
    audit_log::range wanted;
    wanted.from = call.now - lifetime;
    wanted.count = newest_count;
    wanted.ties = state.settings.ties;
    const auto rows = state.audit.select(wanted, [&](const audit_row& row) {
        return state.actions.find(row.entry.action) != nullptr;
    });
    return events_reply(state, call, rows, short_title_max);
}

std::optional<http_reply> refusal(const portal_state& state, const call& call)
{
    if (!call.is_administrator())
        return access_denied();
    if (state.settings.is_audit_hidden && !state.settings.is_standalone)
        return exception_reply(
            {402,
             "Your pricing plan does not support this option",
             "ASC.Core.Billing.BillingException",
             -2146233088}
        );
    return std::nullopt;
}

} // namespace

http_reply get_audit_filter(portal_state& state, call& call)
{
    filter wanted;
    const binder values = bind_filter(call, state, wanted);
    if (!values.bad_field.empty())
        return validation_failed(call.request, values.bad_field, values.message);
    if (auto refused = refusal(state, call))
        return *std::move(refused);
    if (!state.settings.has_audit || state.settings.is_audit_hidden)
        return newest(state, call);
    // The two dereferences of null of section 1.7.
    if (wanted.location != 0 && wanted.action == 0)
        return null_reference();
    if (wanted.action != 0 && state.actions.find(wanted.action) == nullptr)
        return null_reference();

    return events_reply(state, call, select_rows(state, wanted), std::string::npos);
}

std::vector<const audit_row*>
rows_between(portal_state& state, wall_time from, wall_time to, std::size_t start)
{
    filter wanted;
    wanted.from = from;
    wanted.to = to;
    wanted.start = start;
    return select_rows(state, wanted);
}

std::string text_of(const portal_state& state, const audit_row& row)
{
    return json::serialize(event_of(state, row, std::string::npos, {}));
}

http_reply get_audit_last(portal_state& state, call& call)
{
    if (auto refused = refusal(state, call))
        return *std::move(refused);
    return newest(state, call);
}

http_reply get_audit_lifetime(portal_state& state, call& call)
{
    if (auto refused = refusal(state, call))
        return *std::move(refused);
    return success(
        call.request, json::object{{"loginHistoryLifeTime", 180}, {"auditTrailLifeTime", 180}}
    );
}

} // namespace docwarden::sim
