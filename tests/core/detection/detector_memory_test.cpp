// What the detector forgets, and when: settled history, stretches, users, texts, and the oldest
// touches if there is no room.

#include "core/base/random.hpp"
#include "tests/core/detection/detector_making.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace docwarden::test::detector_memory_test
{

using core::breach;
using core::detector;
using core::tick;
using namespace std::chrono_literals;

TEST_CASE("detector: settled history is forgotten and does not count when it is read again")
{
    detector subject = with_threshold(3);
    change_files(subject, "bob", 3, at(0));
    subject.take_breaches();
    subject.forget_before(at(62));
    CHECK(subject.entries() == 1); // file 3 at second 2 still matters to a window that ends at 62
    subject.forget_before(at(63));
    CHECK(subject.entries() == 0);
    CHECK(subject.users() == 0);
    change_files(subject, "bob", 50, at(-100));
    CHECK(subject.take_breaches().empty());
    CHECK(subject.entries() == 0);
}

TEST_CASE("detector: forgetting what is complete changes no decision about what comes later")
{
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
        core::random_source random(seed);
        const auto threshold = static_cast<std::uint32_t>(random.below(5));
        detector forgetful = with_threshold(threshold);
        detector thorough = with_threshold(threshold);
        std::int64_t complete = 0;
        for (int i = 0; i < 60; ++i) { // too few for a story to be condensed
            // Nothing at or before `complete` is new any more.
            const auto second = complete + 1 + static_cast<std::int64_t>(random.below(90));
            const auto event = make_event("bob", std::to_string(random.below(12)), at(second));
            forgetful.add(event);
            thorough.add(event);
            const auto a = forgetful.take_breaches();
            const auto b = thorough.take_breaches();
            INFO("seed " << seed << ", event " << i);
            const auto has_new = [](const std::vector<breach>& found) {
                return std::any_of(found.begin(), found.end(), [](const breach& what) {
                    return what.is_new;
                });
            };
            // What is forgotten may split an old story, so the new one may be told as new: never
            // the other way round, and never a count that differs.
            REQUIRE((!has_new(b) || has_new(a)));
            const auto here = at(second);
            REQUIRE(forgetful.count_at("bob", 0, here) == thorough.count_at("bob", 0, here));
            if (random.below(10) == 0) {
                complete += static_cast<std::int64_t>(random.below(60));
                forgetful.forget_before(at(complete));
            }
        }
        REQUIRE(forgetful.entries() <= thorough.entries());
    }
}

TEST_CASE("detector: users who crossed are forgotten when their stretches are, and not before")
{
    detector subject = with_threshold(1, 10s);
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
    detector subject = with_threshold(1, 10s);
    subject.ignore_before("jane", at(0));
    subject.forget_before(at(0) + 48h);
    CHECK(subject.users() == 1);
    CHECK_FALSE(subject.add(make_event("jane", "1", at(0))));
    subject.forget_before(at(0) + 48h + tick(1));
    CHECK(subject.users() == 0);
}

TEST_CASE("detector: a user far above the threshold is condensed only from a multiple of it on")
{
    detector subject = with_threshold(4, 10s);
    change_at(subject, at(0), 84); // 4 * (threshold + 1) + 64
    CHECK(subject.take_breaches().size() == 1);
    CHECK(subject.entries() == 84);
    change_at(subject, at(0), 85);
    CHECK(subject.take_breaches().size() == 1);
    CHECK(subject.entries() == 5); // one more than the threshold
}

TEST_CASE("detector: after condensing, a stretch that became no higher is not told again")
{
    detector subject = with_threshold(4, 10s);
    change_at(subject, at(0), 100);
    REQUIRE(subject.take_breaches().size() == 1);
    change_at(subject, at(0), 1, 500); // the 101st, of which five are left to compare with
    CHECK(subject.take_breaches().empty());
    change_at(subject, at(1), 1, 501);
    CHECK(subject.take_breaches().size() == 1);
}

TEST_CASE(
    "detector: of a user who is ignored from now on nothing is left, and nobody may ask in vain"
)
{
    detector subject = with_threshold(1, 10s);
    change_at(subject, at(0), 2);
    subject.ignore_user("jane");
    CHECK(subject.entries() == 0);
    CHECK(subject.count_at("jane", 0, at(0)) == 0);
    CHECK(subject.evidence_of("jane", 0, at(0), 10).empty());
    CHECK(subject.take_breaches().empty());
}

TEST_CASE("detector: settled history stays settled under new rules that keep the counts")
{
    detector subject = with_threshold(1, 10s);
    subject.forget_before(at(20));
    (void)subject.set_rules({make_rule("r", 1, 10s)});
    change_at(subject, at(10) - tick(1), 2);
    CHECK(subject.entries() == 0);
    change_at(subject, at(10), 1);
    CHECK(subject.entries() == 1);
}

TEST_CASE("detector: after new rules nobody is forgotten before crossings have been asked for")
{
    detector subject = with_threshold(1, 10s);
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
    detector subject = with_threshold(10, 10s);
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
    const auto add_texts = [&](int first, int count, core::wall_time time) {
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
    detector subject = with_threshold(5000, 10s);
    for (int i = 0; i < 3000; ++i)
        subject.add(make_event("jane", "drive-" + std::to_string(i), at(0)));
    (void)subject.take_breaches();
    subject.forget_before(at(0));
    CHECK(subject.memory_bytes() > 3000 * 192);
    subject.forget_before(at(100));
    CHECK(subject.memory_bytes() == 0);
}

TEST_CASE("detector: texts of third-party files are dropped with the history they belong to")
{
    detector subject = with_threshold(20);
    for (int i = 0; i < 200'000; ++i) {
        subject.add(
            make_event("user" + std::to_string(i % 100), "drive-" + std::to_string(i), at(i))
        );
        if (i % 1000 == 0) {
            subject.take_breaches();
            subject.forget_before(at(i));
            REQUIRE(subject.entries() <= 1100);
            REQUIRE(subject.users() <= 100);
        }
    }
}

TEST_CASE("detector: room is made by forgetting the oldest touches of all users and no more")
{
    detector subject({make_rule("a", 5000, 1h), make_rule("b", 5000, 2h)});
    for (int i = 0; i < 1600; ++i)
        subject.add(make_event(i % 2 == 0 ? "bob" : "jane", std::to_string(i), at(i)));
    const std::size_t full = subject.memory_bytes();
    subject.make_room(full);
    CHECK(subject.entries() == 3200);
    CHECK_FALSE(subject.lacks_history());

    subject.make_room(full - 1);
    CHECK(subject.lacks_history());
    CHECK(subject.entries() <= 2800); // an eighth
    CHECK(subject.entries() >= 2796);
    CHECK(subject.evidence_of("bob", 0, at(1599), 5000).front().time >= at(200));
    CHECK(subject.evidence_of("jane", 1, at(1599), 5000).back().time == at(1599));
    subject.add(make_event("eve", "1", at(100)));
    CHECK(subject.count_at("eve", 0, at(100)) == 0); // of a time of which the rest is missing
}

TEST_CASE("detector: room is made of texts as well, and of everything if it must be")
{
    detector subject = with_threshold(5000);
    const std::string title(1000, 'x');
    for (int i = 0; i < 100; ++i)
        subject.add(make_event("bob", std::to_string(i), at(i)));
    for (int i = 0; i < 100; ++i)
        subject.add(make_event("bob", title + std::to_string(i), at(100 + i)));
    const std::size_t full = subject.memory_bytes();
    // The numbers are older, and nearly nothing: an eighth of the touches is not an eighth of it.
    subject.make_room(full / 8 * 7);
    CHECK(subject.memory_bytes() <= full / 8 * 7);
    CHECK(subject.memory_bytes() >= full / 4);
    CHECK(subject.evidence_of("bob", 0, at(199), 1).front().time == at(199));
    (void)subject.take_breaches();
    subject.make_room(0);
    CHECK(subject.memory_bytes() == 0);
    subject.make_room(0); // nothing is left to be forgotten
    CHECK(subject.users() == 0);
}

TEST_CASE("detector: of events that are settled no text is kept")
{
    detector subject = with_threshold(10);
    subject.forget_before(at(1000));
    for (int i = 0; i < 100; ++i)
        subject.add(make_event("bob", "drive-" + std::to_string(i), at(0)));
    CHECK(subject.memory_bytes() == 768); // the user's own
}

TEST_CASE("detector: history is missing until no open window reaches back to it")
{
    detector subject({make_rule("short", 10, 60s), make_rule("long", 10, 100s)});
    subject.ignore_before("jane", at(-10));
    change_files(subject, "bob", 8, at(1));
    (void)subject.take_breaches();
    subject.make_room(0);
    CHECK(subject.entries() == 0);
    CHECK(subject.users() == 1); // the floor is no history
    CHECK_FALSE(subject.add(make_event("jane", "1", at(-10))));
    subject.forget_before(at(107));
    CHECK(subject.lacks_history());
    subject.forget_before(at(108) + tick(1));
    CHECK_FALSE(subject.lacks_history());
    // Read again, it counts as far as it is not settled.
    change_files(subject, "bob", 11, at(10));
    CHECK(subject.count_at("bob", 0, at(60)) == 0);
    CHECK(subject.count_at("bob", 1, at(60)) == 11);
    CHECK(subject.take_breaches().size() == 1);
}

} // namespace docwarden::test::detector_memory_test
