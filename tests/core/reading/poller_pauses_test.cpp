// How long the poller waits: between passes, after failures, and if somebody asks for a poll.

#include "tests/core/reading/poller_dialogue.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <optional>

namespace docwarden::test::poller_pauses_test
{

using namespace std::chrono_literals;

namespace
{

bool operator_says_wait(failure_kind kind)
{
    return kind == failure_kind::unauthorised || kind == failure_kind::unpaid ||
           kind == failure_kind::forbidden || kind == failure_kind::not_found;
}

} // namespace

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

TEST_CASE("poller: whatever is answered, passes begin no faster than five a second, and the cursor "
          "goes back only with the clocks, and never into what may still change")
{
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        core::random_source random(seed);
        reader r;
        const bool has_steady_clocks = seed % 2 == 0;
        std::optional<wall_time> watermark;
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
            REQUIRE((!has_steady_clocks || r.subject.watermark() >= watermark));
            REQUIRE((!r.subject.watermark() || *r.subject.watermark() <= r.local() - 15min));
            watermark = r.subject.watermark();
        }
    }
}

} // namespace docwarden::test::poller_pauses_test
