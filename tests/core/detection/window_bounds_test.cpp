// Where the counters begin and stop to keep things: windows, stretches, users and texts, exactly.

#include "core/base/random.hpp"
#include "core/detection/detector.hpp"
#include "core/detection/distinct_window.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace docwarden::test::window_bounds_test
{

namespace
{

using core::breach;
using core::detector;
using core::distinct_window;
using core::object_key;
using core::tick;
using core::wall_time;
using std::chrono::seconds;
using namespace std::chrono_literals;

detector with_threshold(std::uint32_t threshold)
{
    return detector({make_rule("r", threshold, 10s)});
}

// `count` distinct files at one moment.
void change_at(detector& subject, wall_time time, int count, int first_file = 1)
{
    for (int i = 0; i < count; ++i)
        subject.add(make_event("jane", std::to_string(first_file + i), time));
}

std::size_t highest_of(const distinct_window& subject)
{
    std::uint32_t highest = 0;
    subject.for_each([&](wall_time time, object_key) {
        highest = std::max(highest, subject.count_at(time));
    });
    return highest;
}

} // namespace

TEST_CASE("distinct_window: nothing was touched, nothing is counted")
{
    const distinct_window subject{tick(10s)};
    CHECK(subject.peak() == 0);
    CHECK(subject.count_at(at(0)) == 0);
    CHECK(subject.breaches(0).empty());
}

TEST_CASE("distinct_window: of three touches within the window, ends included, the middle one goes")
{
    distinct_window subject{tick(10s)};
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
        distinct_window subject{tick(10s)};
        constexpr std::uint64_t count = 40;
        for (std::uint64_t i = 0; i < count; ++i)
            REQUIRE(subject.insert(at(0), {ascending ? i : count - 1 - i}));
        for (std::uint64_t i = 0; i < count; ++i)
            REQUIRE_FALSE(subject.insert(at(0), {i}));
        CHECK(subject.size() == count);
        CHECK(subject.peak() == count);
    }
}

TEST_CASE("distinct_window: condensing takes in what the stretch's windows saw, ends included")
{
    distinct_window subject{tick(10s)};
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
    distinct_window subject{tick(10s)};
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
        distinct_window subject{tick(10s)};
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
        REQUIRE(subject.peak() == highest_of(subject));
        for (std::uint32_t threshold = 0; threshold < 13; ++threshold)
            REQUIRE(subject.breaches(threshold).empty() == (subject.peak() <= threshold));
    }
}

TEST_CASE("detector: a user far above the threshold is condensed only from a multiple of it on")
{
    detector subject = with_threshold(4);
    change_at(subject, at(0), 84); // 4 * (threshold + 1) + 64
    CHECK(subject.take_breaches().size() == 1);
    CHECK(subject.entries() == 84);
    change_at(subject, at(0), 85);
    CHECK(subject.take_breaches().size() == 1);
    CHECK(subject.entries() == 5); // one more than the threshold
}

TEST_CASE("detector: after condensing, a stretch that became no higher is not told again")
{
    detector subject = with_threshold(4);
    change_at(subject, at(0), 100);
    REQUIRE(subject.take_breaches().size() == 1);
    change_at(subject, at(0), 1, 500); // the 101st, of which five are left to compare with
    CHECK(subject.take_breaches().empty());
    change_at(subject, at(1), 1, 501);
    CHECK(subject.take_breaches().size() == 1);
}

TEST_CASE("detector: a stretch is told again when only its newest touch is later")
{
    detector subject = with_threshold(1);
    change_at(subject, at(0), 1);
    change_at(subject, at(5), 2, 2);
    REQUIRE(subject.take_breaches().size() == 1);
    change_at(subject, at(8), 1, 2); // no higher, and it ends no later
    const std::vector<breach> again = subject.take_breaches();
    REQUIRE(again.size() == 1);
    CHECK((again[0].span.newest == at(8)));
    CHECK((again[0].span.last == at(15)));
    CHECK_FALSE(again[0].is_new);
}

TEST_CASE(
    "detector: a stretch whose touches are forgotten goes on if the next begins a window later"
)
{
    for (const bool is_later : {false, true}) {
        detector subject = with_threshold(1);
        change_at(subject, at(0), 2); // above the line until 10
        REQUIRE(subject.take_breaches().size() == 1);
        subject.forget_before(at(20)); // whose windows begin at 10
        CHECK(subject.entries() == 0);
        change_at(subject, at(20) + tick(is_later ? 1 : 0), 2, 5);
        const std::vector<breach> found = subject.take_breaches();
        REQUIRE(found.size() == 1);
        CHECK(found[0].is_new == is_later);
    }
}

TEST_CASE("detector: users who crossed are forgotten when their stretches are, and not before")
{
    detector subject = with_threshold(1);
    change_at(subject, at(0), 2);
    REQUIRE(subject.take_breaches().size() == 1);
    subject.forget_before(at(20));
    CHECK(subject.users() == 1);
    subject.forget_before(at(20) + tick(1));
    CHECK(subject.users() == 0);
    CHECK(subject.memory_bytes() == 0);
}

TEST_CASE("detector: each of several rules forgets what its own window no longer needs")
{
    core::rule longer = make_rule("long", 5, 100s);
    detector subject({make_rule("short", 5, 10s), longer});
    change_at(subject, at(0), 3);
    CHECK(subject.entries() == 6);
    CHECK(subject.take_breaches().empty());
    subject.forget_before(at(50));
    CHECK(subject.entries() == 3);
    CHECK(subject.count_at("jane", 1, at(50)) == 3);
    subject.forget_before(at(200));
    CHECK(subject.entries() == 0);
    CHECK(subject.users() == 0);
}

TEST_CASE("detector: a floor is kept for two days after its time, though nothing else is known")
{
    detector subject = with_threshold(1);
    subject.ignore_before("jane", at(0));
    subject.forget_before(at(0) + 48h);
    CHECK(subject.users() == 1);
    CHECK_FALSE(subject.add(make_event("jane", "1", at(0))));
    subject.forget_before(at(0) + 48h + tick(1));
    CHECK(subject.users() == 0);
}

TEST_CASE("detector: what lies a tick after a new floor still counts, and is told as a new story")
{
    detector subject = with_threshold(1);
    change_at(subject, at(0) + tick(1), 2);
    REQUIRE(subject.take_breaches().size() == 1);
    subject.ignore_before("jane", at(0));
    CHECK(subject.count_at("jane", 0, at(1)) == 2);
    const std::vector<breach> found = subject.take_breaches();
    REQUIRE(found.size() == 1);
    CHECK(found[0].is_new);
}

TEST_CASE(
    "detector: of a user who is ignored from now on nothing is left, and nobody may ask in vain"
)
{
    detector subject = with_threshold(1);
    change_at(subject, at(0), 2);
    subject.ignore_user("jane");
    CHECK(subject.entries() == 0);
    CHECK(subject.count_at("jane", 0, at(0)) == 0);
    CHECK(subject.evidence_of("jane", 0, at(0), 10).empty());
    CHECK(subject.take_breaches().empty());
}

TEST_CASE("detector: settled history stays settled under new rules that keep the counts")
{
    detector subject = with_threshold(1);
    subject.forget_before(at(20));
    (void)subject.set_rules({make_rule("r", 1, 10s)});
    change_at(subject, at(10) - tick(1), 2);
    CHECK(subject.entries() == 0);
    change_at(subject, at(10), 1);
    CHECK(subject.entries() == 1);
}

TEST_CASE("detector: after new rules nobody is forgotten before crossings have been asked for")
{
    detector subject = with_threshold(1);
    change_at(subject, at(0), 2);
    (void)subject.take_breaches();
    (void)subject.set_rules({make_rule("other", 1, 20s)});
    subject.forget_before(at(1000));
    CHECK(subject.users() == 1);
    CHECK(subject.take_breaches().empty());
    subject.forget_before(at(1000));
    CHECK(subject.users() == 0);
}

TEST_CASE("detector: memory is reckoned by touch, by user and by text")
{
    detector subject = with_threshold(10);
    CHECK(subject.memory_bytes() == 0);
    change_at(subject, at(0), 3);
    CHECK(subject.memory_bytes() == 3 * 32 + 768);
    subject.add(make_event("joe", "drive-12345", at(0)));
    CHECK(subject.memory_bytes() == 4 * 32 + 2 * 768 + 192 + 2 * 11);
}

TEST_CASE("detector: texts nobody needs go when they are a thousand more than twice those in use")
{
    // The second rule counts other actions: it has no window of these users.
    core::rule other = make_rule("other", 5000, 10s);
    other.actions = {5008};
    detector subject({make_rule("r", 5000, 10s), other});
    const auto add_texts = [&](int first, int count, wall_time time) {
        for (int i = first; i < first + count; ++i)
            subject.add(make_event("jane", "drive-" + std::to_string(100'000 + i), time));
        (void)subject.take_breaches();
    };
    const auto texts = [&] {
        const std::size_t others = subject.entries() * 32 + subject.users() * 768;
        return (subject.memory_bytes() - others) / (192 + 2 * 12);
    };
    add_texts(0, 1014, at(0));
    add_texts(2000, 10, at(100));
    subject.forget_before(at(100));
    CHECK(subject.entries() == 10);
    CHECK(texts() == 1024);
    add_texts(3000, 1, at(100));
    subject.forget_before(at(100));
    CHECK(texts() == 11);
    const auto evidence = subject.evidence_of("jane", 0, at(100), 100);
    REQUIRE(evidence.size() == 11);
    CHECK(evidence.front().object == "drive-102000");
    CHECK(evidence.back().object == "drive-103000");

    // Those in use are few again: twice as many are not waited for.
    add_texts(5000, 1046 - 11, at(105));
    subject.forget_before(at(105));
    CHECK(texts() == 1046); // 2 * 11 + 1024
    add_texts(7000, 1, at(105));
    subject.forget_before(at(112)); // the eleven are no longer needed
    CHECK(texts() == 1036);
}

TEST_CASE("detector: many texts that were in use at once are dropped when nobody needs them")
{
    detector subject = with_threshold(5000);
    for (int i = 0; i < 3000; ++i)
        subject.add(make_event("jane", "drive-" + std::to_string(i), at(0)));
    (void)subject.take_breaches();
    subject.forget_before(at(0));
    CHECK(subject.memory_bytes() > 3000 * 192);
    subject.forget_before(at(100));
    CHECK(subject.memory_bytes() == 0);
}

} // namespace docwarden::test::window_bounds_test
