#include "core/broken_variants.hpp"

namespace docwarden::core
{

namespace
{
variant active = variant::none;
}

bool is_broken(variant what)
{
    return what == active;
}

void break_by(variant what)
{
    active = what;
}

std::string_view to_string(variant)
{
    return "";
}

} // namespace docwarden::core
