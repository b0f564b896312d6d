// What the detector keeps in memory, how it makes room, and what it says of counts that lack
// something because of that.

#include "core/detection/detector.hpp"
#include "tests/core/detection/changing_files.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <string>

namespace docwarden::test::detector_memory_test
{

using core::detector;
using core::tick;
using namespace std::chrono_literals;

namespace
{

constexpr std::size_t around_text = core::object_pool::surroundings_bytes;

} // namespace

TEST_CASE("detector: memory is reckoned by touch, by user and by text")
{
    detector subject = with_threshold(10, 10s);
    CHECK(subject.memory_bytes() == 0);
    change_at(subject, at(0), 3);
    CHECK(subject.memory_bytes() == 3 * detector::entry_bytes + detector::user_bytes);
    subject.add(make_event("joe", "drive-12345", at(0)));
    const std::size_t touches = 4 * detector::entry_bytes;
    CHECK(subject.memory_bytes() == touches + 2 * detector::user_bytes + around_text + 2 * 11);
}

TEST_CASE("detector: texts nobody needs go when they are a thousand more than twice those in use")
{
    // The second rule counts other actions: it has no window of these users.
    core::rule other = make_rule("other", 5000, 10s);
    other.actions = {5008};
    detector subject(core::share({make_rule("r", 5000, 10s), other}));
    const auto add_texts = [&](int first, int count, core::wall_time time) {
        for (int i = first; i < first + count; ++i)
            subject.add(make_event("jane", "drive-" + std::to_string(100'000 + i), time));
        (void)subject.take_breaches();
    };
    const auto texts = [&] {
        const std::size_t touches = subject.entries() * detector::entry_bytes;
        return (subject.memory_bytes() - touches - detector::user_bytes) / (around_text + 2 * 12);
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
    CHECK(subject.memory_bytes() > 3000 * around_text);
    subject.forget_before(at(100));
    CHECK(subject.memory_bytes() == 0);
}

TEST_CASE("detector: room is made by forgetting the oldest touches of all users and no more")
{
    detector subject(core::share({make_rule("a", 5000, 1h), make_rule("b", 5000, 2h)}));
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

TEST_CASE("detector: a count of windows that had to make room is the least there was")
{
    detector subject = with_threshold(4, 1h);
    change_at(subject, at(0), 20);
    change_at(subject, at(100), 20, 100);
    subject.make_room(subject.memory_bytes() * 3 / 4);
    REQUIRE(subject.lacks_history());
    const auto bounded = subject.take_breaches();
    REQUIRE(bounded.size() == 1);
    CHECK(bounded[0].span.count < 40);
    CHECK(bounded[0].span.is_least);
    // Windows that begin after what was given up hold everything.
    change_at(subject, at(100) + 2h + tick(1), 6, 200);
    const auto later = subject.take_breaches();
    REQUIRE(later.size() == 1);
    CHECK(later[0].is_new);
    CHECK(later[0].span.count == 6);
    CHECK_FALSE(later[0].span.is_least);
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
    CHECK(subject.memory_bytes() == detector::user_bytes); // the user's own
}

TEST_CASE("detector: history is missing until no open window reaches back to it")
{
    detector subject(core::share({make_rule("short", 10, 60s), make_rule("long", 10, 100s)}));
    subject.ignore_before("jane", at(-10));
    change_files(subject, "bob", 8, at(1));
    (void)subject.take_breaches();
    subject.make_room(0);
    CHECK(subject.entries() == 0);
    CHECK(subject.users() == 1); // what is ignored is no history
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
