#include "core/containment/containment_state.hpp"

namespace docwarden::core
{

std::string_view to_string(containment_state state)
{
    switch (state) {
    case containment_state::observed:
        return "observed";
    case containment_state::intended:
        return "intended";
    case containment_state::sending:
        return "sending";
    case containment_state::contained:
        return "contained";
    case containment_state::refused:
        return "refused";
    case containment_state::held:
        return "held";
    case containment_state::failed:
        return "failed";
    case containment_state::rejected:
        return "rejected";
    case containment_state::released:
        return "released";
    }
    return "unknown";
}

bool is_open(containment_state state)
{
    return state == containment_state::intended || state == containment_state::sending ||
           state == containment_state::failed || state == containment_state::held;
}

} // namespace docwarden::core
