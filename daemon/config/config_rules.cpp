#include "daemon/config/config_rules.hpp"

#include "core/audit/action_catalog.hpp"
#include "core/settings/disable_method.hpp"
#include "daemon/config/config_exemptions.hpp"
#include "daemon/config/config_people.hpp"
#include "daemon/config/duration_text.hpp"
#include "daemon/config/item_place.hpp"
#include "daemon/config/nearest_name.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace docwarden::daemon
{

namespace
{

using namespace std::chrono_literals;

constexpr count_range threshold_range = {0, 1'000'000};
constexpr count_range disables_range = {0, 1'000'000};
constexpr count_range share_range = {1, 100}; // percent
constexpr duration_range window_range = {1s, 24h};
constexpr duration_range disables_window_range = {1s, 720h};
constexpr duration_range countdown_range = {0s, 1h};
constexpr duration_range release_range = {1min, 8760h};
constexpr duration_range release_memory_range = {0s, 8760h};
constexpr count_range release_factor_range = {100, 1000}; // hundredths

// In the order of the enumerators, which choice() gives the index of.
constexpr std::string_view response_names[] = {"observe", "alert", "disable"};
constexpr core::response_mode responses[] = {
    core::response_mode::observe,
    core::response_mode::alert,
    core::response_mode::disable,
};
constexpr duration_range recheck_range = {1min, 720h};
constexpr core::enabled_policy policies[] = {
    core::enabled_policy::accept,
    core::enabled_policy::reassert};
constexpr std::string_view policy_names[] = {"accept", "reassert"};
constexpr std::string_view method_names[] = {"status", "member"};
constexpr core::disable_method methods[] = {
    core::disable_method::status,
    core::disable_method::member,
};

void add_set(const toml_node& item, const item_place& place, std::set<int>& ids)
{
    if (const auto set = core::action_set(item.text)) {
        ids.insert(set->begin(), set->end());
        return;
    }
    const auto names = core::action_set_names();
    std::string hint = "known sets: " + listed(names) + "; action ids are written without quotes";
    if (const auto near = nearest_name(item.text, names))
        hint = "did you mean \"" + std::string(*near) + "\"?";
    place.report(item, in_quotes(item.text) + " is not a set of actions", hint);
}

void add_id(const toml_node& item, const item_place& place, std::set<int>& ids)
{
    const bool fits = std::in_range<int>(item.integer);
    const auto* const action = fits ? core::find_action(static_cast<int>(item.integer)) : nullptr;
    const auto number = std::to_string(item.integer);
    if (action == nullptr) {
        place.report(
            item,
            number + " is not a DocSpace action that this version knows",
            "only actions of its catalogue can be counted"
        );
        return;
    }
    // A rule over such an action would look like protection and never fire.
    if (action->object == core::object_kind::none || action->object == core::object_kind::other) {
        place.report(
            item,
            number + " (" + std::string(action->name) + ") has no object to count",
            "only actions on files, folders, rooms and users can be counted"
        );
        return;
    }
    ids.insert(action->id);
}

std::vector<int> read_actions(const toml_fields& fields)
{
    fields.require("actions", R"(actions = ["change"])");
    const auto* const list = fields.list("actions");
    if (list == nullptr)
        return {};
    if (list->children.empty())
        fields.report("actions", "must not be empty", "for instance [\"change\"]");
    std::set<int> ids;
    const item_place place(fields, "actions", *list);
    for (const auto& item : list->children) {
        if (item.kind == toml_kind::text)
            add_set(item, place, ids);
        else if (item.kind == toml_kind::integer)
            add_id(item, place, ids);
        else
            place.report(
                item, "must be a named set or an action id, not " + std::string(name_of(item.kind))
            );
    }
    return {ids.begin(), ids.end()};
}

// Nothing is between the two lines if `warn` is not below the threshold.
void read_warn(const toml_fields& fields, core::rule& rule)
{
    fields.count("warn", threshold_range, rule.warn);
    if (rule.warn != 0 && rule.warn >= rule.threshold)
        fields.report(
            "warn",
            "must be below threshold, which is " + std::to_string(rule.threshold),
            "leave it out, or write 0, for no warning"
        );
}

void read_release(const toml_fields& fields, core::milliseconds release_max, core::rule& rule)
{
    core::milliseconds after{0};
    fields.duration("release_after", {0s, release_range.most}, after);
    if (after != 0s && after < release_range.least) {
        fields.report(
            "release_after",
            "must be 0s or at least " + duration_text(release_range.least),
            "\"0s\" leaves it to a person to enable the account"
        );
        return;
    }
    if (after > release_max) {
        fields.report(
            "release_after",
            "is longer than containment.release_max, which is " + duration_text(release_max),
            "raise release_max under [containment]"
        );
        return;
    }
    rule.release_after = after;
}

} // namespace

core::rule read_rule(const toml_fields& fields, core::milliseconds release_max)
{
    core::rule rule;
    fields.require("name", "name = \"bulk-change\"");
    rule.actions = read_actions(fields);
    fields.require("window", "window = \"10m\"");
    fields.duration("window", window_range, rule.window);
    fields.require("threshold", "threshold = 20");
    fields.count("threshold", threshold_range, rule.threshold);
    read_warn(fields, rule);
    if (const auto index = fields.choice("response", response_names))
        rule.response = responses[*index];
    fields.duration("countdown", countdown_range, rule.countdown);
    read_release(fields, release_max, rule);
    rule.users = read_users(fields);
    rule.groups = read_groups(fields);
    return rule;
}

void read_containment(const toml_fields& fields, core::containment_settings& containment)
{
    if (const auto index = fields.choice("method", method_names))
        containment.method = methods[*index];
    fields.count("max_disables", disables_range, containment.disables_max);
    fields.percent("max_disables_share", share_range, containment.disables_share);
    fields.duration("max_disables_window", disables_window_range, containment.disables_window);
    fields.duration("recheck_interval", recheck_range, containment.recheck_interval);
    if (const auto index = fields.choice("when_enabled", policy_names))
        containment.when_enabled = policies[*index];
    fields.factor("release_factor", release_factor_range, containment.release_growth);
    fields.duration("release_max", release_range, containment.release_max);
    fields.duration("release_memory", release_memory_range, containment.release_memory);
    containment.exempt = read_exemptions(fields);
}

} // namespace docwarden::daemon
