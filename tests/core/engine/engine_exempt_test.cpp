// Who is exempt by address or group, which only the profile tells: a crossing is told once, however
// long it goes on, and an exemption that no longer holds protects nobody.

#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::test::engine_exempt_test
{

using namespace std::chrono_literals;
using core::failure_kind;
using core::report_kind;

namespace
{

core::engine_settings two_rules()
{
    core::engine_settings settings = settings_with_rule(make_rule("deletes", 10, 10min));
    settings.rules[1].actions = {5018};
    settings.containment.exempt = {core::exemption{"bob@example.com"}};
    return settings;
}

// Bob's attack, and the look that found him exempt.
struct spared : attack {
    explicit spared(core::engine_settings settings = settings_exempting("bob@example.com"))
        : attack(std::move(settings))
    {
        answer_look("bob", make_profile("bob"));
        REQUIRE(heard_but_pages() == words{"alert bob", "look bob", "exempted bob"});
    }
};

std::vector<core::audit_event> deletes(int count, core::wall_time first)
{
    std::vector<core::audit_event> events = burst("bob", count, first, 5000);
    for (core::audit_event& event : events)
        event.action = 5018;
    return events;
}

} // namespace

TEST_CASE("engine: who is exempt by address is told once a crossing, however long it goes on")
{
    spared d;
    for (int i = 1; i < 5; ++i)
        d.next_page(burst("bob", 5, at(-40 + 5 * i), 100 * i));
    CHECK(d.heard_but_pages().empty());
    SECTION("until the exemption is taken away")
    {
        d.reload(make_settings());
        d.next_page(burst("bob", 5, at(5), 900));
        CHECK(d.count_reports(report_kind::alert) == 2);
        CHECK(d.has_call("bob"));
    }
    SECTION("and nothing more after a restart")
    {
        next_life after(d, 3s, settings_exempting("bob@example.com"));
        after.answer_page(burst("bob", 21, at(-60)));
        after.next_page(burst("bob", 5, at(5), 900));
        CHECK(after.heard_but_pages() == words{"identity", "ready"});
    }
}

TEST_CASE("engine: who is exempt by address and crosses another rule is looked at, and told once")
{
    spared d(two_rules());
    d.next_page(deletes(11, at(-20)));
    CHECK(d.heard_but_pages() == words{"look bob"});
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.heard_but_pages() == words{"exempted bob"});
    CHECK(d.last_report(report_kind::exempted).field("RULE") == "deletes");
    CHECK(d.states() == words{"bob observed", "bob observed"});
}

TEST_CASE("engine: who has another address now is exempt no more")
{
    spared d(two_rules());
    d.next_page(deletes(11, at(-20)));
    core::profile changed = make_profile("bob");
    changed.email = "robert@example.com";
    d.answer_look("bob", changed);
    CHECK(d.heard_but_pages() == words{"look bob", "alert bob", "disable bob"});
    CHECK(d.last_report(report_kind::alert).field("STATE") == "intended");
    d.answer_disable("bob");
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.count_reports(report_kind::contained) == 1);
    REQUIRE(d.disk.accounts.size() == 1);
    CHECK(d.disk.accounts[0].course.ended == core::containment::ending::contained);
}

TEST_CASE("engine: a look at who was exempt that fails is no reason to be quiet")
{
    spared d(two_rules());
    d.next_page(deletes(11, at(-20)));
    d.fail_look("bob", failure_kind::unreachable);
    CHECK(
        (d.heard_but_pages() ==
         words{"look bob", "degraded acting unreachable", "alert bob", "retrying bob"})
    );
    CHECK(d.count_reports(report_kind::alert) == 2);
}

TEST_CASE("engine: who is exempt by a group is told once a crossing as well")
{
    core::engine_settings settings = make_settings();
    settings.containment.exempt.resize(1);
    settings.containment.exempt[0].group = "Robots";
    core::profile robot = make_profile("bob");
    robot.groups = {{guid_of("robots"), "Robots"}};

    attack d(settings);
    d.answer_look("bob", robot);
    REQUIRE(d.count_reports(report_kind::exempted) == 1);
    for (int i = 1; i < 5; ++i)
        d.next_page(burst("bob", 5, at(-40 + 5 * i), 100 * i));
    CHECK(d.count_reports(report_kind::alert) == 1);
    CHECK_FALSE(d.has_call("bob"));

    next_life after(d, 3s, settings);
    after.answer_page(burst("bob", 21, at(-60)));
    after.next_page(burst("bob", 5, at(5), 900));
    CHECK(after.count_reports(report_kind::alert) == 0);
    CHECK_FALSE(after.has_call("bob"));

    d.reload(make_settings());
    d.next_page(burst("bob", 5, at(5), 900));
    CHECK(d.has_call("bob"));
}

TEST_CASE("engine: a quiet look that a restart cuts short is made again")
{
    spared d(two_rules());
    d.next_page(deletes(11, at(-20)));
    REQUIRE(d.has_call("bob"));
    next_life after(d, 3s, two_rules());
    after.answer_page(deletes(11, at(-20)));
    CHECK(after.has_call("bob"));
    after.answer_look("bob", make_profile("bob"));
    CHECK(after.count_reports(report_kind::exempted) == 1);
    CHECK(after.count_reports(report_kind::alert) == 0);
}

} // namespace docwarden::test::engine_exempt_test
