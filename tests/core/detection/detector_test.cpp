// What the detector does besides counting (which detector_oracle_test.cpp holds to the definition):
// what is ignored, new rules, users who are not counted, evidence, order. What it forgets is in
// detector_memory_test.cpp.

#include "core/base/random.hpp"
#include "core/detection/detector.hpp"
#include "tests/core/detection/changing_files.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace docwarden::test::detector_test
{

using core::breach;
using core::detector;
using core::tick;
using namespace std::chrono_literals;

namespace
{

using strings = std::vector<std::string>;

strings users_of(const std::vector<breach>& found)
{
    strings users;
    for (const breach& breach : found)
        users.push_back(breach.user);
    return users;
}

} // namespace

TEST_CASE("detector: a crossing is told once, again only when it grows, and then as no new one")
{
    detector subject = with_threshold(3);
    change_files(subject, "bob", 4, at(0));
    auto found = subject.take_breaches();
    REQUIRE(found.size() == 1);
    CHECK(found[0].is_new);
    CHECK(found[0].span == core::breach_span{at(3), at(60), at(3), 4});
    CHECK(subject.take_breaches().empty());
    CHECK(subject.add(make_event("bob", "1", at(0)))); // a repetition
    CHECK(subject.take_breaches().empty());
    subject.add(make_event("bob", "5", at(10)));
    found = subject.take_breaches();
    REQUIRE(found.size() == 1);
    CHECK_FALSE(found[0].is_new);
    CHECK(found[0].span.count == 5);
    // More than a window after the end: another story.
    change_files(subject, "bob", 4, at(1000), 100);
    found = subject.take_breaches();
    REQUIRE(found.size() == 1);
    CHECK(found[0].is_new);
}

TEST_CASE("detector: a stretch is told again when only its newest touch is later")
{
    detector subject = with_threshold(1, 10s);
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
        detector subject = with_threshold(1, 10s);
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

TEST_CASE("detector: what lies a tick after what is ignored still counts, as a new story")
{
    detector subject = with_threshold(1, 10s);
    change_at(subject, at(0) + tick(1), 2);
    REQUIRE(subject.take_breaches().size() == 1);
    subject.ignore_before("jane", at(0));
    CHECK(subject.count_at("jane", 0, at(1)) == 2);
    const std::vector<breach> found = subject.take_breaches();
    REQUIRE(found.size() == 1);
    CHECK(found[0].is_new);
}

TEST_CASE("detector: what is not watched or not done to an object does not count")
{
    detector subject = with_threshold(0);
    CHECK_FALSE(subject.add(make_event("bob", "1", at(0), 5064)));
    CHECK_FALSE(subject.add(make_event("bob", "", at(0))));
    CHECK(subject.take_breaches().empty());
    CHECK(subject.users() == 0);
    CHECK(subject.add(make_event("bob", "1", at(0), 5018)));
    CHECK(subject.take_breaches().size() == 1);
}

TEST_CASE("detector: pseudo users and the daemon's own account are never counted")
{
    detector subject = with_threshold(0);
    CHECK_FALSE(subject.add(make_event("a37ee56e-3302-4a7b-b67e-ddbea64cd032", "1", at(0))));
    CHECK_FALSE(subject.add(make_event("00000000-0000-0000-0000-000000000000", "1", at(0))));
    CHECK(subject.add(make_event("self", "1", at(0))));
    subject.ignore_user("self"); // known only later: what was counted is forgotten
    CHECK(subject.entries() == 0);
    CHECK(subject.count_at("self", 0, at(0)) == 0);
    CHECK(subject.evidence_of("self", 0, at(0), 10).empty());
    CHECK(subject.take_breaches().empty());
    CHECK_FALSE(subject.add(make_event("self", "2", at(0))));
    CHECK(subject.add(make_event("bob", "2", at(0))));
}

TEST_CASE("detector: each rule counts its own actions, and each is told with its index")
{
    core::rule deletes = make_rule("deletes", 1, 10s);
    deletes.actions = {5018};
    detector subject(core::share({make_rule("all", 3, 60s), deletes}));
    change_files(subject, "bob", 3, at(0));
    CHECK(subject.take_breaches().empty());
    subject.add(make_event("bob", "1", at(3), 5018));
    CHECK(subject.take_breaches().empty());
    subject.add(make_event("bob", "4", at(4), 5018));
    const auto found = subject.take_breaches();
    REQUIRE(found.size() == 2);
    CHECK(found[0].rule == 0);
    CHECK(found[0].span.count == 4);
    CHECK(found[1].rule == 1);
    CHECK(found[1].span.count == 2);
}

TEST_CASE("detector: crossings are told in the order in which their users appeared")
{
    detector subject = with_threshold(0);
    for (const std::string user : {"zoe", "adam", "mike"})
        subject.add(make_event(user, "1", at(0)));
    CHECK(users_of(subject.take_breaches()) == strings{"zoe", "adam", "mike"});
}

TEST_CASE("detector: after new rules, crossings are told in the order of the users' ids")
{
    detector subject = with_threshold(1);
    for (const std::string user : {"zoe", "adam", "mike", "bob", "eve"})
        subject.add(make_event(user, "1", at(0)));
    subject.set_rules(core::share({make_rule("r", 0, 60s)}));
    CHECK(users_of(subject.take_breaches()) == strings{"adam", "bob", "eve", "mike", "zoe"});
}

TEST_CASE("detector: what is ignored never counts, and what follows is a new story")
{
    detector subject = with_threshold(3);
    change_files(subject, "bob", 4, at(0));
    REQUIRE(subject.take_breaches().size() == 1);
    subject.ignore_before("bob", at(3));
    CHECK(subject.entries() == 0);
    CHECK(subject.take_breaches().empty());
    CHECK_FALSE(subject.add(make_event("bob", "9", at(3))));
    CHECK(subject.add(make_event("bob", "9", at(3) + core::tick(1))));
    subject.ignore_before("bob", at(1)); // it never goes back
    CHECK_FALSE(subject.add(make_event("bob", "10", at(3))));
    change_files(subject, "bob", 4, at(4), 20);
    const auto found = subject.take_breaches();
    REQUIRE(found.size() == 1);
    CHECK(found[0].is_new);
    CHECK(subject.add(make_event("carol", "1", at(0)))); // it is one user's
}

TEST_CASE("detector: what is ignored of a user who was never seen stays so under new rules")
{
    detector subject = with_threshold(0);
    subject.ignore_before("bob", at(10));
    CHECK_FALSE(subject.add(make_event("bob", "1", at(10))));
    subject.set_rules(core::share({make_rule("other", 0, 30s)}));
    CHECK_FALSE(subject.add(make_event("bob", "1", at(10))));
    subject.forget_before(at(100));
    CHECK_FALSE(subject.add(make_event("bob", "1", at(9))));
    CHECK(subject.add(make_event("bob", "1", at(101))));
}

TEST_CASE("detector: a rule keeps its counts if window and actions stay, and starts empty if not")
{
    detector subject(core::share({make_rule("kept", 9, 60s), make_rule("other", 9, 60s)}));
    change_files(subject, "bob", 5, at(0));
    core::rule wider = make_rule("other", 9, 120s);
    CHECK(subject.set_rules(core::share({wider, make_rule("kept", 9, 60s)})));
    CHECK(subject.count_at("bob", 0, at(10)) == 0);
    CHECK(subject.count_at("bob", 1, at(10)) == 5);
    CHECK(subject.entries() == 5);
    CHECK_FALSE(subject.set_rules(core::share({make_rule("kept", 9, 60s)})));
    CHECK(subject.count_at("bob", 0, at(10)) == 5);
    CHECK(subject.entries() == 5);
    core::rule fewer = make_rule("kept", 9, 60s);
    fewer.actions = {5018};
    CHECK(subject.set_rules(core::share({fewer})));
    CHECK(subject.entries() == 0);
    CHECK(subject.set_rules(core::share({make_rule("kept", 9, 60s)})));
    CHECK_FALSE(subject.set_rules(core::share({})));
    CHECK_FALSE(subject.add(make_event("bob", "1", at(0))));
}

TEST_CASE("detector: a raised threshold asks for the history, because some may have been condensed")
{
    detector subject = with_threshold(3);
    CHECK(subject.set_rules(core::share({make_rule("r", 4, 60s)})));
    CHECK_FALSE(subject.set_rules(core::share({make_rule("r", 4, 60s)})));
    CHECK_FALSE(subject.set_rules(core::share({make_rule("r", 2, 60s)})));
}

TEST_CASE("detector: with new thresholds it says what one made with them would have said")
{
    std::size_t crossings = 0;
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        core::random_source random(seed);
        const auto before = static_cast<std::uint32_t>(random.below(10));
        const auto after = static_cast<std::uint32_t>(random.below(10));
        detector changed = with_threshold(before);
        detector fresh = with_threshold(after);
        const auto add = [&](int count) {
            for (int i = 0; i < count; ++i) {
                const auto event = make_event(
                    "user" + std::to_string(random.below(3)),
                    std::to_string(random.below(15)),
                    at(static_cast<std::int64_t>(random.below(120)))
                );
                changed.add(event);
                fresh.add(event);
            }
        };
        // By user: the highest count told. What was told before the change is told.
        std::map<std::string, std::uint32_t> highest;
        std::map<std::string, std::uint32_t> expected;
        const auto take = [&](detector& subject, std::map<std::string, std::uint32_t>& into) {
            for (const breach& breach : subject.take_breaches())
                into[breach.user] = std::max(into[breach.user], breach.span.count);
        };
        add(30);
        take(changed, highest);
        changed.set_rules(core::share({make_rule("r", after, 60s)}));
        add(30);
        take(changed, highest);
        take(fresh, expected);
        std::erase_if(highest, [&](const auto& entry) { return entry.second <= after; });
        INFO("seed " << seed << ": threshold " << before << ", then " << after);
        REQUIRE(highest == expected);
        REQUIRE(changed.entries() == fresh.entries());
        crossings += expected.size();
    }
    CHECK(crossings > 500);
}

TEST_CASE("detector: the evidence is the newest touches of the window, oldest first")
{
    detector subject = with_threshold(3);
    change_files(subject, "bob", 70, at(0));
    subject.add(make_event("bob", "drive-7", at(70)));
    const auto all = subject.evidence_of("bob", 0, at(70), 1000);
    REQUIRE(all.size() == 61);
    CHECK((all.front().time == at(10)));
    CHECK(all.front().object == "11");
    CHECK(all.back() == core::evidence{at(70), core::object_kind::file, "drive-7"});
    const auto few = subject.evidence_of("bob", 0, at(70), 3);
    REQUIRE(few.size() == 3);
    CHECK(few.front().object == "69");
    CHECK(few.back().object == "drive-7");
    CHECK(subject.evidence_of("bob", 0, at(5), 1000).size() == 6);
    CHECK(subject.evidence_of("nobody", 0, at(5), 1000).empty());
    CHECK(subject.count_at("nobody", 0, at(5)) == 0);
}

TEST_CASE("detector: the newest name that was seen is the one that is told")
{
    detector subject = with_threshold(1);
    core::audit_event event = make_event("bob", "1", at(0));
    event.user_name = "Bob";
    subject.add(event);
    event = make_event("bob", "2", at(1));
    event.user_name = "Robert";
    subject.add(event);
    event = make_event("bob", "3", at(2)); // without a name
    subject.add(event);
    const auto found = subject.take_breaches();
    REQUIRE(found.size() == 1);
    CHECK(found[0].user_name == "Robert");
}

// ---- what it forgets, and when
// -------------------------------------------------------------------

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
                return std::any_of(found.begin(), found.end(), [](const breach& breach) {
                    return breach.is_new;
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
    detector subject(core::share({make_rule("short", 5, 10s), longer}));
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

TEST_CASE("detector: what is ignored is known for two days, though nothing else is")
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

TEST_CASE("detector: after condensing, a stretch that may have become higher is told once more, as "
          "the least there was")
{
    detector subject = with_threshold(4, 10s);
    change_at(subject, at(0), 100);
    const auto exact = subject.take_breaches();
    REQUIRE(exact.size() == 1);
    CHECK(exact[0].span.count == 100);
    CHECK_FALSE(exact[0].span.is_least);
    change_at(subject, at(0), 1, 500); // the 101st, of which five are left to compare with
    const auto bounded = subject.take_breaches();
    REQUIRE(bounded.size() == 1);
    CHECK_FALSE(bounded[0].is_new);
    CHECK(bounded[0].span.is_least);
    change_at(subject, at(0), 1, 501);
    CHECK(subject.take_breaches().empty());
    change_at(subject, at(1), 1, 502);
    CHECK(subject.take_breaches().size() == 1);
}

TEST_CASE("detector: settled history stays settled under new rules that keep the counts")
{
    detector subject = with_threshold(1, 10s);
    subject.forget_before(at(20));
    (void)subject.set_rules(core::share({make_rule("r", 1, 10s)}));
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
    (void)subject.set_rules(core::share({make_rule("other", 1, 20s)}));
    subject.forget_before(at(1000));
    CHECK(subject.users() == 1);
    CHECK(subject.take_breaches().empty());
    subject.forget_before(at(1000));
    CHECK(subject.users() == 0);
}

} // namespace docwarden::test::detector_test
