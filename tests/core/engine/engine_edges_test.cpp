// The engine where one answer decides about another: the first Date, stretches that cannot be read,
// holds after a reload, the people API as a whole, and when it wants to be woken.

#include "core/engine/settings.hpp"
#include "core/portal/page_query.hpp"
#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <algorithm>

namespace docwarden::test::engine_edges_test
{

using core::failure_kind;
using core::milliseconds;
using core::report_kind;
using core::tick;
using namespace std::chrono_literals;

namespace
{

// An engine whose identity could not be asked for, and whose first page is under way: nothing has
// told it the portal's time yet.
struct without_date {
    core::engine subject{make_settings(), 1};
    core::clock_reading now{at(0), mono_at(1'000'000ms)};
    core::step_result last;

    without_date()
    {
        last = subject.step(core::woken{}, now);
        const core::call_id identity = std::get<core::call>(last.effects.at(0)).id;
        answer(identity, make_failure(failure_kind::unreachable), std::nullopt);
    }
    std::optional<engine_dialogue::page_call> page() const
    {
        for (const core::effect& wanted : last.effects) {
            const auto* begun = std::get_if<core::call>(&wanted);
            if (begun == nullptr)
                continue;
            if (const auto* found = std::get_if<core::page_request>(&begun->request))
                return engine_dialogue::page_call{begun->id, found->query};
        }
        return std::nullopt;
    }
    bool has_said(report_kind kind) const
    {
        return std::any_of(last.effects.begin(), last.effects.end(), [&](const auto& what) {
            const auto* told = std::get_if<core::report>(&what);
            return told != nullptr && told->kind == kind;
        });
    }
    void answer(core::call_id call, core::portal_result result, std::optional<core::wall_time> date)
    {
        last = subject.step(core::answered{call, date, std::move(result)}, now);
    }
    void answer(core::portal_result page_result, std::optional<core::wall_time> date)
    {
        REQUIRE(page().has_value());
        answer(page()->id, std::move(page_result), date);
    }
};

// A page that is full, and holds no date to go on from.
core::audit_page unreadable_page()
{
    core::audit_page page;
    page.rows = core::page_query::rows_max;
    return page;
}

core::engine_settings settings_with_threshold(std::uint32_t threshold)
{
    core::engine_settings settings = make_settings();
    settings.rules[0].threshold = threshold;
    return settings;
}

bool has(const words& said, const std::string& what)
{
    return std::count(said.begin(), said.end(), what) != 0;
}

// Until the engine asks whose key this is once more.
milliseconds until_identity(engine_dialogue& d)
{
    const core::mono_time begin = d.now.mono;
    (void)d.heard();
    for (int i = 0; i < 2000; ++i) {
        d.wait_until_due();
        if (has(d.heard(), "identity"))
            break;
        if (d.page())
            d.answer_page();
        if (has(d.heard(), "identity"))
            break;
    }
    return std::chrono::duration_cast<milliseconds>(d.now.mono - begin);
}

} // namespace

TEST_CASE("engine: a first page asked for by a clock that proves wrong is asked for again")
{
    const auto skew = GENERATE(61s, -61s);
    without_date d;
    d.answer(make_page(burst("bob", 21, at(-60))), at(0) + skew);
    CHECK(d.has_said(report_kind::alert)); // what it holds is true all the same
    REQUIRE(d.page().has_value());
    CHECK((d.page()->query.to == at(0) + std::max(skew, 0s) + core::poller::lookahead));
    CHECK_FALSE(d.subject.status().complete.has_value());
}

TEST_CASE(
    "engine: what a clock that was hours ahead made too old to matter counts when it is put right"
)
{
    without_date d;
    d.now.wall = at(3 * 3600); // three hours ahead of the portal
    const auto no_date = [&](const core::audit_page& page) { d.answer(page, std::nullopt); };
    const auto wait_for_page = [&] {
        for (int i = 0; i < 20 && !d.page(); ++i) {
            d.now.mono = *d.last.wake_at;
            d.last = d.subject.step(core::woken{}, d.now);
        }
        REQUIRE(d.page().has_value());
    };
    while (d.subject.status().complete.value_or(at(0)) < at(3600)) {
        wait_for_page();
        no_date({});
    }
    wait_for_page();
    no_date(make_page(burst("bob", 21, at(-60)))); // dropped: all that is read, by that clock
    wait_for_page();
    d.answer(make_page({}), at(0));
    wait_for_page();
    d.answer(make_page(burst("bob", 21, at(-60))), at(0));
    CHECK(d.has_said(report_kind::alert));
}

TEST_CASE("engine: a first page is enough if the clocks agree to the second")
{
    const auto skew = GENERATE(1s, -1s, 0s);
    without_date d;
    d.answer(make_page(burst("bob", 21, at(-60))), at(0) + skew);
    CHECK(d.has_said(report_kind::alert));
}

TEST_CASE("engine: a first page that fails is told, also when it shows that the clock is wrong")
{
    without_date d;
    d.answer(make_failure(failure_kind::unauthorised), at(3600));
    CHECK(d.has_said(report_kind::degraded));
    CHECK_FALSE(d.page().has_value()); // a pause all the same
    for (int i = 0; i < 5 && !d.page(); ++i) {
        REQUIRE(d.last.wake_at.has_value());
        d.now.mono = *d.last.wake_at;
        d.last = d.subject.step(core::woken{}, d.now);
    }
    REQUIRE(d.page().has_value());
    CHECK((d.page()->query.to >= at(3600) + core::poller::lookahead));
}

TEST_CASE("engine: a clock that is known and moves later makes no page worthless")
{
    engine_dialogue d;
    d.begin();
    d.portal_now += 5min;
    d.next_page(burst("bob", 21, at(-60)));
    CHECK(d.has_call("bob"));
}

TEST_CASE("engine: the portal's time is taken from the first answer, and reading reaches up to it")
{
    engine_dialogue d;
    d.portal_now = at(3600);
    d.wake();
    d.answer_identity(make_profile("admin"));
    REQUIRE(d.page().has_value());
    CHECK((d.page()->query.to == at(3600) + core::poller::lookahead));
}

TEST_CASE("engine: answers about people tell the time as well")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    (void)d.heard();
    d.date_override = d.portal_now + 72h;
    d.answer_look("bob", make_profile("bob"));
    CHECK(has(d.heard(), "degraded clock date-unbelievable"));
    d.date_override.reset();
    d.answer_disable("bob");
    CHECK(has(d.heard(), "recovered clock date-unbelievable"));
}

TEST_CASE("engine: a stretch that cannot be read is told until a whole rescan has read it")
{
    engine_dialogue d;
    d.begin();
    d.wait_until_due();
    d.answer_page(unreadable_page());
    CHECK(d.heard_but_pages() == words{"degraded gap unreadable"});
    CHECK((d.last_report(report_kind::degraded).level == core::priority::critical));
    d.next_page({}); // short
    CHECK(d.heard_but_pages().empty());
    d.stay_quiet(1min);
    CHECK(d.heard_but_pages() == words{"recovered gap unreadable"});
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

TEST_CASE("engine: rows up to two hours outside of what was asked for are a matter of time zones")
{
    const auto [is_newer, is_beyond] = GENERATE(table<bool, bool>({
        {false, false},
        {false, true},
        {true, false},
        {true, true},
    }));
    engine_dialogue d;
    d.begin();
    d.wait_until_due();
    const core::page_query asked = d.page()->query;
    const tick more(is_beyond ? 1 : 0);
    const core::wall_time moment = is_newer ? asked.to + 2h + more : asked.from - 2h - more;
    d.preflight.probe = core::filter_probe{1};
    d.answer_page({make_event(guid_of("bob"), "1", moment, 5064)});
    d.wait(1min); // it was asked at the start, and is not asked again at once
    CHECK(has(d.heard(), "degraded plan filter-ignored") == is_beyond);
}

TEST_CASE("engine: that filters are ignored stays said until a probe shows that they are not")
{
    engine_dialogue d;
    d.preflight.probe = core::filter_probe{20};
    d.begin();
    CHECK_FALSE(d.subject.status().is_ready());
    // No answer is none, and what the portal says about its plan counts for less.
    d.preflight.probe = make_failure(failure_kind::broken);
    d.stay_quiet(62min);
    CHECK_FALSE(has(d.heard(), "recovered plan filter-ignored"));
    CHECK_FALSE(d.subject.status().is_ready());
    d.preflight.probe = core::filter_probe{0};
    d.stay_quiet(62min);
    CHECK(has(d.heard(), "recovered plan filter-ignored"));
    CHECK(d.subject.status().is_ready());
}

TEST_CASE("engine: what is found once the past was read after a reload is no longer due to it")
{
    for (const int rescans : {0, 1, 2}) {
        engine_dialogue d(settings_with_threshold(100));
        d.begin();
        d.wait(1s);
        d.ask_scan(1);
        REQUIRE(d.page().has_value()); // a rescan is under way when the rules change
        d.reload(make_settings());
        d.answer_page();
        d.next_page({}); // a short one, which reads no past
        for (int i = 0; i < rescans; ++i) {
            d.ask_scan(2);
            d.next_page({});
        }
        (void)d.heard();
        d.next_page(burst("bob", 21, at(-60)));
        INFO(rescans << " rescans");
        CHECK(has(d.heard(), "held bob") == (rescans == 0));
        CHECK(d.has_call("bob") == (rescans > 0));
    }
}

TEST_CASE("engine: only a reload that needs history reads it, and then rows count that were known")
{
    engine_dialogue d;
    d.begin();
    std::vector<core::audit_event> events = burst("bob", 15, at(-60));
    for (std::size_t i = 0; i < events.size(); ++i)
        events[i].id = static_cast<std::int64_t>(1000 + i);
    d.next_page(events);
    d.reload(make_settings());
    CHECK(d.subject.status().complete.has_value());
    core::engine_settings longer = make_settings();
    longer.rules[0].window = 20min;
    d.reload(longer);
    CHECK_FALSE(d.subject.status().complete.has_value());
    for (core::audit_event& event : burst("bob", 10, at(-40), 100))
        events.push_back(std::move(event));
    (void)d.heard();
    d.next_page(events);
    CHECK(has(d.heard(), "held bob"));
}

TEST_CASE("engine: whose key this is, is asked again with pauses that grow, and begin anew")
{
    engine_dialogue d;
    d.wake();
    milliseconds pause(0);
    for (int i = 0; i < 8; ++i) {
        d.fail_identity(failure_kind::unreachable);
        pause = until_identity(d);
        CHECK(pause <= 20s);
    }
    CHECK(pause >= 10s);
    d.fail_identity(failure_kind::unauthorised);
    CHECK(until_identity(d) == 60s);
    d.answer_identity(make_profile("admin"));
    CHECK(until_identity(d) == 1h);
    d.fail_identity(failure_kind::unreachable);
    CHECK_FALSE(has(d.heard(), "degraded identity unreachable")); // it is known
    CHECK(until_identity(d) <= 1s);
}

TEST_CASE("engine: a key whose user may not act does not act, though it is known")
{
    engine_dialogue d;
    d.wake();
    d.answer_identity(make_profile("joe"));
    CHECK_FALSE(d.subject.status().can_act);
}

TEST_CASE("engine: requests that fail stay a condition while looks work, until one is taken")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.answer_look("bob", make_profile("bob"));
    (void)d.heard();
    d.fail_disable("bob", failure_kind::unauthorised);
    CHECK(has(d.heard(), "degraded acting unauthorised"));
    for (int i = 0; i < 20 && !d.has_call("bob"); ++i)
        d.next_page({});
    (void)d.heard();
    d.answer_look("bob", make_profile("bob"));
    CHECK_FALSE(has(d.heard(), "recovered acting unauthorised"));
    d.answer_disable("bob");
    CHECK(has(d.heard(), "recovered acting unauthorised"));
}

TEST_CASE("engine: when nothing is to be done any more, what failed before is forgotten")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.answer_look("bob", make_profile("bob"));
    d.fail_disable("bob", failure_kind::unauthorised);
    core::engine_settings alerting = make_settings();
    alerting.rules[0].response = core::response_mode::alert;
    (void)d.heard();
    d.reload(alerting);
    CHECK(has(d.heard(), "recovered acting unauthorised"));
    d.reload(make_settings());
    d.stay_quiet(2min);
    d.next_page(burst("jane", 21, d.portal_now - 60s));
    d.fail_look("jane", failure_kind::unauthorised);
    CHECK(has(d.heard(), "degraded acting unauthorised"));
    for (int i = 0; i < 20 && !d.has_call("jane"); ++i)
        d.next_page({});
    (void)d.heard();
    d.answer_look("jane", make_profile("jane"));
    CHECK(has(d.heard(), "recovered acting unauthorised")); // looks work, requests never failed
}

TEST_CASE(
    "engine: it wants to be woken for the next try with an account, not only for the next page"
)
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.fail_look("bob", failure_kind::unreachable);
    REQUIRE(d.wake_at.has_value());
    CHECK(*d.wake_at <= d.now.mono + 1s);
    d.wait_until_due();
    CHECK(d.has_call("bob"));
}

TEST_CASE("engine: at its limit of memory old history makes room for what happens now")
{
    engine_dialogue d;
    d.begin();
    const std::string title(60'000, 'x');
    std::vector<core::audit_event> events;
    for (int i = 0; i < 1700; ++i) {
        const std::string user = guid_of("a" + std::to_string(i / 20));
        events.push_back(make_event(user, title + std::to_string(i), at(-1400)));
    }
    for (core::audit_event& event : burst("bob", 21, at(-60)))
        events.push_back(std::move(event));
    for (std::size_t i = 0; i < events.size(); ++i)
        events[i].id = static_cast<std::int64_t>(5000 + i);
    core::audit_page page = make_page(std::move(events));
    page.rows = 1; // all the rest of what was asked for
    d.wait_until_due();
    (void)d.heard();
    d.answer_page(page);
    const words said = d.heard();
    CHECK(has(said, "degraded memory limit"));
    CHECK(has(said, "alert bob"));
}

TEST_CASE("engine: changes up to the second in which an account was found disabled are settled")
{
    for (const bool is_later : {false, true}) {
        engine_dialogue d;
        d.begin();
        d.next_page(burst("bob", 21, at(-60)));
        d.contain("bob");
        const core::wall_time settled = d.portal_now + 1s;
        REQUIRE((std::chrono::floor<std::chrono::seconds>(settled) == settled));
        std::vector<core::audit_event> more;
        for (int i = 0; i < 21; ++i) {
            more.push_back(make_event(
                guid_of("bob"), std::to_string(500 + i), settled + tick(is_later ? 1 : 0)
            ));
        }
        d.next_page(more);
        CHECK(d.has_call("bob") == is_later);
    }
}

TEST_CASE("engine: what ended a day ago to the tick is still acted on")
{
    for (const bool is_older : {false, true}) {
        engine_dialogue d;
        d.wake();
        d.answer_identity(make_profile("admin"));
        const core::wall_time newest = d.portal_now - 24h - tick(is_older ? 1 : 0);
        d.answer_page(burst("bob", 21, newest - 20s));
        CHECK(d.has_call("bob") == !is_older);
        CHECK(d.count_reports(report_kind::alert) == 1);
    }
}

TEST_CASE("engine: whoever is held by the limit and crosses anew is decided anew")
{
    core::engine_settings settings = make_settings();
    settings.containment.disables_max = 0;
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.answer_look("bob", make_profile("bob"));
    d.stay_quiet(1h);
    (void)d.heard();
    d.next_page(burst("bob", 21, d.portal_now - 25s, 100));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
}

TEST_CASE("engine: whoever was exempt when they crossed is looked at when they cross anew")
{
    core::engine_settings settings = make_settings();
    settings.containment.exempt = {"bob@example.com"};
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.answer_look("bob", make_profile("bob"));
    d.stay_quiet(1h);
    (void)d.heard();
    d.next_page(burst("bob", 21, d.portal_now - 25s, 100));
    CHECK(d.heard_but_pages() == words{"alert bob", "look bob"});
}

TEST_CASE("engine: the same crossing, counted anew after a reload, is told no second time")
{
    engine_dialogue d;
    d.begin();
    const auto events = burst("bob", 21, at(-60));
    d.next_page(events);
    d.fail_look("bob", failure_kind::unreachable);
    core::engine_settings more = make_settings();
    more.rules[0].actions = {5011, 5018, 5034};
    (void)d.heard();
    d.reload(more);
    d.next_page(events);
    CHECK(d.count_reports(report_kind::alert) == 1);
}

TEST_CASE("engine: a request that failed is no request that was taken")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    for (int i = 0; i < 6; ++i) {
        for (int k = 0; k < 20 && !d.has_call("bob"); ++k)
            d.next_page({});
        d.answer_look("bob", make_profile("bob"));
        d.fail_disable("bob", failure_kind::unreachable);
    }
    CHECK(d.count_reports(report_kind::failed) == 0);
}

TEST_CASE("engine: whoever is called off while a look is under way is not held by the limit")
{
    core::engine_settings settings = make_settings();
    settings.containment.disables_max = 0;
    engine_dialogue d(settings);
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    settings.rules[0].response = core::response_mode::alert;
    d.reload(settings);
    (void)d.heard();
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.heard_but_pages().empty());
    CHECK(d.subject.status().open_cases == 0);
}

TEST_CASE("engine: a contained user who goes on is looked at once for each story, not each change")
{
    engine_dialogue d;
    d.begin();
    d.next_page(burst("bob", 21, at(-60)));
    d.contain("bob");
    d.wait(30s);
    d.next_page(burst("bob", 21, d.portal_now - 25s, 100));
    d.answer_look("bob", disabled_profile("bob"));
    d.stay_quiet(1min);
    d.next_page(burst("bob", 21, d.portal_now - 25s, 200));
    d.answer_look("bob", make_profile("bob"));
    d.answer_disable("bob");
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.count_reports(report_kind::alert) == 2);
    CHECK(d.count_reports(report_kind::contained) == 1 + 1);
}

TEST_CASE("engine: a change of status may be dated as late as reading looks ahead, and no later")
{
    for (const bool is_later : {false, true}) {
        engine_dialogue d;
        d.begin();
        d.next_page(burst("bob", 15, at(-60)));
        d.wait_until_due();
        const core::wall_time latest = std::max(d.portal_now, d.now.wall);
        const tick more(is_later ? 1 : 0);
        core::audit_event row = make_event(
            guid_of("admin"), guid_of("bob"), latest + core::poller::lookahead + more, 4020
        );
        row.kind = core::object_kind::none;
        d.answer_page({row});
        d.next_page(burst("bob", 10, at(-20), 100));
        CHECK(d.has_call("bob") == is_later);
    }
}

TEST_CASE(
    "engine: while as many calls are under way as may be, it waits without being woken for more"
)
{
    engine_dialogue d;
    d.begin();
    std::vector<core::audit_event> all;
    for (int i = 1; i <= 9; ++i) {
        for (core::audit_event& event : burst("u" + std::to_string(i), 21, at(-60)))
            all.push_back(std::move(event));
    }
    d.next_page(all);
    d.wake();
    REQUIRE(d.wake_at.has_value());
    CHECK(*d.wake_at > d.now.mono);
}

TEST_CASE("engine: a scan over a stretch that could not be read has failed, and says so")
{
    engine_dialogue d;
    d.begin();
    d.ask_scan(7);
    while (!d.page())
        d.wait_until_due();
    d.answer_page(unreadable_page());
    REQUIRE(d.scans().size() == 1);
    CHECK_FALSE(d.scans()[0].error.empty());
}

} // namespace docwarden::test::engine_edges_test
