// How the engine reads the trail: decisions before the next page, rows in any order, failures and
// outages, and what becomes of a stretch that cannot be read.

#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"

namespace docwarden::test::engine_reading_test
{

using core::failure_kind;
using core::report_kind;
using namespace std::chrono_literals;

TEST_CASE("engine: the look leaves while further pages are still being asked for")
{
    engine_dialogue d;
    d.wake();
    d.answer_identity(make_profile("admin"));
    (void)d.heard();
    d.answer_full_page(burst("bob", 21, at(-60)));
    CHECK(d.heard() == words{"alert bob", "look bob", "page"});
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.heard() == words{"disable bob"});
    d.answer_page();
    CHECK(d.heard() == words{"ready"});
}

TEST_CASE("engine: a burst spread over pages, out of order and repeated, is the same one alert")
{
    engine_dialogue d;
    d.begin();
    const auto all = numbered(burst("bob", 21, at(-60)));
    const std::vector<core::audit_event> newer(all.begin() + 7, all.end());
    const std::vector<core::audit_event> older(all.begin(), all.begin() + 10);
    d.next_page(newer);
    d.next_page(newer);
    CHECK(d.heard_but_pages().empty());
    d.next_page(older);
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
    d.contain("bob");
    d.next_page(all);
    CHECK(d.count_reports(report_kind::alert) == 1);
}

TEST_CASE("engine: what could be read of a broken page counts at once")
{
    engine_dialogue d;
    d.begin();
    d.wait_until_due();
    d.fail_page(make_failure(failure_kind::bad_answer), make_page(burst("bob", 21, at(-60))));
    CHECK(d.heard_but_pages() == words{"alert bob", "degraded reading bad-answer", "look bob"});
}

TEST_CASE("engine: containments go on while the audit trail cannot be read")
{
    attack d;
    d.wait_until_due();
    d.fail_page(make_failure(failure_kind::unpaid));
    d.contain("bob");
    CHECK(d.last_report(report_kind::contained).field("LATENCY_MS") == "15000"); // a poll later
}

TEST_CASE("engine: the events of an outage are found when it is over, however long it was")
{
    engine_dialogue d;
    d.begin();
    const core::wall_time outage = d.portal_now;
    for (int i = 0; i < 200; ++i) {
        d.wait_until_due();
        if (d.page())
            d.fail_page(make_failure(failure_kind::unreachable));
    }
    REQUIRE(d.page_reaches_back_to(outage - 60s));
    d.answer_page(burst("bob", 21, outage));
    CHECK(d.count_reports(report_kind::alert) == 1);
    CHECK(d.has_call("bob"));
}

TEST_CASE("engine: it watches even if the first stretch of all cannot be read")
{
    engine_dialogue d;
    d.wake();
    d.answer_identity(make_profile("admin"));
    (void)d.heard();
    d.answer_page(unreadable_page());
    CHECK(d.heard_but_pages() == words{"degraded gap unreadable", "ready"});
}

TEST_CASE("engine: answers to calls that were never made change nothing")
{
    engine_dialogue d;
    d.begin();
    for (const core::call_id call : {core::call_id{0}, core::call_id{999'999}}) {
        for (const core::portal_result& result : std::vector<core::portal_result>{
                 make_page(burst("bob", 21, at(-60))),
                 make_profile("bob"),
                 core::accepted(),
                 core::portal_facts{"1.0", {}, 1, false},
                 core::filter_probe{20},
                 make_failure(failure_kind::unauthorised)}) {
            const core::answered stray{call, at(86'400), result};
            CHECK(d.subject.step(stray, d.now).effects.empty());
        }
    }
}

} // namespace docwarden::test::engine_reading_test
