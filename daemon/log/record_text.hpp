#pragma once
// How a report looks outside the process: a line for people, a JSON object for collectors, fields
// for the journal. Pure: values in, text out. Everything in a `log_record` has been escaped, so
// that whatever a portal sent can neither forge a record or a field nor hide one.

#include "core/base/time.hpp"
#include "core/report/report.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::daemon
{

// What one record may hold at most; longer texts are cut, further fields left out and counted.
inline constexpr std::size_t message_bytes_max = 2048;
inline constexpr std::size_t field_bytes_max = 1024;
inline constexpr std::size_t portal_bytes_max = 128;
inline constexpr std::size_t fields_max = 32;

// A report made ready to be written: stamped, named, escaped, bounded. Only `make_record` makes it.
struct log_record {
    core::wall_time time;
    core::report_kind kind = core::report_kind::started;
    core::priority level = core::priority::info;
    std::string portal; // empty for what concerns the whole process
    std::string message;
    std::vector<core::report_field> fields; // full names: "DOCWARDEN_USER_ID"
    bool operator==(const log_record&) const = default;
};

// True for A-Z, 0-9 and _, neither a digit nor _ first, at most 64 bytes including the prefix
// "DOCWARDEN_" that is put before it: journald drops anything else without a word.
bool is_field_name(std::string_view name);

// Fields whose name is not a field name, is taken (KIND, PORTAL, TIMESTAMP, FIELDS_DROPPED) or came
// before, and those beyond `fields_max`, are left out; DOCWARDEN_FIELDS_DROPPED then says how many.
log_record make_record(const core::report& report, core::wall_time time, std::string_view portal);

// A record (kind `suppressed`) that says how many records were lost, and why, and `time`, when the
// last one of them was to be written.
log_record record_of_loss(std::size_t count, std::string_view reason, core::wall_time time);

// "2026-11-23T06:10:00.123Z": UTC, milliseconds, rounded down. Times outside the years 1 to 9999
// become the nearest moment inside.
std::string rfc3339(core::wall_time time);

// "2026-11-23T06:10:00.123Z crit alert [portal] message", without the newline.
std::string text_line(const log_record& record);

// "<2>alert [portal] message": for a standard error that journald or the kernel's log reads, which
// takes the priority from the brackets and stamps the line itself.
std::string prefixed_line(const log_record& record);

// One JSON object without the newline. Its keys are the journal's, its values all text, as in
// `journalctl -o json`; TIMESTAMP is in front.
std::string json_line(const log_record& record);

// "KEY=value" each, for sd_journal_sendv.
std::vector<std::string> journal_fields(const log_record& record);

} // namespace docwarden::daemon
