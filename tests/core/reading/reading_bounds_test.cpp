// Sweep and poller query by query: what is asked for next, and after how many answers it ends.

#include "core/portal/limits.hpp"
#include "core/portal/page_query.hpp"
#include "core/reading/poller.hpp"
#include "core/reading/polling_settings.hpp"
#include "core/reading/trail_pass.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <optional>
#include <vector>

namespace docwarden::test::reading_bounds_test
{

namespace
{

using core::failure_kind;
using core::milliseconds;
using core::page_query;
using core::poller;
using core::tick;
using core::trail_pass;
using core::wall_time;
using state = trail_pass::state;
using namespace std::chrono_literals;

// A page of rows at one moment, with these ids.
core::audit_page rows_at(wall_time time, std::int64_t first_id, std::int64_t count)
{
    std::vector<core::audit_event> events;
    for (std::int64_t id = first_id; id < first_id + count; ++id) {
        events.push_back(make_event("user", "file", time));
        events.back().id = id;
    }
    return make_page(std::move(events));
}

core::record_problem problem_with(std::int64_t id, bool was_counted)
{
    core::record_problem problem;
    problem.id = id;
    problem.was_counted = was_counted;
    return problem;
}

// A pass of ten seconds that has found its newest second to be dense: it reads it by offset.
trail_pass in_dense_second()
{
    trail_pass subject(at(0), at(10));
    subject.accept(rows_at(at(10), 1, 100));
    REQUIRE((subject.next() == page_query{at(10), at(10), 0}));
    return subject;
}

// A whole pass over 150 rows of a second, in which the second page repeats rows of the first.
void miss_rows(trail_pass& subject, wall_time second, std::int64_t first_id = 1)
{
    subject.accept(rows_at(second, first_id, 100));
    subject.accept(rows_at(second, first_id, 50));
}

struct reader {
    poller subject{core::polling_settings{}, 10min};
    core::random_source random{1};
    milliseconds elapsed{0};

    core::mono_time mono() const { return mono_at(elapsed); }
    std::optional<page_query> next()
    {
        const wall_time local = at(0) + elapsed;
        return subject.next({local, local, local}, mono());
    }
    page_query wait()
    {
        elapsed += std::max(pause(), 0ms);
        const auto query = next();
        REQUIRE(query.has_value());
        return *query;
    }
    void fail(failure_kind kind)
    {
        core::api_failure why;
        why.kind = kind;
        subject.on_failure(why, mono(), random);
    }
    milliseconds pause() const
    {
        REQUIRE(subject.due().has_value());
        return std::chrono::duration_cast<milliseconds>(*subject.due() - mono());
    }
};

} // namespace

TEST_CASE("trail_pass: a dense second is read page by page, then it goes on a tick below it")
{
    trail_pass subject = in_dense_second();
    subject.accept(rows_at(at(10), 1, 100));
    CHECK((subject.next() == page_query{at(10), at(10), 100}));
    subject.accept(rows_at(at(10), 101, 100));
    CHECK((subject.next() == page_query{at(10), at(10), 200}));
    subject.accept(rows_at(at(10), 201, 7));
    CHECK((subject.next() == page_query{at(0), at(10) - tick(1), 0}));
    subject.accept({});
    CHECK((subject.status() == state::complete));
}

TEST_CASE("trail_pass: it ends with the oldest moment asked for, and not before")
{
    trail_pass subject(at(0), at(0) + tick(1));
    subject.accept(rows_at(at(0) + tick(1), 1, 100));
    subject.accept(rows_at(at(0) + tick(1), 1, 9));
    CHECK((subject.next() == page_query{at(0), at(0), 0}));
    CHECK((subject.status() == state::reading));
    subject.accept(rows_at(at(0), 201, 100));
    CHECK((subject.next() == page_query{at(0), at(0), 0}));
    subject.accept(rows_at(at(0), 201, 9));
    CHECK((subject.status() == state::complete));
}

TEST_CASE("trail_pass: a page's oldest row counts at both ends of what was asked for")
{
    trail_pass to_the_start(at(0), at(10));
    core::audit_page page = make_page({make_event("u", "f", at(10)), make_event("u", "f", at(0))});
    page.rows = page_query::rows_max;
    to_the_start.accept(page);
    CHECK((to_the_start.next() == page_query{at(0), at(0), 0}));
}

TEST_CASE("trail_pass: a pass that saw rows twice has missed others, and is made again")
{
    trail_pass subject = in_dense_second();
    miss_rows(subject, at(10));
    CHECK((subject.next() == page_query{at(10), at(10), 0}));
    subject.accept(rows_at(at(10), 1, 100));
    subject.accept(rows_at(at(10), 101, 50));
    CHECK((subject.next() == page_query{at(0), at(10) - tick(1), 0}));
}

TEST_CASE("trail_pass: after 64 passes that missed rows a second is given up, and not one sooner")
{
    trail_pass given_up = in_dense_second();
    trail_pass lucky = in_dense_second();
    for (std::size_t i = 1; i < trail_pass::rounds_max; ++i) {
        miss_rows(given_up, at(10));
        miss_rows(lucky, at(10));
        REQUIRE((given_up.status() == state::reading));
    }
    miss_rows(given_up, at(10));
    CHECK((given_up.status() == state::given_up));
    lucky.accept(rows_at(at(10), 1, 100));
    lucky.accept(rows_at(at(10), 101, 50));
    CHECK((lucky.next() == page_query{at(0), at(10) - tick(1), 0}));
    CHECK((lucky.status() == state::reading));
}

TEST_CASE("trail_pass: each dense second has passes, rows and patience of its own")
{
    trail_pass subject = in_dense_second();
    for (int i = 0; i < 40; ++i)
        miss_rows(subject, at(10));
    subject.accept(rows_at(at(10), 1, 100));
    subject.accept(rows_at(at(10), 101, 50));
    subject.accept(rows_at(at(9), 1001, 100)); // a page by time, whose oldest second is 9
    REQUIRE((subject.next() == page_query{at(0), at(9), 0}));
    subject.accept(rows_at(at(9), 1001, 100)); // ... which fills a page
    REQUIRE((subject.next() == page_query{at(9), at(9), 0}));
    for (std::size_t i = 1; i < trail_pass::rounds_max; ++i) {
        miss_rows(subject, at(9), 1001);
        REQUIRE((subject.status() == state::reading));
        REQUIRE((subject.next() == page_query{at(9), at(9), 0}));
    }
    miss_rows(subject, at(9), 1001);
    CHECK((subject.status() == state::given_up));
}

TEST_CASE("trail_pass: the patience with pages that bring nothing new is counted exactly")
{
    trail_pass subject = in_dense_second();
    subject.accept(rows_at(at(10), 1, 100));
    for (std::size_t i = 1; i < trail_pass::stale_pages_max; ++i) {
        subject.accept(rows_at(at(10), 1, 100));
        REQUIRE((subject.status() == state::reading));
    }
    subject.accept(rows_at(at(10), 101, 100)); // patient again
    for (std::size_t i = 1; i < trail_pass::stale_pages_max; ++i) {
        subject.accept(rows_at(at(10), 1, 100));
        REQUIRE((subject.status() == state::reading));
    }
    subject.accept(rows_at(at(10), 1, 100));
    CHECK((subject.status() == state::given_up));
}

TEST_CASE("trail_pass: a very dense second is read to its end, as long as pages bring new rows")
{
    trail_pass subject = in_dense_second();
    const auto pages = static_cast<std::int64_t>(trail_pass::stale_pages_max) + 50;
    for (std::int64_t page = 0; page < pages; ++page) {
        subject.accept(rows_at(at(10), page * 100 + 1, 100));
        REQUIRE((subject.status() == state::reading));
    }
    subject.accept(rows_at(at(10), pages * 100 + 1, 1));
    CHECK((subject.next() == page_query{at(0), at(10) - tick(1), 0}));
}

TEST_CASE("trail_pass: rows without an id cannot be told apart, and do not hold up a dense second")
{
    trail_pass subject = in_dense_second();
    core::audit_page page = rows_at(at(10), 0, 99); // the first has no id
    page.events.push_back(page.events.front());
    page.rows = page_query::rows_max;
    subject.accept(page);
    subject.accept(rows_at(at(10), 99, 3));
    CHECK((subject.next() == page_query{at(0), at(10) - tick(1), 0}));
    trail_pass with_first_id = in_dense_second();
    with_first_id.accept(rows_at(at(10), 1, 100));
    with_first_id.accept(rows_at(at(10), 1, 1)); // the row with the id 1 is seen twice
    CHECK((with_first_id.next() == page_query{at(10), at(10), 0}));
}

TEST_CASE("trail_pass: rows that were not understood count in a dense second, once each")
{
    trail_pass subject = in_dense_second();
    core::audit_page page = rows_at(at(10), 1, 98);
    page.problems = {problem_with(99, false), problem_with(100, false)};
    page.rows = page_query::rows_max;
    subject.accept(page);
    core::audit_page last;
    last.problems = {problem_with(99, false)};
    last.rows = 1;
    subject.accept(last);
    CHECK((subject.next() == page_query{at(10), at(10), 0})); // 99 came twice: another is missing
    subject.accept(page);
    last = rows_at(at(10), 101, 1);
    last.problems = {problem_with(101, true)}; // of the event itself
    subject.accept(last);
    CHECK((subject.next() == page_query{at(0), at(10) - tick(1), 0}));
}

TEST_CASE("trail_pass: it takes so many pages and not one more, even if that were the last")
{
    const auto page_at = [](std::size_t number) {
        const wall_time time = at(0) - tick(static_cast<tick::rep>(number));
        core::audit_page page = make_page({make_event("u", "f", time)});
        page.rows = page_query::rows_max;
        return page;
    };
    trail_pass subject(at(-1), at(0));
    for (std::size_t i = 1; i <= trail_pass::pages_max; ++i)
        subject.accept(page_at(i));
    REQUIRE((subject.status() == state::reading));
    trail_pass short_enough(at(-1), at(0));
    for (std::size_t i = 1; i < trail_pass::pages_max; ++i)
        short_enough.accept(page_at(i));
    short_enough.accept({});
    CHECK((short_enough.status() == state::complete));
    subject.accept({});
    CHECK((subject.status() == state::given_up));
}

TEST_CASE("poller: whoever asks for a poll cannot undo the pause after a fault, only shorten it")
{
    reader r;
    for (int i = 0; i < 6; ++i) {
        r.wait();
        r.fail(failure_kind::broken);
    }
    REQUIRE(r.pause() > 5s);
    r.subject.poll_at_once(r.mono());
    CHECK(r.pause() == 1s);
    r.elapsed += 1500ms;
    r.subject.poll_at_once(r.mono());
    CHECK(r.pause() == -500ms);

    r.wait();
    r.fail(failure_kind::broken);
    r.elapsed += 3s;
    r.subject.poll_at_once(r.mono());
    CHECK(r.pause() == 0ms);
}

TEST_CASE("poller: whoever asks for a poll cannot undo a pause that the portal has asked for")
{
    reader r;
    for (int i = 0; i < 6; ++i) {
        r.wait();
        r.fail(failure_kind::throttled);
    }
    const milliseconds pause = r.pause();
    REQUIRE(pause > 5s);
    r.subject.poll_at_once(r.mono());
    CHECK(r.pause() == pause);
    // A fault of another kind afterwards is one like any other.
    r.wait();
    r.fail(failure_kind::broken);
    r.subject.poll_at_once(r.mono());
    CHECK(r.pause() == 1s);
}

TEST_CASE("poller: a poll asked for while one is due anyway delays nothing")
{
    reader r;
    r.wait();
    r.fail(failure_kind::broken); // the first pause is at most a second
    const milliseconds pause = r.pause();
    REQUIRE(pause <= 1s);
    r.subject.poll_at_once(r.mono());
    CHECK(r.pause() == pause);
}

TEST_CASE("poller: a short pass reads again what the last one may have seen too early")
{
    reader r;
    r.wait();
    (void)r.subject.on_page({}, r.mono());
    const page_query second = r.wait();
    CHECK((second.from == at(0) - poller::overlap));
    CHECK((second.to == at(15) + poller::lookahead));
}

TEST_CASE("poller: without lateness a short pass begins a second before what is complete")
{
    core::polling_settings settings;
    settings.lateness = 0ms;
    reader r;
    r.subject.configure(settings, 10min);
    r.wait();
    (void)r.subject.on_page({}, r.mono());
    REQUIRE((r.subject.complete() == at(0) - poller::rounding));
    CHECK((r.wait().from == at(-1) - poller::rounding));
}

TEST_CASE("poller: a pass is begun anew when it has waited for more than a minute")
{
    const bool is_stale = GENERATE(false, true);
    reader r;
    const page_query first = r.wait();
    core::audit_page page = make_page({make_event("bob", "1", at(-60))});
    page.rows = page_query::rows_max;
    r.elapsed += 50s; // the page took so long, but it has come
    (void)r.subject.on_page(page, r.mono());
    CHECK(r.pause() == 0ms);
    r.elapsed += poller::stale_after + (is_stale ? 1ms : 0ms);
    const page_query again = r.wait();
    CHECK((again.from == first.from));
    CHECK(r.subject.passes_begun() == (is_stale ? 2 : 1));
    CHECK((again.to > first.to) == is_stale);
}

TEST_CASE("poller: a rescan that is begun anew is still one, a short pass becomes none")
{
    for (const bool is_asked : {true, false}) {
        core::polling_settings settings;
        settings.rescan_interval = 1h;
        reader r;
        r.subject.configure(settings, 10min);
        r.wait();
        (void)r.subject.on_page({}, r.mono());
        r.elapsed += 20s;
        if (is_asked)
            r.subject.poll_at_once(r.mono());
        r.wait();
        REQUIRE(r.subject.last_was_rescan() == is_asked);
        core::audit_page page = make_page({make_event("bob", "1", at(0))});
        page.rows = page_query::rows_max;
        (void)r.subject.on_page(page, r.mono());
        r.elapsed += 5min;
        (void)r.wait();
        (void)r.subject.on_page(page, r.mono());
        CHECK(r.subject.last_was_rescan() == is_asked);
    }
}

TEST_CASE("trail_pass: the bounds are those of the documentation")
{
    CHECK((trail_pass::pages_max == 20'000));
    CHECK((trail_pass::rounds_max == 64));
    CHECK((trail_pass::stale_pages_max == 256));
}

TEST_CASE("poller: a portal that limits requests and asks for no pause gets one like any other")
{
    milliseconds least = 1h;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        reader r;
        r.random = core::random_source(seed);
        r.wait();
        r.fail(failure_kind::throttled);
        least = std::min(least, r.pause());
    }
    CHECK(least < 600ms);
    CHECK(least >= 500ms);
}

TEST_CASE("poller: what is refused waits four seconds at least and a minute at most")
{
    milliseconds least = 1h;
    milliseconds most = 0ms;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        reader r;
        r.random = core::random_source(seed);
        r.wait();
        r.fail(failure_kind::forbidden);
        least = std::min(least, r.pause());
        most = std::max(most, r.pause());
    }
    CHECK(least >= 4s);
    CHECK(most <= 8s);
    CHECK(most > 7s);
    CHECK((core::pause_refused_max == 60s));
    CHECK((poller::stale_after == 60s));
    CHECK((poller::lookahead == 120s));
    CHECK((poller::overlap == 60s));
}

} // namespace docwarden::test::reading_bounds_test
