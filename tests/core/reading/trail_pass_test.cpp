#include "core/base/random.hpp"
#include "core/portal/page_query.hpp"
#include "core/reading/trail_pass.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace docwarden::test::trail_pass_test
{

using core::page_query;
using core::tick;
using core::trail_pass;
using core::wall_time;
using std::chrono::seconds;
using state = core::trail_pass::state;

namespace
{

constexpr tick slice{trail_pass::slice_max};

// The audit endpoint as badly as it may behave: newest first, a hundred rows at most, rows of one
// moment in another order with every query (docspace-api.md section 1.2).
class audit_table
{
public:
    explicit audit_table(std::uint64_t seed) : random_(seed) {}

    void insert(wall_time date) { rows_.push_back({++last_id_, date}); }

    core::audit_page select(const page_query& query)
    {
        struct hit {
            wall_time date;
            std::uint64_t tie;
            std::int64_t id;
        };
        std::vector<hit> hits;
        for (const row& r : rows_) {
            if (r.date >= query.from && r.date <= query.to)
                hits.push_back({r.date, random_.next(), r.id});
        }
        std::sort(hits.begin(), hits.end(), [](const hit& a, const hit& b) {
            return a.date != b.date ? a.date > b.date : a.tie < b.tie;
        });
        std::vector<core::audit_event> events;
        for (std::size_t i = query.start_index;
             i < hits.size() && events.size() < page_query::rows_max;
             ++i) {
            events.push_back(make_event("user", "file", hits[i].date));
            events.back().id = hits[i].id;
        }
        return make_page(std::move(events));
    }

    std::set<std::int64_t> ids_within(wall_time from, wall_time to) const
    {
        std::set<std::int64_t> ids;
        for (const row& r : rows_) {
            if (r.date >= from && r.date <= to)
                ids.insert(r.id);
        }
        return ids;
    }

    std::size_t size() const { return rows_.size(); }

private:
    struct row {
        std::int64_t id;
        wall_time date;
    };
    core::random_source random_;
    std::vector<row> rows_;
    std::int64_t last_id_ = 0;
};

// Quiet seconds, busy seconds, and now and then one with up to a thousand rows.
void fill(audit_table& table, core::random_source& random, std::int64_t span_s)
{
    const std::uint64_t groups = random.below(12);
    for (std::uint64_t g = 0; g < groups; ++g) {
        const auto second =
            static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(span_s + 1)));
        const std::uint64_t shape = random.below(20);
        const std::uint64_t rows = shape == 0   ? random.below(1001)
                                   : shape < 4  ? 95 + random.below(110)
                                   : shape < 10 ? random.below(60)
                                                : 1 + random.below(3);
        for (std::uint64_t i = 0; i < rows; ++i)
            table.insert(at(second));
    }
}

struct finished {
    trail_pass::state state = state::reading;
    std::set<std::int64_t> ids;
    std::size_t pages = 0;
};

// Reads the stretch while, with that probability in percent, rows are inserted between pages.
finished
read_all(audit_table& table, core::random_source& random, wall_time from, wall_time to, int busy)
{
    finished result;
    trail_pass subject(from, to);
    wall_time newest = to;
    while (subject.status() == state::reading) {
        const page_query asked = subject.next();
        REQUIRE((asked.from >= from && asked.to >= asked.from && asked.to <= newest));
        REQUIRE((asked.to - asked.from <= slice));
        newest = asked.to;
        const core::audit_page page = table.select(asked);
        for (const core::audit_event& event : page.events)
            result.ids.insert(event.id);
        subject.accept(page);
        if (random.below(100) < static_cast<std::uint64_t>(busy)) {
            // Late rows go anywhere in the past, most of them near the newer end.
            const auto length = static_cast<std::uint64_t>((to - from).count() / 10'000'000 + 1);
            const std::uint64_t behind =
                random.below(2) == 0 ? random.below(3) : random.below(length);
            table.insert(to - seconds(behind));
        }
    }
    result.state = subject.status();
    result.pages = subject.pages();
    return result;
}

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

} // namespace

TEST_CASE(
    "trail_pass: hands out every row that was visible when it began, whatever the order of ties "
    "and whatever is inserted meanwhile"
)
{
    std::size_t long_passes = 0;
    for (std::uint64_t seed = 1; seed <= 2500; ++seed) {
        core::random_source random(seed);
        audit_table table(seed);
        const bool is_long = seed % 8 == 0; // read in slices
        const auto span_s = 1 + static_cast<std::int64_t>(random.below(is_long ? 4 * 3600 : 60));
        fill(table, random, span_s);
        const wall_time from = at(static_cast<std::int64_t>(random.below(5)));
        const wall_time to =
            std::max(from, at(span_s - static_cast<std::int64_t>(random.below(5))));
        const auto wanted = table.ids_within(from, to);
        const int busy = random.below(2) == 0 ? 0 : 30;
        const finished result = read_all(table, random, from, to, busy);
        INFO(
            "seed " << seed << ": " << wanted.size() << " rows, " << result.pages << " pages, "
                    << result.ids.size() << " rows handed out"
        );
        REQUIRE(result.state == state::complete);
        REQUIRE(std::includes(result.ids.begin(), result.ids.end(), wanted.begin(), wanted.end()));
        // A thousand rows of one second take some passes of eleven pages.
        REQUIRE(result.pages <= 20 + table.size() / 2);
        long_passes += result.pages > 3 ? 1U : 0U;
    }
    CHECK(long_passes > 300);
}

TEST_CASE("trail_pass: a stretch of a whole slice is one request, of a tick more it is two")
{
    trail_pass exact(at(0), at(0) + slice);
    CHECK((exact.next() == page_query{at(0), at(0) + slice, 0}));
    exact.accept(rows_at(at(50), 1, 1));
    CHECK((exact.status() == state::complete));
    CHECK(exact.pages() == 1);

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
        subject.accept(rows_at(end, 1, 1));
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
    subject.accept(rows_at(at(7000), 1, 100));
    CHECK((subject.next() == page_query{at(7000) - slice, at(7000), 0}));
}

TEST_CASE("trail_pass: dates older than the slice say nothing about where to go on in it")
{
    for (const bool is_inside : {true, false}) {
        trail_pass subject(at(0), at(7200));
        const wall_time oldest = at(7200) - slice - tick(is_inside ? 0 : 1);
        subject.accept(rows_at(oldest, 1, 100));
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
    subject.accept(rows_at(at(-9000), 1, 100)); // of no help
    REQUIRE((subject.next() == first));
    subject.accept(rows_at(at(-9000), 1, 100));
    REQUIRE((subject.next() == page_query{first.from, first.to, 100}));
    subject.accept({});
    const wall_time end = first.from - tick(1);
    CHECK((subject.next() == page_query{end - slice, end, 0}));
}

TEST_CASE("trail_pass: a full page without one readable date cannot be paged on: it gives up there")
{
    trail_pass subject(at(0), at(100));
    core::audit_page page;
    page.rows = page_query::rows_max;
    subject.accept(page);
    CHECK(subject.status() == state::given_up);
    CHECK(subject.gap() == at(100));
    CHECK(subject.from() == at(0));
}

TEST_CASE("trail_pass: one absurd date on a full page does not hide what lies below it")
{
    trail_pass subject(at(0), at(1000));
    std::vector<core::audit_event> events;
    for (int i = 0; i < 100; ++i) {
        events.push_back(make_event("u", std::to_string(i), at(i == 50 ? -1'000'000 : 999 - i)));
        events.back().id = i + 1;
    }
    subject.accept(make_page(std::move(events)));
    CHECK(subject.next() == page_query{at(0), at(900), 0});
}

TEST_CASE("trail_pass: rows that are all dated an hour late are read by offset until the last one")
{
    trail_pass subject(at(0), at(1000));
    std::size_t handed_out = 0;
    constexpr std::size_t rows = 340;
    while (subject.status() == state::reading) {
        const page_query asked = subject.next();
        std::vector<core::audit_event> events;
        for (std::size_t i = asked.start_index; i < std::min(rows, asked.start_index + 100); ++i) {
            events.push_back(make_event("u", std::to_string(i), at(4500 - static_cast<int>(i))));
            events.back().id = static_cast<std::int64_t>(i) + 1;
            handed_out = std::max(handed_out, i + 1);
        }
        subject.accept(make_page(std::move(events)));
    }
    CHECK(subject.status() == state::complete);
    CHECK(handed_out == rows);
    CHECK(subject.pages() <= 6);
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

TEST_CASE("trail_pass: records that were not understood count as rows of their second")
{
    trail_pass subject(at(0), at(0));
    // A hundred rows of one second, then the same hundred by offset and nothing behind them.
    core::audit_page page;
    page.rows = page_query::rows_max;
    page.oldest = page.newest = at(0);
    for (std::size_t i = 0; i < page.rows; ++i)
        page.problems.push_back({i, static_cast<std::int64_t>(i + 1), "userId is missing", false, 0}
        );
    subject.accept(page);
    CHECK(subject.next() == page_query{at(0), at(0), 0});
    subject.accept(page);
    CHECK(subject.next() == page_query{at(0), at(0), 100});
    subject.accept(core::audit_page{});
    CHECK(subject.status() == state::complete);
}

TEST_CASE(
    "trail_pass: a portal that answers every question with the same full page is given up within "
    "the bound"
)
{
    const wall_time dated = GENERATE(at(-5000), at(0), at(50), at(100), at(5000));
    trail_pass subject(at(0), at(100));
    std::vector<core::audit_event> events;
    for (int i = 0; i < 100; ++i) {
        events.push_back(make_event("u", "1", dated));
        events.back().id = i + 1;
    }
    const core::audit_page page = make_page(std::move(events));
    while (subject.status() == state::reading)
        subject.accept(page);
    CHECK(subject.status() == state::given_up);
    CHECK(subject.pages() <= trail_pass::stale_pages_max + 3);
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

} // namespace docwarden::test::trail_pass_test
