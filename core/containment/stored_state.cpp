#include "core/containment/stored_state.hpp"

namespace docwarden::core
{

std::string_view to_string(disable_method method)
{
    switch (method) {
    case disable_method::status:
        return "status";
    case disable_method::member:
        return "member";
    }
    return "unknown";
}

std::string_view to_string(containment::hold_reason reason)
{
    switch (reason) {
    case containment::hold_reason::reload:
        return "reload";
    case containment::hold_reason::limit:
        return "limit";
    }
    return "unknown";
}

std::string_view to_string(containment::ending how)
{
    switch (how) {
    case containment::ending::contained:
        return "contained";
    case containment::ending::gone:
        return "gone";
    case containment::ending::refused:
        return "refused";
    case containment::ending::exempted:
        return "exempted";
    case containment::ending::called_off:
        return "called-off";
    case containment::ending::released:
        return "released";
    }
    return "unknown";
}

std::string_view to_string(protection guard)
{
    switch (guard) {
    case protection::none:
        return "none";
    case protection::owner:
        return "owner";
    case protection::self:
        return "self";
    case protection::administrator:
        return "administrator";
    }
    return "unknown";
}

std::string_view to_string(object_kind kind)
{
    switch (kind) {
    case object_kind::none:
        return "none";
    case object_kind::file:
        return "file";
    case object_kind::folder:
        return "folder";
    case object_kind::room:
        return "room";
    case object_kind::user:
        return "user";
    case object_kind::other:
        return "other";
    }
    return "unknown";
}

} // namespace docwarden::core
