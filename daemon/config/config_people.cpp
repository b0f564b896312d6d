#include "daemon/config/config_people.hpp"

#include "core/base/text.hpp"
#include "daemon/config/item_place.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace docwarden::daemon
{

namespace
{

constexpr std::size_t mail_bytes_max = 254; // RFC 5321, 4.5.3.1.3, without its angle brackets
constexpr std::size_t group_bytes_max = 512;

// One @ with something on both sides and no blanks: enough to catch names and typing slips.
bool is_mail_address(std::string_view text)
{
    const auto at = text.find('@');
    const bool has_blank = std::ranges::any_of(text, [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
    });
    return text.size() <= mail_bytes_max && !has_blank && at != 0 && at != std::string_view::npos &&
           at + 1 < text.size() && at == text.rfind('@');
}

// The items of a list of texts, ascending and once each; `read` gives one as it is kept, or nothing
// and reports why.
template <class Read>
std::vector<std::string> read_names(
    const toml_fields& fields,
    std::string_view key,
    std::size_t items_max,
    std::string_view example,
    Read read
)
{
    const auto* const list = fields.list(key);
    if (list == nullptr)
        return {};
    if (list->children.empty()) {
        fields.report(
            key,
            "must not be empty",
            "leave it out in a rule for everybody, or " + std::string(example)
        );
    }
    if (list->children.size() > items_max) {
        fields.report(key, "must not have more than " + std::to_string(items_max) + " items");
        return {};
    }
    std::map<std::string, std::string> names; // by what is the same in any case of letters
    const item_place place(fields, key, *list);
    for (const auto& item : list->children) {
        if (item.kind != toml_kind::text)
            place.report(item, "must be a string, not " + std::string(name_of(item.kind)));
        else if (std::optional<std::string> name = read(item, place))
            names.emplace(core::lower_case(*name), std::move(*name));
    }
    std::vector<std::string> all;
    for (auto& entry : names)
        all.push_back(std::move(entry.second));
    std::ranges::sort(all);
    return all;
}

std::string names_of(const std::vector<const core::rule*>& rules)
{
    std::string text;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (i != 0)
            text += i + 1 == rules.size() ? " and " : ", ";
        text += in_quotes(rules[i]->name);
    }
    return text;
}

} // namespace

std::optional<std::string> account_of(std::string_view text)
{
    std::string account = core::lower_case(text);
    if (core::is_guid(account) || is_mail_address(account))
        return account;
    return std::nullopt;
}

std::string fault_of_account(std::string_view text)
{
    return in_quotes(text) + " is neither a user's GUID nor an e-mail address";
}

std::string fault_of_group(std::string_view text)
{
    const bool has_control = std::ranges::any_of(text, [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
    if (text.empty() || has_control || core::trim(text).size() != text.size())
        return in_quotes(text) + " cannot be the name of a group";
    if (text.size() > group_bytes_max)
        return "must not be longer than " + std::to_string(group_bytes_max) + " bytes";
    return {};
}

std::string group_of(std::string_view text)
{
    std::string guid = core::lower_case(text);
    return core::is_guid(guid) ? guid : std::string(text);
}

std::vector<std::string> read_users(const toml_fields& rule)
{
    return read_names(
        rule,
        "users",
        users_of_rule_max,
        R"(write ["admin@example.com"])",
        [](const toml_node& item, const item_place& place) {
            std::optional<std::string> account = account_of(item.text);
            if (!account)
                place.report(item, fault_of_account(item.text), std::string(account_hint));
            return account;
        }
    );
}

std::vector<std::string> read_groups(const toml_fields& rule)
{
    return read_names(
        rule,
        "groups",
        groups_of_rule_max,
        R"(write ["Robots"])",
        [](const toml_node& item, const item_place& place) -> std::optional<std::string> {
            if (std::string fault = fault_of_group(item.text); !fault.empty()) {
                place.report(
                    item, std::move(fault), "the name or the GUID of a group of the portal"
                );
                return std::nullopt;
            }
            return group_of(item.text);
        }
    );
}

void check_reach(const toml_fields& fields, const std::vector<core::rule>& rules, std::size_t index)
{
    const std::vector<const core::rule*> covering = rules_covering(rules, index);
    if (covering.empty())
        return;
    const bool is_general = covering.front()->is_for_everybody();
    fields.report(
        rules[index].users.empty() ? "groups" : "users",
        "concerns nobody: " + names_of(covering) +
            (covering.size() == 1 ? " stands before it with the same actions and is for "
                                  : " stand before it with the same actions and are for ") +
            (is_general ? "everybody" : "the same people"),
        is_general ? "move this rule up: the first that concerns a user applies"
                   : "remove one of them"
    );
}

} // namespace docwarden::daemon
