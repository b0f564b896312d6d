#pragma once
// When to ask the portal who is meant by the names in the configuration and how many users are
// active, and what to ask: all of it at the start, after a reload and every hour, that first on
// which decisions depend; after a failure sooner. What has once been answered stays known until it
// is answered anew.

#include "core/base/random.hpp"
#include "core/base/time.hpp"
#include "core/portal/portal_call.hpp"
#include "core/roster/roster.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace docwarden::core
{

class roster_round
{
public:
    static constexpr std::chrono::hours interval{1};
    static constexpr milliseconds pause_max{300'000}; // after a failure
    static constexpr std::size_t calls_max = 4;       // under way at once
    static constexpr std::size_t pages_max = 50;      // of the groups, and of each one's members

    // Begins anew with the names of these settings, as soon as no call of before is under way.
    explicit roster_round(shared_settings settings);
    void configure(shared_settings settings);

    // The question to put now, if any. The caller puts it.
    std::optional<portal_request> next(mono_time now);
    std::optional<mono_time> due() const;

    void on_answer(const groups_request& asked, const answered& answer);
    void on_answer(const members_request& asked, const answered& answer);
    void on_answer(const person_request& asked, const answered& answer);
    void on_answer(const active_users_request&, const answered& answer);
    // To be called after each answer. True if the round is over.
    bool end_round(mono_time now, random_source& random);
    // The trail can be read: a pause after a failure is over.
    void hurry(mono_time now);

    const roster& known() const { return known_; }
    // Who falls under which rule is known,
    bool is_complete() const { return core::is_complete(settings_->rules, known_); }
    // ... or is not, or a limit: something is missing on which decisions depend.
    bool is_short() const
    {
        return !is_complete() || (names_.active_users && !known_.active_users);
    }
    // In a row; the latest one's reason.
    unsigned failed_rounds() const { return failed_rounds_; }
    const api_failure& failure() const { return failure_; }

private:
    // The members of a group as far as they were read in this round.
    struct progress {
        std::vector<member> members;
        bool is_whole = false;
    };

    void begin();
    void note_failure(const api_failure& failure);
    template <class Page>
    bool goes_on(const Page& page, std::size_t start);
    void ask_for_members();
    void settle_groups();

    shared_settings settings_;
    wanted_names names_;
    roster known_;
    std::optional<mono_time> due_; // nothing: at once
    bool is_under_way_ = false;
    bool is_abandoned_ = false; // by new settings: answers no longer matter
    bool has_failed_ = false;   // in the round under way
    std::size_t calls_ = 0;     // under way
    std::deque<portal_request> pending_;
    std::vector<portal_group> groups_; // of the portal
    bool is_list_whole_ = false;
    std::map<std::string, progress> members_; // by GUID of a group
    unsigned failed_rounds_ = 0;
    api_failure failure_;
};

} // namespace docwarden::core
