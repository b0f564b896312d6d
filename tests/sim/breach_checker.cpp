// No breach is lost: when all is calm again, everybody who broke a rule has had the answer that the
// rule asks for. An account that should be disabled is disabled, or there is a record that says why
// not and whom it waits for.

#include "tests/sim/checker.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace docwarden::proof
{

namespace
{

using core::report_kind;

class breach_checker final : public checker
{
public:
    using checker::checker;

    std::string_view name() const override { return "no breach is lost"; }

    void on_report(const core::report& report) override
    {
        const std::string user(report.field("USER_ID"));
        if (!user.empty())
            told_[user].push_back(
                {stage().time.portal_time(), report.kind, std::string(report.field("RULE"))}
            );
    }

    void on_end(const core::engine_status&) override
    {
        for (const person& person : stage().people) {
            for (const core::rule& rule : stage().now_in_force().rules)
                check(person, rule);
        }
    }

private:
    struct record {
        wall_time at;
        report_kind kind;
        std::string rule;
    };

    void check(const person& person, const core::rule& rule)
    {
        const auto broken = breaches_of(person, rule, {person.settled_until, std::nullopt, true});
        if (broken.empty() || !is_owed(rule, broken.back()) || is_disabled(person))
            return;
        const bool was_before = broken.back() < in_force_since(rule);
        if (!is_answered(person, rule, was_before))
            fail(person.id + " broke " + rule.name + " and nothing has come of it");
    }

    // Who is not disabled is said to be held, exempt or protected: once, if several rules were
    // broken. Whoever has had a stronger answer before a reload needs no weaker one, and what was
    // over before it is not judged again.
    bool is_answered(const person& person, const core::rule& rule, bool was_before) const
    {
        using enum report_kind;
        if (was_before && was_told(person, &rule, {observed, alert, held, exempted}))
            return true;
        const bool was_spared = (person.is_protected && was_told(person, nullptr, {refused})) ||
                                (person.is_exempt && was_told(person, nullptr, {exempted})) ||
                                (may_be_held() && was_told(person, nullptr, {held}));
        switch (rule.response) {
        case core::response_mode::disable:
            return was_spared && was_told(person, &rule, {alert, held, exempted});
        case core::response_mode::alert:
            return was_told(person, &rule, {alert, held, exempted});
        case core::response_mode::observe:
            break;
        }
        return was_told(person, &rule, {observed, alert, held, exempted});
    }

    // Somebody may have to wait for a person: the limit can be reached by these people, or a reload
    // can have made old actions cross.
    bool may_be_held() const
    {
        const auto& all = stage().settings;
        const core::containment_settings& limits = all.front().settings.containment;
        return all.size() > 1 || limits.has_share() || limits.disables_max <= stage().people.size();
    }

    // Without memory of its own, a new instance answers for what its first reading covers: rules
    // that were broken in the window plus lateness before its start, and later. Likewise for a rule
    // that a reload has changed.
    bool is_owed(const core::rule& rule, wall_time when) const
    {
        const core::tick slack = std::chrono::seconds(2);
        const core::tick lateness(stage().now_in_force().polling.lateness);
        return stage().started &&
               when >= std::max(*stage().started, in_force_since(rule)) - lateness + slack;
    }

    wall_time in_force_since(const core::rule& rule) const
    {
        const auto& all = stage().settings;
        for (std::size_t i = all.size(); i-- > 0;) {
            const auto& rules = all[i].settings.rules;
            if (std::find(rules.begin(), rules.end(), rule) == rules.end())
                return all[i + 1].since;
        }
        return all.front().since;
    }

    bool is_disabled(const person& person) const { return person.disabled_at.has_value(); }

    // By that rule, or any.
    bool
    was_told(const person& person, const core::rule* rule, std::initializer_list<report_kind> kinds)
        const
    {
        const auto known = told_.find(person.id);
        if (known == told_.end())
            return false;
        return std::any_of(known->second.begin(), known->second.end(), [&](const record& entry) {
            return (rule == nullptr || entry.rule == rule->name) &&
                   (!person.settled_until || entry.at >= *person.settled_until) &&
                   std::find(kinds.begin(), kinds.end(), entry.kind) != kinds.end();
        });
    }

    std::map<std::string, std::vector<record>> told_; // by user, by any instance
};

} // namespace

std::unique_ptr<checker> make_breach_checker(const scene& stage)
{
    return std::make_unique<breach_checker>(stage);
}

} // namespace docwarden::proof
