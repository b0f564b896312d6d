// Every disable is justified: by a breach among what was visible and not yet settled. So nobody is
// disabled twice for the same actions, no protected or exempt account ever is, and no request is
// sent for an account that the daemon could know to be disabled. What settles the actions is a
// change of the account's status that the portal has confirmed or that it has read of: it cannot
// know more.

#include "tests/sim/checker.hpp"
#include "tests/sim/id_set.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

namespace docwarden::proof
{

namespace
{

class disable_checker final : public checker
{
public:
    using checker::checker;

    std::string_view name() const override { return "disables are justified"; }

    void on_start() override
    {
        read_.clear();
        std::erase_if(confirmed_, [&](const auto& entry) {
            return !is_kept(entry.first) || unkept_.contains(entry.first);
        });
        unkept_.clear();
    }
    void on_report(const core::report& report) override
    {
        using enum core::report_kind;
        if (report.kind == contained || report.kind == released)
            note_confirmation(std::string(report.field("USER_ID")));
        if (report.kind == contained && report.field("BY") == "docwarden")
            claimed_.emplace(report.field("USER_ID"));
    }
    void on_rows(const std::vector<std::int64_t>& ids) override { read_.insert(ids); }

    void on_sent(const sent_request& request) override
    {
        const person* person = stage().find(request.user);
        if (request.kind != request_kind::disable || person == nullptr)
            return;
        if (person->is_exempt)
            fail("a request to disable the exempt " + person->id);
        constexpr std::size_t sent_max = 100;
        if (sent_.size() >= sent_max)
            sent_.pop_front();
        sent_.push_back({person->id, stage().time.portal_time(), known_settlement(*person)});
        // Between the look and the request somebody else may have disabled it, and no earlier.
        const core::tick blind(stage().world.request_timeout);
        const auto confirmation = confirmed_.find(person->id);
        if (person->disabled_at && confirmation != confirmed_.end() &&
            confirmation->second >= *person->disabled_at)
            fail("a request to disable " + person->id + ", whom it has called disabled");
        if (person->disabled_at && stage().time.portal_time() - *person->disabled_at > blind)
            fail("a request to disable " + person->id + ", who has long been disabled");
    }

    void on_disabled(const person& person) override
    {
        if (person.is_protected || person.is_exempt)
            fail(person.id + " was disabled, who is protected or exempt");
        if (!is_justified(person) && !is_reassertion(person))
            fail(
                person.id + " was disabled in arming " + std::to_string(person.arming) +
                " without a breach"
            );
    }

private:
    static constexpr std::chrono::seconds blind_after_reload{2};
    static constexpr std::chrono::seconds rounding{1};

    // By what was known when a request left that can have had this effect.
    bool is_justified(const person& person) const
    {
        const core::tick late = stage().world.request_timeout + std::chrono::seconds(16);
        return std::any_of(sent_.rbegin(), sent_.rend(), [&](const request_sent& request) {
            return request.user == person.id && stage().time.portal_time() - request.at <= late &&
                   is_justified(person, request.settled_until);
        });
    }

    bool is_justified(const person& person, std::optional<wall_time> settled_until) const
    {
        const auto& all = stage().settings;
        for (std::size_t i = 0; i < all.size(); ++i) {
            // Rules that were replaced before this arming began justify nothing.
            if (settled_until && i + 1 < all.size() && all[i + 1].since < *settled_until)
                continue;
            // ... and later ones only by what was visible before.
            wall_time seen_by = stage().time.portal_time();
            if (i + 1 < all.size())
                seen_by = std::min(seen_by, all[i + 1].since + core::tick(blind_after_reload));
            const question visible{settled_until, seen_by, false};
            for (const core::rule& rule : all[i].settings.rules) {
                if (rule.response == core::response_mode::disable &&
                    !breaches_of(person, rule, visible).empty())
                    return true;
            }
        }
        return false;
    }

    // What the daemon once disabled, or has called disabled, it may disable again, where the
    // administrator wants that.
    bool is_reassertion(const person& person) const
    {
        const bool has_acted = claimed_.contains(person.id) ||
                               std::ranges::any_of(person.changes, [](const status_change& change) {
                                   return change.instance != 0 && !change.is_release;
                               });
        // What was decided under earlier settings is carried out.
        return has_acted &&
               std::ranges::any_of(stage().settings, [](const settings_in_force& past) {
                   return past.settings.containment.when_enabled == core::enabled_policy::reassert;
               });
    }

    std::optional<wall_time> known_settlement(const person& person) const
    {
        for (auto change = person.changes.rbegin(); change != person.changes.rend(); ++change) {
            const sim::audit_row* committed =
                change->row ? stage().portal.row_of(*change->row) : nullptr;
            // Its own row does not tell the daemon whether a lost request has had its effect: the
            // portal books such rows for requests that change nothing, too.
            const bool was_read =
                committed != nullptr && change->instance == 0 && read_.contains(committed->id);
            // Dates of rows may be whole seconds, and who is free again may be quick.
            if (was_read || is_confirmed(person, *change))
                return change->date - (change->is_release ? core::tick(rounding) : core::tick(0));
        }
        return std::nullopt;
    }

    void note_confirmation(std::string user)
    {
        confirmed_[user] = stage().time.portal_time();
        stage().storage.has_trouble() ? (void)unkept_.insert(std::move(user))
                                      : (void)unkept_.erase(user);
    }

    // Its end is on the disk.
    bool is_kept(const std::string& user) const
    {
        const auto& all = stage().storage.kept().accounts;
        return std::ranges::any_of(all, [&](const core::account_record& account) {
            return account.user == user && account.course.ended;
        });
    }

    // Our own, and the portal has said so.
    bool is_confirmed(const person& person, const status_change& change) const
    {
        const auto known = confirmed_.find(person.id);
        return known != confirmed_.end() && change.instance != 0 &&
               change.date <= known->second + rounding;
    }

    struct request_sent {
        std::string user;
        wall_time at;
        std::optional<wall_time> settled_until; // what was known to settle earlier actions
    };

    std::deque<request_sent> sent_;              // of earlier instances, too
    std::map<std::string, wall_time> confirmed_; // by user, when
    std::set<std::string> unkept_;               // ... while the disk took nothing
    std::set<std::string> claimed_;              // users whom it says to have disabled
    id_set read_;                                // rows that have reached this instance
};

} // namespace

std::unique_ptr<checker> make_disable_checker(const scene& stage)
{
    return std::make_unique<disable_checker>(stage);
}

} // namespace docwarden::proof
