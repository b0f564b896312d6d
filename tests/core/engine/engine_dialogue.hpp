#pragma once
// A conversation with an engine: say what the portal answers, hear what the engine wants next, in
// words. Time is scripted. Every call that the engine makes must be answered by the test or is
// still open; a call for a user who already has one, and an answer to a call that was never made,
// fail the test.

#include "core/engine/engine.hpp"
#include "core/settings/engine_settings.hpp"
#include "tests/core/making.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace docwarden::test
{

using words = std::vector<std::string>;
using case_counts = std::map<core::containment_state, std::size_t>;

// The GUID of a person with that name of at most six letters, and back.
std::string guid_of(std::string_view name);
std::string name_of(std::string_view guid);

core::profile make_profile(std::string_view name);
core::profile disabled_profile(std::string_view name);
core::profile owner_profile(std::string_view name);
core::api_failure make_failure(core::failure_kind kind);

// `count` distinct files of that user, one a second from `first` on.
std::vector<core::audit_event>
burst(std::string_view user, int count, core::wall_time first, int first_file = 1);

// The same with row numbers, so that the portal can show the very same rows again.
std::vector<core::audit_event>
numbered(std::vector<core::audit_event> events, std::int64_t first_row = 1000);
// The portal's row about a change of status of all these accounts.
core::audit_event
status_row(std::string_view author, const std::vector<std::string>& accounts, core::wall_time time);
// A page that is full, and holds no date to go on from.
core::audit_page unreadable_page();

// One rule: more than 20 distinct files in 10 minutes; the key is the administrator's ("admin").
core::engine_settings make_settings();
// The same, but for one thing.
core::engine_settings settings_with_response(core::response_mode response);
core::engine_settings settings_with_threshold(std::uint32_t threshold);
core::engine_settings settings_with_window(core::milliseconds window);
core::engine_settings settings_with_limit(std::uint32_t disables_max);
core::engine_settings settings_exempting(const std::string& account);
core::engine_settings settings_with_rule(core::rule second);

bool has(const words& said, const std::string& word);

// What a portal says about itself: nothing that would be told, unless a test changes it.
struct preflight_replies {
    template <class Value>
    using outcome = std::variant<Value, core::api_failure>;

    outcome<core::portal_facts> facts = core::portal_facts{"3.7.2", {}, 0, true};
    outcome<core::key_facts> key =
        core::key_facts{"docwarden", {"*:read", "accounts:write"}, std::nullopt, true, {}};
    outcome<core::quota_facts> quota = core::quota_facts{"admin", true};
    outcome<core::filter_probe> probe = core::filter_probe{0};
};

// Whom a portal knows: groups with the names of their members, and everybody at "NAME@example.com"
// but the strangers; and how many are active.
struct people_replies {
    std::map<std::string, words> groups;
    words strangers;
    std::uint32_t active_users = 19;
    bool is_uncounted = false; // it does not say how many

    core::portal_result result_of(const core::portal_request& request) const;
};

// It is one of the questions about groups and people, or how many there are.
bool is_about_names(const core::portal_request& request);

class engine_dialogue
{
public:
    explicit engine_dialogue(core::engine_settings settings = make_settings());

    // --- what happens to the engine; what it wants then is heard by `heard` ----------------------
    void wake() { feed(core::woken{}); }
    void wait(core::milliseconds length); // then wakes it, whatever it asked for
    void wait_until_due();                // exactly until `wake_at`
    void reload(core::engine_settings settings)
    {
        feed(core::reconfigured{share(std::move(settings))});
    }
    void ask_scan(std::uint64_t token) { feed(core::scan_asked{token}); }

    void answer_identity(const core::profile& self);
    void fail_identity(core::failure_kind kind);
    void answer_preflight(); // as `preflight` says
    // Every question about groups and people so far, as `people` says; or they fail.
    void answer_people();
    void fail_people(core::failure_kind kind);
    void answer_page(std::vector<core::audit_event> events = {});
    void answer_page(const core::audit_page& page);
    // A hundred rows, so that there are more: the given events and older ones of no interest.
    void answer_full_page(std::vector<core::audit_event> events);
    void fail_page(const core::api_failure& failure, core::audit_page partial = {});
    void answer_look(std::string_view user, const core::profile& profile);
    void fail_look(std::string_view user, core::failure_kind kind);
    void answer_disable(std::string_view user);
    void fail_disable(std::string_view user, core::failure_kind kind);
    void answer_enable(std::string_view user);
    void fail_enable(std::string_view user, core::failure_kind kind);
    // The call about that user is still under way, and this test answers it later by itself.
    core::call_id set_aside(std::string_view user);
    void give(core::call_id call, core::portal_result result) { answer(call, std::move(result)); }
    // The whole way of an account that the portal disables as asked.
    void contain(std::string_view user);
    // Answers pages with nothing until there is a call about that user.
    void wait_for_call(std::string_view user);
    // Answers every page asked for with no further rows, every interval, for so long.
    void stay_quiet(core::milliseconds length);
    // What is to be written down is on the disk now; or it is not, because of that problem.
    void store(const std::string& problem = {});
    void store_oldest(const std::string& problem = {});
    // The store says that it cannot be used, or that it can again.
    void change_store(const std::string& problem) { feed(core::store_changed{problem}); }
    // What an earlier process has kept.
    void restore(core::stored_state kept) { feed(core::restored{std::move(kept)}); }
    // Identity known, the past read and empty.
    void begin();
    // Answers pages with nothing, up to the one that reaches back so far. False if none does.
    bool page_reaches_back_to(core::wall_time moment);
    // The next page that is asked for, waiting for it if necessary, brings these.
    void next_page(std::vector<core::audit_event> events);

    // --- what it says ------------------------------------------------------------------------
    // The effects since the last call, in order: "identity", "page", "look bob", "disable bob",
    // "alert bob", "degraded reading unauthorised", "scan 7: found 1", ...
    words heard() { return std::exchange(heard_, {}); }
    // The same without the questions about pages.
    words heard_but_pages();
    const std::vector<core::report>& reports() const { return reports_; }
    const core::report& last_report(core::report_kind kind) const;
    std::size_t count_reports(core::report_kind kind) const;
    struct page_call {
        core::call_id id = 0;
        core::page_query query;
    };
    const std::optional<page_call>& page() const { return page_; } // if one is under way
    bool has_call(std::string_view user) const { return calls_.count(guid_of(user)) != 0; }
    const std::vector<core::scan_outcome>& scans() const { return scans_; }
    bool has_commit() const { return !commits_.empty(); } // under way
    // What a scan finds that is asked for now; and the same as "bob contained", ...
    std::vector<core::incident> findings();
    words states();

    core::engine subject;
    core::wall_time portal_now = at(0); // what the portal writes into `Date`
    core::clock_reading now{at(0), mono_at(core::milliseconds(1'000'000))};
    std::optional<core::mono_time> wake_at;
    std::optional<core::wall_time> date_override;
    bool is_dateless = false; // answers carry no readable Date
    preflight_replies preflight;
    // The questions of the preflight are answered at once, and are not heard. Otherwise a test
    // answers each by `answer_preflight`: "settings", "key", "quota", "probe".
    bool answers_preflight = true;
    people_replies people;
    // ... and so are the questions about groups and people.
    bool answers_people = true;
    // Commits are on the disk at once, in `disk`. Otherwise a test calls `store`.
    bool stores_at_once = true;
    core::stored_state disk;

private:
    enum class errand { look, disable, enable };
    struct person_call {
        core::call_id call = 0;
        errand what = errand::look;
    };

    void feed(const core::input& input);
    void take(const core::effect& wanted);
    void take(const core::call& wanted);
    void keep(const core::account_record& account);
    void keep(const core::incident& found);
    void pass(core::milliseconds length);
    person_call take_call(std::string_view user, errand what);
    std::optional<core::wall_time> date() const;
    // What came of that call, with the portal's Date.
    void answer(core::call_id call, core::portal_result result)
    {
        feed(core::answered{call, date(), std::move(result)});
    }

    words heard_;
    std::vector<core::report> reports_;
    std::vector<core::scan_outcome> scans_;
    std::optional<core::call_id> identity_;
    std::optional<core::call> preflight_call_;
    std::vector<core::call> people_calls_; // under way, as are these
    std::vector<core::commit> commits_;
    std::optional<page_call> page_;
    std::map<std::string, person_call> calls_; // by GUID
    std::int64_t last_row_ = 0;
};

// Bob has changed 21 files, one a second and the last at(-40), and the engine has just read it.
struct attack : engine_dialogue {
    explicit attack(core::engine_settings settings = make_settings());
};

// The next process: so much later, with what the last one has written.
struct next_life : engine_dialogue {
    explicit next_life(
        const engine_dialogue& last,
        core::milliseconds downtime = std::chrono::seconds(3),
        core::engine_settings settings = make_settings()
    );
};

} // namespace docwarden::test
