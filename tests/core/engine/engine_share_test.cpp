// The limit that is a share of the active users: what waits for their number, whom it holds, and
// what makes more room.

#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

namespace docwarden::test::engine_share_test
{

using core::failure_kind;
using core::report_kind;
using namespace std::chrono_literals;

namespace
{

// That many percent of the active users, who are nineteen.
core::engine_settings settings_with_share(std::uint32_t share, std::uint32_t disables_max = 5)
{
    core::engine_settings settings = settings_with_limit(disables_max);
    settings.containment.disables_share = share;
    return settings;
}

std::vector<core::audit_event> both()
{
    auto events = burst("ann", 21, at(-60));
    for (const core::audit_event& event : burst("bob", 21, at(-60)))
        events.push_back(event);
    return events;
}

// Nothing is read yet, and the number of active users is not answered.
struct uncounted : engine_dialogue {
    explicit uncounted(core::engine_settings settings) : engine_dialogue(std::move(settings))
    {
        answers_people = false;
        wake();
        answer_identity(make_profile("admin"));
    }
};

// Ann and bob have crossed, and of nineteen users a tenth may be disabled: bob is held.
struct held_bob : engine_dialogue {
    explicit held_bob(core::engine_settings settings = settings_with_share(10))
        : engine_dialogue(std::move(settings))
    {
        begin();
        next_page(both());
        contain("ann");
        (void)heard();
        answer_look("bob", make_profile("bob"));
    }
};

} // namespace

TEST_CASE("engine: a share holds the second of two with nineteen users at a tenth")
{
    held_bob d;
    CHECK(d.heard_but_pages() == words{"held bob"});
    const core::report& held = d.last_report(report_kind::held);
    CHECK(contains(held.message, "1 disabled account within 10m (10% of 19 active users)"));
    CHECK(contains(held.message, "raise max_disables_share and reload"));
    CHECK(held.field("ACTIVE_USERS") == "19");
    d.stay_quiet(9min);
    CHECK_FALSE(d.has_call("bob"));
}

TEST_CASE("engine: of twenty users a tenth is two, and max_disables holds as well")
{
    engine_dialogue d(settings_with_share(10, GENERATE(as<std::uint32_t>(), 5, 1)));
    d.people.active_users = 20;
    const bool is_one = d.subject.settings().containment.disables_max == 1;
    d.begin();
    d.next_page(both());
    d.contain("ann");
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.has_call("bob") == !is_one);
    if (is_one)
        CHECK(contains(d.last_report(report_kind::held).message, "or raise max_disables and"));
}

TEST_CASE("engine: the number of active users is asked for at the start, hourly, after a reload")
{
    uncounted d(settings_with_share(10));
    CHECK(has(d.heard(), "active users"));
    d.answer_people();
    d.answer_page();
    d.stay_quiet(59min);
    CHECK_FALSE(has(d.heard(), "active users"));
    d.stay_quiet(2min);
    CHECK(has(d.heard(), "active users"));
    d.answer_people();
    d.reload(settings_with_share(20));
    CHECK(has(d.heard(), "active users"));
    d.answer_people();
    d.reload(settings_with_share(100));
    d.stay_quiet(3h);
    CHECK_FALSE(has(d.heard(), "active users"));
}

TEST_CASE("engine: a decision waits for the number of active users, and then goes by it")
{
    uncounted d(settings_with_share(10));
    d.answer_page(both());
    d.wait(core::engine::people_patience - 1ms);
    CHECK(d.count_reports(report_kind::alert) == 0);
    d.answer_people();
    CHECK(d.count_reports(report_kind::alert) == 2);
    d.answer_look("ann", make_profile("ann"));
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.has_call("ann"));
    CHECK_FALSE(d.has_call("bob"));
}

TEST_CASE("engine: it waits no longer than it has patience, and then max_disables counts alone")
{
    uncounted d(settings_with_share(10));
    d.answer_page(both());
    d.wait(core::engine::people_patience);
    CHECK(d.count_reports(report_kind::alert) == 2);
    d.answer_look("ann", make_profile("ann"));
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.has_call("ann"));
    CHECK(d.has_call("bob"));
}

TEST_CASE("engine: a number that cannot be had is told, and the one from before still counts")
{
    SECTION("never answered")
    {
        uncounted d(settings_with_share(10));
        d.fail_people(failure_kind::bad_answer);
        CHECK(has(d.heard(), "degraded people bad-answer"));
        d.answers_people = true;
        d.stay_quiet(10min);
        CHECK(has(d.heard(), "recovered people bad-answer"));
    }
    SECTION("answered once")
    {
        uncounted d(settings_with_share(10));
        d.answer_people();
        d.answer_page();
        d.stay_quiet(61min);
        (void)d.heard();
        d.fail_people(failure_kind::broken);
        CHECK_FALSE(has(d.heard(), "degraded people broken")); // one lost answer is no news
        auto events = burst("ann", 21, d.portal_now - 60s);
        for (const core::audit_event& event : burst("bob", 21, d.portal_now - 60s))
            events.push_back(event);
        d.next_page(events);
        d.contain("ann");
        d.answer_look("bob", make_profile("bob"));
        CHECK(has(d.heard(), "held bob"));
    }
}

TEST_CASE("engine: a reload that makes more room decides again about who is held by a share")
{
    held_bob d;
    (void)d.heard();
    d.reload(settings_with_share(10));
    CHECK(d.heard_but_pages().empty());
    d.reload(settings_with_share(10, 50)); // which is not the lower one
    CHECK(d.heard_but_pages().empty());
    d.reload(settings_with_share(GENERATE(11U, 100U))); // of nineteen, 11% is two
    CHECK(d.heard_but_pages() == words{"look bob"});
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.heard_but_pages() == words{"disable bob"});
}

TEST_CASE("engine: users who join free nobody who is held")
{
    held_bob d;
    d.people.active_users = 1'000;
    d.stay_quiet(2h);
    CHECK_FALSE(d.has_call("bob"));
    CHECK((d.subject.cases_by_state().at(core::containment_state::held) == 1));
    // Who crosses anew is decided about anew, as ever.
    d.next_page(burst("bob", 21, d.portal_now - 25s, 100));
    CHECK(d.has_call("bob"));
}

TEST_CASE("engine: who leaves a group is held although the number of active users is not known")
{
    core::engine_settings settings = settings_with_share(10);
    core::rule robots = settings.rules[0];
    robots.name = "robots";
    robots.threshold = 100;
    robots.groups = {"Robots"};
    settings.rules.insert(settings.rules.begin(), robots);
    engine_dialogue d(settings);
    d.people.groups["Robots"] = {"bob"};
    d.people.is_uncounted = true;
    d.begin();
    d.stay_quiet(40min);
    d.next_page(burst("bob", 50, d.portal_now - 60s));
    CHECK(d.heard_but_pages().empty());
    d.people.groups["Robots"] = {};
    d.stay_quiet(8min);
    CHECK(has(d.heard_but_pages(), "held bob"));
}

} // namespace docwarden::test::engine_share_test
