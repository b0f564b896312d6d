#pragma once
// What of accounts and incidents is to be written down, and what is known to be on the disk. It
// asks for commits and is told what came of them; what failed is asked for again. It holds no
// state of its own making: the records are made by its caller at the moment at which they leave.

#include "core/base/random.hpp"
#include "core/base/time.hpp"
#include "core/containment/stored_state.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace docwarden::core
{

using commit_id = std::uint64_t; // names a commit, so that its outcome finds its way back

// These records are to be written to the disk, all of them or none.
struct commit {
    commit_id id = 0;
    std::vector<state_record> records;
};

// What came of the commit of that id.
struct committed {
    commit_id id = 0;
    std::string problem; // empty: it is on the disk, and stays there whatever happens
};

class state_writer
{
public:
    static constexpr std::size_t records_max = 1'000; // of a commit
    static constexpr std::chrono::seconds pause_max{30};
    // A place of max_disables that is known to be taken, if not since when exactly.
    static constexpr std::chrono::seconds counted_slack{10};

    // Makes the record of an account or an incident; nothing if there is none to be kept.
    using account_maker = std::function<std::optional<account_record>(const std::string& user)>;
    using incident_maker = std::function<std::optional<incident>(const std::string& id)>;

    // Something about it may have changed.
    void note_account(const std::string& user);
    void note_incident(const std::string& id);
    // That account is on the disk: it was read from there.
    void on_restored(const account_record& kept);
    // Nothing may be on the disk any more.
    void forget_kept();

    // The next commit to make, if any. There is one at a time: where one fails and its successor
    // does not, an account would be on the disk without the incidents that it names.
    std::optional<commit>
    next(mono_time now, const account_maker& account_of, const incident_maker& incident_of);
    // Returns the users about whose accounts there is news: those that it held, and if it failed
    // those that wait as well. None for a commit that is not under way.
    std::vector<std::string>
    on_committed(const committed& outcome, mono_time now, random_source& random);

    // Nothing in memory about this account would be missed if the process ended now.
    bool is_on_disk(const account_record& current) const;
    // The latest commit failed, or one takes longer than a decision waits for it.
    bool is_failing(mono_time now) const;
    // ... since that moment, which may be yet to come; nothing if no commit is under way.
    std::optional<mono_time> late_at() const;
    // When `next` should be asked; nothing while a commit is under way.
    std::optional<mono_time> due() const;

private:
    struct kept_account {
        account_record newest; // that was asked to be written
        bool is_on_disk = false;
    };
    struct commit_under_way {
        commit_id id = 0;
        mono_time since;
        std::vector<std::string> users;
        std::vector<std::string> incidents;
    };

    void take_accounts(commit& made, commit_under_way& parts, const account_maker& account_of);
    void take_incidents(commit& made, commit_under_way& parts, const incident_maker& incident_of);

    commit_id last_ = 0;
    std::set<std::string> accounts_; // that may have to be written
    std::set<std::string> incidents_;
    std::map<std::string, kept_account> kept_; // by user
    std::optional<commit_under_way> under_way_;
    std::optional<mono_time> due_;
    unsigned failures_ = 0; // in a row
};

} // namespace docwarden::core
