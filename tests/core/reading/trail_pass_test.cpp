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

namespace
{

using core::page_query;
using core::trail_pass;
using core::wall_time;
using std::chrono::seconds;

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
    trail_pass::state state = trail_pass::state::reading;
    std::set<std::int64_t> ids;
    std::size_t pages = 0;
};

// Reads the stretch while, with that probability in percent, rows are inserted between pages.
finished
read_all(audit_table& table, core::random_source& random, wall_time from, wall_time to, int busy)
{
    finished result;
    trail_pass subject(from, to);
    while (subject.status() == trail_pass::state::reading) {
        const core::audit_page page = table.select(subject.next());
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

} // namespace

TEST_CASE(
    "trail_pass: hands out every row that was visible when it began, whatever the order of ties "
    "and whatever is inserted meanwhile"
)
{
    std::size_t long_sweeps = 0;
    for (std::uint64_t seed = 1; seed <= 2500; ++seed) {
        core::random_source random(seed);
        audit_table table(seed);
        const std::int64_t span_s = 1 + static_cast<std::int64_t>(random.below(60));
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
        REQUIRE(result.state == trail_pass::state::complete);
        REQUIRE(std::includes(result.ids.begin(), result.ids.end(), wanted.begin(), wanted.end()));
        // A thousand rows of one second take some passes of eleven pages.
        REQUIRE(result.pages <= 10 + table.size() / 2);
        long_sweeps += result.pages > 3 ? 1U : 0U;
    }
    CHECK(long_sweeps > 300);
}

TEST_CASE("trail_pass: a short first page is the whole stretch")
{
    trail_pass subject(at(0), at(100));
    CHECK(subject.next() == page_query{at(0), at(100), 0});
    subject.accept(make_page({make_event("u", "1", at(50))}));
    CHECK(subject.status() == trail_pass::state::complete);
    CHECK(subject.pages() == 1);
}

TEST_CASE(
    "trail_pass: after a full page it goes on from that page's oldest second, which it reads again"
)
{
    trail_pass subject(at(0), at(100));
    core::audit_page page = make_page({make_event("u", "1", at(90)), make_event("u", "2", at(40))});
    page.rows = page_query::rows_max;
    subject.accept(page);
    CHECK(subject.status() == trail_pass::state::reading);
    CHECK(subject.next() == page_query{at(0), at(40), 0});
}

TEST_CASE("trail_pass: a full page without one readable date cannot be paged on: it gives up there")
{
    trail_pass subject(at(0), at(100));
    core::audit_page page;
    page.rows = page_query::rows_max;
    subject.accept(page);
    CHECK(subject.status() == trail_pass::state::given_up);
    CHECK(subject.gap() == at(100));
    CHECK(subject.from() == at(0));
}

TEST_CASE("trail_pass: rows dated after what was asked for do not make it go back up")
{
    trail_pass subject(at(0), at(100));
    core::audit_page page = make_page({make_event("u", "1", at(3700))});
    page.rows = page_query::rows_max;
    subject.accept(page);
    CHECK(subject.next().to <= at(100));
}

TEST_CASE("trail_pass: rows dated before what was asked for do not make it go below its start")
{
    trail_pass subject(at(0), at(100));
    core::audit_page page = make_page({make_event("u", "1", at(-5000))});
    page.rows = page_query::rows_max;
    subject.accept(page);
    REQUIRE(subject.status() == trail_pass::state::reading);
    // Such a date says nothing about where the rest lies: it is read by offset.
    CHECK(subject.next() == page_query{at(0), at(100), 0});
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
    CHECK(subject.status() == trail_pass::state::complete);
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
    while (subject.status() == trail_pass::state::reading)
        subject.accept(page);
    CHECK(subject.status() == trail_pass::state::given_up);
    CHECK(subject.pages() <= trail_pass::stale_pages_max + 3);
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
    while (subject.status() == trail_pass::state::reading) {
        const page_query asked = subject.next();
        std::vector<core::audit_event> events;
        for (std::size_t i = asked.start_index; i < std::min(rows, asked.start_index + 100); ++i) {
            events.push_back(make_event("u", std::to_string(i), at(4500 - static_cast<int>(i))));
            events.back().id = static_cast<std::int64_t>(i) + 1;
            handed_out = std::max(handed_out, i + 1);
        }
        subject.accept(make_page(std::move(events)));
    }
    CHECK(subject.status() == trail_pass::state::complete);
    CHECK(handed_out == rows);
    CHECK(subject.pages() <= 6);
}

} // namespace docwarden::test::trail_pass_test
