// What is decided is remembered: it is on the disk before a request leaves, a restart goes on with
// it, and nobody is alerted about it a second time. Only where the disk works: without it the
// daemon goes on from memory, and says so.

#include "tests/sim/checker.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace docwarden::proof
{

namespace
{

using core::account_record;
using core::report_kind;

bool is_intent(const account_record& account)
{
    return !account.course.ended && !account.course.held;
}

class memory_checker final : public checker
{
public:
    using checker::checker;

    std::string_view name() const override { return "what is decided is remembered"; }

    void on_start() override
    {
        held_.clear();
        at_start_ = stage().storage.kept();
        reloads_at_start_ = stage().settings.size();
        for (const account_record& account : at_start_.accounts) {
            if (!account.course.ended && !knows(account.incidents.front()))
                fail("an intent to disable " + account.user + ", and the disk knows no reason");
        }
    }

    void on_sent(const sent_request& request) override
    {
        if (request.kind != request_kind::disable || stage().storage.has_trouble())
            return;
        if (is_held_still(request.user))
            fail("a request to disable " + request.user + ", who was held and has not gone on");
        const account_record* account = find(stage().storage.kept(), request.user);
        if (account == nullptr || !is_intent(*account))
            fail("a request to disable " + request.user + ", and the disk knows of no intent");
        else if (!account->counted)
            fail("a request to disable " + request.user + ", and the disk knows of no place taken");
    }

    void on_report(const core::report& report) override
    {
        if (report.kind == report_kind::held)
            held_.emplace(report.field("USER_ID"));
        if (report.kind != report_kind::alert || stage().settings.size() != reloads_at_start_)
            return;
        const std::string_view id = report.field("INCIDENT");
        const auto& known = at_start_.incidents;
        const auto told = std::find_if(known.begin(), known.end(), [&](const core::incident& old) {
            return old.id == id;
        });
        if (told != known.end() && is_lasting(told->state) && acts_for(*told) &&
            !was_given_back(*told) && !has_gone_on(*told))
            fail("an alert about the incident " + told->id + ", which was alerted about before");
    }

    void on_end(const core::engine_status&) override
    {
        if (stage().settings.size() != 1)
            return;
        for (const account_record& account : at_start_.accounts) {
            const person* person = stage().find(account.user);
            const bool is_settled =
                person == nullptr || person->disabled_at || person->is_protected ||
                person->is_exempt || held_.contains(account.user) ||
                (person->settled_until && *person->settled_until >= account.course.decided - slack);
            if (is_intent(account) && !is_settled)
                fail("the intent to disable " + account.user + " was stored, and is forgotten");
        }
    }

private:
    static constexpr std::chrono::minutes slack{30}; // the events are older than the decision

    static const account_record* find(const core::stored_state& kept, const std::string& user)
    {
        const auto& all = kept.accounts;
        const auto found = std::find_if(all.begin(), all.end(), [&](const account_record& account) {
            return account.user == user;
        });
        return found == all.end() ? nullptr : &*found;
    }

    bool knows(const std::string& incident) const
    {
        const auto& all = at_start_.incidents;
        return std::any_of(all.begin(), all.end(), [&](const core::incident& known) {
            return known.id == incident;
        });
    }

    // An earlier instance held the account because of a reload, and nothing has been done since by
    // its user or by an administrator.
    bool is_held_still(const std::string& user) const
    {
        const account_record* account = find(at_start_, user);
        const person* person = stage().find(user);
        const auto reload = core::containment::hold_reason::reload;
        if (account == nullptr || account->course.held != reload || person == nullptr ||
            stage().settings.size() != reloads_at_start_)
            return false;
        const wall_time since = account->course.decided;
        return std::ranges::none_of(person->actions, [&](const user_action& done) {
            return done.visible_at > since;
        });
    }

    static bool is_lasting(core::containment_state state)
    {
        return is_open(state) || state == core::containment_state::contained ||
               state == core::containment_state::refused;
    }

    // Of a crossing that another one's case covered, a decision of its own is news.
    bool acts_for(const core::incident& told) const
    {
        const account_record* account = find(at_start_, told.user);
        return account == nullptr || account->incidents.empty() ||
               account->incidents.front() == told.id;
    }

    // Then what goes on is news.
    bool was_given_back(const core::incident& told) const
    {
        const person* person = stage().find(told.user);
        return person != nullptr && person->settled_until &&
               *person->settled_until >= told.span.first;
    }

    // Then a user who was held is held no more.
    bool has_gone_on(const core::incident& told) const
    {
        const person* person = stage().find(told.user);
        return told.state == core::containment_state::held && person != nullptr &&
               std::any_of(
                   person->actions.begin(),
                   person->actions.end(),
                   [&](const user_action& done) { return done.date > told.span.newest; }
               );
    }

    core::stored_state at_start_; // of the present instance
    std::size_t reloads_at_start_ = 0;
    std::set<std::string> held_; // said to be, by the present instance
};

} // namespace

std::unique_ptr<checker> make_memory_checker(const scene& stage)
{
    return std::make_unique<memory_checker>(stage);
}

} // namespace docwarden::proof
