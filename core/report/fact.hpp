#pragma once
// Everything that the administrator is told, as values. `describe` makes the record of one: kind,
// urgency, sentence and fields. Whoever needs more than the sentence asks the fact.

#include "core/containment/incident_fact.hpp"
#include "core/reading/record_watch.hpp"
#include "core/report/condition.hpp"
#include "core/report/report.hpp"
#include "core/report/warning_texts.hpp"
#include "core/roster/roster.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace docwarden::core
{

// A condition has begun or has another cause now; or it is over, after so long.
struct condition_fact {
    condition subject;
    std::optional<std::chrono::seconds> lasted;
};

// A portal's recent past was read completely for the first time.
struct reading_begun {
    std::uint64_t rows = 0;
    std::size_t users = 0; // who made changes
};

// The process.
struct process_started {
    std::string version;
    std::string config_file;
    std::size_t portals = 0;
    std::size_t rules = 0;
    std::string admin_address;               // of the admin endpoint
    std::optional<std::uint16_t> admin_port; // nothing without one
};
struct process_stopping {
};
struct config_reloaded {
    std::vector<std::string> changes; // in force, each in words
    std::vector<std::string> ignored; // in force after a restart only
};
struct reload_rejected {
    std::vector<std::string> problems; // each with its place
};

using fact = std::variant<
    incident_fact,
    warning_fact,
    condition_fact,
    reading_begun,
    unknown_names,
    bad_record,
    unknown_action,
    suppressed_records,
    process_started,
    process_stopping,
    config_reloaded,
    reload_rejected>;

// The record to write. `contact` is who is told to act, as configured; may be empty.
report describe(const fact& subject, const std::string& contact);

} // namespace docwarden::core
