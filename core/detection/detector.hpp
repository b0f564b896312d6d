#pragma once
// From events to breaches: which user crossed which rule's threshold, and when. Holds one window
// per user and rule, also of rules that do not apply to the user: so nothing has to be read again
// when that changes. The result depends only on the set of events added (design.md section 2). It
// decides nothing about what is done to a user, and knows no time but that of the events.

#include "core/audit/event.hpp"
#include "core/detection/distinct_window.hpp"
#include "core/detection/object_key.hpp"
#include "core/detection/rule_choice.hpp"
#include "core/settings/rule.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace docwarden::core
{

struct breach {
    std::string user;
    std::string user_name; // the newest one seen; hostile text
    std::size_t rule = 0;  // index into the rules
    breach_span span;
    bool is_new = true;      // false: a stretch reported before has become longer or higher
    bool is_warning = false; // of `rule::warn` alone, told once: what is above both is a breach
    bool operator==(const breach&) const = default;
};

// One touch that is behind a breach.
struct evidence {
    wall_time time;
    object_kind kind = object_kind::none;
    std::string object;
    bool operator==(const evidence&) const = default;
};

class detector
{
public:
    // Everybody falls under the rules that concern them by their words.
    explicit detector(shared_rules rules);

    // Pseudo users and this one (the daemon's own account) are never counted.
    void ignore_user(std::string user);

    // Counts the event under every rule it matters to. False if it matters to none, or its user is
    // not counted, or is ignored at that time.
    bool add(const audit_event& event);

    // The stretches above a threshold that arose or grew since the last call, in the order in which
    // their users were first touched, then of the rules, then of time. Before them, for each user
    // and rule, those that arose above `warn` and are not above the threshold.
    std::vector<breach> take_breaches();

    // Replaces the rules, and who falls under which. A rule with unchanged window and actions keeps
    // its counts; the others start empty, and the caller must add the history again. Every count is
    // compared anew by the next take_breaches. Returns true if history is needed.
    bool set_rules(shared_rules rules, shared_choice choice);
    bool set_rules(shared_rules rules);
    // Other users fall under these rules now: their counts are compared anew. Returns them.
    std::vector<std::string> set_choice(shared_choice choice);

    // Events of the user up to `time`, inclusive, no longer count, now and later: what happened up
    // to a confirmed containment cannot cause the next.
    void ignore_before(std::string_view user, wall_time time);

    // Everything up to the watermark has been read: drops what only windows ending before it could
    // need.
    void forget_before(wall_time watermark);

    // Forgets the oldest touches until memory_bytes() is at most `bytes_max`, whatever windows
    // still need them: counts may be too low from then on, see `lacks_history`. Walks over all
    // users a bounded number of times, so the caller asks for some room at once, not for each
    // event. The users whose events are ignored up to a time are not forgotten, and may be too
    // much.
    void make_room(std::size_t bytes_max);
    // True after `make_room` until everything that it gave up is settled (`forget_before`).
    bool lacks_history() const { return given_up_before_.has_value(); }

    // What was said to be read was not: events that were too old to matter may count again.
    void expect_history();

    // Up to `count_max` of the newest touches in the rule's window that ends at `end`.
    std::vector<evidence>
    evidence_of(std::string_view user, std::size_t rule, wall_time end, std::size_t count_max)
        const;

    const std::vector<rule>& rules() const { return *rules_; }
    std::size_t users() const { return users_.size(); }
    // What the windows, the users and the ids that are texts take, reckoned generously.
    static constexpr std::size_t entry_bytes = 32; // a vector may have grown to twice its size
    static constexpr std::size_t user_bytes = 768;
    std::size_t memory_bytes() const;
    std::size_t entries() const { return entries_; } // touches kept, of 16 bytes each
    std::uint32_t count_at(std::string_view user, std::size_t rule, wall_time end) const;

private:
    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const
        {
            return std::hash<std::string_view>()(text);
        }
    };
    // What one rule knows of one user.
    struct tally {
        explicit tally(tick window) : touches(window) {}
        distinct_window touches;
        std::vector<breach_span> known;           // stretches reported, ascending, disjoint
        std::vector<breach_span> warned;          // ... those above `warn`
        std::optional<wall_time> condensed_until; // of the touches up to then only some are kept
        std::optional<wall_time> late; // the newest touch that came when older ones were forgotten
        bool is_touched = false;
    };
    struct user_record {
        std::string name;
        std::vector<std::optional<tally>> tallies; // by rule
        std::optional<wall_time> ignore_before;    // events up to then do not count
        bool is_touched = false;
    };
    using user_map = std::unordered_map<std::string, user_record, text_hash, std::equal_to<>>;

    void index_actions();
    void touch(user_map::value_type& user, tally& counts);
    void collect(user_map::value_type& user, std::vector<breach>& found);
    void collect_rule(user_map::value_type& user, std::size_t rule, std::vector<breach>& found);
    void collect_warnings(user_map::value_type& user, std::size_t rule, std::vector<breach>& found);
    static void note_warned(tally& counts, const rule& limit);
    bool is_bounded(const tally& counts, const breach_span& span) const;
    void condense(tally& counts, const rule& limit, const std::vector<breach_span>& spans);
    wall_time time_of_rank(std::size_t rank) const;
    void drop_settled(std::optional<wall_time> watermark);
    void collect_garbage();

    shared_rules rules_;
    shared_choice choice_;
    // By rule: older events are settled. They may be read again, but must not count again.
    std::vector<std::optional<wall_time>> horizons_;
    std::optional<wall_time> given_up_before_; // touches that open windows still need are missing
    std::vector<std::pair<int, std::size_t>> rules_of_action_; // ascending
    std::string ignored_user_;
    user_map users_;
    std::vector<user_map::value_type*> touched_; // in the order of their first touch
    object_pool objects_;
    std::size_t entries_ = 0;
    std::size_t texts_after_collection_ = 0;
};

} // namespace docwarden::core
