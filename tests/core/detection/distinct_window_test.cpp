#include "core/base/random.hpp"
#include "core/detection/distinct_window.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace docwarden::test::distinct_window_test
{

namespace
{

using core::breach_span;
using core::distinct_window;
using core::object_key;
using core::tick;
using core::wall_time;
using std::chrono::seconds;

// The definition, word by word: all touches are kept and every window is counted anew.
class naive_window
{
public:
    explicit naive_window(tick window) : window_(window) {}

    void insert(wall_time time, object_key object) { touches_.emplace(time, object.value); }

    std::uint32_t count_at(wall_time end) const
    {
        std::set<std::uint64_t> objects;
        for (const auto& [time, object] : touches_) {
            if (time <= end && time >= end - window_)
                objects.insert(object);
        }
        return static_cast<std::uint32_t>(objects.size());
    }

    std::uint32_t peak() const
    {
        std::uint32_t highest = 0;
        for (const auto& touch : touches_)
            highest = std::max(highest, count_at(touch.first));
        return highest;
    }

private:
    tick window_;
    std::set<std::pair<wall_time, std::uint64_t>> touches_;
};

struct drawn {
    wall_time time;
    object_key object;
};

std::vector<drawn> draw_touches(core::random_source& random, std::int64_t span_s)
{
    std::vector<drawn> touches(1 + random.below(60));
    const std::uint64_t objects = 1 + random.below(random.below(2) == 0 ? 4 : 30);
    for (drawn& touch : touches) {
        const auto bound = static_cast<std::uint64_t>(span_s + 1);
        touch.time = at(static_cast<std::int64_t>(random.below(bound)));
        touch.object = {random.below(objects)};
    }
    return touches;
}

// `count` different objects at the same moment.
void touch_many(distinct_window& subject, wall_time time, std::uint64_t first, std::uint64_t count)
{
    for (std::uint64_t i = 0; i < count; ++i)
        subject.insert(time, {first + i});
}

// The highest count of any window, as the pass over the entries finds it.
std::uint32_t peak_of(const distinct_window& subject)
{
    std::uint32_t highest = 0;
    for (const breach_span& span : subject.breaches(0))
        highest = std::max(highest, span.count);
    return highest;
}

// The same, as counting at each touch finds it.
std::size_t highest_of(const distinct_window& subject)
{
    std::uint32_t highest = 0;
    subject.for_each([&](wall_time time, object_key) {
        highest = std::max(highest, subject.count_at(time));
    });
    return highest;
}

} // namespace

TEST_CASE("distinct_window: both ends of the window are inclusive, to the tick")
{
    distinct_window subject{tick(seconds(10))};
    subject.insert(at(0), {1});
    subject.insert(at(10), {2});
    CHECK(subject.count_at(at(0) - tick(1)) == 0);
    CHECK(subject.count_at(at(0)) == 1);
    CHECK(subject.count_at(at(10) - tick(1)) == 1);
    CHECK(subject.count_at(at(10)) == 2);
    CHECK(subject.count_at(at(10) + tick(1)) == 1);
    CHECK(subject.count_at(at(20)) == 1);
    CHECK(subject.count_at(at(20) + tick(1)) == 0);
    CHECK(peak_of(subject) == 2);
}

TEST_CASE("distinct_window: the same object touched again and again counts once and costs two "
          "entries a window")
{
    distinct_window subject{tick(seconds(10))};
    for (int i = 0; i <= 100; ++i)
        subject.insert(at(i), {7});
    CHECK(peak_of(subject) == 1);
    CHECK(subject.count_at(at(55)) == 1);
    CHECK(subject.count_at(at(110)) == 1);
    CHECK(subject.count_at(at(111)) == 0);
    CHECK(subject.size() <= 2 * 11);
}

TEST_CASE("distinct_window: a touch is news only if it changes what some window counts")
{
    distinct_window subject{tick(seconds(10))};
    CHECK(subject.insert(at(0), {7}));
    CHECK_FALSE(subject.insert(at(0), {7}));
    CHECK(subject.insert(at(10), {7}));
    CHECK_FALSE(subject.insert(at(5), {7})); // covered by its neighbours
    CHECK(subject.insert(at(5), {8}));
    CHECK(subject.size() == 3);
}

TEST_CASE("distinct_window: stretches at most a window apart are one story, a tick more makes two")
{
    const auto [gap, stories] = GENERATE(table<tick, std::size_t>({
        {tick(seconds(1)), 1},
        {tick(seconds(10)), 1},
        {tick(seconds(10)) + tick(1), 2},
        {tick(seconds(1000)), 2},
    }));
    CAPTURE(gap.count());
    distinct_window subject{tick(seconds(10))};
    touch_many(subject, at(0), 1, 3);
    // Above the threshold until the touches leave the window, ten seconds later.
    const wall_time again = at(10) + gap;
    touch_many(subject, again, 100, 3);
    const auto spans = subject.breaches(2);
    REQUIRE(spans.size() == stories);
    CHECK(spans.front().first == at(0));
    CHECK(spans.back().newest == again);
    CHECK(spans.back().last == again + seconds(10));
    CHECK(spans.back().count == 3);
}

TEST_CASE("distinct_window: a stretch is one story however much longer than a window it lasts")
{
    distinct_window subject{tick(seconds(10))};
    for (int i = 0; i <= 100; ++i)
        subject.insert(at(i), {static_cast<std::uint64_t>(i)});
    const auto spans = subject.breaches(3);
    REQUIRE(spans.size() == 1);
    CHECK(spans[0] == breach_span{at(3), at(107), at(100), 11});
}

TEST_CASE("distinct_window: a stretch begins when the line is crossed, not with its first touch")
{
    distinct_window subject{tick(seconds(100))};
    for (int i = 0; i < 5; ++i)
        subject.insert(at(i), {static_cast<std::uint64_t>(i)});
    const auto spans = subject.breaches(3);
    REQUIRE(spans.size() == 1);
    CHECK(spans[0] == breach_span{at(3), at(101), at(4), 5});
    CHECK(subject.breaches(4).size() == 1);
    CHECK(subject.breaches(5).empty());
}

TEST_CASE("distinct_window: counts equal the definition at every second, in any order of arrival")
{
    for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
        core::random_source random(seed);
        const auto window = seconds(1 + random.below(40));
        const std::int64_t span_s = 1 + static_cast<std::int64_t>(random.below(120));
        distinct_window subject{tick(window)};
        naive_window oracle{tick(window)};
        for (const drawn& touch : draw_touches(random, span_s)) {
            subject.insert(touch.time, touch.object);
            oracle.insert(touch.time, touch.object);
        }
        INFO("seed " << seed);
        REQUIRE(peak_of(subject) == oracle.peak());
        for (std::int64_t s = 0; s <= span_s + 41; ++s) {
            INFO("second " << s);
            REQUIRE(subject.count_at(at(s)) == oracle.count_at(at(s)));
        }
    }
}

TEST_CASE("distinct_window: forgetting the past changes no window that begins after it")
{
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
        core::random_source random(seed);
        const auto window = seconds(1 + random.below(20));
        distinct_window subject{tick(window)};
        naive_window oracle{tick(window)};
        for (const drawn& touch : draw_touches(random, 60)) {
            subject.insert(touch.time, touch.object);
            oracle.insert(touch.time, touch.object);
        }
        const wall_time horizon = at(static_cast<std::int64_t>(random.below(70)));
        subject.forget_before(horizon);
        INFO("seed " << seed);
        subject.for_each([&](wall_time time, object_key) { REQUIRE(time >= horizon); });
        for (wall_time end = horizon + window; end <= at(100); end += seconds(1))
            REQUIRE(subject.count_at(end) == oracle.count_at(end));
    }
}

TEST_CASE("distinct_window: a condensed stretch is bounded and changes no later decision")
{
    std::size_t condensed = 0;
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        core::random_source random(seed);
        const auto window = seconds(5 + random.below(30));
        const auto threshold = static_cast<std::uint32_t>(random.below(6));
        distinct_window subject{tick(window)};
        naive_window oracle{tick(window)};
        const auto add = [&](const drawn& touch) {
            subject.insert(touch.time, touch.object);
            oracle.insert(touch.time, touch.object);
        };
        for (const drawn& touch : draw_touches(random, 60))
            add(touch);
        const auto spans = subject.breaches(threshold);
        if (spans.empty())
            continue;
        const breach_span story = spans.back();
        const std::size_t size_before = subject.size();
        subject.condense(story, threshold + 1);
        condensed += subject.size() < size_before ? 1U : 0U;
        // The story goes on after its newest touch.
        for (const drawn& touch : draw_touches(random, 60))
            add({touch.time + (story.last - at(0)), touch.object});
        INFO("seed " << seed);
        for (wall_time end = story.last; end <= story.last + seconds(100); end += seconds(1)) {
            const std::uint32_t real = oracle.count_at(end);
            INFO("at " << (end - story.last).count() / 10'000'000 << " s: really " << real);
            // Exact up to one above the threshold; beyond, still above.
            REQUIRE((subject.count_at(end) > threshold) == (real > threshold));
            REQUIRE(subject.count_at(end) <= real);
            REQUIRE(subject.count_at(end) >= std::min(real, threshold + 1));
        }
    }
    CHECK(condensed > 500);
}

TEST_CASE("distinct_window: a condensed stretch keeps as many entries as objects are needed")
{
    distinct_window subject{tick(seconds(10))};
    for (std::uint64_t i = 0; i < 500; ++i)
        subject.insert(at(0) + tick(static_cast<std::int64_t>(i)), {i});
    subject.condense(subject.breaches(20).at(0), 21);
    CHECK(subject.size() == 21);
    // The newest are those that the longest-lived windows need.
    std::uint64_t expected = 479;
    subject.for_each([&](wall_time, object_key object) { CHECK(object.value == expected++); });
    CHECK(subject.count_at(at(10)) == 21);
}

TEST_CASE("distinct_window: nothing was touched, nothing is counted")
{
    const distinct_window subject{tick(seconds(10))};
    CHECK(peak_of(subject) == 0);
    CHECK(subject.count_at(at(0)) == 0);
    CHECK(subject.breaches(0).empty());
}

TEST_CASE("distinct_window: of three touches within the window, ends included, the middle one goes")
{
    distinct_window subject{tick(seconds(10))};
    subject.insert(at(0), {7});
    subject.insert(at(5), {7});
    subject.insert(at(10), {7});
    CHECK(subject.size() == 2);
    subject.insert(at(20) + tick(1), {7}); // a tick too far to cover the one at 10
    CHECK(subject.size() == 3);
}

TEST_CASE("distinct_window: a touch is known again among many of the same moment, in any order")
{
    for (const bool ascending : {true, false}) {
        distinct_window subject{tick(seconds(10))};
        constexpr std::uint64_t count = 40;
        for (std::uint64_t i = 0; i < count; ++i)
            REQUIRE(subject.insert(at(0), {ascending ? i : count - 1 - i}));
        for (std::uint64_t i = 0; i < count; ++i)
            REQUIRE_FALSE(subject.insert(at(0), {i}));
        CHECK(subject.size() == count);
        CHECK(peak_of(subject) == count);
    }
}

TEST_CASE("distinct_window: condensing takes in what the stretch's windows saw, ends included")
{
    distinct_window subject{tick(seconds(10))};
    subject.insert(at(0) - tick(1), {9}); // seen by no window of the stretch
    subject.insert(at(0), {1});
    for (std::uint64_t object = 2; object <= 4; ++object)
        subject.insert(at(10), {object});
    subject.insert(at(20), {5});
    subject.insert(at(20) + tick(1), {6}); // after it
    subject.condense({at(10), at(20), at(20), 4}, 2);
    std::vector<std::uint64_t> kept;
    subject.for_each([&](wall_time, object_key object) { kept.push_back(object.value); });
    CHECK(kept == std::vector<std::uint64_t>{9, 4, 5, 6});
}

TEST_CASE("distinct_window: a stretch that is small enough is left as it is")
{
    distinct_window subject{tick(seconds(10))};
    subject.insert(at(0), {7});
    subject.insert(at(8), {7});
    subject.condense({at(0), at(18), at(8), 1}, 2);
    CHECK(subject.size() == 2);
    subject.condense({at(0), at(18), at(8), 1}, 3);
    CHECK(subject.size() == 2);
    subject.condense({at(0), at(18), at(8), 1}, 1);
    CHECK(subject.size() == 1);
    CHECK(subject.count_at(at(8)) == 1);
}

TEST_CASE("distinct_window: after condensing and forgetting every way to count still agrees")
{
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        core::random_source random(seed);
        distinct_window subject{tick(seconds(10))};
        for (int i = 0; i < 60; ++i) {
            const auto time = at(static_cast<std::int64_t>(random.below(30)));
            subject.insert(time, {random.below(12)});
        }
        const auto spans = subject.breaches(3);
        if (!spans.empty())
            subject.condense(spans.back(), 4);
        if (random.below(2) == 0)
            subject.forget_before(at(static_cast<std::int64_t>(random.below(30))));
        INFO("seed " << seed);
        REQUIRE(peak_of(subject) == highest_of(subject));
        for (std::uint32_t threshold = 0; threshold < 13; ++threshold)
            REQUIRE(subject.breaches(threshold).empty() == (peak_of(subject) <= threshold));
    }
}

} // namespace docwarden::test::distinct_window_test
