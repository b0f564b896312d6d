#pragma once
// One audit record as its raw fields, and what they mean. Two shapes are understood (design.md
// section 2): the portal's own (`actionId`, `userId`, `target`), and that of the published sample
// and of generic exporters (`entityType`, `action` words, `entityId`). No JSON here.

#include "core/audit/event.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::core
{

// A field's value as far as it matters: JSON null counts as absent.
struct raw_field {
    enum class type { absent, text, integer, other };
    type is = type::absent;
    std::string text; // of a text or of an integer in decimal

    void clear()
    {
        is = type::absent;
        text.clear();
    }
};

struct raw_record {
    // In the order of `names` below.
    enum field : std::uint8_t {
        id,
        date,
        timestamp,
        user,
        user_id,
        account,
        action_id,
        action,
        entity_type,
        target_type,
        entity,
        entity_id,
        file_id,
        target_id,
        field_count
    };
    static constexpr std::array<std::string_view, field_count> names{
        "id",
        "date",
        "timestamp",
        "user",
        "userId",
        "account",
        "actionId",
        "action",
        "entityType",
        "targetType",
        "entity",
        "entityId",
        "fileId",
        "targetId",
    };

    std::array<raw_field, field_count> fields;
    std::vector<std::string>
        target; // the portal's list of object ids; entries in use: target_count
    std::size_t target_count = 0;
    bool target_is_malformed = false;

    // Forgets the values, keeps the memory: one object serves every record of every page.
    void clear();
};

// What became of a record.
struct interpretation {
    bool is_event = false; // `event` was filled
    bool has_time = false; // `event.time` was filled, perhaps of a record that is no event
    std::string problem;   // empty if all is well
};

// Reads `record` into `event`, reusing its memory. A record that is well-formed but says nothing
// about files (in the sample's shape) is no event and no problem.
interpretation interpret(const raw_record& record, audit_event& event);

// The portal's pseudo users, who stand for no person: the system account, the anonymous or guest
// session, the zero GUID (docspace-api.md section 2.1). They are neither counted nor contained.
bool is_pseudo_user(std::string_view user);

} // namespace docwarden::core
