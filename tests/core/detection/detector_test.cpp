// What the detector does besides counting (which detector_oracle_test.cpp holds to the definition):
// floors, new rules, users who are not counted, evidence, order.

#include "core/base/random.hpp"
#include "tests/core/detection/detector_making.hpp"
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

std::vector<std::string> users_of(const std::vector<breach>& found)
{
    std::vector<std::string> users;
    for (const breach& what : found)
        users.push_back(what.user);
    return users;
}

using strings = std::vector<std::string>;

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

TEST_CASE("detector: what lies a tick after a new floor still counts, and is told as a new story")
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
    CHECK(subject.take_breaches().empty());
    CHECK_FALSE(subject.add(make_event("self", "2", at(0))));
    CHECK(subject.add(make_event("bob", "2", at(0))));
}

TEST_CASE("detector: file 7 and folder 7 are two objects, \"7\" and \"007\" are two files")
{
    detector subject = with_threshold(2);
    subject.add(make_event("bob", "7", at(0)));
    core::audit_event folder = make_event("bob", "7", at(0));
    folder.kind = core::object_kind::folder;
    subject.add(folder);
    CHECK(subject.take_breaches().empty());
    subject.add(make_event("bob", "007", at(0)));
    CHECK(subject.take_breaches().size() == 1);
}

TEST_CASE("detector: each rule counts its own actions, and each is told with its index")
{
    core::rule deletes = make_rule("deletes", 1, 10s);
    deletes.actions = {5018};
    detector subject({make_rule("all", 3, 60s), deletes});
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
    subject.set_rules({make_rule("r", 0, 60s)});
    CHECK(users_of(subject.take_breaches()) == strings{"adam", "bob", "eve", "mike", "zoe"});
}

TEST_CASE("detector: nothing up to a floor counts, now or later, and what follows is a new story")
{
    detector subject = with_threshold(3);
    change_files(subject, "bob", 4, at(0));
    REQUIRE(subject.take_breaches().size() == 1);
    subject.ignore_before("bob", at(3));
    CHECK(subject.entries() == 0);
    CHECK(subject.take_breaches().empty());
    CHECK_FALSE(subject.add(make_event("bob", "9", at(3))));
    CHECK(subject.add(make_event("bob", "9", at(3) + core::tick(1))));
    subject.ignore_before("bob", at(1)); // a floor never sinks
    CHECK_FALSE(subject.add(make_event("bob", "10", at(3))));
    change_files(subject, "bob", 4, at(4), 20);
    const auto found = subject.take_breaches();
    REQUIRE(found.size() == 1);
    CHECK(found[0].is_new);
    CHECK(subject.add(make_event("carol", "1", at(0)))); // a floor is one user's
}

TEST_CASE("detector: a floor for a user who was never seen holds as well, also under new rules")
{
    detector subject = with_threshold(0);
    subject.ignore_before("bob", at(10));
    CHECK_FALSE(subject.add(make_event("bob", "1", at(10))));
    subject.set_rules({make_rule("other", 0, 30s)});
    CHECK_FALSE(subject.add(make_event("bob", "1", at(10))));
    subject.forget_before(at(100));
    CHECK_FALSE(subject.add(make_event("bob", "1", at(9))));
    CHECK(subject.add(make_event("bob", "1", at(101))));
}

TEST_CASE("detector: a rule keeps its counts if window and actions stay, and starts empty if not")
{
    detector subject({make_rule("kept", 9, 60s), make_rule("other", 9, 60s)});
    change_files(subject, "bob", 5, at(0));
    core::rule wider = make_rule("other", 9, 120s);
    CHECK(subject.set_rules({wider, make_rule("kept", 9, 60s)}));
    CHECK(subject.count_at("bob", 0, at(10)) == 0);
    CHECK(subject.count_at("bob", 1, at(10)) == 5);
    CHECK(subject.entries() == 5);
    CHECK_FALSE(subject.set_rules({make_rule("kept", 9, 60s)}));
    CHECK(subject.count_at("bob", 0, at(10)) == 5);
    CHECK(subject.entries() == 5);
    core::rule fewer = make_rule("kept", 9, 60s);
    fewer.actions = {5018};
    CHECK(subject.set_rules({fewer}));
    CHECK(subject.entries() == 0);
    CHECK(subject.set_rules({make_rule("kept", 9, 60s)}));
    CHECK_FALSE(subject.set_rules({}));
    CHECK_FALSE(subject.add(make_event("bob", "1", at(0))));
}

TEST_CASE("detector: a raised threshold asks for the history, because some may have been condensed")
{
    detector subject = with_threshold(3);
    CHECK(subject.set_rules({make_rule("r", 4, 60s)}));
    CHECK_FALSE(subject.set_rules({make_rule("r", 4, 60s)}));
    CHECK_FALSE(subject.set_rules({make_rule("r", 2, 60s)}));
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
        std::map<std::string, std::uint32_t> told;
        std::map<std::string, std::uint32_t> expected;
        const auto take = [&](detector& subject, std::map<std::string, std::uint32_t>& into) {
            for (const breach& what : subject.take_breaches())
                into[what.user] = std::max(into[what.user], what.span.count);
        };
        add(30);
        take(changed, told);
        changed.set_rules({make_rule("r", after, 60s)});
        add(30);
        take(changed, told);
        take(fresh, expected);
        std::erase_if(told, [&](const auto& entry) { return entry.second <= after; });
        INFO("seed " << seed << ": threshold " << before << ", then " << after);
        REQUIRE(told == expected);
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

} // namespace docwarden::test::detector_test
