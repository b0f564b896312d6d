#pragma once
// The actions of a portal's audit trail by number (DocSpace's MessageAction), what each is done to,
// and the named sets of them that rules are written with. A fixed table: it says what an action is,
// never whether it is suspicious. Portals newer than this table send numbers it does not have.

#include "core/audit/object_kind.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace docwarden::core
{

struct action {
    int id = 0;
    std::string_view name; // the portal's own name of it, for instance "FileUploaded"
    object_kind object = object_kind::none;
};

// The action of that number, or null if this table does not know it. Valid for ever.
const action* find_action(int id);

// Every action of the table, ascending by id.
std::span<const action> all_actions();

// The ids of a named set ("change", "delete", "download", "share", "folder"), ascending, or nothing
// for any other name.
std::optional<std::span<const int>> action_set(std::string_view name);

// The names that action_set() knows, in the order they are explained to people.
std::span<const std::string_view> action_set_names();

} // namespace docwarden::core
