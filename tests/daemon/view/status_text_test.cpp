#include "core/preflight/preflight_judge.hpp"
#include "core/report/condition_texts.hpp"
#include "daemon/view/status_text.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::test::status_text_test
{

namespace
{

using core::engine_status;
using core::failure_kind;
using core::subsystem;
using daemon::readiness_of;
using daemon::status_line;

engine_status healthy(std::string name, std::size_t users = 12)
{
    engine_status portal;
    portal.portal = std::move(name);
    portal.was_tried = true;
    portal.has_read = true;
    portal.can_act = true;
    portal.users = users;
    return portal;
}

const core::condition refused{
    subsystem::reading,
    core::api_failure{failure_kind::unauthorised, 401, {}, {}},
    {}};
const core::condition unreachable{
    subsystem::reading,
    core::api_failure{failure_kind::unreachable, 0, {}, "No connection"},
    {}};
const core::condition gap{subsystem::gap, core::unreadable_stretch(), {}};

// Worth knowing, but everything works.
core::condition remark()
{
    core::key_facts key;
    key.expires = core::wall_time() + std::chrono::hours(24);
    return {subsystem::key, core::judge_key(key, nullptr, core::wall_time()), {}};
}

engine_status limited(engine_status portal, const core::condition& limit)
{
    portal.conditions.push_back(limit);
    return portal;
}

} // namespace

TEST_CASE("status line: says how much is watched and how much is open, in good English")
{
    engine_status portal = healthy("docs");
    CHECK(status_line({portal}) == "Watching 1 portal: 12 users active, nothing open");
    portal.users = 1;
    portal.open_cases = 1;
    CHECK(status_line({portal}) == "Watching 1 portal: 1 user active, 1 containment open");
    portal.users = 0;
    portal.open_cases = 3;
    CHECK(status_line({portal}) == "Watching 1 portal: 0 users active, 3 containments open");
}

TEST_CASE("status line: adds portals up")
{
    engine_status a = healthy("a", 3);
    a.open_cases = 1;
    engine_status b = healthy("b", 4);
    b.open_cases = 1;
    CHECK(status_line({a, b}) == "Watching 2 portals: 7 users active, 2 containments open");
}

TEST_CASE("status line: what is wrong comes first, and names its portal")
{
    const auto broken = limited(healthy("b"), refused);
    CHECK(
        status_line({healthy("a"), broken}) ==
        "NOT READY, b: " + explain(refused) + ". Watching 2 portals: 24 users active, nothing open"
    );
    const auto twice = limited(broken, gap);
    CHECK(
        status_line({twice}) == "NOT READY, b: " + explain(refused) +
                                    "; NOT READY, b: " + explain(gap) +
                                    ". Watching 1 portal: 12 users active, nothing open"
    );
}

TEST_CASE("status line: a daemon that has not read yet does not claim to watch well")
{
    engine_status fresh;
    fresh.portal = "docs";
    CHECK(
        status_line({fresh}) == "NOT READY, docs: The recent past is still being read. "
                                "Watching 1 portal: 0 users active, nothing open"
    );
}

TEST_CASE("readiness: needs every portal read, able to act, and free of conditions")
{
    CHECK(readiness_of({healthy("a"), healthy("b")}).is_ready());
    CHECK(readiness_of({healthy("a"), healthy("b")}).reasons.empty());

    engine_status unread = healthy("b");
    unread.has_read = false;
    engine_status unable = healthy("b");
    unable.can_act = false;
    const auto bad =
        GENERATE_COPY(as<engine_status>{}, unread, unable, limited(healthy("b"), unreachable));
    const net::readiness state = readiness_of({healthy("a"), bad});
    CHECK_FALSE(state.is_ready());
    REQUIRE(state.reasons.size() == 1);
    CHECK(state.reasons.front().portal == "b");
    CHECK(
        readiness_of({bad}).is_ready() == bad.is_ready()
    ); // never another opinion than the engine's
}

TEST_CASE("readiness: gives each condition with its code for programs and its text for people")
{
    auto bad = limited(healthy("b"), refused);
    bad = limited(bad, gap);
    const net::readiness state = readiness_of({bad});
    CHECK(
        state.reasons ==
        std::vector<net::readiness_reason>{
            {"b", "unauthorised", explain(refused)}, {"b", "unreadable", explain(gap)}}
    );
}

TEST_CASE("readiness: a warning is a remark that keeps nothing from being ready")
{
    const auto remarked = limited(healthy("b"), remark());
    const net::readiness state = readiness_of({healthy("a"), remarked});
    CHECK(state.is_ready());
    CHECK(state.is_ready() == remarked.is_ready());
    CHECK(state.reasons.empty());
    CHECK(
        state.remarks ==
        std::vector<net::readiness_reason>{{"b", "expires-soon", explain(remark())}}
    );
    CHECK(
        status_line({remarked}) ==
        "Watching 1 portal: 12 users active, nothing open. WARNING, b: " + explain(remark())
    );
}

TEST_CASE("readiness: a remark does not hide what is still missing, nor what is wrong")
{
    auto unread = limited(healthy("b"), remark());
    unread.has_read = false;
    REQUIRE(readiness_of({unread}).reasons.size() == 1);
    CHECK(readiness_of({unread}).reasons.front().code == "starting");
    const auto broken = limited(unread, unreachable);
    REQUIRE(readiness_of({broken}).reasons.size() == 1);
    CHECK(readiness_of({broken}).reasons.front().code == "unreachable");
    CHECK(readiness_of({broken}).remarks.size() == 1);
}

TEST_CASE("readiness: while the start is under way the reason is what is still missing")
{
    engine_status fresh;
    fresh.portal = "docs";
    REQUIRE(readiness_of({fresh}).reasons.size() == 1);
    CHECK(readiness_of({fresh}).reasons.front().code == "starting");
    // A known fault says more than "starting" does.
    const auto broken = limited(fresh, unreachable);
    REQUIRE(readiness_of({broken}).reasons.size() == 1);
    CHECK(readiness_of({broken}).reasons.front().code == "unreachable");
}

} // namespace docwarden::test::status_text_test
