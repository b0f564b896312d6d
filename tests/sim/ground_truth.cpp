#include "tests/sim/ground_truth.hpp"

#include <algorithm>
#include <map>

namespace docwarden::proof
{

std::vector<wall_time>
breaches_of(const person& person, const core::rule& rule, const question& asked)
{
    std::vector<const user_action*> relevant;
    for (const user_action& action : person.actions) {
        const bool counts = std::find(rule.actions.begin(), rule.actions.end(), action.action) !=
                                rule.actions.end() &&
                            (!asked.after || action.date > *asked.after) &&
                            (!asked.visible_by || action.visible_at <= *asked.visible_by) &&
                            (!asked.promised_only || action.is_promised);
        if (counts)
            relevant.push_back(&action);
    }
    std::stable_sort(
        relevant.begin(),
        relevant.end(),
        [](const user_action* a, const user_action* b) { return a->date < b->date; }
    );
    std::vector<wall_time> broken;
    std::map<std::uint64_t, std::size_t> in_window; // file: how often
    std::size_t oldest = 0;
    for (std::size_t i = 0; i < relevant.size(); ++i) {
        ++in_window[relevant[i]->file];
        while (relevant[i]->date - relevant[oldest]->date > rule.window) {
            const auto left = in_window.find(relevant[oldest]->file);
            if (--left->second == 0)
                in_window.erase(left);
            ++oldest;
        }
        if (in_window.size() > rule.threshold)
            broken.push_back(relevant[i]->date);
    }
    return broken;
}

} // namespace docwarden::proof
