#include "core/base/random.hpp"
#include "core/portal/page_query.hpp"
#include "core/reading/poller.hpp"
#include "core/reading/polling_settings.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <optional>

namespace docwarden::test::poller_test
{

namespace
{

using core::failure_kind;
using core::milliseconds;
using core::page_query;
using core::poller;
using core::portal_now;
using namespace std::chrono_literals;

core::polling_settings make_polling()
{
    core::polling_settings settings;
    settings.poll_interval = 15s;
    settings.rescan_interval = 60s;
    settings.lateness = 15min;
    settings.backoff_max = 20s;
    return settings;
}

// A poller and a portal whose clock is ahead of this host's by `skew`.
struct reader {
    poller subject{make_polling(), 10min};
    core::random_source random{1};
    milliseconds elapsed{0};
    milliseconds skew{0};

    core::mono_time mono() const { return mono_at(elapsed); }
    core::wall_time local() const { return at(0) + elapsed; }
    portal_now now() const
    {
        const core::wall_time portal = local() + skew;
        return {std::min(local(), portal), std::max(local(), portal), portal};
    }
    std::optional<page_query> next() { return subject.next(now(), mono()); }
    poller::progress answer(const core::audit_page& page) { return subject.on_page(page, mono()); }
    // Nothing on any page of the pass under way.
    poller::progress answer()
    {
        auto how = answer(core::audit_page{});
        while (how == poller::progress::reading && next())
            how = answer(core::audit_page{});
        return how;
    }
    void fail(failure_kind kind, std::optional<std::chrono::seconds> retry_after = std::nullopt)
    {
        core::api_failure why;
        why.kind = kind;
        why.retry_after = retry_after;
        subject.on_failure(why, mono(), random);
    }
    milliseconds pause() const
    {
        REQUIRE(subject.due().has_value());
        return std::chrono::duration_cast<milliseconds>(*subject.due() - mono());
    }
    // Waits for the next page and returns what its pass will have read in the end.
    page_query wait()
    {
        elapsed += std::max(pause(), 0ms);
        auto query = next();
        REQUIRE(query.has_value());
        query->from = subject.current()->from();
        return *query;
    }
};

// A page with more behind it.
core::audit_page full_page(core::wall_time oldest)
{
    core::audit_page page = make_page({make_event("bob", "1", oldest)});
    page.rows = page_query::rows_max;
    return page;
}

bool operator_says_wait(failure_kind kind)
{
    return kind == failure_kind::unauthorised || kind == failure_kind::unpaid ||
           kind == failure_kind::forbidden || kind == failure_kind::not_found;
}

} // namespace

TEST_CASE("poller: it begins at once and reads back the longest window and the lateness")
{
    reader r;
    REQUIRE(r.pause() <= 0ms);
    const auto query = r.next();
    REQUIRE(query.has_value());
    CHECK(*query == page_query{at(0) - 10min - 15min, at(0) + poller::lookahead, 0});
    CHECK_FALSE(r.subject.complete().has_value());
    CHECK_FALSE(r.subject.has_finished_pass());
}

TEST_CASE("poller: while a page is under way nothing else is asked for")
{
    reader r;
    REQUIRE(r.next().has_value());
    CHECK_FALSE(r.subject.due().has_value());
    r.elapsed += 1h;
    CHECK_FALSE(r.next().has_value());
    CHECK((r.answer() == poller::progress::finished));
    CHECK(r.subject.due().has_value());
}

TEST_CASE("poller: short passes every interval, a whole one every rescan interval")
{
    reader r;
    r.wait();
    r.answer();
    CHECK((*r.subject.complete() == at(0) - 15min - poller::rounding));
    for (int round = 0; round < 4; ++round) {
        for (int i = 1; i <= 3; ++i) {
            INFO("round " << round << ", poll " << i);
            CHECK(r.pause() == 15s);
            const core::wall_time previous = r.local();
            const page_query tail = r.wait();
            CHECK((tail.from == previous - poller::overlap));
            r.answer();
        }
        CHECK(r.pause() == 15s);
        const page_query whole = r.wait();
        CHECK((whole.from == *r.subject.complete() - 1s));
        r.answer();
        CHECK((*r.subject.complete() == r.local() - 15min - poller::rounding));
    }
}

TEST_CASE("poller: the cursor moves only with a whole rescan, by the time at which that began")
{
    reader r;
    r.wait();
    r.elapsed += 30s; // a slow portal
    r.answer(full_page(at(-60)));
    CHECK_FALSE(r.subject.complete().has_value());
    r.elapsed += 30s;
    REQUIRE(r.next().has_value());
    r.elapsed += 30s;
    r.answer();
    REQUIRE(r.subject.complete().has_value());
    CHECK((*r.subject.complete() == at(0) - 15min - poller::rounding));
    // A short pass moves nothing.
    const core::wall_time complete = *r.subject.complete();
    r.wait();
    r.answer();
    CHECK((*r.subject.complete() >= complete));
}

TEST_CASE(
    "poller: the cursor never passes the earlier of both clocks less the lateness, and what is "
    "asked for reaches the later one"
)
{
    const milliseconds skew = GENERATE(as<milliseconds>{}, -3h, -90s, 0s, 90s, 3h);
    INFO("the portal is ahead by " << skew.count() << " ms");
    reader r;
    r.skew = skew;
    for (int i = 0; i < 20; ++i) {
        const page_query query = r.wait();
        const core::wall_time earliest = r.now().earliest;
        CHECK((query.from <= r.now().likely));
        CHECK((query.to >= r.now().latest));
        r.answer();
        CHECK((*r.subject.complete() <= earliest - 15min));
        CHECK((*r.subject.complete() >= earliest - 15min - 75s - poller::rounding));
    }
}

TEST_CASE("poller: when the clocks go back, what is new is asked for at once, not hours later")
{
    const bool both = GENERATE(false, true);
    const milliseconds jump = GENERATE(as<milliseconds>{}, 4min, 20min, 3h);
    INFO("back by " << jump.count() << " ms");
    reader r;
    r.wait();
    r.answer();
    r.elapsed += 2min;
    r.wait();
    r.answer();
    for (int i = 0; i < 10; ++i) {
        r.elapsed += r.pause();
        const core::wall_time local = r.local() - jump;
        const core::wall_time portal = both ? local : r.local();
        const auto query = r.subject.next({local, portal, portal}, r.mono());
        REQUIRE(query.has_value());
        INFO("poll " << i);
        CHECK((query->from <= portal));
        CHECK((query->to >= portal));
        r.answer();
        CHECK((*r.subject.complete() <= local - 15min));
    }
}

TEST_CASE("poller: a stretch that is given up leaves the cursor where it was, and is read again")
{
    reader r;
    r.wait();
    r.answer();
    const core::wall_time complete = *r.subject.complete();
    core::audit_page undated;
    undated.rows = page_query::rows_max;
    r.elapsed += 61s;
    r.wait();
    CHECK((r.answer(undated) == poller::progress::gave_up));
    CHECK((*r.subject.complete() == complete));
    CHECK(r.pause() >= 200ms);
    CHECK((r.wait().from == complete - 1s));
}

TEST_CASE("poller: an outage is read back from before it began")
{
    reader r;
    r.wait();
    r.answer();
    const core::wall_time complete = *r.subject.complete();
    for (int i = 0; i < 50; ++i) {
        r.wait();
        r.fail(failure_kind::unreachable);
    }
    r.elapsed += 12h;
    CHECK((r.wait().from == complete - 1s));
}

TEST_CASE("poller: to read back in an outage leaves nothing out of what the outage hid")
{
    reader r;
    r.wait();
    r.answer();
    const core::wall_time complete = *r.subject.complete();
    for (int i = 0; i < 5; ++i) {
        r.wait();
        r.fail(failure_kind::unreachable);
    }
    r.elapsed += 3h;
    r.subject.read_back(r.mono()); // a reload
    r.wait();
    r.fail(failure_kind::unreachable);
    r.subject.read_back(r.mono()); // and another
    CHECK((r.wait().from <= complete - 10min));
    r.answer();
    r.elapsed += 1h;
    r.subject.read_back(r.mono());
    CHECK((r.wait().from >= complete + 2h));
}

TEST_CASE("poller: a longer lateness takes back what may still come, a shorter one nothing")
{
    const auto other = GENERATE(as<milliseconds>{}, 1h, 15min, 1min);
    reader r;
    r.wait();
    r.answer();
    const core::wall_time complete = *r.subject.complete();
    core::polling_settings settings = make_polling();
    settings.lateness = other;
    r.subject.configure(settings, 10min);
    CHECK((*r.subject.complete() == complete - std::max(other - 15min, milliseconds(0))));
}

TEST_CASE("poller: to read back does not undo the pause after a refusal")
{
    reader r;
    r.wait();
    r.fail(failure_kind::throttled, 20s);
    const milliseconds pause = r.pause();
    CHECK(pause > 1s);
    r.subject.read_back(r.mono());
    CHECK(r.pause() == pause);
}

TEST_CASE("poller: a pass that waited long begins anew, and reads as far back as before")
{
    reader r;
    const core::page_query at_start = r.wait();
    r.fail(failure_kind::unreachable);
    r.elapsed += poller::stale_after + 10min;
    const core::page_query anew = r.wait();
    CHECK((anew.from == at_start.from));
    CHECK((anew.to > at_start.to + 10min));
    CHECK(r.subject.last_was_rescan());
    CHECK(r.subject.passes_begun() == 2);
    r.fail(failure_kind::unreachable);
    r.wait();
    CHECK(r.subject.passes_begun() == 2);
}

TEST_CASE("poller: pauses after failures stay within the bounds of their kind")
{
    for (int number = 0; number <= static_cast<int>(failure_kind::redirected); ++number) {
        const auto kind = static_cast<failure_kind>(number);
        if (kind == failure_kind::throttled)
            continue;
        INFO(core::to_string(kind));
        reader r;
        const bool is_refusal = operator_says_wait(kind);
        for (unsigned failures = 1; failures <= 100; ++failures) {
            r.wait();
            r.fail(kind);
            INFO(failures << " failures: " << r.pause().count() << " ms");
            CHECK(r.subject.failures() == failures);
            CHECK(r.pause() >= (is_refusal ? 4s : 500ms));
            CHECK(r.pause() <= (is_refusal ? milliseconds(60s) : make_polling().backoff_max));
            if (failures > 6)
                CHECK(r.pause() >= (is_refusal ? 30s : 10s));
        }
        r.wait();
        r.answer();
        CHECK(r.subject.failures() == 0);
        CHECK(r.pause() <= 15s);
    }
}

TEST_CASE("poller: a Retry-After is followed between our own pause and the configured cap")
{
    struct row {
        std::optional<std::chrono::seconds> asked;
        milliseconds least;
        milliseconds most;
    };
    const row expected = GENERATE(
        row{std::nullopt, 500ms, 1s},
        row{0s, 500ms, 1s},
        row{-5s, 500ms, 1s},
        row{7s, 7s, 7s},
        row{20s, 20s, 20s},
        row{21s, 20s, 20s},
        row{std::chrono::seconds(1'000'000'000), 20s, 20s}
    );
    reader r;
    r.wait();
    r.fail(failure_kind::throttled, expected.asked);
    CHECK(r.pause() >= expected.least);
    CHECK(r.pause() <= expected.most);
}

TEST_CASE("poller: after a failure the same page is asked for again, not the next")
{
    reader r;
    const page_query first = r.wait();
    r.answer(full_page(at(-60)));
    const page_query second = r.wait();
    CHECK(second == page_query{first.from, at(-60), 0});
    r.fail(failure_kind::broken);
    CHECK(r.wait() == second);
}

TEST_CASE("poller: to read back begins anew, also when a page is under way")
{
    const bool is_under_way = GENERATE(false, true);
    reader r;
    r.wait();
    r.answer();
    r.elapsed += 5s;
    if (is_under_way)
        r.wait();
    const auto sweeps = r.subject.passes_begun();
    r.subject.read_back(r.mono());
    CHECK_FALSE(r.subject.complete().has_value());
    if (is_under_way) {
        CHECK_FALSE(r.next().has_value());
        CHECK((r.answer({}) == poller::progress::reading)); // of a pass that is no more
    }
    CHECK(r.pause() <= 0ms);
    const page_query query = r.wait();
    CHECK(r.subject.passes_begun() == sweeps + 1);
    CHECK((query.from <= r.local() - 10min - 15min));
    CHECK((query.from > r.local() - 10min - 15min - 75s));
}

TEST_CASE("poller: a poll asked for begins at once, and is a whole rescan")
{
    reader r;
    r.wait();
    r.answer();
    r.elapsed += 1s;
    CHECK(r.pause() == 14s);
    r.subject.poll_at_once(r.mono());
    CHECK(r.pause() <= 0ms);
    CHECK((r.wait().from == *r.subject.complete() - 1s));
    // Asked for again meanwhile: another one follows without the usual pause.
    r.subject.poll_at_once(r.mono());
    CHECK_FALSE(r.next().has_value());
    r.answer();
    CHECK(r.pause() <= 0ms);
    CHECK((r.wait().from == *r.subject.complete() - 1s));
    r.answer();
    CHECK(r.pause() == 15s);
}

TEST_CASE("poller: passes longer than the interval follow each other with a pause, not in a storm")
{
    reader r;
    r.wait();
    r.elapsed += 5min;
    r.answer();
    CHECK(r.pause() == 200ms);
    r.wait();
    r.elapsed += 14'900ms;
    r.answer();
    CHECK(r.pause() == 200ms);
    r.wait();
    r.elapsed += 10s;
    r.answer();
    CHECK(r.pause() == 5s);
}

TEST_CASE("poller: new settings are in force from the next pass on")
{
    reader r;
    r.wait();
    core::polling_settings quick = make_polling();
    quick.poll_interval = 1s;
    quick.lateness = 0s;
    r.subject.configure(quick, 10min);
    r.answer();
    CHECK(r.pause() == 1s);
    CHECK((*r.subject.complete() == at(0) - poller::rounding));
}

TEST_CASE("poller: whatever is answered, passes begin no faster than five a second, and the cursor "
          "goes back only with the clocks, and never into what may still change")
{
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        core::random_source random(seed);
        reader r;
        const bool has_steady_clocks = seed % 2 == 0;
        std::optional<core::wall_time> complete;
        core::mono_time last_end = mono_at(-1h);
        auto sweeps = r.subject.passes_begun();
        for (int i = 0; i < 200; ++i) {
            INFO("seed " << seed << ", page " << i);
            if (!has_steady_clocks && random.below(10) == 0)
                r.skew = milliseconds(static_cast<std::int64_t>(random.below(200'000)) - 100'000);
            const page_query query = r.wait();
            if (r.subject.passes_begun() != sweeps) {
                sweeps = r.subject.passes_begun();
                REQUIRE(r.mono() - last_end >= 200ms);
                REQUIRE((query.from <= r.now().likely));
            }
            r.elapsed += milliseconds(random.below(2000));
            const std::uint64_t kind = random.below(10);
            auto how = poller::progress::reading;
            if (kind < 3)
                r.fail(static_cast<failure_kind>(random.below(11)), 1s);
            else
                how = r.answer(
                    kind < 6 ? full_page(query.from + (query.to - query.from) / 2)
                             : core::audit_page{}
                );
            if (how != poller::progress::reading)
                last_end = r.mono();
            REQUIRE((!has_steady_clocks || r.subject.complete() >= complete));
            REQUIRE((!r.subject.complete() || *r.subject.complete() <= r.local() - 15min));
            complete = r.subject.complete();
        }
    }
}

} // namespace docwarden::test::poller_test
