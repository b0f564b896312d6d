#include "core/detection/rule_choice.hpp"

#include <algorithm>
#include <set>

namespace docwarden::core
{

namespace
{

// Of the rules that concern somebody, those that apply: no alternative stands before them.
std::vector<bool> first_matches(const std::vector<rule>& rules, const std::vector<bool>& concerned)
{
    std::vector<bool> applies(rules.size());
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const auto concerns = [&](const rule& candidate) {
            return concerned[static_cast<std::size_t>(&candidate - rules.data())] &&
                   candidate.actions == rules[i].actions;
        };
        const auto first = std::find_if(rules.begin(), rules.end(), concerns);
        applies[i] = concerned[i] && !are_alternatives(*first, rules[i]);
    }
    return applies;
}

} // namespace

rule_choice::rule_choice(const std::vector<rule>& rules, const members& known)
{
    std::vector<std::set<std::string_view>> concerned(rules.size());
    std::set<std::string_view> named;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        concerned[i].insert(rules[i].users.begin(), rules[i].users.end());
        if (i < known.size())
            concerned[i].insert(known[i].begin(), known[i].end());
        named.insert(concerned[i].begin(), concerned[i].end());
    }
    std::vector<bool> concerns(rules.size());
    for (std::size_t i = 0; i < rules.size(); ++i)
        concerns[i] = rules[i].is_for_everybody();
    everybody_ = first_matches(rules, concerns);
    for (const std::string_view user : named) {
        for (std::size_t i = 0; i < rules.size(); ++i)
            concerns[i] = rules[i].is_for_everybody() || concerned[i].count(user) != 0;
        named_.emplace(user, first_matches(rules, concerns));
    }
}

const std::vector<bool>& rule_choice::of(const std::string& user) const
{
    const auto found = named_.find(user);
    return found == named_.end() ? everybody_ : found->second;
}

std::vector<std::string> rule_choice::differing_users(const rule_choice& other) const
{
    std::set<std::string> differing;
    const auto compare = [&](const auto& entry) {
        if (of(entry.first) != other.of(entry.first))
            differing.insert(entry.first);
    };
    std::for_each(named_.begin(), named_.end(), compare);
    std::for_each(other.named_.begin(), other.named_.end(), compare);
    return {differing.begin(), differing.end()};
}

} // namespace docwarden::core
