#pragma once
// Which rules apply to whom. Of rules with the same actions the first that concerns a user wins,
// and those for the very same people go with it (core/settings/rule.hpp). It is told who belongs to
// the groups and addresses; it asks nobody.

#include "core/settings/rule.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace docwarden::core
{

class rule_choice
{
public:
    // By rule: the GUIDs of those whom it concerns, as far as they are known. What its `users` say
    // literally belongs to them in any case.
    using members = std::vector<std::vector<std::string>>;

    explicit rule_choice(const std::vector<rule>& rules, const members& known = {});

    bool applies(std::string_view user, std::size_t rule) const
    {
        const auto found = named_.find(user);
        return (found == named_.end() ? everybody_ : found->second)[rule];
    }

    // Who falls under other rules than by `other`, which is about the same rules; ascending.
    std::vector<std::string> differing_users(const rule_choice& other) const;

private:
    const std::vector<bool>& of(const std::string& user) const;

    std::vector<bool> everybody_; // by rule: those whom no rule names
    std::map<std::string, std::vector<bool>, std::less<>> named_;
};

// The choice in force, for all that need it. Never null.
using shared_choice = std::shared_ptr<const rule_choice>;

} // namespace docwarden::core
