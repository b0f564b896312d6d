#include "daemon/config/config_diff.hpp"

#include "core/base/text.hpp"
#include "core/settings/disable_method.hpp"
#include "daemon/config/config_exemptions.hpp"

#include <algorithm>

namespace docwarden::daemon
{

namespace
{

using core::format_span;

template <class Item>
const Item* find_named(const std::vector<Item>& items, const std::string& name)
{
    const auto found = std::find_if(items.begin(), items.end(), [&](const Item& item) {
        return item.name == name;
    });
    return found == items.end() ? nullptr : &*found;
}

// Collects "what: before -> after" for values that differ.
class change_list
{
public:
    change_list(std::vector<std::string>& into, std::string subject)
        : into_(into), subject_(std::move(subject))
    {
    }

    void note(const char* key, const std::string& before, const std::string& after)
    {
        if (before != after)
            into_.push_back(subject_ + key + ' ' + before + " -> " + after);
    }
    void note(const char* key, std::uint32_t before, std::uint32_t after)
    {
        note(key, std::to_string(before), std::to_string(after));
    }
    void note(const char* key, core::milliseconds before, core::milliseconds after)
    {
        note(key, format_span(before), format_span(after));
    }

private:
    std::vector<std::string>& into_;
    std::string subject_;
};

// Among rules for some people the order says which of them applies.
bool has_other_order(const std::vector<core::rule>& before, const std::vector<core::rule>& after)
{
    const auto names_in_both = [](const auto& rules, const auto& others) {
        std::vector<std::string> names;
        for (const core::rule& rule : rules) {
            if (find_named(others, rule.name) != nullptr)
                names.push_back(rule.name);
        }
        return names;
    };
    const auto has_people = [](const core::rule& rule) { return !rule.is_for_everybody(); };
    return std::any_of(after.begin(), after.end(), has_people) &&
           names_in_both(before, after) != names_in_both(after, before);
}

std::string percent_text(std::uint32_t percent)
{
    return std::to_string(percent) + '%';
}

// As a configuration writes it: "1.5".
std::string factor_text(std::uint32_t hundredths)
{
    std::string text = std::to_string(hundredths / 100) + '.';
    text += std::to_string(hundredths % 100 / 10);
    if (hundredths % 10 != 0)
        text += std::to_string(hundredths % 10);
    return text;
}

void compare_rules(const config& before, const config& after, std::vector<std::string>& changes)
{
    for (const core::rule& rule : after.rules) {
        const core::rule* old = find_named(before.rules, rule.name);
        if (old == nullptr) {
            changes.push_back("rule " + rule.name + " added");
            continue;
        }
        change_list list(changes, "rule " + rule.name + ": ");
        list.note("threshold", old->threshold, rule.threshold);
        list.note("warn", old->warn, rule.warn);
        list.note("window", old->window, rule.window);
        list.note(
            "response",
            std::string(core::to_string(old->response)),
            std::string(core::to_string(rule.response))
        );
        list.note("countdown", old->countdown, rule.countdown);
        list.note("release_after", old->release_after, rule.release_after);
        if (old->actions != rule.actions)
            changes.push_back("rule " + rule.name + ": actions changed");
        if (old->users != rule.users)
            changes.push_back("rule " + rule.name + ": users changed");
        if (old->groups != rule.groups)
            changes.push_back("rule " + rule.name + ": groups changed");
    }
    if (has_other_order(before.rules, after.rules))
        changes.emplace_back("rules for some people stand in another order");
    for (const core::rule& old : before.rules) {
        if (find_named(after.rules, old.name) == nullptr)
            changes.push_back("rule " + old.name + " removed");
    }
}

void compare_polling(
    const portal_settings& before,
    const portal_settings& after,
    std::vector<std::string>& changes
)
{
    change_list list(changes, "portal " + after.name + ": ");
    list.note("poll_interval", before.polling.poll_interval, after.polling.poll_interval);
    list.note("rescan_interval", before.polling.rescan_interval, after.polling.rescan_interval);
    list.note("lateness", before.polling.lateness, after.polling.lateness);
    list.note("backoff_max", before.polling.backoff_max, after.polling.backoff_max);
}

void compare_containment(
    const config& before,
    const config& after,
    std::vector<std::string>& changes
)
{
    change_list list(changes, "containment: ");
    const auto name_of = [](core::disable_method method) {
        return method == core::disable_method::status ? "status" : "member";
    };
    const auto& old = before.containment;
    const auto& now = after.containment;
    list.note("method", name_of(old.method), name_of(now.method));
    list.note("max_disables", old.disables_max, now.disables_max);
    list.note(
        "max_disables_share", percent_text(old.disables_share), percent_text(now.disables_share)
    );
    list.note("max_disables_window", old.disables_window, now.disables_window);
    const auto policy_of = [](core::enabled_policy policy) {
        return policy == core::enabled_policy::accept ? "accept" : "reassert";
    };
    list.note("recheck_interval", old.recheck_interval, now.recheck_interval);
    list.note("when_enabled", policy_of(old.when_enabled), policy_of(now.when_enabled));
    list.note("release_factor", factor_text(old.release_growth), factor_text(now.release_growth));
    list.note("release_max", old.release_max, now.release_max);
    list.note("release_memory", old.release_memory, now.release_memory);
    for (const std::string& change : exemption_changes(old.exempt, now.exempt))
        changes.push_back("containment: " + change);
    if (before.contact != after.contact)
        changes.push_back("alerts: contact changed");
}

// What is bound at the start: sockets, keys, trust.
bool has_same_connection(const portal_settings& a, const portal_settings& b)
{
    return a.url == b.url && a.api_key_file == b.api_key_file && a.ca_file == b.ca_file &&
           a.proxy == b.proxy && a.request_timeout == b.request_timeout;
}

} // namespace

config_difference compare(const config& before, const config& after)
{
    config_difference found;
    compare_rules(before, after, found.changes);
    compare_containment(before, after, found.changes);
    for (const portal_settings& portal : after.portals) {
        const portal_settings* old = find_named(before.portals, portal.name);
        if (old == nullptr) {
            found.ignored.push_back("portal " + portal.name + " added");
            continue;
        }
        compare_polling(*old, portal, found.changes);
        if (!has_same_connection(*old, portal))
            found.ignored.push_back("portal " + portal.name + ": its connection");
    }
    for (const portal_settings& old : before.portals) {
        if (find_named(after.portals, old.name) == nullptr)
            found.ignored.push_back("portal " + old.name + " removed");
    }
    if (!(before.admin == after.admin))
        found.ignored.push_back("admin");
    if (before.state_directory != after.state_directory)
        found.ignored.push_back("state: directory");
    return found;
}

config applicable(const config& before, config after)
{
    std::vector<portal_settings> portals = before.portals;
    for (portal_settings& portal : portals) {
        if (const portal_settings* wanted = find_named(after.portals, portal.name))
            portal.polling = wanted->polling;
    }
    after.portals = std::move(portals);
    after.admin = before.admin;
    after.state_directory = before.state_directory;
    return after;
}

} // namespace docwarden::daemon
