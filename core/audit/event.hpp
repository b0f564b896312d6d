#pragma once
// One audit event, understood: who did what to which object, and when.

#include "core/audit/object_kind.hpp"
#include "core/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace docwarden::core
{

struct audit_event {
    std::int64_t id = 0;   // the portal's row id, unique and stable; 0 if the record carries none
    wall_time time;        // when it was done, as the portal tells it
    std::string user;      // who did it: a GUID in lower case, or an exporter's account name
    std::string user_name; // how the portal shows them; may be empty; hostile text
    int action = 0;        // DocSpace MessageAction
    object_kind kind = object_kind::none;
    std::string object; // the object's id within its kind; empty if there is none
    bool operator==(const audit_event&) const = default;
};

// A record that could not be understood, or only in part.
struct record_problem {
    std::size_t index = 0;    // of the record in its page, from 0
    std::int64_t id = 0;      // the record's own id, if it has a usable one
    std::string text;         // what is wrong, with the field's name
    bool was_counted = false; // the event is used all the same
    // Tells records without an id apart when they are read again; 0 for what is no object at all.
    std::uint64_t fingerprint = 0;
    bool operator==(const record_problem&) const = default;
};

// What one answer of the audit API holds.
struct audit_page {
    std::vector<audit_event> events;
    std::vector<record_problem> problems;
    std::size_t rows = 0; // records in the answer, understood or not: a full page is told by this
    std::optional<wall_time> oldest; // of all records with a readable date: where to page on
    std::optional<wall_time> newest;
    bool operator==(const audit_page&) const = default;
};

} // namespace docwarden::core
