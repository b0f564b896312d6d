// Long stretches slice by slice, and where reading begins: after the start, a clock that proved
// wrong, a reload, and a pause.

#include "core/base/random.hpp"
#include "core/portal/page_query.hpp"
#include "core/reading/poller.hpp"
#include "core/reading/polling_settings.hpp"
#include "core/reading/trail_pass.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

namespace docwarden::test::reading_slices_test
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

constexpr tick slice{trail_pass::slice_max};

struct row {
    std::int64_t id = 0;
    wall_time time;
};

// What the portal answers if these are all its rows, newest first.
core::audit_page select(const std::vector<row>& rows, const page_query& query)
{
    std::vector<core::audit_event> events;
    std::size_t index = 0;
    for (const row& one : rows) {
        if (one.time < query.from || one.time > query.to || index++ < query.start_index)
            continue;
        if (events.size() == page_query::rows_max)
            break;
        events.push_back(make_event("user", "file", one.time));
        events.back().id = one.id;
    }
    return make_page(std::move(events));
}

// A hundred rows of that moment.
core::audit_page full_page(wall_time time, std::int64_t first_id = 1)
{
    std::vector<row> rows;
    for (std::int64_t i = 0; i < 100; ++i)
        rows.push_back({first_id + i, time});
    return select(rows, {time, time, 0});
}

// Reads with what both clocks say given by the test: the portal's is ahead by `skew`.
struct reader {
    poller subject;
    milliseconds elapsed{0};
    milliseconds skew{0};
    core::random_source random{1};

    reader() : subject(settings(), 10min) {}

    static core::polling_settings settings()
    {
        core::polling_settings quick;
        quick.poll_interval = 15s;
        quick.rescan_interval = 60s;
        quick.lateness = 15min;
        return quick;
    }
    core::mono_time mono() const { return mono_at(elapsed); }
    wall_time local() const { return at(0) + elapsed; }
    wall_time portal() const { return local() + skew; }
    std::optional<page_query> next()
    {
        return subject.next(
            {std::min(local(), portal()), std::max(local(), portal()), portal()}, mono()
        );
    }
    // Where the next pass begins, which is asked for at once.
    wall_time begin()
    {
        elapsed += std::max(pause(), 0ms);
        REQUIRE(next().has_value());
        return subject.current()->from();
    }
    void finish()
    {
        while (subject.on_page({}, mono()) == poller::progress::reading)
            REQUIRE(next().has_value());
    }
    void fail()
    {
        core::api_failure why;
        why.kind = failure_kind::unreachable;
        subject.on_failure(why, mono(), random);
    }
    milliseconds pause() const
    {
        REQUIRE(subject.due().has_value());
        return std::chrono::duration_cast<milliseconds>(*subject.due() - mono());
    }
};

constexpr auto back = 10min + 15min; // the longest window and the lateness

} // namespace

TEST_CASE("trail_pass: a stretch of a whole slice is one request, of a tick more it is two")
{
    trail_pass one(at(0), at(0) + slice);
    CHECK((one.next() == page_query{at(0), at(0) + slice, 0}));
    one.accept({});
    CHECK((one.status() == state::complete));

    trail_pass two(at(0), at(0) + slice + tick(1));
    CHECK((two.next() == page_query{at(0) + tick(1), at(0) + slice + tick(1), 0}));
    two.accept({});
    REQUIRE((two.status() == state::reading));
    CHECK((two.next() == page_query{at(0), at(0), 0}));
    two.accept({});
    CHECK((two.status() == state::complete));
}

TEST_CASE("trail_pass: a long stretch is read in slices that leave nothing out, newest first")
{
    trail_pass subject(at(0), at(7200));
    wall_time end = at(7200);
    for (int i = 0; i < 4; ++i) {
        CHECK((subject.next() == page_query{end - slice, end, 0}));
        subject.accept(select({{1, end}}, subject.next()));
        end -= slice + tick(1);
    }
    CHECK((subject.next() == page_query{at(0), end, 0}));
    subject.accept({});
    CHECK((subject.status() == state::complete));
    CHECK(subject.pages() == 5);
}

TEST_CASE("trail_pass: within a slice it goes on from the oldest row of a full page")
{
    trail_pass subject(at(0), at(7200));
    core::audit_page page = full_page(at(7000));
    subject.accept(page);
    CHECK((subject.next() == page_query{at(7000) - slice, at(7000), 0}));
}

TEST_CASE("trail_pass: dates older than the slice say nothing about where to go on in it")
{
    for (const bool is_inside : {true, false}) {
        trail_pass subject(at(0), at(7200));
        const wall_time oldest = at(7200) - slice - tick(is_inside ? 0 : 1);
        subject.accept(full_page(oldest));
        const page_query whole{at(7200) - slice, at(7200), 0};
        CHECK((subject.next() == whole) == !is_inside);
        if (is_inside)
            CHECK((subject.next() == page_query{oldest - slice, oldest, 0}));
    }
}

TEST_CASE("trail_pass: after a slice that had to be read by offset it goes on with the next slice")
{
    const page_query first{at(7200) - slice, at(7200), 0};
    trail_pass subject(at(0), at(7200));
    subject.accept(full_page(at(-9000))); // of no help
    REQUIRE((subject.next() == first));
    subject.accept(full_page(at(-9000)));
    REQUIRE((subject.next() == page_query{first.from, first.to, 100}));
    subject.accept({});
    const wall_time end = first.from - tick(1);
    CHECK((subject.next() == page_query{end - slice, end, 0}));
}

TEST_CASE("trail_pass: a dense second ends a tick below itself, not with its slice")
{
    trail_pass subject(at(0), at(7200));
    subject.accept(full_page(at(7200)));
    REQUIRE((subject.next() == page_query{at(7200), at(7200), 0}));
    subject.accept({});
    const wall_time end = at(7200) - tick(1);
    CHECK((subject.next() == page_query{end - slice, end, 0}));
}

TEST_CASE(
    "trail_pass: every row of a stretch of any length is handed out, by requests of a slice at most"
)
{
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        core::random_source random(seed);
        const std::uint64_t length_s = 1 + random.below(4 * 3600);
        const wall_time from = at(0);
        const wall_time to = at(static_cast<std::int64_t>(length_s));
        std::vector<row> rows;
        const std::uint64_t groups = random.below(20);
        for (std::uint64_t group = 0; group < groups; ++group) {
            const auto second = static_cast<std::int64_t>(random.below(length_s + 1));
            const std::uint64_t size = random.below(8) == 0 ? random.below(300) : random.below(40);
            for (std::uint64_t i = 0; i < size; ++i)
                rows.push_back({static_cast<std::int64_t>(rows.size()) + 1, at(second)});
        }
        std::stable_sort(rows.begin(), rows.end(), [](const row& a, const row& b) {
            return a.time > b.time;
        });
        trail_pass subject(from, to);
        std::set<std::int64_t> seen;
        wall_time newest = to;
        while (subject.status() == state::reading) {
            const page_query asked = subject.next();
            INFO("seed " << seed);
            REQUIRE((asked.from >= from && asked.to >= asked.from && asked.to <= newest));
            REQUIRE((asked.to - asked.from <= slice));
            newest = asked.to;
            const core::audit_page page = select(rows, asked);
            for (const core::audit_event& event : page.events)
                seen.insert(event.id);
            subject.accept(page);
        }
        REQUIRE((subject.status() == state::complete));
        REQUIRE(seen.size() == rows.size());
    }
}

TEST_CASE("poller: what happened since it was started is read, however late the first request is")
{
    reader r;
    r.subject.start(r.mono());
    r.elapsed += 40s;
    r.subject.start(r.mono()); // changes nothing
    r.elapsed += 50s;
    CHECK((r.begin() == at(0) - back));
}

TEST_CASE("poller: without being told it starts with its first request")
{
    reader r;
    r.elapsed += 90s;
    CHECK((r.begin() == at(90) - back));
}

TEST_CASE("poller: to begin again reads as far back as the start, and leaves what is under way")
{
    reader r;
    r.subject.start(r.mono());
    r.elapsed += 30s;
    REQUIRE((r.begin() == at(0) - back));
    r.skew = -1h;
    r.subject.begin_again(r.mono());
    CHECK((r.subject.on_page({}, r.mono()) == poller::progress::reading));
    CHECK_FALSE(r.subject.has_finished_pass());
    CHECK(r.pause() <= 0ms);
    CHECK((r.begin() == at(-3600) - back));
}

TEST_CASE("poller: to begin again takes back what was promised, and does not wait for the next poll"
)
{
    reader r;
    r.begin();
    r.finish();
    REQUIRE(r.subject.complete().has_value());
    REQUIRE(r.pause() == 15s);
    r.elapsed += 1s;
    r.subject.begin_again(r.mono());
    CHECK_FALSE(r.subject.complete().has_value());
    CHECK(r.pause() == 0ms);
    CHECK((r.begin() == at(0) - back));
}

TEST_CASE("poller: to read back before the first reading has ended begins where that began")
{
    reader r;
    REQUIRE((r.begin() == at(0) - back));
    r.elapsed += 5min;
    r.subject.read_back(r.mono());
    r.fail();
    CHECK((r.begin() == at(0) - back));
}

TEST_CASE("poller: to read back what is complete goes back from now, and from what was complete")
{
    reader r;
    r.begin();
    r.finish();
    const wall_time complete = *r.subject.complete();
    SECTION("soon after: what was complete is older than what a start would read")
    {
        r.elapsed += 1s;
        r.subject.read_back(r.mono());
        CHECK((r.begin() == std::chrono::floor<std::chrono::seconds>(complete - 10min - 1s)));
    }
    SECTION("after a pause it is still all that counts")
    {
        r.elapsed += 3h;
        r.subject.read_back(r.mono());
        CHECK((r.begin() == complete - 10min - 1s));
    }
    SECTION("once read, the next one goes back from what is complete then")
    {
        r.elapsed += 3h;
        r.subject.read_back(r.mono());
        r.begin();
        r.finish();
        r.elapsed += 1min;
        r.subject.begin_again(r.mono());
        CHECK((r.begin() == at(3 * 3600) - back));
    }
}

TEST_CASE("poller: a promise is two seconds older than the lateness, as dates are rounded")
{
    reader r;
    r.begin();
    r.finish();
    CHECK((r.subject.complete() == at(0) - 15min - 2s));
    CHECK(poller::rounding == 2s);
}

TEST_CASE("poller: a short pass goes by the portal's own word, whoever's clock is ahead")
{
    reader r;
    r.skew = GENERATE(-20min, 20min, 0min);
    r.begin();
    r.finish();
    const wall_time likely = r.portal();
    const wall_time short_from = r.begin();
    REQUIRE_FALSE(r.subject.last_was_rescan());
    CHECK((short_from == std::max(likely - poller::overlap, *r.subject.complete() - 1s)));
    CHECK((short_from == likely - poller::overlap));
}

TEST_CASE("poller: a portal whose clock goes back takes the overlap with it")
{
    reader r;
    r.begin();
    r.finish();
    r.skew = -5min;
    r.elapsed += 15s;
    const wall_time likely = r.portal();
    const wall_time from = r.begin();
    REQUIRE_FALSE(r.subject.last_was_rescan());
    CHECK((from == likely - poller::overlap));
}

TEST_CASE("poller: a rescan that waited too long for a page is begun anew as a rescan")
{
    const auto waited = GENERATE(60s, 61s);
    reader r;
    r.begin();
    r.finish();
    r.subject.poll_at_once(r.mono());
    const auto begun = r.subject.passes_begun();
    (void)r.begin();
    REQUIRE(r.subject.last_was_rescan());
    REQUIRE((r.subject.on_page(full_page(at(-100)), r.mono()) == poller::progress::reading));
    r.elapsed += waited;
    REQUIRE(r.next().has_value());
    CHECK(r.subject.passes_begun() == begun + (waited > poller::stale_after ? 2 : 1));
    CHECK(r.subject.last_was_rescan());
}

} // namespace docwarden::test::reading_slices_test
