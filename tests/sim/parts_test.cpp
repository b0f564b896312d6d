// What the worlds are made of does what it is said to do: otherwise promises would be kept in
// worlds where nothing happens.

#include "core/settings/disable_method.hpp"
#include "net/base/error.hpp"
#include "net/docspace/docspace_call.hpp"
#include "tests/sim/chance.hpp"
#include "tests/sim/network.hpp"
#include "tests/sim/world.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/naive_detector.hpp"

#include <algorithm>
#include <set>

namespace docwarden::proof::parts_test
{

namespace
{

using namespace std::chrono_literals;

// One portal, one network, and one person to disable.
struct wire {
    static profile calm()
    {
        profile world;
        world.kinds = {fault_kind::refused};
        return world;
    }

    explicit wire(lane pages = lane::rows)
    {
        const std::string admin = portal.add_user({.is_admin = true});
        victim = portal.add_user({.is_collaborator = true});
        const std::string key = portal.add_key({.creator_id = admin});
        network::hooks hooks;
        hooks.sent = [this](const sent_request& request) { requests.push_back(request); };
        hooks.handled_change = [](const std::string&) {};
        hooks.rows_arrive = [](const std::vector<std::int64_t>&) {};
        hooks.users_counted = [] {};
        line.emplace(world, portal, time, key, pages, std::move(hooks));
    }

    network::answer disable()
    {
        std::optional<network::answer> got;
        const core::disable_request order{victim, core::disable_method::status, "because"};
        line->send(net::to_http(order), [&](const network::answer& answer) {
            REQUIRE_FALSE(got.has_value());
            got = answer;
        });
        while (const auto next = time.next()) {
            time.advance(*next);
            while (time.run_one()) {
            }
        }
        REQUIRE(got.has_value());
        return *got;
    }

    bool is_disabled() const
    {
        return portal.user_of(victim).status == sim::employee_status::terminated;
    }

    profile world = calm();
    agenda time{core::wall_time(std::chrono::seconds(1'782'824'645))};
    sim::portal_model portal{sim::portal_settings{}, 1};
    std::string victim;
    std::vector<sent_request> requests;
    std::optional<network> line;
};

// What a fault leaves of a request to disable somebody.
struct effect_of {
    bool is_done;    // the account is disabled
    bool is_claimed; // the answer is a plain 200 with JSON
};

effect_of expected(fault_kind kind)
{
    switch (kind) {
    case fault_kind::lost_after:
    case fault_kind::late_effect:
    case fault_kind::timed_out:
    case fault_kind::truncated:
    case fault_kind::garbage:
    case fault_kind::oversized:
    case fault_kind::mistyped:
        return {true, false};
    case fault_kind::slow:
    case fault_kind::absurd_date:
    case fault_kind::cut_json: // only reading on shows it
        return {true, true};
    case fault_kind::no_effect:
    case fault_kind::false_success:
        return {false, true};
    case fault_kind::refused:
    case fault_kind::lost_before:
    case fault_kind::throttled:
    case fault_kind::unauthorised:
    case fault_kind::unpaid:
    case fault_kind::forbidden:
    case fault_kind::missing:
    case fault_kind::broken:
    case fault_kind::html:
    case fault_kind::redirected:
        break;
    }
    return {false, false};
}

person make_person(std::uint64_t seed)
{
    chance draw(seed, 77);
    person user;
    user.id = "00000000-0000-4000-8000-00000000000a";
    const std::uint64_t count = 1 + draw.below(60);
    for (std::uint64_t i = 0; i < count; ++i) {
        user_action action;
        action.date = core::wall_time(std::chrono::seconds(1'000'000 + draw.between(0, 900)));
        action.file = draw.below(12);
        action.action = draw.percent(80) ? 5000 : 5064;
        user.actions.push_back(action);
    }
    return user;
}

} // namespace

TEST_CASE("network: each fault does to a disable what its name says, and the caller is told once")
{
    const auto pages = GENERATE(lane::rows, lane::text);
    for (std::size_t number = 0; number < fault_kinds; ++number) {
        const auto kind = static_cast<fault_kind>(number);
        INFO(to_string(kind));
        for (std::uint64_t variety = 1; variety <= 8; ++variety) {
            wire subject(pages);
            event disturbance;
            disturbance.fault = kind;
            disturbance.variety = variety;
            subject.line->begin(disturbance);
            const network::answer got = subject.disable();
            CHECK(subject.is_disabled() == expected(kind).is_done);
            const bool is_claimed =
                got && got->status == 200 && got->content_type == "application/json";
            CHECK(is_claimed == expected(kind).is_claimed);
            REQUIRE(subject.requests.size() == 1);
            CHECK(subject.requests[0].kind == request_kind::disable);
            CHECK(subject.requests[0].user == subject.victim);
            CHECK(subject.requests[0].fault == kind);
        }
    }
}

TEST_CASE("network: without a fault the answer comes, and in an outage there is no connection")
{
    wire calm;
    const network::answer good = calm.disable();
    REQUIRE(good.has_value());
    CHECK(good->status == 200);
    CHECK(calm.is_disabled());

    wire outage;
    outage.line->begin_outage();
    const network::answer bad = outage.disable();
    REQUIRE(bad.has_error());
    CHECK(bad.error() == make_error_code(net::errc::connect_refused));
    CHECK_FALSE(outage.is_disabled());
    outage.line->end_outage();
    CHECK(outage.disable().has_value());
    CHECK(outage.is_disabled());
}

TEST_CASE("history: in the order of time, the same for the same seed, with every kind in some world"
)
{
    std::set<event_kind> seen;
    std::set<fault_kind> met;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        const profile world = draw_profile(seed);
        const history events = draw_history(world);
        CHECK(describe(events) == describe(draw_history(draw_profile(seed))));
        CHECK(std::is_sorted(events.begin(), events.end(), [](const auto& a, const auto& b) {
            return a.at < b.at;
        }));
        std::set<std::uint64_t> varieties;
        for (const event& fact : events) {
            seen.insert(fact.kind);
            if (fact.kind == event_kind::fault)
                met.insert(fact.fault);
            CHECK(fact.user < world.people);
            CHECK(varieties.insert(fact.variety).second);
        }
    }
    CHECK(seen.size() == event_kinds);
    CHECK(met.size() == fault_kinds);
}

TEST_CASE("oracle: who broke a rule, and when first, as the naive definition says")
{
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        INFO("seed " << seed);
        const person user = make_person(seed);
        core::rule rule;
        rule.name = "bulk-change";
        rule.actions = {5000};
        rule.threshold = static_cast<std::uint32_t>(seed % 9);
        rule.window = std::chrono::seconds(60 + 60 * (seed % 5));
        test::naive_detector naive(rule);
        for (const user_action& action : user.actions) {
            core::audit_event event;
            event.time = action.date;
            event.user = user.id;
            event.action = action.action;
            event.kind = core::object_kind::file;
            event.object = std::to_string(action.file);
            naive.add(event);
        }
        const auto broken = breaches_of(user, rule, {});
        const auto findings = naive.findings();
        REQUIRE(broken.empty() == findings.empty());
        if (!broken.empty())
            CHECK((broken.front() == findings.at(user.id).first));
    }
}

TEST_CASE("oracle: what is late, settled or not promised is left out when the question says so")
{
    person user;
    const auto at = [](std::int64_t second) {
        return core::wall_time(std::chrono::seconds(1'000'000 + second));
    };
    for (std::int64_t i = 0; i < 4; ++i) {
        user_action action;
        action.date = at(i);
        action.visible_at = at(i * 100);
        action.file = static_cast<std::uint64_t>(i);
        action.action = 5000;
        action.is_promised = i != 3;
        user.actions.push_back(action);
    }
    core::rule rule;
    rule.actions = {5000};
    rule.window = 1min;
    rule.threshold = 2;
    CHECK(breaches_of(user, rule, {}).size() == 2);
    CHECK(breaches_of(user, rule, {std::nullopt, at(200), false}).size() == 1);
    CHECK(breaches_of(user, rule, {std::nullopt, at(199), false}).empty());
    CHECK(breaches_of(user, rule, {std::nullopt, std::nullopt, true}).size() == 1);
    CHECK(breaches_of(user, rule, {at(0), std::nullopt, false}).size() == 1);
    CHECK(breaches_of(user, rule, {at(1), std::nullopt, false}).empty());
}

TEST_CASE("tally: tables name every fault that was met, and sums are sums")
{
    tally first;
    first.faults["refused"]["sending"] = 2;
    first.hours = 6;
    tally all;
    all.add(first);
    all.add(first);
    CHECK(all.hours == 12);
    CHECK(all.faults.at("refused").at("sending") == 4);
    CHECK(table_of(all).find("refused") != std::string::npos);
    CHECK(table_of(all).find("sending") != std::string::npos);
}

} // namespace docwarden::proof::parts_test
