// What the engine makes of the portal's time: the first Date, answers without one, and dates of the
// hour that clocks show twice.

#include "core/engine/settings.hpp"
#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <algorithm>

namespace docwarden::test::engine_clock_test
{

using core::failure_kind;
using core::report_kind;
using core::tick;
using namespace std::chrono_literals;

namespace
{

constexpr auto back = 10min + 15min; // the longest window and the lateness

// Its key could not be asked for, its first page is under way, nothing has told it the time.
struct without_date : engine_dialogue {
    without_date()
    {
        is_dateless = true;
        wake();
        fail_identity(failure_kind::unreachable);
        REQUIRE(page().has_value());
        (void)heard();
    }
};

core::api_failure failure_with(unsigned status)
{
    core::api_failure why = make_failure(failure_kind::broken);
    why.status = status;
    return why;
}

bool is_told(engine_dialogue& d, const std::string& what)
{
    const words said = d.heard();
    return std::find(said.begin(), said.end(), what) != said.end();
}

const std::string missing = "degraded clock date-missing";

} // namespace

TEST_CASE("engine: reading begins again if the first Date of any answer shows that the clock is off"
)
{
    const tick skew =
        GENERATE(tick(1s) + tick(1), -tick(1s) - tick(1), tick(2s), tick(-2s), tick(3h), tick(-3h));
    without_date d;
    while (!is_told(d, "identity"))
        d.wait_until_due();
    d.is_dateless = false;
    d.date_override = d.now.wall + skew;
    d.answer_identity(make_profile("admin"));
    d.answer_page();
    CHECK_FALSE(d.subject.status().has_read); // the page of before is not the whole stretch
    REQUIRE(d.page().has_value());
    CHECK((d.page()->query.to == std::max(d.now.wall, *d.date_override) + 120s));
    REQUIRE(d.page_reaches_back_to(at(0) + std::min(skew, tick(0)) - back));
    d.answer_page();
    CHECK(d.subject.status().has_read);
}

TEST_CASE("engine: reading goes on if the first Date differs from this host's clock by a second")
{
    const tick skew = GENERATE(tick(0), tick(1s), tick(-1s));
    without_date d;
    while (!is_told(d, "identity"))
        d.wait_until_due();
    d.is_dateless = false;
    d.date_override = d.now.wall + skew;
    d.answer_identity(make_profile("admin"));
    d.answer_page();
    CHECK(d.subject.status().has_read);
}

TEST_CASE("engine: a later Date that is off by much does not make reading begin again")
{
    engine_dialogue d;
    d.begin();
    const auto complete = d.subject.status().complete;
    REQUIRE(complete.has_value());
    d.portal_now += 10min;
    d.next_page({});
    CHECK((d.subject.status().complete == complete));
}

TEST_CASE("engine: a Date that is not believed does not make reading begin again")
{
    without_date d;
    d.is_dateless = false;
    d.date_override = d.now.wall + 48h;
    d.answer_page();
    CHECK(d.subject.status().has_read);
    CHECK(is_told(d, "degraded clock date-unbelievable"));
    CHECK((d.last_report(report_kind::degraded).level == core::priority::error));
}

TEST_CASE("engine: a portal that does not say what time it is there is told once, and in words")
{
    engine_dialogue d;
    d.is_dateless = true;
    d.wake();
    (void)d.heard();
    d.answer_identity(make_profile("admin"));
    CHECK(d.heard_but_pages() == words{missing});
    const core::report told = d.last_report(report_kind::degraded);
    CHECK((told.level == core::priority::error));
    CHECK(contains(told.message, "do not say what time it is"));
    CHECK(contains(told.message, "2026-06-30T13:04:05"));
    d.answer_page();
    d.next_page({});
    CHECK(d.heard_but_pages() == words{"ready"});
    CHECK_FALSE(d.subject.status().is_ready());
}

TEST_CASE("engine: the first Date that is believed ends that the portal's time is unknown")
{
    without_date d;
    d.answer_page();
    REQUIRE(is_told(d, missing));
    d.is_dateless = false;
    d.date_override = d.now.wall + 48h;
    d.next_page({});
    CHECK(is_told(d, "degraded clock date-unbelievable"));
    d.date_override.reset();
    d.next_page({});
    CHECK(is_told(d, "recovered clock date-unbelievable"));
    CHECK(std::none_of(
        d.subject.status().conditions.begin(),
        d.subject.status().conditions.end(),
        [](const core::condition& about) { return about.affected == core::subsystem::clock; }
    ));
}

TEST_CASE("engine: once the portal's time is known, an answer without a Date is nothing to tell")
{
    engine_dialogue d;
    d.begin();
    d.is_dateless = true;
    d.next_page({});
    d.next_page(burst("bob", 21, d.portal_now - 30s));
    d.contain("bob");
    CHECK(d.count_reports(report_kind::degraded) == 0);
}

TEST_CASE("engine: only an answer can lack a Date: not a call that got none")
{
    for (const unsigned status : {0U, 503U}) {
        without_date d;
        CHECK(d.count_reports(report_kind::degraded) == 1); // whose key this is
        d.fail_page(failure_with(status));
        CHECK(is_told(d, missing) == (status != 0));
    }
}

TEST_CASE("engine: rows printed an hour late, as in the portal's autumn hour, count when they were")
{
    engine_dialogue d;
    d.begin();
    while (!d.page())
        d.wait_until_due();
    (void)d.heard();
    const core::wall_time first = std::chrono::floor<std::chrono::seconds>(d.portal_now) - 30s;
    const bool has_failed = GENERATE(false, true);
    auto page = make_page(burst("bob", 21, first + 1h));
    for (std::size_t i = 0; i < page.events.size(); ++i)
        page.events[i].id = static_cast<std::int64_t>(i) + 500;
    if (has_failed)
        d.fail_page(make_failure(failure_kind::interrupted), page);
    else
        d.answer_page(page);
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
    d.contain("bob");
    d.ask_scan(1);
    for (int i = 0; i < 20 && d.scans().empty(); ++i)
        d.next_page({});
    REQUIRE(d.scans().size() == 1);
    REQUIRE(d.scans()[0].findings.size() == 1);
    CHECK((d.scans()[0].findings[0].span.first == first + 20s));
    CHECK((d.scans()[0].findings[0].span.newest == first + 20s));
}

TEST_CASE("engine: a portal that ignores what it is asked for does not make rows an hour older")
{
    // Without the audit feature it answers every question with its newest rows: here six changes
    // of an hour ago, which are not too many, and six of now, which are not either.
    core::engine_settings settings = make_settings();
    settings.rules[0].threshold = 10;
    settings.rules.push_back(make_rule("slow", 100, 2h)); // so that several slices are read
    engine_dialogue d(settings);
    d.wake();
    d.answer_identity(make_profile("admin"));
    auto rows = burst("bob", 6, at(-3900));
    for (core::audit_event& event : burst("bob", 6, at(-300), 100))
        rows.push_back(std::move(event));
    for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i].id = static_cast<std::int64_t>(i) + 1;
    for (int i = 0; i < 20; ++i)
        d.next_page(rows);
    CHECK(d.subject.status().has_read);
    CHECK(d.subject.status().events == rows.size());
    CHECK(d.count_reports(report_kind::alert) == 0);
}

TEST_CASE("engine: a change of status printed an hour late settles what was before it")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 15, at(-60)));
    core::audit_event row =
        make_event(guid_of("admin"), guid_of("bob"), d.portal_now - 30s + 1h, 4020);
    row.kind = core::object_kind::none;
    d.next_page({row});
    d.next_page(burst("bob", 10, d.portal_now - 10s, 100));
    CHECK_FALSE(d.has_call("bob"));
}

TEST_CASE(
    "engine: what is promised goes by the earlier of both clocks, what is asked for by the later"
)
{
    const auto skew = GENERATE(-1h, 1h);
    engine_dialogue d;
    d.portal_now += skew;
    d.wake();
    d.answer_identity(make_profile("admin"));
    const core::wall_time earlier = std::min(d.portal_now, d.now.wall);
    const core::wall_time later = std::max(d.portal_now, d.now.wall);
    CHECK((d.page().value().query.to == later + core::poller::lookahead));
    while (!d.subject.status().has_read)
        d.next_page({});
    CHECK((d.subject.status().complete == earlier - 15min - core::poller::rounding));
}

TEST_CASE("engine: what happens while it waits for its first answer is read as well")
{
    engine_dialogue d;
    d.wake();
    d.wait(2min);
    d.answer_identity(make_profile("admin"));
    REQUIRE(d.page().has_value());
    CHECK((d.page()->query.from <= at(0) - back));
}

TEST_CASE("engine: when both clocks are set back, what the first rescan after that brings counts")
{
    engine_dialogue d;
    d.begin();
    d.stay_quiet(5min);
    (void)d.heard();
    d.now.wall -= 3h;
    d.portal_now -= 3h;
    d.ask_scan(1);
    REQUIRE(d.page_reaches_back_to(d.portal_now - 30s));
    d.answer_page(burst("bob", 21, d.portal_now - 30s));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
}

} // namespace docwarden::test::engine_clock_test
