#include "tests/sim/checker.hpp"

#include <algorithm>

namespace docwarden::proof
{

const person* scene::find(std::string_view id) const
{
    const auto found = std::find_if(people.begin(), people.end(), [&](const person& person) {
        return person.id == id;
    });
    return found == people.end() ? nullptr : &*found;
}

std::vector<std::unique_ptr<checker>> make_checkers(const scene& stage)
{
    std::vector<std::unique_ptr<checker>> all;
    all.push_back(make_disable_checker(stage));
    all.push_back(make_breach_checker(stage));
    all.push_back(make_budget_checker(stage));
    all.push_back(make_coverage_checker(stage));
    all.push_back(make_alarm_checker(stage));
    all.push_back(make_bound_checker(stage));
    all.push_back(make_memory_checker(stage));
    all.push_back(make_end_checker(stage));
    all.push_back(make_release_checker(stage));
    all.push_back(make_countdown_checker(stage));
    return all;
}

} // namespace docwarden::proof
