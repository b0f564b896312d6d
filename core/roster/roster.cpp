#include "core/roster/roster.hpp"

#include "core/base/text.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace docwarden::core
{

namespace
{

// Of names that the portal has answered, those that it does not know.
template <class Known>
std::vector<std::string> not_found(const std::vector<std::string>& names, const Known& known)
{
    std::vector<std::string> missing;
    for (const std::string& name : names) {
        const auto found = known.find(name);
        if (found != known.end() && !found->second)
            missing.push_back(name);
    }
    return missing;
}

} // namespace

wanted_names::wanted_names(const engine_settings& settings)
{
    active_users = settings.containment.has_share();
    std::set<std::string> of_rules;
    std::set<std::string> all;
    std::set<std::string> addresses;
    std::set<std::string> others;
    for (const rule& concerned : settings.rules) {
        of_rules.insert(concerned.groups.begin(), concerned.groups.end());
        for (const std::string& name : concerned.users)
            (is_guid(name) ? others : addresses).insert(name);
    }
    all = of_rules;
    for (const exemption& exempt : settings.containment.exempt) {
        if (!exempt.group.empty())
            all.insert(exempt.group);
        else if (addresses.count(exempt.account) == 0)
            others.insert(exempt.account);
    }
    rule_groups.assign(of_rules.begin(), of_rules.end());
    groups.assign(all.begin(), all.end());
    people.assign(addresses.begin(), addresses.end());
    for (const std::string& name : others) {
        if (people.size() == addresses.size() + others_max)
            break;
        people.push_back(name);
    }
}

std::vector<member> people_of(const rule& concerned, const roster& known)
{
    std::map<std::string, std::string> found;
    for (const std::string& name : concerned.users) {
        const auto who = known.people.find(name);
        if (who != known.people.end() && who->second)
            found.emplace(who->second->id, who->second->name);
        else if (who == known.people.end() && is_guid(name))
            found.emplace(name, std::string());
    }
    for (const std::string& name : concerned.groups) {
        const auto group = known.groups.find(name);
        if (group == known.groups.end() || !group->second)
            continue;
        for (const member& who : *group->second)
            found.emplace(who.id, who.name);
    }
    std::vector<member> people;
    for (auto& [id, name] : found)
        people.push_back({id, std::move(name)});
    return people;
}

rule_choice::members members_of(const std::vector<rule>& rules, const roster& known)
{
    rule_choice::members all(rules.size());
    for (std::size_t i = 0; i < rules.size(); ++i) {
        for (member& who : people_of(rules[i], known))
            all[i].push_back(std::move(who.id));
    }
    return all;
}

bool is_complete(const std::vector<rule>& rules, const roster& known)
{
    return std::all_of(rules.begin(), rules.end(), [&](const rule& concerned) {
        return std::all_of(
                   concerned.groups.begin(),
                   concerned.groups.end(),
                   [&](const std::string& name) { return known.groups.count(name) != 0; }
               ) &&
               std::all_of(
                   concerned.users.begin(),
                   concerned.users.end(),
                   [&](const std::string& name) {
                       return is_guid(name) || known.people.count(name) != 0;
                   }
               );
    });
}

std::vector<unknown_names> names_not_found(const engine_settings& settings, const roster& known)
{
    std::vector<unknown_names> all;
    const auto add = [&](unknown_names found) {
        if (!found.groups.empty() || !found.people.empty())
            all.push_back(std::move(found));
    };
    for (const rule& concerned : settings.rules)
        add(
            {concerned.name,
             not_found(concerned.groups, known.groups),
             not_found(concerned.users, known.people)}
        );
    std::vector<std::string> groups;
    std::vector<std::string> accounts;
    for (const exemption& exempt : settings.containment.exempt) {
        if (exempt.group.empty())
            accounts.push_back(exempt.account);
        else
            groups.push_back(exempt.group);
    }
    add({{}, not_found(groups, known.groups), not_found(accounts, known.people)});
    return all;
}

} // namespace docwarden::core
