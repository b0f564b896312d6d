// What outlives the process: what is on the disk before a request leaves, and what a restart makes
// of it. A restart is a new engine that gets what the old one has written.

#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace docwarden::test::engine_state_test
{

using namespace std::chrono_literals;
using core::containment_state;
using core::failure_kind;
using core::report_kind;

TEST_CASE("engine: no request to disable an account leaves before the decision is on the disk")
{
    attack d;
    d.stores_at_once = false;
    SECTION("the look ends first")
    {
        d.next_page(burst("jane", 21, at(-60)));
        REQUIRE(d.has_commit());
        d.answer_look("jane", make_profile("jane"));
        CHECK_FALSE(has(d.heard(), "disable jane"));
        d.store();
        CHECK(d.heard_but_pages() == words{"disable jane"});
    }
    SECTION("the commit ends first: it costs nothing")
    {
        d.next_page(burst("jane", 21, at(-60)));
        d.store();
        d.answer_look("jane", make_profile("jane"));
        CHECK(has(d.heard(), "disable jane"));
    }
}

TEST_CASE("engine: a disk that is slow or out of order delays a request by two seconds at most, "
          "and is reported until it works again")
{
    attack d;
    d.stores_at_once = false;
    d.next_page(burst("jane", 21, at(-60)));
    SECTION("it fails before the look ends")
    {
        d.store("the disk is full");
        d.answer_look("jane", make_profile("jane"));
    }
    SECTION("it fails afterwards")
    {
        d.answer_look("jane", make_profile("jane"));
        d.store("the disk is full");
    }
    SECTION("it takes its time")
    {
        d.answer_look("jane", make_profile("jane"));
        (void)d.heard();
        const core::mono_time begin = d.now.mono;
        while (!d.has_call("jane") && d.now.mono - begin < 10s)
            d.wait_until_due();
        CHECK(d.now.mono - begin <= 2s);
    }
    CHECK(has(d.heard(), "disable jane"));
    REQUIRE(d.count_reports(report_kind::degraded) == 1);
    CHECK(d.last_report(report_kind::degraded).field("CONCERN") == "store");
    CHECK(d.last_report(report_kind::degraded).level == core::priority::critical);
    CHECK(d.subject.status().is_ready()); // it sees and acts all the same
    CHECK(d.disk.accounts.size() == 1);   // bob's

    d.answer_disable("jane");
    d.answer_look("jane", disabled_profile("jane"));
    d.stores_at_once = true;
    d.wait(40s);
    d.store();
    d.wait(1s);
    CHECK(d.count_reports(report_kind::recovered) == 1);
    REQUIRE(d.disk.accounts.size() == 2); // made up for
    CHECK(d.disk.incidents.size() == 2);
    CHECK(d.disk.accounts[1].course.ended == core::containment::ending::contained);
}

TEST_CASE("engine: an account is never on the disk without the incidents that it names")
{
    attack d(settings_with_limit(1));
    d.stores_at_once = false;
    d.next_page(burst("jane", 21, at(-60)));
    d.answer_look("jane", make_profile("jane")); // and is held
    d.store_oldest("the disk is full");          // and works again right afterwards
    for (int i = 0; i < 60; ++i) {
        if (d.has_commit())
            d.store_oldest();
        for (const core::account_record& account : d.disk.accounts) {
            CAPTURE(account.user);
            for (const std::string& id : account.incidents)
                CHECK(std::ranges::count(d.disk.incidents, id, &core::incident::id) == 1);
        }
        d.wait(1s);
    }
    CHECK(d.disk.accounts.size() == 2);
}

TEST_CASE("engine: our own row is no second opinion, even before it is known whose key this is")
{
    attack before;
    before.answer_look("bob", make_profile("bob"));
    REQUIRE(before.has_call("bob")); // and the answer is lost with the process

    engine_dialogue d;
    d.restore(before.disk);
    d.fail_identity(failure_kind::broken);
    auto events = burst("bob", 21, at(-60));
    events.push_back(status_row("admin", {"bob"}, at(-5)));
    d.answer_page(std::move(events));
    CHECK(d.count_reports(report_kind::observed) == 0);
    for (int i = 0; i < 20 && !d.has_call("bob"); ++i)
        d.next_page({});
    d.answer_look("bob", disabled_profile("bob"));
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::contained, 1}}));
}

TEST_CASE("engine: somebody else's row counts as soon as it is known whose key this is")
{
    const attack before;
    engine_dialogue d;
    d.restore(before.disk);
    d.fail_identity(failure_kind::broken);
    d.answer_page({status_row("chief", {"bob"}, at(-5))});
    for (int i = 0; i < 20 && d.subject.status().open_cases != 0; ++i)
        d.next_page({});
    d.wait_for_call("bob");
    d.answer_look("bob", make_profile("bob")); // what came of our own request
    CHECK_FALSE(d.has_call("bob"));
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::rejected, 1}}));
}

TEST_CASE("engine: all is written anew when the disk is back, because it may be another one")
{
    attack d;
    d.contain("bob");
    d.change_store("the file is gone");
    d.disk = {};
    d.change_store("the directory is gone");
    CHECK(d.disk.accounts.empty());
    d.change_store({});
    REQUIRE(d.disk.accounts.size() == 1);
    CHECK(d.disk.accounts[0].course.ended == core::containment::ending::contained);
    REQUIRE(d.disk.incidents.size() == 1);
    CHECK(d.disk.incidents[0].id == d.disk.accounts[0].incidents.front());
}

TEST_CASE("engine: a stored decision is carried out after a restart, without a second alert, even "
          "while the trail cannot be read")
{
    const bool was_sent = GENERATE(false, true);
    const bool is_readable = GENERATE(false, true);
    attack before;
    if (was_sent)
        before.answer_look("bob", make_profile("bob"));

    next_life d(before);
    CHECK_FALSE(d.has_call("bob"));
    if (is_readable)
        d.answer_page(burst("bob", 21, at(-60)));
    else
        d.fail_page(make_failure(failure_kind::unreachable));
    REQUIRE(d.has_call("bob"));
    d.answer_look("bob", make_profile("bob"));
    d.answer_disable("bob");
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.states() == words{"bob contained"});
    CHECK(d.count_reports(report_kind::alert) == 0);
    CHECK(d.count_reports(report_kind::contained) == 1);
    CHECK(
        d.last_report(report_kind::contained).field("INCIDENT") ==
        before.last_report(report_kind::alert).field("INCIDENT")
    );
}

TEST_CASE("engine: a stored decision waits at most five seconds for the trail")
{
    const attack before;
    next_life d(before);
    d.wait(4s);
    CHECK_FALSE(d.has_call("bob"));
    d.wait(1s);
    CHECK(d.has_call("bob"));
}

TEST_CASE("engine: who was given back while docwarden was down is left alone")
{
    attack before;
    before.answer_look("bob", make_profile("bob")); // sent, and the answer is lost with the process
    next_life d(before, 10min);
    auto events = numbered(burst("bob", 21, at(-60)));
    events.push_back(status_row("chief", {"bob"}, at(300)));
    d.answer_page(std::move(events));
    CHECK_FALSE(d.has_call("bob"));
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::rejected, 1}}));
    d.stay_quiet(5min);
    CHECK(d.count_reports(report_kind::alert) == 0);
}

TEST_CASE("engine: rows from before the crossing do not call off what an earlier process decided")
{
    const attack before;
    next_life d(before);
    d.answer_page({status_row("chief", {"bob"}, at(-50))});
    CHECK(d.has_call("bob"));
}

TEST_CASE("engine: who is held stays held after a restart, under the same id, until a person or "
          "a new crossing decides")
{
    engine_dialogue before(settings_with_limit(0));
    before.begin();
    before.next_page(burst("bob", 40, at(-80)));
    before.answer_look("bob", make_profile("bob"));
    REQUIRE(before.states() == words{"bob held"});
    const std::string id(before.last_report(report_kind::alert).field("INCIDENT"));
    // All of the crossing is read again, or its end only.
    const int files = GENERATE(40, 25);
    next_life d(before, 3s, settings_with_limit(0));
    d.answer_page(burst("bob", files, at(-40 - files), 41 - files));
    d.stay_quiet(2min);
    CHECK(d.states() == words{"bob held"});
    CHECK(d.findings().at(0).id == id);
    CHECK(d.count_reports(report_kind::alert) == 0);
    CHECK(d.count_reports(report_kind::held) == 0);
}

TEST_CASE("engine: who is held after a reload is not freed by a restart that counts all of it anew")
{
    engine_dialogue before(settings_with_threshold(100));
    before.begin();
    auto events = burst("bob", 25, at(-1500));
    const auto later = burst("bob", 25, at(-60), 100);
    events.insert(events.end(), later.begin(), later.end());
    before.next_page(events);
    before.reload(settings_with_threshold(20));
    before.stay_quiet(1min);
    REQUIRE(before.states() == words{"bob held"});
    REQUIRE(before.disk.incidents.size() == 2);

    next_life d(before);
    d.answer_page(events);
    d.stay_quiet(1min);
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::held, 1}}));
    CHECK(d.count_reports(report_kind::alert) == 0);
    d.next_page(burst("bob", 21, d.portal_now - 30s, 200));
    CHECK(d.has_call("bob"));
}

TEST_CASE(
    "engine: who is held after a reload is not freed by a restart that reads more of what came "
    "before it"
)
{
    engine_dialogue before(settings_with_threshold(100));
    before.begin();
    before.next_page(burst("bob", 25, at(-60)));
    before.reload(settings_with_threshold(20));
    REQUIRE(before.states() == words{"bob held"});

    next_life d(before);
    auto events = burst("bob", 25, at(-60));
    const auto unread = GENERATE(at(-20), at(-1500)); // the same crossing, and another one
    const auto more = burst("bob", 25, unread, 100);
    events.insert(events.end(), more.begin(), more.end());
    d.answer_page(events);
    d.stay_quiet(1min);
    CHECK_FALSE(d.has_call("bob"));
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::held, 1}}));
    d.next_page(burst("bob", 21, d.portal_now - 30s, 200));
    CHECK(d.has_call("bob"));
}

TEST_CASE("engine: a contained user who is active again and goes on is remembered by that")
{
    attack before;
    before.contain("bob");
    before.next_page(burst("bob", 21, at(20), 500));
    before.answer_look("bob", make_profile("bob"));
    REQUIRE(before.has_call("bob"));
    next_life d(before);
    d.answer_page();
    CHECK(d.has_call("bob"));
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::sending, 1}}));
}

TEST_CASE("engine: what a containment has settled before a restart is never acted on after it")
{
    attack before;
    before.contain("bob");
    next_life d(before);
    d.answer_page(burst("bob", 21, at(-60)));
    CHECK(d.heard_but_pages() == words{"identity", "ready"});
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::contained, 1}}));
    // And who goes on is looked at, not alerted again.
    d.next_page(burst("bob", 21, at(20), 500));
    CHECK(d.heard_but_pages() == words{"look bob"});
}

TEST_CASE("engine: the places of max_disables that are taken outlive a restart")
{
    attack before(settings_with_limit(1));
    const bool is_confirmed = GENERATE(false, true);
    if (is_confirmed)
        before.contain("bob");
    next_life d(before, 3s, settings_with_limit(1));
    d.answer_page();
    d.next_page(burst("jane", 21, at(-30)));
    d.answer_look("jane", make_profile("jane"));
    CHECK(d.count_reports(report_kind::held) == 1);
    CHECK_FALSE(d.has_call("jane"));
}

TEST_CASE("engine: what becomes of a later crossing leaves the place of an earlier one taken")
{
    core::engine_settings settings = settings_with_limit(1);
    settings.containment.disables_window = 6h;
    attack before(settings);
    before.contain("bob");
    before.stay_quiet(1min);
    before.next_page({status_row("chief", {"bob"}, before.portal_now)}); // enabled again
    before.answer_look("bob", make_profile("bob"));
    before.next_page(burst("bob", 21, before.portal_now, 500));
    REQUIRE(before.has_call("bob"));
    next_life d(before, 3s, settings);
    d.answer_page();
    core::engine_settings only_alerts = settings;
    only_alerts.rules[0].response = core::response_mode::alert;
    d.reload(only_alerts);
    d.wait_for_call("bob");
    d.answer_look("bob", make_profile("bob"));
    REQUIRE(d.states() == words{"bob released", "bob rejected"});
    d.reload(settings);
    d.stay_quiet(20min);
    d.next_page(burst("jane", 21, d.portal_now - 30s));
    d.answer_look("jane", make_profile("jane"));
    CHECK(d.count_reports(report_kind::held) == 1);
    CHECK_FALSE(d.has_call("jane"));
}

TEST_CASE("engine: who was looked at and needed no disabling takes no place of max_disables")
{
    attack d(settings_with_limit(1));
    d.answer_look("bob", GENERATE(disabled_profile("bob"), owner_profile("bob")));
    d.next_page(burst("jane", 21, at(-30)));
    d.answer_look("jane", make_profile("jane"));
    CHECK(d.has_call("jane"));
}

TEST_CASE("engine: the place of a contained account stays taken while its user goes on in vain")
{
    attack d(settings_with_limit(1));
    d.contain("bob");
    d.next_page(burst("bob", 21, at(20), 500));
    d.answer_look("bob", disabled_profile("bob"));
    d.next_page(burst("jane", 21, at(30)));
    d.answer_look("jane", make_profile("jane"));
    CHECK_FALSE(d.has_call("jane"));
    CHECK(d.count_reports(report_kind::held) == 1);
}

TEST_CASE("engine: a user who was only alerted about is not alerted about again after a restart")
{
    const auto settings = settings_with_response(core::response_mode::alert);
    const attack before(settings);
    REQUIRE(before.count_reports(report_kind::alert) == 1);
    next_life d(before, 3s, settings);
    d.answer_page(burst("bob", 21, at(-60)));
    CHECK(d.count_reports(report_kind::alert) == 0);
    CHECK(d.findings().size() == 1);
}

TEST_CASE("engine: in which order incidents come back from the disk does not matter")
{
    const auto settings = settings_with_response(core::response_mode::alert);
    engine_dialogue before(settings);
    before.begin();
    auto events = burst("bob", 25, at(-1500));
    const auto later = burst("bob", 40, at(-80), 100);
    events.insert(events.end(), later.begin(), later.end());
    before.next_page(events);
    REQUIRE(before.disk.incidents.size() == 2);
    if (GENERATE(false, true))
        std::swap(before.disk.incidents[0], before.disk.incidents[1]);
    next_life d(before, 3s, settings);
    d.answer_page(burst("bob", 25, at(-65), 115)); // the end of the later one
    CHECK(d.count_reports(report_kind::alert) == 0);
}

TEST_CASE("engine: a rule that does less than before has no second say after a restart")
{
    attack before;
    before.answer_look("bob", owner_profile("bob"));
    before.reload(settings_with_response(core::response_mode::alert));
    next_life d(before, 3s, settings_with_response(core::response_mode::alert));
    d.answer_page(burst("bob", 21, at(-60)));
    CHECK(d.count_reports(report_kind::alert) == 0);
}

TEST_CASE("engine: what the rules want no more after a restart is called off, and told")
{
    const attack before;
    next_life d(before, 3s, settings_with_response(core::response_mode::observe));
    d.answer_page(burst("bob", 21, at(-60)));
    CHECK_FALSE(d.has_call("bob"));
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::rejected, 1}}));
    CHECK(d.count_reports(report_kind::observed) == 1);
    REQUIRE(d.disk.incidents.size() == 1);
    CHECK(d.disk.incidents[0].state == containment_state::rejected);
}

TEST_CASE("engine: an account whose incident is lost begins anew with what the trail shows")
{
    const attack before;
    engine_dialogue d;
    core::stored_state half = before.disk;
    half.incidents.clear();
    d.restore(half);
    d.answer_identity(make_profile("admin"));
    d.answer_page(burst("bob", 21, at(-60)));
    CHECK(d.count_reports(report_kind::alert) == 1);
    CHECK(d.has_call("bob"));
}

TEST_CASE("engine: what can be read late does not replace what has happened since")
{
    attack before;
    before.contain("bob");
    attack d; // it found bob active, and is about to act
    d.restore(before.disk);
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::intended, 1}}));
    CHECK(d.has_call("bob"));
}

} // namespace docwarden::test::engine_state_test
