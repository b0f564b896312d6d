#include "core/base/broken_variants.hpp"

#include <array>

namespace docwarden::core
{

namespace
{

variant active = variant::none;

constexpr std::array<std::string_view, variants> names{
    "none",
    "at threshold",
    "window one second short",
    "same file counts twice",
    "late rows dropped",
    "promise without lateness",
    "promise of short sweep",
    "never rescans",
    "restart without window",
    "boundary second skipped",
    "dense second skipped",
    "offset paging",
    "skew is trusted",
    "autumn hour is believed",
    "absurd date is believed",
    "retry after is obeyed",
    "no look before",
    "answer is proof",
    "repeats blindly",
    "gives up after faults",
    "floor is forgotten",
    "given back is ignored",
    "old news is told",
    "disable_budget off by one",
    "disable_budget never full",
    "held is dropped",
    "exemption is ignored",
    "administrators too",
    "alarm each time",
    "alarm never raised",
    "alarm never cleared",
    "nothing is forgotten",
    "cursor never moves",
    "history is dropped",
    "always held",
    "everybody is protected",
    "replaced rule goes on",
    "sent again when confirmed"};

} // namespace

bool is_broken(variant what)
{
    return what == active;
}

void break_by(variant what)
{
    active = what;
}

std::string_view to_string(variant what)
{
    return names.at(static_cast<std::size_t>(what));
}

} // namespace docwarden::core
