#include "core/settings/rule.hpp"

namespace docwarden::core
{

std::string_view to_string(response_mode mode)
{
    switch (mode) {
    case response_mode::observe:
        return "observe";
    case response_mode::alert:
        return "alert";
    case response_mode::disable:
        return "disable";
    }
    return "unknown";
}

} // namespace docwarden::core
