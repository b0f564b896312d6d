// What is read when: the start, passes, the watermark, clocks that differ, reading back; and how
// long the poller waits: between passes, after failures, and if somebody asks for a poll.

#include "tests/core/reading/poller_dialogue.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

namespace docwarden::test::poller_test
{

using namespace std::chrono_literals;

namespace
{

constexpr auto back = 10min + 15min; // the longest window and the lateness

bool asks_for_a_person(failure_kind kind)
{
    return kind == failure_kind::unauthorised || kind == failure_kind::unpaid ||
           kind == failure_kind::forbidden || core::is_missing(kind);
}

} // namespace

TEST_CASE("poller: it begins at once and reads back the longest window and the lateness")
{
    reader r;
    REQUIRE(r.pause() <= 0ms);
    const auto query = r.next();
    REQUIRE(query.has_value());
    CHECK(*query == page_query{at(0) - 10min - 15min, at(0) + poller::lookahead, 0});
    CHECK_FALSE(r.subject.watermark().has_value());
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
    CHECK((*r.subject.watermark() == at(0) - 15min - poller::rounding));
    for (int round = 0; round < 4; ++round) {
        for (int i = 1; i <= 3; ++i) {
            INFO("round " << round << ", poll " << i);
            CHECK(r.pause() == 15s);
            const wall_time previous = r.local();
            const page_query tail = r.wait();
            CHECK((tail.from == previous - poller::overlap));
            r.answer();
        }
        CHECK(r.pause() == 15s);
        const page_query whole = r.wait();
        CHECK((whole.from == *r.subject.watermark() - 1s));
        r.answer();
        CHECK((*r.subject.watermark() == r.local() - 15min - poller::rounding));
    }
}

TEST_CASE("poller: the watermark moves only with a whole rescan, by the time at which that began")
{
    reader r;
    r.wait();
    r.elapsed += 30s; // a slow portal
    r.answer(full_page(at(-60)));
    CHECK_FALSE(r.subject.watermark().has_value());
    r.elapsed += 30s;
    REQUIRE(r.next().has_value());
    r.elapsed += 30s;
    r.answer();
    REQUIRE(r.subject.watermark().has_value());
    CHECK((*r.subject.watermark() == at(0) - 15min - poller::rounding));
    // A short pass moves nothing.
    const wall_time watermark = *r.subject.watermark();
    r.wait();
    r.answer();
    CHECK((*r.subject.watermark() >= watermark));
}

TEST_CASE(
    "poller: the watermark never passes the earlier of both clocks less the lateness, and what is "
    "asked for reaches the later one"
)
{
    const milliseconds skew = GENERATE(as<milliseconds>{}, -3h, -90s, 0s, 90s, 3h);
    INFO("the portal is ahead by " << skew.count() << " ms");
    reader r;
    r.skew = skew;
    for (int i = 0; i < 20; ++i) {
        const page_query query = r.wait();
        const wall_time earliest = r.now().earliest;
        CHECK((query.from <= r.now().likely));
        CHECK((query.to >= r.now().latest));
        r.answer();
        CHECK((*r.subject.watermark() <= earliest - 15min));
        CHECK((*r.subject.watermark() >= earliest - 15min - 75s - poller::rounding));
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
        const wall_time local = r.local() - jump;
        const wall_time portal = both ? local : r.local();
        const auto query = r.subject.next({local, portal, portal}, r.mono());
        REQUIRE(query.has_value());
        INFO("poll " << i);
        CHECK((query->from <= portal));
        CHECK((query->to >= portal));
        r.answer();
        CHECK((*r.subject.watermark() <= local - 15min));
    }
}

TEST_CASE("poller: a stretch that is given up leaves the watermark where it was, and is read again")
{
    reader r;
    r.wait();
    r.answer();
    const wall_time watermark = *r.subject.watermark();
    core::audit_page undated;
    undated.rows = page_query::rows_max;
    r.elapsed += 61s;
    r.wait();
    CHECK((r.answer(undated) == poller::progress::gave_up));
    CHECK((*r.subject.watermark() == watermark));
    CHECK(r.pause() >= 200ms);
    CHECK((r.wait().from == watermark - 1s));
}

TEST_CASE("poller: to read back in an outage leaves nothing out of what the outage hid")
{
    reader r;
    r.wait();
    r.answer();
    const wall_time watermark = *r.subject.watermark();
    for (int i = 0; i < 5; ++i) {
        r.wait();
        r.fail(failure_kind::unreachable);
    }
    r.elapsed += 3h;
    r.subject.read_back(r.mono()); // a reload
    r.wait();
    r.fail(failure_kind::unreachable);
    r.subject.read_back(r.mono()); // and another
    CHECK((r.wait().from <= watermark - 10min));
    r.answer();
    r.elapsed += 1h;
    r.subject.read_back(r.mono());
    CHECK((r.wait().from >= watermark + 2h));
}

TEST_CASE("poller: a longer lateness takes back what may still come, a shorter one nothing")
{
    const auto other = GENERATE(as<milliseconds>{}, 1h, 15min, 1min);
    reader r;
    r.wait();
    r.answer();
    const wall_time watermark = *r.subject.watermark();
    core::polling_settings settings = make_polling();
    settings.lateness = other;
    r.configure(settings);
    CHECK((*r.subject.watermark() == watermark - std::max(other - 15min, milliseconds(0))));
}

TEST_CASE("poller: a pass that waited long begins anew, and reads as far back as before")
{
    reader r;
    const page_query at_start = r.wait();
    r.fail(failure_kind::unreachable);
    r.elapsed += poller::stale_after + 10min;
    const page_query anew = r.wait();
    CHECK((anew.from == at_start.from));
    CHECK((anew.to > at_start.to + 10min));
    CHECK(r.subject.last_was_rescan());
    CHECK(r.subject.passes_begun() == 2);
    r.fail(failure_kind::unreachable);
    r.wait();
    CHECK(r.subject.passes_begun() == 2);
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
    const auto passes = r.subject.passes_begun();
    r.subject.read_back(r.mono());
    CHECK_FALSE(r.subject.watermark().has_value());
    if (is_under_way) {
        CHECK_FALSE(r.next().has_value());
        CHECK((r.answer({}) == poller::progress::reading)); // of a pass that is no more
    }
    CHECK(r.pause() <= 0ms);
    const page_query query = r.wait();
    CHECK(r.subject.passes_begun() == passes + 1);
    CHECK((query.from <= r.local() - 10min - 15min));
    CHECK((query.from > r.local() - 10min - 15min - 75s));
}

TEST_CASE("poller: new settings are in force from the next pass on")
{
    reader r;
    r.wait();
    core::polling_settings quick = make_polling();
    quick.poll_interval = 1s;
    quick.lateness = 0s;
    r.configure(quick);
    r.answer();
    CHECK(r.pause() == 1s);
    CHECK((*r.subject.watermark() == at(0) - poller::rounding));
}

TEST_CASE("poller: without lateness a short pass begins a second before what is complete")
{
    core::polling_settings settings;
    settings.lateness = 0ms;
    reader r;
    r.configure(settings);
    r.wait();
    r.answer();
    REQUIRE((r.subject.watermark() == at(0) - poller::rounding));
    CHECK((r.wait().from == at(-1) - poller::rounding));
}

TEST_CASE("poller: a pass is begun anew when it has waited for more than a minute")
{
    const bool is_stale = GENERATE(false, true);
    reader r;
    const page_query first = r.wait();
    const core::audit_page page = full_page(at(-60));
    r.elapsed += 50s; // the page took so long, but it has come
    r.answer(page);
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
        r.configure(settings);
        r.wait();
        r.answer();
        r.elapsed += 20s;
        if (is_asked)
            r.subject.poll_at_once(r.mono());
        r.wait();
        REQUIRE(r.subject.last_was_rescan() == is_asked);
        const core::audit_page page = full_page(at(0));
        r.answer(page);
        r.elapsed += 5min;
        (void)r.wait();
        r.answer(page);
        CHECK(r.subject.last_was_rescan() == is_asked);
    }
}

TEST_CASE("poller: what happened since it was started is read, however late the first request is")
{
    const bool is_started = GENERATE(true, false); // else its first request starts it
    reader r;
    if (is_started)
        r.subject.start(r.mono());
    r.elapsed += 40s;
    if (is_started)
        r.subject.start(r.mono()); // changes nothing
    r.elapsed += 50s;
    CHECK((r.begin() == at(is_started ? 0 : 90) - back));
}

TEST_CASE("poller: to begin again reads as far back as the start, and leaves what is under way")
{
    reader r;
    r.subject.start(r.mono());
    r.elapsed += 30s;
    REQUIRE((r.begin() == at(0) - back));
    r.skew = -1h;
    r.subject.begin_again(r.mono());
    CHECK((r.answer({}) == poller::progress::reading));
    CHECK_FALSE(r.subject.has_finished_pass());
    CHECK(r.pause() <= 0ms);
    CHECK((r.begin() == at(-3600) - back));
}

TEST_CASE("poller: to begin again takes back what was promised, and does not wait for the next poll"
)
{
    reader r;
    r.begin();
    r.answer();
    REQUIRE(r.subject.watermark().has_value());
    REQUIRE(r.pause() == 15s);
    r.elapsed += 1s;
    r.subject.begin_again(r.mono());
    CHECK_FALSE(r.subject.watermark().has_value());
    CHECK(r.pause() == 0ms);
    CHECK((r.begin() == at(0) - back));
}

TEST_CASE("poller: to read back before the first reading has ended begins where that began")
{
    reader r;
    REQUIRE((r.begin() == at(0) - back));
    r.elapsed += 5min;
    r.subject.read_back(r.mono());
    r.fail(failure_kind::unreachable);
    CHECK((r.begin() == at(0) - back));
}

TEST_CASE("poller: to read back what is complete goes back from now, and from what was complete")
{
    reader r;
    r.begin();
    r.answer();
    const wall_time watermark = *r.subject.watermark();
    SECTION("soon after: what was complete is older than what a start would read")
    {
        r.elapsed += 1s;
        r.subject.read_back(r.mono());
        CHECK((r.begin() == std::chrono::floor<std::chrono::seconds>(watermark - 10min - 1s)));
    }
    SECTION("after a pause it is still all that counts")
    {
        r.elapsed += 3h;
        r.subject.read_back(r.mono());
        CHECK((r.begin() == watermark - 10min - 1s));
    }
    SECTION("once read, the next one goes back from what is complete then")
    {
        r.elapsed += 3h;
        r.subject.read_back(r.mono());
        r.begin();
        r.answer();
        r.elapsed += 1min;
        r.subject.begin_again(r.mono());
        CHECK((r.begin() == at(3 * 3600) - back));
    }
}

TEST_CASE("poller: a short pass goes by the portal's own word, whoever's clock is ahead")
{
    reader r;
    r.skew = GENERATE(-20min, 20min, 0min);
    r.begin();
    r.answer();
    const wall_time likely = r.now().likely;
    const wall_time short_from = r.begin();
    REQUIRE_FALSE(r.subject.last_was_rescan());
    CHECK((short_from == std::max(likely - poller::overlap, *r.subject.watermark() - 1s)));
    CHECK((short_from == likely - poller::overlap));
}

TEST_CASE("poller: a portal whose clock goes back takes the overlap with it")
{
    reader r;
    r.begin();
    r.answer();
    r.skew = -5min;
    r.elapsed += 15s;
    const wall_time likely = r.now().likely;
    const wall_time from = r.begin();
    REQUIRE_FALSE(r.subject.last_was_rescan());
    CHECK((from == likely - poller::overlap));
}

// ---- how long it waits
// ---------------------------------------------------------------------------

TEST_CASE("poller: pauses after failures stay within the bounds of their kind")
{
    for (int number = 0; number <= static_cast<int>(failure_kind::redirected); ++number) {
        const auto kind = static_cast<failure_kind>(number);
        if (kind == failure_kind::throttled)
            continue;
        INFO(core::to_string(kind));
        reader r;
        const bool is_refusal = asks_for_a_person(kind);
        for (unsigned failures = 1; failures <= 100; ++failures) {
            r.wait();
            r.fail(kind);
            INFO(failures << " failures: " << r.pause().count() << " ms");
            CHECK(r.subject.failures() == failures);
            CHECK(r.pause() >= (is_refusal ? 4s : 500ms));
            CHECK(r.pause() <= (is_refusal ? milliseconds(60s) : make_polling().backoff_max));
            if (failures == 1)
                CHECK(r.pause() <= (is_refusal ? 8s : 1s));
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
    using pause = std::optional<std::chrono::seconds>;
    const auto [asked, least, most] = GENERATE(table<pause, milliseconds, milliseconds>({
        {std::nullopt, 500ms, 1s},
        {0s, 500ms, 1s},
        {-5s, 500ms, 1s},
        {7s, 7s, 7s},
        {20s, 20s, 20s},
        {21s, 20s, 20s},
        {std::chrono::seconds(1'000'000'000), 20s, 20s},
    }));
    reader r;
    r.wait();
    r.fail(failure_kind::throttled, asked);
    CHECK(r.pause() >= least);
    CHECK(r.pause() <= most);
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

TEST_CASE("poller: a poll asked for begins at once, and is a whole rescan")
{
    reader r;
    r.wait();
    r.answer();
    r.elapsed += 1s;
    CHECK(r.pause() == 14s);
    r.subject.poll_at_once(r.mono());
    CHECK(r.pause() <= 0ms);
    CHECK((r.wait().from == *r.subject.watermark() - 1s));
    // Asked for again meanwhile: another one follows without the usual pause.
    r.subject.poll_at_once(r.mono());
    CHECK_FALSE(r.next().has_value());
    r.answer();
    CHECK(r.pause() <= 0ms);
    CHECK((r.wait().from == *r.subject.watermark() - 1s));
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

TEST_CASE("poller: whatever is answered, passes begin no faster than five a second, and "
          "the watermark goes back only with the clocks, and never into what may still change")
{
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        core::random_source random(seed);
        reader r;
        const bool has_steady_clocks = seed % 2 == 0;
        std::optional<wall_time> watermark;
        core::mono_time last_end = mono_at(-1h);
        auto passes = r.subject.passes_begun();
        for (int i = 0; i < 200; ++i) {
            INFO("seed " << seed << ", page " << i);
            if (!has_steady_clocks && random.below(10) == 0)
                r.skew = milliseconds(static_cast<std::int64_t>(random.below(200'000)) - 100'000);
            const page_query query = r.wait();
            if (r.subject.passes_begun() != passes) {
                passes = r.subject.passes_begun();
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
            REQUIRE((!has_steady_clocks || r.subject.watermark() >= watermark));
            REQUIRE((!r.subject.watermark() || *r.subject.watermark() <= r.local() - 15min));
            watermark = r.subject.watermark();
        }
    }
}

} // namespace docwarden::test::poller_test
