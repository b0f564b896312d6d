// What the engine makes of the portal's time: the first Date, answers without one, absurd ones,
// clocks that are set back, and dates of the hour that clocks show twice.

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
    // The first Date comes with bob's crossing on the first page, or with whose key this is.
    void tell_date(tick skew, bool is_by_page)
    {
        while (!is_by_page && !has(heard(), "identity"))
            wait_until_due();
        is_dateless = false;
        date_override = now.wall + skew;
        if (!is_by_page)
            answer_identity(make_profile("admin"));
        answer_page(burst("bob", 21, at(-60)));
        CHECK(count_reports(report_kind::alert) == 1); // what the page holds is true all the same
    }
};

const std::string missing = "degraded clock date-missing";
const std::string unbelievable = "degraded clock date-unbelievable";
const std::string believed = "recovered clock date-unbelievable";

} // namespace

// ---- the first Date -----------------------------------------------------------------------------

TEST_CASE("engine: reading begins again if the first Date of any answer shows that the clock is off"
)
{
    const tick skew = GENERATE(
        tick(1s) + tick(1), -tick(1s) - tick(1), tick(61s), tick(-61s), tick(3h), tick(-3h)
    );
    const bool is_by_page = GENERATE(false, true);
    without_date d;
    d.tell_date(skew, is_by_page);
    CHECK_FALSE(d.subject.status().has_read); // the page of before is not the whole stretch
    CHECK_FALSE(d.subject.status().complete.has_value());
    REQUIRE(d.page().has_value());
    CHECK((d.page()->query.to == std::max(d.now.wall, *d.date_override) + core::poller::lookahead));
    REQUIRE(d.page_reaches_back_to(at(0) + std::min(skew, tick(0)) - back));
    d.answer_page();
    CHECK(d.subject.status().has_read);
}

TEST_CASE("engine: reading goes on if the first Date differs from this host's clock by a second")
{
    const tick skew = GENERATE(tick(0), tick(1s), tick(-1s));
    const bool is_by_page = GENERATE(false, true);
    without_date d;
    d.tell_date(skew, is_by_page);
    CHECK(d.subject.status().has_read);
}

TEST_CASE(
    "engine: what a clock that was hours ahead made too old to matter counts when it is put right"
)
{
    without_date d;
    d.now.wall = at(3 * 3600); // three hours ahead of the portal
    while (d.subject.status().complete.value_or(at(0)) < at(3600))
        d.next_page({});
    const auto events = numbered(burst("bob", 21, at(-60)));
    d.next_page(events); // dropped: all that is read, by that clock
    REQUIRE(d.count_reports(report_kind::alert) == 0);
    d.is_dateless = false;
    d.next_page({});
    d.next_page(events);
    CHECK(d.count_reports(report_kind::alert) == 1);
}

TEST_CASE("engine: a first page that fails is told, also when it shows that the clock is wrong")
{
    without_date d;
    d.is_dateless = false;
    d.date_override = d.now.wall + 1h;
    d.fail_page(make_failure(failure_kind::unauthorised));
    CHECK(has(d.heard(), "degraded reading unauthorised"));
    CHECK_FALSE(d.page().has_value()); // a pause all the same
    for (int i = 0; i < 10 && !d.page(); ++i)
        d.wait_until_due();
    REQUIRE(d.page().has_value());
    CHECK((d.page()->query.to >= *d.date_override + core::poller::lookahead));
}

TEST_CASE("engine: a Date that is not believed does not make reading begin again")
{
    without_date d;
    d.is_dateless = false;
    d.date_override = d.now.wall + 48h;
    d.answer_page();
    CHECK(d.subject.status().has_read);
    CHECK(has(d.heard(), unbelievable));
    CHECK((d.last_report(report_kind::degraded).level == core::priority::error));
}

TEST_CASE("engine: a later Date that is off by much makes no page worthless")
{
    engine_dialogue d;
    d.begin();
    const auto complete = d.subject.status().complete;
    REQUIRE(complete.has_value());
    d.portal_now += 10min;
    d.next_page(burst("bob", 21, at(-60)));
    CHECK(d.has_call("bob"));
    CHECK((d.subject.status().complete == complete)); // nor does reading begin again
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

// ---- no Date, and absurd ones -------------------------------------------------------------------

TEST_CASE("engine: a portal that does not say what time it is there is told once, and in words")
{
    engine_dialogue d;
    d.is_dateless = true;
    d.wake();
    (void)d.heard();
    d.answer_identity(make_profile("admin"));
    CHECK(d.heard_but_pages() == words{missing});
    const core::report report = d.last_report(report_kind::degraded);
    CHECK((report.level == core::priority::error));
    CHECK(contains(report.message, "have no readable Date"));
    CHECK(contains(report.message, "2026-06-30T13:04:05"));
    d.answer_page();
    d.next_page({});
    CHECK(d.heard_but_pages() == words{"ready"});
    CHECK_FALSE(d.subject.status().is_ready());
}

TEST_CASE(
    "engine: what a user does after a containment counts, however far this host's clock is ahead"
)
{
    constexpr tick ahead = 2h;
    without_date d;
    const auto portal_now = [&] { return d.now.wall - ahead; };
    d.answer_page(burst("bob", 21, portal_now() - 30s));
    while (!has(d.heard(), "identity"))
        d.wait_until_due();
    d.answer_identity(make_profile("admin"));
    d.contain("bob"); // "now" is two hours late
    d.is_dateless = false;
    const auto next_page = [&](std::vector<core::audit_event> events) {
        d.wait(5min);
        d.date_override = portal_now();
        d.next_page(std::move(events));
    };
    next_page({status_row("chief", {"bob"}, portal_now())});
    d.answer_look("bob", make_profile("bob"));
    next_page(burst("bob", 21, portal_now() + 4min, 100));
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.has_call("bob")); // to disable it again
}

TEST_CASE("engine: the first Date that is believed ends that the portal's time is unknown")
{
    without_date d;
    d.answer_page();
    REQUIRE(has(d.heard(), missing));
    d.is_dateless = false;
    d.date_override = d.now.wall + 48h;
    d.next_page({});
    CHECK(has(d.heard(), unbelievable));
    d.date_override.reset();
    d.next_page({});
    CHECK(has(d.heard(), believed));
    const auto conditions = d.subject.status().conditions;
    CHECK(std::none_of(conditions.begin(), conditions.end(), [](const core::condition& limit) {
        return limit.affected == core::subsystem::clock;
    }));
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
        core::api_failure failure = make_failure(failure_kind::broken);
        failure.status = status;
        d.fail_page(failure);
        CHECK(has(d.heard(), missing) == (status != 0));
    }
}

TEST_CASE("engine: an absurd Date moves neither what is asked for nor when, and is told once")
{
    const core::wall_time absurd = GENERATE(
        at(0) + 25h,
        at(0) - 25h,
        core::wall_time(core::tick(0)),
        at(0) + std::chrono::hours(24 * 365 * 5000)
    );
    engine_dialogue d;
    d.begin();
    d.date_override = absurd;
    d.next_page({});
    d.next_page({});
    CHECK(d.heard_but_pages() == words{unbelievable});
    d.wait_until_due();
    REQUIRE(d.page().has_value());
    CHECK(d.page()->query.to <= d.portal_now + 10min);
    CHECK(d.page()->query.to >= d.portal_now);
    CHECK(d.page()->query.from >= d.portal_now - 1h);
    d.date_override.reset();
    d.answer_page();
    CHECK(d.heard_but_pages() == words{believed});
}

TEST_CASE("engine: answers about people tell the time as well")
{
    attack d;
    d.date_override = d.portal_now + 72h;
    d.answer_look("bob", make_profile("bob"));
    CHECK(has(d.heard(), unbelievable));
    d.date_override.reset();
    d.answer_disable("bob");
    CHECK(has(d.heard(), believed));
}

// ---- two clocks ---------------------------------------------------------------------------------

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

TEST_CASE("engine: when both clocks are set back, new events count at once, by a rescan as well")
{
    const bool is_rescan = GENERATE(false, true);
    engine_dialogue d;
    d.begin();
    d.stay_quiet(5min);
    (void)d.heard();
    d.now.wall -= 3h;
    d.portal_now -= 3h;
    if (is_rescan) {
        d.ask_scan(1);
        REQUIRE(d.page_reaches_back_to(d.portal_now - 30s));
    } else {
        d.next_page({}); // tells the new time
    }
    d.next_page(burst("bob", 21, d.portal_now - 30s));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
}

// ---- the hour that clocks show twice ------------------------------------------------------------

TEST_CASE("engine: rows printed an hour late, as in the portal's autumn hour, count when they were")
{
    const bool has_failed = GENERATE(false, true);
    engine_dialogue d;
    d.begin();
    while (!d.page())
        d.wait_until_due();
    (void)d.heard();
    const core::wall_time first = std::chrono::floor<std::chrono::seconds>(d.portal_now) - 30s;
    const auto page = make_page(numbered(burst("bob", 21, first + 1h)));
    if (has_failed)
        d.fail_page(make_failure(failure_kind::interrupted), page);
    else
        d.answer_page(page);
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
    d.contain("bob");
    const auto found = d.findings();
    REQUIRE(found.size() == 1);
    CHECK((found[0].span.first == first + 20s));
    CHECK((found[0].span.newest == first + 20s));
}

TEST_CASE("engine: a portal that ignores what it is asked for does not make rows an hour older")
{
    // Without the audit feature it answers every question with its newest rows: here six changes
    // of an hour ago, which are not too many, and six of now, which are not either.
    core::engine_settings settings = settings_with_threshold(10);
    settings.rules.push_back(make_rule("slow", 100, 2h)); // so that several slices are read
    engine_dialogue d(settings);
    d.wake();
    d.answer_identity(make_profile("admin"));
    auto rows = burst("bob", 6, at(-3900));
    for (const core::audit_event& event : burst("bob", 6, at(-300), 100))
        rows.push_back(event);
    rows = numbered(std::move(rows), 1);
    for (int i = 0; i < 20; ++i)
        d.next_page(rows);
    CHECK(d.subject.status().has_read);
    CHECK(d.subject.status().events == rows.size());
    CHECK(d.count_reports(report_kind::alert) == 0);
}

} // namespace docwarden::test::engine_clock_test
