// What other rules, and other people under them, change about the counts.

#include "core/detection/detector.hpp"
#include "core/detection/span_list.hpp"

#include <algorithm>
#include <utility>

namespace docwarden::core
{

void detector::index_actions()
{
    rules_of_action_.clear();
    for (std::size_t i = 0; i < rules_->size(); ++i) {
        for (const int action : rules()[i].actions)
            rules_of_action_.emplace_back(action, i);
    }
    std::sort(rules_of_action_.begin(), rules_of_action_.end());
}

bool detector::set_rules(shared_rules rules)
{
    auto choice = std::make_shared<const rule_choice>(*rules);
    return set_rules(std::move(rules), std::move(choice));
}

std::vector<std::string> detector::set_choice(shared_choice choice)
{
    std::vector<std::string> moved = choice->differing_users(*choice_);
    choice_ = std::move(choice);
    for (const std::string& id : moved) {
        const auto user = users_.find(id);
        if (user == users_.end())
            continue;
        for (std::size_t i = 0; i < rules_->size(); ++i) {
            auto& counts = user->second.tallies[i];
            if (!counts)
                continue;
            touch(*user, *counts);
            // What they have done is no news of today.
            if (choice_->applies(id, i))
                note_warned(*counts, rules()[i]);
        }
    }
    return moved;
}

void detector::note_warned(tally& counts, const rule& limit)
{
    if (limit.warn == 0)
        return;
    for (const breach_span& span : counts.touches.breaches(limit.warn))
        (void)merge_span(counts.warned, span, limit.window);
}

bool detector::set_rules(shared_rules rules, shared_choice choice)
{
    bool needs_history = false;
    std::vector<std::optional<std::size_t>> old_of(rules->size());
    std::vector<std::optional<wall_time>> horizons(rules->size());
    for (std::size_t i = 0; i < rules->size(); ++i) {
        const auto same = std::find_if(rules_->begin(), rules_->end(), [&](const rule& old) {
            return old.name == (*rules)[i].name && old.window == (*rules)[i].window &&
                   old.actions == (*rules)[i].actions;
        });
        if (same != rules_->end()) {
            old_of[i] = static_cast<std::size_t>(same - rules_->begin());
            horizons[i] = horizons_[*old_of[i]];
        }
        // A raised threshold needs more of a condensed window than was kept.
        needs_history =
            needs_history || same == rules_->end() || same->threshold < (*rules)[i].threshold;
    }
    entries_ = 0;
    touched_.clear();
    for (auto& user : users_) {
        std::vector<std::optional<tally>> tallies(rules->size());
        for (std::size_t i = 0; i < rules->size(); ++i) {
            if (!old_of[i] || !user.second.tallies[*old_of[i]])
                continue;
            tallies[i] = user.second.tallies[*old_of[i]];
            tallies[i]->is_touched = true;
            entries_ += tallies[i]->touches.size();
        }
        user.second.tallies = std::move(tallies);
        user.second.is_touched = true;
        touched_.push_back(&user);
    }
    // The table's order is that of hashing: decisions follow the users' ids instead.
    std::sort(touched_.begin(), touched_.end(), [](const auto* a, const auto* b) {
        return a->first < b->first;
    });
    rules_ = std::move(rules);
    choice_ = std::move(choice);
    horizons_ = std::move(horizons);
    index_actions();
    return needs_history;
}

} // namespace docwarden::core
