// What the engine says about itself: what limits it now, each told once and taken back once, its
// status, and what it does when more happens than fits into its memory.

#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace docwarden::test::engine_conditions_test
{

using core::failure_kind;
using core::report_kind;
using core::tick;
using namespace std::chrono_literals;

namespace
{

core::audit_page page_with_problem(std::int64_t id, const std::string& text)
{
    core::audit_page page;
    page.rows = 1;
    page.problems = {{0, id, text, false, 0}};
    return page;
}

// Without what the rows take that are known.
std::size_t windows_bytes(const engine_dialogue& d)
{
    const core::engine_status status = d.subject.status();
    return status.memory_bytes - status.seen_bytes;
}

// Fills the memory: each page brings as much of a user's work on files whose ids are long texts as
// a page can. Nobody crosses anything.
class memory_filler
{
public:
    explicit memory_filler(engine_dialogue& d) : d_(d) {}

    void bring_page()
    {
        std::vector<core::audit_event> events;
        for (std::size_t i = 0; i < rows; ++i)
            events.push_back(
                make_event(guid_of("bob"), title_ + std::to_string(files_++), d_.portal_now)
            );
        d_.next_page(std::move(events));
    }

    static constexpr std::size_t rows = 99;
    static constexpr std::size_t event_bytes = 120'000; // at least, of one event

private:
    engine_dialogue& d_;
    std::string title_ = std::string(60'000, 'x');
    int files_ = 0;
};

constexpr std::size_t memory_limit = core::engine::memory_max;

// One rule for a whole day that the filler does not cross, one for bursts; the day has been read,
// and nothing has happened on it.
struct day_without_events : engine_dialogue {
    explicit day_without_events(const core::rule& bursts = make_rule("burst", 1000, 10min))
        : engine_dialogue(settings_with(bursts))
    {
        begin();
        while (!subject.status().complete)
            next_page({});
    }
    static core::engine_settings settings_with(const core::rule& bursts)
    {
        core::engine_settings settings = settings_with_rule(bursts);
        settings.rules[0].window = 24h;
        settings.rules[0].threshold = 1'000'000;
        return settings;
    }
    memory_filler filler{*this};
};

} // namespace

// ---- reading ------------------------------------------------------------------------------------

TEST_CASE("engine: a refused key is told once, kept as a condition, and its recovery told once")
{
    engine_dialogue d;
    d.begin();
    for (int i = 0; i < 5; ++i) {
        d.wait_until_due();
        if (d.page())
            d.fail_page(make_failure(failure_kind::unauthorised));
    }
    CHECK(d.heard_but_pages() == words{"degraded reading unauthorised"});
    CHECK((d.last_report(report_kind::degraded).level == core::priority::critical));
    CHECK_FALSE(d.subject.status().is_ready());
    REQUIRE(d.subject.status().conditions.size() == 1);
    d.next_page({});
    CHECK(d.heard_but_pages() == words{"recovered reading unauthorised"});
    CHECK(d.subject.status().is_ready());
}

TEST_CASE("engine: one lost answer is no news, a second in a row is")
{
    const failure_kind blip =
        GENERATE(failure_kind::unreachable, failure_kind::interrupted, failure_kind::broken);
    INFO(core::to_string(blip));
    engine_dialogue d;
    d.begin();
    for (int i = 0; i < 3; ++i) {
        d.wait_until_due();
        d.fail_page(make_failure(blip));
        d.next_page({});
    }
    CHECK(d.heard_but_pages().empty());
    d.wait_until_due();
    d.fail_page(make_failure(blip));
    d.wait_until_due();
    d.fail_page(make_failure(blip));
    CHECK(d.heard_but_pages() == words{"degraded reading " + std::string(core::to_string(blip))});
}

TEST_CASE("engine: a stretch that cannot be read is told until a whole rescan has read it")
{
    engine_dialogue d;
    d.begin();
    d.wait_until_due();
    d.answer_page(unreadable_page());
    CHECK(d.heard_but_pages() == words{"degraded gap unreadable"});
    CHECK((d.last_report(report_kind::degraded).level == core::priority::critical));
    d.next_page({}); // short
    CHECK(d.heard_but_pages().empty());
    d.stay_quiet(1min);
    CHECK(d.heard_but_pages() == words{"recovered gap unreadable"});
}

TEST_CASE("engine: a bad record is told once, and told as counted or left out")
{
    engine_dialogue d;
    d.begin();
    for (int i = 0; i < 3; ++i) {
        d.wait_until_due();
        d.answer_page(page_with_problem(77, "userId is missing"));
    }
    CHECK(d.heard_but_pages() == words{"bad-record"});
    CHECK(contains(d.reports().back().message, "Audit record id 77"));
    CHECK(contains(d.reports().back().message, "left out"));
    d.wait_until_due();
    core::audit_page counted = page_with_problem(78, "id is missing");
    counted.problems[0].was_counted = true;
    d.answer_page(counted);
    CHECK(contains(d.reports().back().message, "It was still counted"));
}

TEST_CASE(
    "engine: a flood of bad records is twenty reports a minute and one sentence about the rest"
)
{
    engine_dialogue d;
    d.begin();
    core::audit_page page;
    for (std::size_t i = 0; i < 90; ++i)
        page.problems.push_back({i, static_cast<std::int64_t>(i + 1), "date is missing", false, 0});
    page.rows = page.problems.size();
    d.wait_until_due();
    d.answer_page(page);
    CHECK(d.count_reports(report_kind::bad_record) == 20);
    CHECK(d.count_reports(report_kind::suppressed) == 0);
    d.stay_quiet(2min);
    REQUIRE(d.count_reports(report_kind::suppressed) == 1);
    CHECK(d.last_report(report_kind::suppressed).field("COUNT") == "70");
    CHECK(d.count_reports(report_kind::bad_record) == 20);
}

TEST_CASE("engine: an action of a newer portal is told once and counts nothing")
{
    engine_dialogue d;
    d.begin();
    auto events = burst("bob", 30, at(-60));
    for (core::audit_event& event : events)
        event.action = 7777;
    d.next_page(events);
    CHECK(d.heard_but_pages() == words{"unknown-action"});
    CHECK(d.reports().back().field("ACTION") == "7777");
}

// ---- the plan -----------------------------------------------------------------------------------

TEST_CASE("engine: rows from outside of the time asked for make it ask whether filters are ignored")
{
    const bool are_ignored = GENERATE(false, true);
    engine_dialogue d;
    d.begin();
    d.stay_quiet(2min);
    (void)d.heard();
    d.answers_preflight = false;
    d.next_page({make_event(guid_of("bob"), "1", at(0) - 24h * 30)});
    CHECK(d.heard_but_pages() == words{"probe"});
    d.preflight.probe = core::filter_probe{are_ignored ? 20U : 0U};
    d.answer_preflight();
    CHECK(d.heard_but_pages() == (are_ignored ? words{"degraded plan filter-ignored"} : words{}));
    CHECK(d.subject.status().is_ready() != are_ignored);
}

TEST_CASE("engine: rows up to two hours outside of what was asked for are a matter of time zones")
{
    const bool is_newer = GENERATE(false, true);
    const bool is_beyond = GENERATE(false, true);
    engine_dialogue d;
    d.begin();
    d.wait_until_due();
    const core::page_query asked = d.page()->query;
    const tick more(is_beyond ? 1 : 0);
    const core::wall_time moment = is_newer ? asked.to + 2h + more : asked.from - 2h - more;
    d.preflight.probe = core::filter_probe{1};
    d.answer_page({make_event(guid_of("bob"), "1", moment, 5064)});
    CHECK(d.heard_but_pages().empty());
    d.wait(1min); // it was asked at the start, and is not asked again at once
    CHECK(has(d.heard(), "degraded plan filter-ignored") == is_beyond);
}

TEST_CASE("engine: that filters are ignored stays said until a probe shows that they are not")
{
    engine_dialogue d;
    d.preflight.probe = core::filter_probe{20};
    d.begin();
    CHECK_FALSE(d.subject.status().is_ready());
    // No answer is none, and what the portal says about its plan counts for less.
    d.preflight.probe = make_failure(failure_kind::broken);
    d.stay_quiet(62min);
    CHECK_FALSE(has(d.heard(), "recovered plan filter-ignored"));
    CHECK_FALSE(d.subject.status().is_ready());
    d.preflight.probe = core::filter_probe{0};
    d.stay_quiet(6min); // meanwhile it is asked more often
    CHECK(has(d.heard(), "recovered plan filter-ignored"));
    CHECK(d.subject.status().is_ready());
}

// ---- the key and the people ---------------------------------------------------------------------

TEST_CASE("engine: a key whose user is no administrator is a condition of its own")
{
    engine_dialogue d;
    d.wake();
    d.answer_identity(make_profile("nobody"));
    CHECK(d.heard_but_pages() == words{"identity", "degraded rights not-admin"});
    CHECK_FALSE(d.subject.status().can_act);
    d.answer_page();
    CHECK_FALSE(d.subject.status().is_ready());
    d.stay_quiet(59min);
    (void)d.heard();
    d.wait(2min);
    d.answer_identity(make_profile("admin"));
    CHECK(d.heard_but_pages() == words{"identity", "recovered rights not-admin"});
}

TEST_CASE("engine: a key whose user is disabled is a condition until the account is enabled")
{
    engine_dialogue d;
    d.wake();
    core::profile self = make_profile("admin");
    self.status = core::user_status::terminated;
    d.answer_identity(self);
    CHECK(d.heard_but_pages() == words{"identity", "degraded rights user-disabled"});
    CHECK_FALSE(d.subject.status().can_act);
    d.answer_page();
    d.stay_quiet(59min);
    (void)d.heard();
    d.wait(2min);
    d.answer_identity(make_profile("admin"));
    CHECK(d.heard_but_pages() == words{"identity", "recovered rights user-disabled"});
}

TEST_CASE("engine: once it is known whose key this is, a failure to ask again is no condition")
{
    engine_dialogue d;
    d.begin();
    d.stay_quiet(59min);
    d.wait(2min);
    d.fail_identity(failure_kind::unreachable);
    CHECK(d.count_reports(report_kind::degraded) == 0);
    CHECK(d.subject.status().can_act);
}

TEST_CASE("engine: a people API that fails is a condition, one missing user is not")
{
    attack d;
    (void)d.heard();
    d.fail_look("bob", failure_kind::not_found);
    CHECK(d.heard_but_pages() == words{"retrying bob"});
    d.wait_for_call("bob");
    (void)d.heard();
    d.fail_look("bob", failure_kind::forbidden);
    CHECK(d.heard_but_pages() == words{"degraded acting forbidden"});
    d.wait_for_call("bob");
    (void)d.heard();
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.heard_but_pages() == words{"recovered acting forbidden", "disable bob"});
}

TEST_CASE("engine: requests that fail stay a condition while looks work, until one is taken")
{
    attack d;
    d.answer_look("bob", make_profile("bob"));
    d.fail_disable("bob", failure_kind::unauthorised);
    CHECK(has(d.heard(), "degraded acting unauthorised"));
    d.wait_for_call("bob");
    d.answer_look("bob", make_profile("bob"));
    CHECK_FALSE(has(d.heard(), "recovered acting unauthorised"));
    d.answer_disable("bob");
    CHECK(has(d.heard(), "recovered acting unauthorised"));
}

TEST_CASE("engine: when nothing is to be done any more, what failed before is forgotten")
{
    attack d;
    d.answer_look("bob", make_profile("bob"));
    d.fail_disable("bob", failure_kind::unauthorised);
    (void)d.heard();
    d.reload(settings_with_response(core::response_mode::alert));
    CHECK(has(d.heard(), "recovered acting unauthorised"));
    d.reload(make_settings());
    d.stay_quiet(2min);
    d.next_page(burst("jane", 21, d.portal_now - 60s));
    d.fail_look("jane", failure_kind::unauthorised);
    CHECK(has(d.heard(), "degraded acting unauthorised"));
    d.wait_for_call("jane");
    d.answer_look("jane", make_profile("jane"));
    CHECK(has(d.heard(), "recovered acting unauthorised")); // looks work, requests never failed
}

// ---- the status ---------------------------------------------------------------------------------

TEST_CASE("engine: the status says what it is about, and what has been seen")
{
    engine_dialogue d;
    CHECK_FALSE(d.subject.status().was_tried);
    d.wake();
    CHECK_FALSE(d.subject.status().was_tried);
    CHECK_FALSE(d.subject.status().can_act);
    d.answer_identity(make_profile("admin"));
    CHECK(d.subject.status().was_tried);
    CHECK(d.subject.status().can_act);
    CHECK_FALSE(d.subject.status().has_read);
    CHECK_FALSE(d.subject.status().is_ready());
    d.answer_page(burst("bob", 3, at(-60)));
    const core::engine_status status = d.subject.status();
    CHECK(status.portal == "docs.example.com");
    CHECK(status.has_read);
    CHECK(status.is_ready());
    CHECK(status.events == 3);
    CHECK(status.users == 1);
    CHECK(status.seen_bytes == 3 * core::seen_ids::row_bytes);
    CHECK(windows_bytes(d) > 0);
    CHECK(status.open_cases == 0);
    CHECK((status.complete == at(0) - 15min - core::poller::rounding));
    const core::report& ready = d.last_report(report_kind::ready);
    CHECK(ready.field("ROWS") == "3");
    CHECK(contains(ready.message, "Read 3 recent audit records"));
    CHECK(contains(ready.message, "1 user made changes"));
    d.stay_quiet(30min);
    CHECK(d.subject.status().users == 0); // what is settled is forgotten
    CHECK(windows_bytes(d) == 0);
}

TEST_CASE("engine: a row that is read again is no further event, one without an id is each time")
{
    engine_dialogue d;
    d.begin();
    core::audit_event known = make_event(guid_of("bob"), "1", at(-60));
    core::audit_event nameless = known;
    known.id = 5;
    d.wait_until_due();
    d.answer_page(make_page({known, known, known, nameless, nameless}));
    CHECK(d.subject.status().events == 3);
}

TEST_CASE("engine: the key's own user is forgotten once it is known")
{
    engine_dialogue d;
    d.wake();
    d.fail_identity(failure_kind::unreachable);
    d.answer_page(burst("admin", 15, at(-60)));
    const std::size_t before = windows_bytes(d);
    for (int i = 0; i < 20 && !d.subject.status().can_act; ++i)
        d.next_page({});
    REQUIRE(d.subject.status().can_act);
    CHECK(windows_bytes(d) < before);
}

// ---- memory -------------------------------------------------------------------------------------

TEST_CASE("engine: at its limit of memory it gives up the oldest history, says so, and recovers")
{
    day_without_events d;
    std::size_t highest = 0;
    for (int page = 0; page < 40; ++page) {
        d.filler.bring_page();
        highest = std::max(highest, d.subject.status().memory_bytes);
    }
    CHECK(highest > memory_limit - memory_filler::rows * 2 * memory_filler::event_bytes);
    CHECK(highest < memory_limit + 2 * memory_filler::event_bytes);
    CHECK(d.count_reports(report_kind::degraded) == 1);
    CHECK(d.last_report(report_kind::degraded).field("CONCERN") == "memory");
    CHECK((d.last_report(report_kind::degraded).level == core::priority::critical));
    CHECK(d.count_reports(report_kind::recovered) == 0); // the day's history is still missing
    CHECK_FALSE(d.subject.status().is_ready());
    d.stay_quiet(25h);
    CHECK(d.subject.status().memory_bytes < memory_limit / 10);
    CHECK(d.last_report(report_kind::recovered).field("CONCERN") == "memory");
    CHECK(d.subject.status().is_ready());
}

TEST_CASE("engine: at its limit of memory it makes room at once for many events, not for each")
{
    day_without_events d;
    std::vector<std::size_t> sizes; // after each time that room was made
    std::size_t before = 0;
    constexpr std::size_t pages = 60;
    for (std::size_t page = 0; page < pages; ++page) {
        d.filler.bring_page();
        const std::size_t now = d.subject.status().memory_bytes;
        if (now < before)
            sizes.push_back(now);
        before = now;
    }
    // What fits into an eighth of the memory comes between two times.
    constexpr std::size_t page_bytes = memory_filler::rows * memory_filler::event_bytes;
    CHECK(sizes.size() >= 5);
    CHECK(sizes.size() <= pages * page_bytes / (memory_limit / 8));
    for (const std::size_t size : sizes)
        CHECK(size < memory_limit / 8 * 7 + 2 * page_bytes);
}

TEST_CASE("engine: who crosses a threshold while the memory is full is noticed")
{
    core::rule shares = make_rule("burst", 20, 10min);
    shares.actions = {5008};
    day_without_events d(shares);
    while (d.count_reports(report_kind::degraded) == 0)
        d.filler.bring_page();
    for (int page = 0; page < 3; ++page)
        d.filler.bring_page();
    std::vector<core::audit_event> shared = burst("jane", 21, d.portal_now);
    for (core::audit_event& event : shared)
        event.action = 5008;
    d.next_page(shared);
    CHECK(d.has_call("jane"));
}

TEST_CASE("engine: at its limit of memory old history makes room for what happens now")
{
    engine_dialogue d;
    d.begin();
    const std::string title(60'000, 'x');
    std::vector<core::audit_event> events;
    for (int i = 0; i < 1700; ++i) {
        const std::string user = guid_of("a" + std::to_string(i / 20));
        events.push_back(make_event(user, title + std::to_string(i), at(-1400)));
    }
    for (core::audit_event& event : burst("bob", 21, at(-60)))
        events.push_back(std::move(event));
    core::audit_page page = make_page(numbered(std::move(events)));
    page.rows = 1; // all the rest of what was asked for
    d.wait_until_due();
    (void)d.heard();
    d.answer_page(page);
    const words said = d.heard();
    CHECK(has(said, "degraded memory limit"));
    CHECK(has(said, "alert bob"));
}

} // namespace docwarden::test::engine_conditions_test
