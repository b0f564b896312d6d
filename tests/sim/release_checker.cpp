// docwarden gives back what it took, when the time has come and not before: never an account that a
// person disabled, and each that it disabled for a time only.

#include "core/base/iso8601.hpp"
#include "tests/sim/checker.hpp"
#include "tests/sim/id_set.hpp"

#include <algorithm>
#include <map>

namespace docwarden::proof
{

namespace
{

using core::milliseconds;
using core::report_kind;
using namespace std::chrono_literals;

class release_checker final : public checker
{
public:
    using checker::checker;

    std::string_view name() const override { return "accounts are given back in time"; }

    void on_start() override
    {
        read_.clear();
        is_forgetful_ = is_forgetful_ || stage().storage.has_trouble();
    }
    void on_rows(const std::vector<std::int64_t>& ids) override { read_.insert(ids); }

    void on_sent(const sent_request& request) override
    {
        is_forgetful_ = is_forgetful_ || stage().storage.has_trouble();
        const person* person = stage().find(request.user);
        if (request.kind != request_kind::enable || person == nullptr)
            return;
        if (!may_release())
            fail("a request to enable " + person->id + ", and no rule asks for it");
        // Between the look and the request somebody else may have changed it, and no earlier.
        const status_change* last = last_change(*person);
        const bool was_just_changed =
            last != nullptr && now() - last->date <= core::tick(stage().world.request_timeout) + 2s;
        if (was_just_changed)
            return;
        if (!person->disabled_at)
            fail("a request to enable " + person->id + ", who is not disabled");
        else if (last->instance == 0 && is_read(*last))
            fail("a request to enable " + person->id + ", whom a person disabled");
        else if (last->instance != 0 && !is_forgetful_ && is_early(*person))
            fail("a request to enable " + person->id + " before its time");
    }

    void on_report(const core::report& report) override
    {
        const person* person = stage().find(report.field("USER_ID"));
        if (person == nullptr ||
            (report.kind != report_kind::released && report.kind != report_kind::contained))
            return;
        // Without a time a person gives the account back.
        const auto due = core::parse_date(report.field("RELEASE_AT"));
        due ? (void)due_.insert_or_assign(person->id, *due) : (void)due_.erase(person->id);
        if (report.kind == report_kind::released && person->disabled_at &&
            now() - *person->disabled_at > core::tick(stage().world.request_timeout) + 2s)
            fail(person->id + " is said to be given back, and is disabled");
    }

    void on_end(const core::engine_status&) override
    {
        if (is_forgetful_)
            return;
        for (const auto& [user, due] : due_) {
            const person* person = stage().find(user);
            if (person->disabled_at && last_change(*person)->instance != 0 &&
                now() - due > patience)
                fail(user + " was disabled for a time only, and is disabled still");
        }
        for (const person& person : stage().people) {
            if (must_release() && person.disabled_at && last_change(person)->instance != 0 &&
                !has_crossed_a_person(person) &&
                now() - *person.disabled_at > core::tick(longest()) + patience)
                fail(person.id + " was disabled for a time only, and is disabled still");
        }
    }

private:
    static constexpr std::chrono::seconds clock_slack{15}; // the portal's own, read over a network
    static constexpr std::chrono::minutes patience{75};    // one try an hour after a failure

    wall_time now() const { return stage().time.portal_time(); }

    static const status_change* last_change(const person& person)
    {
        return person.changes.empty() ? nullptr : &person.changes.back();
    }

    // Somebody gave the account back while a request was under way, or while nobody could read of
    // it: then a person decides.
    static bool has_crossed_a_person(const person& person)
    {
        const auto& all = person.changes;
        return all.size() > 1 && all[all.size() - 2].instance == 0 &&
               all.back().date - all[all.size() - 2].date < std::chrono::hours(2);
    }
    bool is_early(const person& person) const
    {
        // An answer that was slow carries an old date.
        const core::tick slack = clock_slack + stage().world.request_timeout;
        return now() - *person.disabled_at + slack < core::tick(shortest());
    }

    // By the present instance, so that it can know of it.
    bool is_read(const status_change& change) const
    {
        const sim::audit_row* row = change.row ? stage().portal.row_of(*change.row) : nullptr;
        return row != nullptr && read_.contains(row->id);
    }

    // Of all rules that were ever in force and disable accounts.
    template <class Visitor>
    void for_each_rule(Visitor visit) const
    {
        for (const settings_in_force& past : stage().settings) {
            for (const core::rule& rule : past.settings.rules)
                visit(rule);
        }
    }
    bool may_release() const
    {
        bool found = false;
        for_each_rule([&](const core::rule& rule) { found = found || rule.release_after > 0s; });
        return found;
    }
    bool must_release() const
    {
        bool all = true;
        for_each_rule([&](const core::rule& rule) { all = all && rule.release_after > 0s; });
        return all;
    }
    milliseconds longest() const { return stage().now_in_force().containment.release_max; }
    milliseconds shortest() const
    {
        milliseconds found = milliseconds::max();
        for_each_rule([&](const core::rule& rule) {
            if (rule.release_after > 0s)
                found = std::min(found, rule.release_after);
        });
        return found;
    }
    std::map<std::string, wall_time> due_; // by user, as told
    id_set read_;                          // rows that have reached this instance
    bool is_forgetful_ = false;            // what the disk did not take, a restart knows nothing of
};

} // namespace

std::unique_ptr<checker> make_release_checker(const scene& stage)
{
    return std::make_unique<release_checker>(stage);
}

} // namespace docwarden::proof
