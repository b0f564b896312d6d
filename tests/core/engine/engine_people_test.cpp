// Rules for some people: who falls under which, what waits for the portal's answer about them, and
// what is told of names that it does not know.

#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::test::engine_people_test
{

using core::failure_kind;
using core::report_kind;
using namespace std::chrono_literals;

namespace
{

// Robots may change 100 files, everybody else 20.
core::engine_settings settings_for(std::vector<std::string> users, std::vector<std::string> groups)
{
    core::engine_settings settings = make_settings();
    core::rule robots = settings.rules[0];
    robots.name = "robots";
    robots.threshold = 100;
    robots.users = std::move(users);
    robots.groups = std::move(groups);
    settings.rules.insert(settings.rules.begin(), robots);
    return settings;
}

core::engine_settings robots_settings()
{
    return settings_for({}, {"Robots"});
}

// The engine, with the robot bob, which has nothing read yet.
struct portal_with_robots : engine_dialogue {
    explicit portal_with_robots(core::engine_settings settings = robots_settings())
        : engine_dialogue(std::move(settings))
    {
        people.groups["Robots"] = {"bob"};
    }
    void start()
    {
        wake();
        answer_identity(make_profile("admin"));
    }
};

std::vector<core::audit_event> both(int count)
{
    auto events = burst("bob", count, at(-60));
    for (const core::audit_event& event : burst("ann", count, at(-60)))
        events.push_back(event);
    return events;
}

} // namespace

// ---- who falls under which rule -----------------------------------------------------------------

TEST_CASE("engine: members of a group fall under its rule, and everybody else under the general one"
)
{
    portal_with_robots d;
    d.begin();
    d.next_page(both(21));
    CHECK(d.heard_but_pages() == words{"alert ann", "look ann"});
    CHECK(d.last_report(report_kind::alert).field("RULE") == "bulk-change");
    d.next_page(burst("bob", 80, at(-30), 1000));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
    CHECK(d.last_report(report_kind::alert).field("RULE") == "robots");
}

TEST_CASE("engine: a rule for users concerns them by GUID and by address")
{
    for (const std::string& name : {guid_of("bob"), std::string("bob@example.com")}) {
        INFO(name);
        portal_with_robots d(settings_for({name}, {}));
        d.begin();
        d.next_page(both(21));
        CHECK(d.heard_but_pages() == words{"alert ann", "look ann"});
    }
}

TEST_CASE("engine: groups are asked for at the start, every hour and after a reload")
{
    portal_with_robots d;
    d.answers_people = false;
    d.start();
    CHECK(has(d.heard(), "groups"));
    d.answer_people();
    CHECK(d.heard_but_pages() == words{"members Robots"});
    d.answer_page();
    d.stay_quiet(59min);
    CHECK_FALSE(has(d.heard(), "groups"));
    d.stay_quiet(2min);
    CHECK(has(d.heard(), "groups"));
    d.answer_people();
    (void)d.heard();
    d.reload(robots_settings());
    CHECK(has(d.heard(), "groups"));
}

TEST_CASE("engine: without names in the configuration nobody is asked about")
{
    engine_dialogue d;
    d.answers_people = false;
    d.begin();
    d.stay_quiet(3h);
    const words said = d.heard();
    CHECK_FALSE(has(said, "groups"));
}

// ---- what waits for it --------------------------------------------------------------------------

TEST_CASE("engine: what is read before the groups are known waits for them, and is decided rightly")
{
    portal_with_robots d;
    d.answers_people = false;
    d.start();
    d.answer_page(both(21));
    CHECK(d.count_reports(report_kind::alert) == 0);
    d.wait(2s);
    CHECK(d.count_reports(report_kind::alert) == 0);
    (void)d.heard();
    d.answers_people = true;
    d.answer_people();
    CHECK(d.heard_but_pages() == words{"alert ann", "look ann"});
}

TEST_CASE("engine: what waits is not forgotten meanwhile, however long ago it was")
{
    core::engine_settings settings = robots_settings();
    settings.polling.poll_interval = 1s;
    settings.polling.rescan_interval = 1s;
    portal_with_robots d(settings);
    d.answers_people = false;
    d.start();
    REQUIRE(d.page().has_value());
    const core::wall_time begin = std::chrono::ceil<std::chrono::seconds>(d.page()->query.from);
    d.answer_page(burst("ann", 21, begin + 1s));
    for (int i = 0; i < 4; ++i)
        d.next_page({});
    CHECK(d.count_reports(report_kind::alert) == 0);
    d.answers_people = true;
    d.answer_people();
    CHECK(d.count_reports(report_kind::alert) == 1);
}

TEST_CASE("engine: it waits no longer than it has patience, and then the general rule applies")
{
    portal_with_robots d;
    d.answers_people = false;
    d.start();
    d.answer_page(both(21));
    d.wait(core::engine::people_patience - 1ms);
    CHECK(d.count_reports(report_kind::alert) == 0);
    d.wait(1ms);
    CHECK(d.count_reports(report_kind::alert) == 2);
    (void)d.heard();
    // The answer comes after all, and the robot's case is called off.
    d.answers_people = true;
    d.answer_people();
    CHECK(d.heard_but_pages() == words{"observed bob"});
    d.contain("ann");
    d.answer_look("bob", make_profile("bob"));
    CHECK_FALSE(d.has_call("bob"));
}

TEST_CASE("engine: a failing look-up is told, is tried again, and ends the patience only in time")
{
    portal_with_robots d;
    d.answers_people = false;
    d.start();
    d.answer_page(both(21));
    (void)d.heard();
    d.fail_people(failure_kind::broken);
    CHECK(has(d.heard(), "degraded people broken"));
    CHECK(d.count_reports(report_kind::alert) == 0);
    CHECK(d.last_report(report_kind::degraded).level == core::priority::warning);
    d.wait(1s);
    CHECK(has(d.heard(), "groups"));
    d.answers_people = true;
    d.answer_people();
    const words said = d.heard_but_pages();
    CHECK(has(said, "recovered people broken"));
    CHECK(has(said, "alert ann"));
    CHECK_FALSE(has(said, "alert bob"));
    CHECK(d.subject.status().is_ready());
}

TEST_CASE("engine: one lost answer in an hour is not told, and what was known stays known")
{
    portal_with_robots d;
    d.begin();
    d.answers_people = false;
    d.stay_quiet(61min);
    d.fail_people(failure_kind::interrupted);
    CHECK_FALSE(has(d.heard(), "degraded people interrupted"));
    d.next_page(burst("bob", 21, d.portal_now - 30s));
    CHECK(d.count_reports(report_kind::alert) == 0);
    d.wait(2s);
    d.fail_people(failure_kind::interrupted);
    CHECK(has(d.heard(), "degraded people interrupted"));
}

TEST_CASE("engine: a scan waits for what waits")
{
    portal_with_robots d;
    d.answers_people = false;
    d.start();
    d.ask_scan(7);
    d.answer_page(both(21));
    for (int i = 0; i < 3 && d.page(); ++i)
        d.answer_page();
    CHECK(d.scans().empty());
    d.answers_people = true;
    d.answer_people();
    d.contain("ann");
    for (int i = 0; i < 3 && d.scans().empty(); ++i)
        d.next_page({});
    REQUIRE(d.scans().size() == 1);
    CHECK(d.scans()[0].findings.size() == 1);
}

TEST_CASE("engine: a case that an earlier process has opened waits for the groups as well")
{
    portal_with_robots d(make_settings());
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    core::stored_state kept = d.disk;
    portal_with_robots next;
    next.answers_people = false;
    next.restore(kept);
    next.start();
    next.answer_page();
    CHECK_FALSE(next.has_call("bob"));
    next.answers_people = true;
    next.answer_people();
    CHECK(has(next.heard(), "observed bob"));
    next.stay_quiet(1min);
    next.answer_look("bob", make_profile("bob")); // no request has left unknown to this process
    next.stay_quiet(1h);
    CHECK_FALSE(next.has_call("bob"));
}

// ---- who comes under another rule ---------------------------------------------------------------

TEST_CASE(
    "engine: who leaves a group is held for what was done before, and contained for what comes"
)
{
    portal_with_robots d;
    d.begin();
    d.stay_quiet(59min);
    d.next_page(burst("bob", 50, d.portal_now - 60s));
    CHECK(d.heard_but_pages().empty());
    d.people.groups["Robots"] = {};
    d.stay_quiet(2min);
    CHECK(has(d.heard_but_pages(), "held bob"));
    d.next_page(burst("bob", 1, d.portal_now, 500));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
}

TEST_CASE("engine: who joins a group that may do more has his case called off")
{
    portal_with_robots d;
    d.begin();
    d.stay_quiet(59min);
    d.next_page(burst("ann", 50, d.portal_now - 60s));
    d.fail_look("ann", failure_kind::unreachable);
    (void)d.heard();
    d.people.groups["Robots"] = {"bob", "ann"};
    for (int i = 0; i < 20 && !has(d.heard(), "observed ann"); ++i) {
        if (d.has_call("ann"))
            d.fail_look("ann", failure_kind::unreachable);
        else if (d.page())
            d.answer_page();
        else
            d.wait_until_due();
    }
    CHECK(d.count_reports(report_kind::observed) == 1);
}

TEST_CASE("engine: a reload that puts people under another rule holds them for what they had done")
{
    portal_with_robots d;
    d.begin();
    d.next_page(burst("bob", 50, at(-60)));
    (void)d.heard();
    SECTION("the rule for the group is taken out")
    {
        d.reload(make_settings());
        CHECK(d.heard_but_pages() == words{"held bob"});
    }
    SECTION("the rule for the group concerns another one")
    {
        d.people.groups["People"] = {"ann"};
        d.reload(settings_for({}, {"People"}));
        d.next_page({});
        CHECK(d.heard_but_pages() == words{"held bob"});
    }
}

TEST_CASE("engine: a reload that changes nothing about people asks for no patience")
{
    portal_with_robots d;
    d.begin();
    d.answers_people = false;
    core::engine_settings other = robots_settings();
    other.contact = "somebody else";
    d.reload(other);
    d.next_page(both(21));
    CHECK(d.count_reports(report_kind::alert) == 1);
}

TEST_CASE("engine: what a reload holds is held although it waits for a new group beyond the reading"
)
{
    portal_with_robots d(make_settings());
    d.begin();
    d.next_page(burst("ann", 15, at(-60)));
    (void)d.heard();
    core::engine_settings stricter = settings_for({}, {"Robots"});
    stricter.rules[1].threshold = 10;
    d.answers_people = false;
    d.reload(stricter);
    for (int i = 0; i < 4; ++i) { // all of the past is read anew, and more
        if (!d.page())
            break;
        d.answer_page();
    }
    CHECK(d.count_reports(report_kind::held) == 0);
    d.answers_people = true;
    d.answer_people();
    CHECK(has(d.heard_but_pages(), "held ann"));
}

// ---- names that the portal does not know --------------------------------------------------------

TEST_CASE("engine: unknown groups and users are told once, with the rule that names them")
{
    core::engine_settings settings = settings_for({"ghost@example.com"}, {"Robots", "Spooks"});
    settings.containment.exempt = {core::exemption{guid_of("gone")}};
    portal_with_robots d(settings);
    d.people.strangers = {"ghost", "gone"};
    d.begin();
    REQUIRE(d.count_reports(report_kind::config_warning) == 2);
    d.stay_quiet(3h);
    CHECK(d.count_reports(report_kind::config_warning) == 2);
    const core::report& exempt = d.last_report(report_kind::config_warning);
    CHECK(exempt.message.find(guid_of("gone")) != std::string::npos);
    CHECK(exempt.field("RULE").empty());
    d.reload(settings);
    CHECK(d.count_reports(report_kind::config_warning) == 4);
    // The rule concerns those who are known.
    d.next_page(burst("bob", 21, d.portal_now - 60s));
    CHECK(d.count_reports(report_kind::alert) == 0);
}

TEST_CASE("engine: the record of an unknown name says where it stands")
{
    portal_with_robots d(settings_for({"ghost@example.com"}, {"Spooks"}));
    d.people.strangers = {"ghost"};
    d.begin();
    const core::report& told = d.last_report(report_kind::config_warning);
    CHECK(
        told.message ==
        "The portal does not know the group \"Spooks\", nor the user \"ghost@example.com\", named "
        "by the rule robots, which concerns nobody by that: correct the configuration, or the "
        "portal"
    );
    CHECK(told.field("RULE") == "robots");
}

// ---- exemptions by group ------------------------------------------------------------------------

TEST_CASE("engine: who is in an exempt group is not disabled, by what the last look says")
{
    core::engine_settings settings = make_settings();
    core::exemption robots;
    robots.group = "robots";
    settings.containment.exempt = {robots};
    portal_with_robots d(settings);
    d.begin();
    d.next_page(both(21));
    core::profile bob = make_profile("bob");
    bob.groups = {{guid_of("Robots"), "Robots"}};
    d.answer_look("bob", bob);
    CHECK_FALSE(d.has_call("bob"));
    CHECK(d.count_reports(report_kind::exempted) == 1);
    CHECK(d.last_report(report_kind::exempted).message.find("group") != std::string::npos);
    core::profile ann = make_profile("ann");
    ann.groups = {{guid_of("People"), "People"}};
    d.answer_look("ann", ann);
    d.answer_disable("ann");
}

} // namespace docwarden::test::engine_people_test
