// What is asked about groups, people and their number, in which order and when again; and its
// bounds.

#include "core/roster/roster_round.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <deque>

namespace docwarden::test::roster_round_test
{

using core::api_failure;
using core::failure_kind;
using core::member;
using strings = std::vector<std::string>;
using namespace std::chrono_literals;

namespace
{

std::string guid(std::size_t number)
{
    std::string digits = std::to_string(number);
    digits.insert(0, 12 - digits.size(), '0');
    return "d0c5face-0000-4000-8000-" + digits;
}

core::engine_settings settings_for(strings users, strings groups)
{
    core::engine_settings settings;
    core::rule rule = make_rule("r", 20, 60s);
    rule.users = std::move(users);
    rule.groups = std::move(groups);
    settings.rules = {rule};
    return settings;
}

struct question_writer {
    std::string operator()(const core::groups_request& asked) const
    {
        return "groups " + std::to_string(asked.start);
    }
    std::string operator()(const core::members_request& asked) const
    {
        return "members " + asked.group.substr(35) + ' ' + std::to_string(asked.start);
    }
    std::string operator()(const core::person_request& asked) const
    {
        return "person " + asked.name;
    }
    std::string operator()(const core::active_users_request&) const { return "active users"; }
    template <class Other>
    std::string operator()(const Other&) const
    {
        return "something else";
    }
};

// ... and a tenth of the active users.
core::engine_settings with_share(core::engine_settings settings)
{
    settings.containment.disables_share = 10;
    return settings;
}

api_failure failed(failure_kind kind)
{
    api_failure failure;
    failure.kind = kind;
    return failure;
}

core::answered reply(core::portal_result result)
{
    return {0, std::nullopt, std::move(result)};
}

// A round and the portal it asks.
struct dialogue {
    explicit dialogue(core::engine_settings settings) : subject(share(std::move(settings))) {}

    strings ask()
    {
        strings said;
        while (auto question = subject.next(now)) {
            said.push_back(std::visit(question_writer{}, *question));
            open.push_back(std::move(*question));
        }
        return said;
    }
    bool end() { return subject.end_round(now, random); }
    template <class Request>
    Request take()
    {
        REQUIRE_FALSE(open.empty());
        REQUIRE(std::holds_alternative<Request>(open.front()));
        const Request asked = std::get<Request>(open.front());
        open.pop_front();
        return asked;
    }
    bool groups(std::vector<core::portal_group> found, std::size_t more = 0)
    {
        subject.on_answer(
            take<core::groups_request>(), reply(core::group_page{found.size() + more, found})
        );
        return end();
    }
    bool members(std::vector<member> found, std::size_t more = 0)
    {
        subject.on_answer(
            take<core::members_request>(), reply(core::member_page{found.size() + more, found})
        );
        return end();
    }
    bool person(std::size_t number)
    {
        core::profile who;
        who.id = guid(number);
        who.display_name = "somebody";
        subject.on_answer(take<core::person_request>(), reply(who));
        return end();
    }
    bool active_users(core::portal_result result)
    {
        subject.on_answer(take<core::active_users_request>(), reply(std::move(result)));
        return end();
    }
    bool fail_person(failure_kind kind)
    {
        subject.on_answer(take<core::person_request>(), reply(failed(kind)));
        return end();
    }
    core::roster_round subject;
    core::mono_time now = mono_at(1'000s);
    core::random_source random{1};
    std::deque<core::portal_request> open;
};

} // namespace

TEST_CASE("roster_round: first the groups, then their members, and people beside them")
{
    dialogue d(settings_for({guid(7), "x@y.z"}, {"Robots"}));
    CHECK(d.ask() == strings{"groups 0", "person x@y.z", "person " + guid(7)});
    CHECK_FALSE(d.groups({{guid(1), "Guests"}, {guid(2), "ROBOTS"}}));
    CHECK(d.ask() == strings{"members 2 0"});
    CHECK_FALSE(d.person(8));
    CHECK_FALSE(d.subject.is_complete());
    CHECK_FALSE(d.person(7));
    CHECK(d.members({{guid(9), "Nine"}}));
    CHECK(d.subject.is_complete());
    CHECK(d.subject.known().groups.at("Robots") == std::vector<member>{{guid(9), "Nine"}});
    CHECK(d.subject.known().people.at("x@y.z")->id == guid(8));
    CHECK(d.subject.due() == d.now + core::roster_round::interval);
    CHECK(d.ask().empty());
    d.now += core::roster_round::interval;
    CHECK(d.ask().size() == 3);
}

TEST_CASE("roster_round: without names nothing is asked, and nothing is ever due")
{
    dialogue d(settings_for({}, {}));
    CHECK(d.ask().empty());
    CHECK_FALSE(d.subject.due());
    CHECK(d.subject.is_complete());
}

TEST_CASE("roster_round: the number of active users is asked for first, if a share depends on it")
{
    dialogue d(with_share(settings_for({"x@y.z"}, {})));
    CHECK(d.ask() == strings{"active users", "person x@y.z"});
    CHECK(d.subject.is_short());
    CHECK_FALSE(d.active_users(core::active_users{34}));
    CHECK(d.subject.known().active_users == 34U);
    CHECK(d.subject.is_short());
    CHECK(d.person(8));
    CHECK_FALSE(d.subject.is_short());
    d.now += core::roster_round::interval;
    CHECK(d.ask() == strings{"active users", "person x@y.z"});
    (void)d.active_users(core::active_users{35});
    CHECK(d.subject.known().active_users == 35U);
}

TEST_CASE("roster_round: without names the number alone is asked for, every hour")
{
    dialogue d(with_share(settings_for({}, {})));
    CHECK(d.ask() == strings{"active users"});
    CHECK(d.subject.is_complete()); // of the rules nothing is missing
    CHECK(d.subject.is_short());
    CHECK(d.active_users(core::active_users{34}));
    CHECK_FALSE(d.subject.is_short());
    CHECK(d.subject.due() == d.now + core::roster_round::interval);
}

TEST_CASE("roster_round: a number that was once answered stays known, and a failure is one")
{
    dialogue d(with_share(settings_for({}, {})));
    (void)d.ask();
    CHECK(d.active_users(failed(failure_kind::bad_answer)));
    CHECK(d.subject.is_short());
    CHECK(d.subject.failed_rounds() == 1);
    d.now = *d.subject.due();
    (void)d.ask();
    CHECK(d.active_users(core::active_users{34}));
    d.now = *d.subject.due();
    (void)d.ask();
    CHECK(d.active_users(failed(failure_kind::bad_answer)));
    CHECK(d.subject.failed_rounds() == 1);
    CHECK(d.subject.failure().kind == failure_kind::bad_answer);
    CHECK(d.subject.known().active_users == 34U);
    CHECK_FALSE(d.subject.is_short());
}

TEST_CASE("roster_round: new settings ask for the number anew, keep it, or need none any more")
{
    dialogue d(with_share(settings_for({}, {})));
    (void)d.ask();
    (void)d.active_users(core::active_users{34});
    d.subject.configure(share(with_share(settings_for({}, {}))));
    CHECK(d.subject.known().active_users == 34U);
    CHECK(d.ask() == strings{"active users"});
    d.subject.configure(share(settings_for({}, {})));
    CHECK_FALSE(d.subject.known().active_users);
    CHECK_FALSE(d.subject.is_short());
    CHECK_FALSE(d.active_users(core::active_users{35})); // an answer of before
    CHECK_FALSE(d.subject.known().active_users);
    CHECK(d.ask().empty());
    CHECK_FALSE(d.subject.due());
}

TEST_CASE("roster_round: lists are read to their end, page by page")
{
    dialogue d(settings_for({}, {"Robots"}));
    (void)d.ask();
    std::vector<core::portal_group> full(100, {guid(1), "Guests"});
    CHECK_FALSE(d.groups(full));
    CHECK(d.ask() == strings{"groups 100"});
    CHECK_FALSE(d.groups({{guid(2), "Robots"}}));
    CHECK(d.ask() == strings{"members 2 0"});
    CHECK_FALSE(d.members({{guid(9), "Nine"}}, 99));
    CHECK_FALSE(d.subject.is_complete());
    CHECK(d.ask() == strings{"members 2 100"});
    CHECK(d.members({{guid(8), "Eight"}}));
    CHECK(d.subject.known().groups.at("Robots")->size() == 2);
}

TEST_CASE("roster_round: a list without end fails at its bound, and nothing is made of it")
{
    dialogue d(settings_for({}, {"Robots"}));
    std::size_t pages = 0;
    bool is_over = false;
    while (!is_over && pages < 1'000) {
        if (d.ask().empty())
            break;
        ++pages;
        is_over = d.groups({{guid(2), "Other"}}, 99);
    }
    CHECK(is_over);
    CHECK(pages == core::roster_round::pages_max);
    CHECK_FALSE(d.subject.is_complete()); // it may be behind the bound
    CHECK(d.subject.failed_rounds() == 1);
    CHECK(d.subject.failure().kind == failure_kind::bad_answer);
    CHECK(d.subject.failure().text.find("5000") != std::string::npos);
}

TEST_CASE("roster_round: no more than a few questions are under way at once")
{
    strings many;
    for (std::size_t i = 0; i < 10; ++i)
        many.push_back("user" + std::to_string(i) + "@x.org");
    dialogue d(settings_for(many, {}));
    CHECK(d.ask().size() == core::roster_round::calls_max);
    (void)d.person(1);
    CHECK(d.ask().size() == 1);
}

TEST_CASE("roster_round: a group, an address and a GUID may be unknown, and that is an answer")
{
    for (const failure_kind kind : {failure_kind::gone, failure_kind::rejected}) {
        dialogue d(settings_for({guid(7), "x@y.z"}, {"Robots"}));
        (void)d.ask();
        (void)d.groups({{guid(1), "Guests"}});
        (void)d.fail_person(kind);
        CHECK(d.fail_person(kind));
        CHECK(d.subject.failed_rounds() == 0);
        CHECK(d.subject.is_complete());
        CHECK_FALSE(d.subject.known().groups.at("Robots").has_value());
        CHECK_FALSE(d.subject.known().people.at("x@y.z").has_value());
        CHECK_FALSE(d.subject.known().people.at(guid(7)).has_value());
    }
}

TEST_CASE("roster_round: groups of one name are one, and a group may be named by its GUID")
{
    dialogue d(settings_for({}, {guid(3), "robots"}));
    (void)d.ask();
    (void)d.groups({{guid(1), "Robots"}, {guid(2), "Robots"}, {guid(3), "Guests"}});
    CHECK(d.ask() == strings{"members 3 0", "members 2 0", "members 1 0"});
    (void)d.members({{guid(93), ""}});
    CHECK(d.subject.known().groups.count("robots") == 0);
    (void)d.members({{guid(92), ""}});
    CHECK(d.subject.known().groups.count("robots") == 0);
    CHECK(d.members({{guid(91), ""}}));
    CHECK(d.subject.known().groups.at("robots")->size() == 2);
    CHECK(d.subject.known().groups.at(guid(3))->size() == 1);
}

TEST_CASE("roster_round: of exempt groups only the existence is asked")
{
    core::engine_settings settings;
    core::exemption exempt;
    exempt.group = "Robots";
    settings.containment.exempt = {exempt};
    dialogue d(settings);
    CHECK(d.ask() == strings{"groups 0"});
    CHECK(d.groups({{guid(2), "Robots"}}));
    CHECK(d.ask().empty());
    CHECK(d.subject.known().groups.at("Robots").has_value());
}

TEST_CASE(
    "roster_round: after a failure it asks again sooner, later and later, and keeps what it had"
)
{
    dialogue d(settings_for({"x@y.z"}, {}));
    (void)d.ask();
    REQUIRE(d.person(8));
    d.now += core::roster_round::interval;
    core::mono_time::duration previous{0};
    for (unsigned round = 1; round <= 12; ++round) {
        CHECK(d.ask() == strings{"person x@y.z"});
        REQUIRE(d.fail_person(failure_kind::broken));
        CHECK(d.subject.failed_rounds() == round);
        const auto pause = *d.subject.due() - d.now;
        CHECK(pause <= core::roster_round::pause_max);
        if (round == 12)
            CHECK(pause > previous);
        if (round == 1)
            previous = pause;
        d.now = *d.subject.due();
    }
    CHECK(d.subject.known().people.at("x@y.z")->id == guid(8));
    (void)d.ask();
    CHECK(d.person(9));
    CHECK(d.subject.failed_rounds() == 0);
    CHECK(d.subject.known().people.at("x@y.z")->id == guid(9));
}

TEST_CASE("roster_round: while the portal cannot be reached the other questions are left out")
{
    strings many;
    for (std::size_t i = 0; i < 10; ++i)
        many.push_back("user" + std::to_string(i) + "@x.org");
    dialogue d(settings_for(many, {}));
    (void)d.ask();
    (void)d.fail_person(failure_kind::unreachable);
    CHECK(d.ask().empty());
    while (d.open.size() > 1)
        (void)d.fail_person(failure_kind::broken);
    CHECK(d.fail_person(failure_kind::broken));
}

TEST_CASE("roster_round: it can be hurried only while it pauses after a failure")
{
    dialogue d(settings_for({"x@y.z"}, {}));
    (void)d.ask();
    (void)d.fail_person(failure_kind::broken);
    REQUIRE(*d.subject.due() > d.now);
    d.subject.hurry(d.now);
    CHECK(d.ask().size() == 1);
    (void)d.person(8);
    d.subject.hurry(d.now);
    CHECK(d.ask().empty());
}

TEST_CASE("roster_round: new settings begin anew, keep what is still named and forget the rest")
{
    dialogue d(settings_for({"x@y.z"}, {"Robots"}));
    (void)d.ask();
    (void)d.groups({{guid(2), "Robots"}});
    (void)d.ask();
    (void)d.person(8);
    REQUIRE(d.members({{guid(9), ""}}));
    d.subject.configure(share(settings_for({"new@y.z"}, {"Robots"})));
    CHECK_FALSE(d.subject.is_complete());
    CHECK(d.subject.known().groups.at("Robots")->size() == 1);
    CHECK(d.subject.known().people.empty());
    CHECK(d.ask() == strings{"groups 0", "person new@y.z"});
}

TEST_CASE("roster_round: answers to questions of before new settings end, and change nothing")
{
    dialogue d(settings_for({}, {"Robots"}));
    (void)d.ask();
    d.subject.configure(share(settings_for({"x@y.z"}, {"Robots"})));
    CHECK(d.ask().empty());
    CHECK_FALSE(d.groups({{guid(1), "Guests"}}));
    CHECK(d.subject.known().groups.empty());
    CHECK(d.ask() == strings{"groups 0", "person x@y.z"});
}

TEST_CASE("roster_round: a group that was only exempt is asked for its members once a rule names it"
)
{
    core::engine_settings exempting;
    core::exemption exempt;
    exempt.group = "Robots";
    exempting.containment.exempt = {exempt};
    dialogue d(exempting);
    (void)d.ask();
    REQUIRE(d.groups({{guid(2), "Robots"}}));
    d.subject.configure(share(settings_for({}, {"Robots"})));
    CHECK_FALSE(d.subject.is_complete());
}

} // namespace docwarden::test::roster_round_test
