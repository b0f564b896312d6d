#include "core/audit/audit_record.hpp"

#include "core/audit/action_catalog.hpp"
#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"

#include <algorithm>
#include <charconv>

namespace docwarden::core
{

namespace
{

using field_type = raw_field::type;

constexpr std::size_t user_length_max = 320; // an e-mail address at the most

bool contains_folded(std::string_view text, std::string_view lower_word)
{
    return std::search(
               text.begin(),
               text.end(),
               lower_word.begin(),
               lower_word.end(),
               [](char a, char b) { return lower_case(a) == b; }
           ) != text.end();
}

template <class Integer>
std::optional<Integer> to_integer(std::string_view text)
{
    Integer value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

// The first of the fields that is there at all, as the sample's `a ?? b ?? c`.
const raw_field* first_of(const raw_record& record, std::initializer_list<raw_record::field> fields)
{
    for (const auto field : fields) {
        if (record.fields[field].is != field_type::absent)
            return &record.fields[field];
    }
    return nullptr;
}

bool is_scalar(const raw_field* field)
{
    return field != nullptr && (field->is == field_type::text || field->is == field_type::integer);
}

// A number, a number as text, or the action's name: newer servers may print enumerations as names.
std::optional<int> action_of(const raw_field& field)
{
    if (field.is == field_type::integer || field.is == field_type::text) {
        if (const auto number = to_integer<int>(field.text))
            return number;
    }
    if (field.is == field_type::text) {
        for (const action& known : all_actions()) {
            if (known.name == field.text)
                return known.id;
        }
    }
    return std::nullopt;
}

// Copies and moves carry the destination folder as the last target (docspace-api.md section 3.1).
bool has_destination(int action)
{
    return (action >= 5013 && action <= 5016) || (action >= 5022 && action <= 5025);
}

// The id of the object itself. The portal stores targets joined with commas and splits them again,
// so an id of a third-party storage that contains a comma arrives in pieces: they are joined again,
// or two different files could look like one.
void join_target(const raw_record& record, int action, std::string& id)
{
    std::size_t pieces = record.target_count;
    if (pieces > 1 && has_destination(action))
        --pieces;
    id.clear();
    for (std::size_t i = 0; i < pieces; ++i) {
        if (i != 0)
            id += ',';
        id += record.target[i];
    }
}

void assign_user(std::string_view text, std::string& user)
{
    user.assign(text);
    const bool could_be_guid = user.size() == 36 && user[8] == '-';
    if (!could_be_guid)
        return;
    for (char& c : user)
        c = lower_case(c);
}

std::string read_date(const raw_record& record, wall_time& time)
{
    const raw_field* date = first_of(record, {raw_record::date, raw_record::timestamp});
    if (date == nullptr)
        return "date is missing";
    if (date->is != field_type::text)
        return "date is not a text";
    const auto parsed = parse_date(date->text);
    if (!parsed)
        return "date is not an ISO 8601 date and time with a zone: \"" + date->text + "\"";
    time = *parsed;
    return {};
}

std::string read_user(const raw_record& record, audit_event& event)
{
    const raw_field* user = first_of(record, {raw_record::user_id, raw_record::account});
    if (user == nullptr)
        return "userId is missing";
    if (!is_scalar(user))
        return "userId is neither a text nor a number";
    const std::string_view user_text = trim(user->text);
    if (user_text.empty())
        return "userId is empty";
    if (user_text.size() > user_length_max)
        return "userId is longer than any real one";
    assign_user(user_text, event.user);

    const raw_field& name = record.fields[raw_record::user];
    if (name.is == field_type::text)
        event.user_name.assign(name.text);
    else
        event.user_name.clear();
    return {};
}

// The id serves only to recognise a row that is read again, so a record without a usable one
// counts.
std::string read_id(const raw_record& record, audit_event& event)
{
    event.id = 0;
    const raw_field& id = record.fields[raw_record::id];
    if (id.is == field_type::absent)
        return "id is missing";
    const auto number = is_scalar(&id) ? to_integer<std::int64_t>(id.text) : std::nullopt;
    if (!number || *number <= 0)
        return "id is not a positive integer";
    event.id = *number;
    return {};
}

// What is wrong with the parts that only the portal's shape has, or an empty text.
std::string read_portal_fields(const raw_record& record, audit_event& event)
{
    const auto number = action_of(record.fields[raw_record::action_id]);
    if (!number)
        return "actionId is neither a number nor a known action name";
    event.action = *number;
    if (std::string problem = read_user(record, event); !problem.empty())
        return problem;
    const action* known = find_action(event.action);
    event.kind = known != nullptr ? known->object : object_kind::none;
    join_target(record, event.action, event.object);
    const bool names_files = event.kind == object_kind::file || event.kind == object_kind::folder;
    if (names_files && record.target_is_malformed)
        return "target is not a list of texts or numbers";
    if (names_files && event.object.empty())
        return "target is missing, so the file or folder is unknown";
    return {};
}

// The action id that stands for a change word of the sample: any id of the set `change` would do.
int action_of_words(std::string_view text)
{
    constexpr int file_created = 5000;
    constexpr int file_updated = 5002;
    constexpr int file_uploaded = 5011;
    if (contains_folded(text, "upload"))
        return file_uploaded;
    if (contains_folded(text, "create"))
        return file_created;
    for (const std::string_view word : {"edit", "update", "save", "modify", "version"}) {
        if (contains_folded(text, word))
            return file_updated;
    }
    return 0;
}

bool is_change_of_file(const raw_record& record, audit_event& event)
{
    const raw_field* type =
        first_of(record, {raw_record::entity_type, raw_record::target_type, raw_record::entity});
    const raw_field& words = record.fields[raw_record::action];
    const bool is_file = type != nullptr && (contains_folded(type->text, "file") ||
                                             contains_folded(type->text, "document"));
    event.action = is_file && words.is == field_type::text ? action_of_words(words.text) : 0;
    return event.action != 0;
}

std::string read_sample_fields(const raw_record& record, audit_event& event)
{
    if (std::string problem = read_user(record, event); !problem.empty())
        return problem;
    const raw_field* object =
        first_of(record, {raw_record::entity_id, raw_record::file_id, raw_record::target_id});
    if (!is_scalar(object) || trim(object->text).empty())
        return "entityId is missing or neither a text nor a number";
    event.kind = object_kind::file;
    event.object.assign(trim(object->text));
    return {};
}

bool is_sample_shape(const raw_record& record)
{
    return first_of(
               record, {raw_record::entity_type, raw_record::target_type, raw_record::entity}
           ) != nullptr;
}

} // namespace

void raw_record::clear()
{
    for (raw_field& value : fields)
        value.clear();
    target_count = 0;
    target_is_malformed = false;
}

interpretation interpret(const raw_record& record, audit_event& event)
{
    interpretation meaning;
    const std::string date_problem = read_date(record, event.time);
    meaning.has_time = date_problem.empty();
    const bool is_portal_shape = record.fields[raw_record::action_id].is != field_type::absent;
    if (!is_portal_shape && !is_sample_shape(record)) {
        meaning.problem = "neither actionId nor entityType is there: not an audit record";
        return meaning;
    }
    if (!is_portal_shape && !is_change_of_file(record, event))
        return meaning;

    meaning.problem =
        is_portal_shape ? read_portal_fields(record, event) : read_sample_fields(record, event);
    if (meaning.problem.empty())
        meaning.problem = date_problem;
    if (!meaning.problem.empty())
        return meaning;
    meaning.is_event = true;
    const std::string id_problem = read_id(record, event);
    if (is_portal_shape) // exporters often leave the id out
        meaning.problem = id_problem;
    return meaning;
}

bool is_pseudo_user(std::string_view user)
{
    return user == "a37ee56e-3302-4a7b-b67e-ddbea64cd032" || // system
           user == "712d9ec3-5d2b-4b13-824f-71f00191dcca" || // anonymous, guest session
           user == "00000000-0000-0000-0000-000000000000";
}

} // namespace docwarden::core
