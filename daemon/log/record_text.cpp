#include "daemon/log/record_text.hpp"

#include "core/base/iso8601.hpp"
#include "core/base/text.hpp"
#include "daemon/log/message_id.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <chrono>

namespace docwarden::daemon
{

namespace
{

constexpr std::string_view field_prefix = "DOCWARDEN_";
constexpr std::size_t field_name_bytes_max = 64; // journald's own limit

// Names that every record fills in itself.
constexpr std::array<std::string_view, 4> taken_names =
    {"KIND", "PORTAL", "TIMESTAMP", "FIELDS_DROPPED"};

// syslog's short names, by PRIORITY.
constexpr std::array<std::string_view, 8> level_names =
    {"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"};

std::size_t number_of(core::priority level)
{
    return std::min(static_cast<std::size_t>(level), level_names.size() - 1);
}

bool is_taken(std::string_view name, const std::vector<core::report_field>& before)
{
    return std::find(taken_names.begin(), taken_names.end(), name) != taken_names.end() ||
           std::any_of(before.begin(), before.end(), [&](const core::report_field& field) {
               return std::string_view(field.name).substr(field_prefix.size()) == name;
           });
}

// What every form of the record carries, in the order in which it is written.
template <typename Visitor>
void for_each_field(const log_record& record, Visitor&& visit)
{
    visit("MESSAGE", record.message);
    visit("PRIORITY", std::to_string(number_of(record.level)));
    visit("MESSAGE_ID", message_id(record.kind));
    visit("SYSLOG_IDENTIFIER", "docwarden");
    visit("DOCWARDEN_KIND", core::to_string(record.kind));
    if (!record.portal.empty())
        visit("DOCWARDEN_PORTAL", record.portal);
    for (const core::report_field& field : record.fields)
        visit(field.name, field.value);
}

// "alert [portal] message"
std::string sentence(const log_record& record)
{
    std::string text(core::to_string(record.kind));
    if (!record.portal.empty())
        text += " [" + record.portal + "]";
    return text + " " + record.message;
}

} // namespace

bool is_field_name(std::string_view name)
{
    const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto is_allowed = [&](char c) {
        return is_upper(c) || (c >= '0' && c <= '9') || c == '_';
    };
    return !name.empty() && name.size() + field_prefix.size() <= field_name_bytes_max &&
           is_upper(name.front()) && std::all_of(name.begin(), name.end(), is_allowed);
}

log_record make_record(const core::report& report, core::wall_time time, std::string_view portal)
{
    log_record record{
        .time = time,
        .kind = report.kind,
        .level = report.level,
        .portal = core::escape_text(portal, portal_bytes_max),
        .message = core::escape_text(report.message, message_bytes_max),
        .fields = {},
    };
    std::size_t dropped = 0;
    for (const core::report_field& field : report.fields) {
        if (record.fields.size() == fields_max || !is_field_name(field.name) ||
            is_taken(field.name, record.fields)) {
            ++dropped;
            continue;
        }
        record.fields.push_back(
            {std::string(field_prefix) + field.name,
             core::escape_text(field.value, field_bytes_max)}
        );
    }
    if (dropped != 0)
        record.fields.push_back({"DOCWARDEN_FIELDS_DROPPED", std::to_string(dropped)});
    return record;
}

log_record record_of_loss(std::size_t count, std::string_view reason, core::wall_time time)
{
    const std::string number = std::to_string(count);
    const core::report report{
        .kind = core::report_kind::suppressed,
        .level = core::priority::warning,
        .message = "Records lost: " + number + " (" + std::string(reason) + ")",
        .fields = {{"COUNT", number}},
    };
    return make_record(report, time, "");
}

std::string rfc3339(core::wall_time time)
{
    using namespace std::chrono;
    constexpr core::wall_time first(sys_days(year(1) / January / 1).time_since_epoch());
    constexpr core::wall_time end(sys_days(year(10'000) / January / 1).time_since_epoch());
    const core::wall_time printable = std::clamp(time, first, end - core::tick(1));
    const auto second = floor<seconds>(printable);
    const auto fraction = floor<milliseconds>(printable - second);

    std::string text = core::format_date(second); // ends with "Z"
    const std::string digits = std::to_string(1000 + fraction.count()).substr(1);
    text.insert(text.size() - 1, "." + digits);
    return text;
}

std::string text_line(const log_record& record)
{
    std::string line = rfc3339(record.time) + " ";
    line += level_names[number_of(record.level)];
    return line + " " + sentence(record);
}

std::string prefixed_line(const log_record& record)
{
    return "<" + std::to_string(number_of(record.level)) + ">" + sentence(record);
}

std::string json_line(const log_record& record)
{
    boost::json::object object;
    object.emplace("TIMESTAMP", rfc3339(record.time));
    for_each_field(record, [&](std::string_view name, std::string_view value) {
        object.emplace(name, value);
    });
    return boost::json::serialize(object);
}

std::vector<std::string> journal_fields(const log_record& record)
{
    std::vector<std::string> fields;
    fields.reserve(record.fields.size() + 7);
    for_each_field(record, [&](std::string_view name, std::string_view value) {
        fields.push_back(std::string(name) + "=" + std::string(value));
    });
    // When it happened: a record that waited in the queue reaches journald later than that.
    fields.push_back("DOCWARDEN_TIMESTAMP=" + rfc3339(record.time));
    return fields;
}

} // namespace docwarden::daemon
