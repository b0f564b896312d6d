#include "daemon/view/status_text.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::test::status_text_test
{

namespace
{

using core::engine_status;
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

engine_status with_condition(engine_status portal, std::string code, std::string text)
{
    portal.conditions.push_back({subsystem::reading, std::move(code), std::move(text), {}});
    return portal;
}

engine_status with_remark(engine_status portal, std::string code, std::string text)
{
    portal.conditions.push_back(
        {subsystem::key, std::move(code), std::move(text), {}, core::priority::warning}
    );
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
    const auto broken = with_condition(healthy("b"), "unauthorised", "The key is refused");
    CHECK(
        status_line({healthy("a"), broken}) ==
        "NOT READY, b: The key is refused. Watching 2 portals: 24 users active, nothing open"
    );
    const auto twice = with_condition(broken, "gap", "A stretch is missing");
    CHECK(
        status_line({twice}) ==
        "NOT READY, b: The key is refused; NOT READY, b: A stretch is missing. "
        "Watching 1 portal: 12 users active, nothing open"
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
    CHECK(readiness_of({healthy("a"), healthy("b")}).ready);
    CHECK(readiness_of({healthy("a"), healthy("b")}).reasons.empty());

    engine_status unread = healthy("b");
    unread.has_read = false;
    engine_status unable = healthy("b");
    unable.can_act = false;
    const auto limited = with_condition(healthy("b"), "clock", "Wrong");
    const auto bad = GENERATE_COPY(as<engine_status>{}, unread, unable, limited);
    const net::readiness state = readiness_of({healthy("a"), bad});
    CHECK_FALSE(state.ready);
    REQUIRE(state.reasons.size() == 1);
    CHECK(state.reasons.front().portal == "b");
    CHECK(readiness_of({bad}).ready == bad.is_ready()); // never another opinion than the engine's
}

TEST_CASE("readiness: gives each condition with its code for programs and its text for people")
{
    auto bad = with_condition(healthy("b"), "unauthorised", "The key is refused");
    bad = with_condition(bad, "gap", "A stretch is missing");
    const net::readiness state = readiness_of({bad});
    CHECK(
        state.reasons ==
        std::vector<net::readiness_reason>{
            {"b", "unauthorised", "The key is refused"}, {"b", "gap", "A stretch is missing"}}
    );
}

TEST_CASE("readiness: a warning is a remark that keeps nothing from being ready")
{
    const auto remarked = with_remark(healthy("b"), "expires-soon", "The key ends on Monday");
    const net::readiness state = readiness_of({healthy("a"), remarked});
    CHECK(state.ready);
    CHECK(state.ready == remarked.is_ready());
    CHECK(state.reasons.empty());
    CHECK(
        state.remarks ==
        std::vector<net::readiness_reason>{{"b", "expires-soon", "The key ends on Monday"}}
    );
    CHECK(
        status_line({remarked}) ==
        "Watching 1 portal: 12 users active, nothing open. WARNING, b: The key ends on Monday"
    );
}

TEST_CASE("readiness: a remark does not hide what is still missing, nor what is wrong")
{
    auto unread = with_remark(healthy("b"), "expires-soon", "The key ends on Monday");
    unread.has_read = false;
    REQUIRE(readiness_of({unread}).reasons.size() == 1);
    CHECK(readiness_of({unread}).reasons.front().code == "starting");
    const auto broken = with_condition(unread, "unreachable", "No connection");
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
    const auto broken = with_condition(fresh, "unreachable", "No connection");
    REQUIRE(readiness_of({broken}).reasons.size() == 1);
    CHECK(readiness_of({broken}).reasons.front().code == "unreachable");
}

} // namespace docwarden::test::status_text_test
