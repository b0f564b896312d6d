// The small parts that limit, remember and count: pauses, the disable_budget, the portal's clock,
// rows seen, reports said, conditions, chance, names of incidents, keys of objects.

#include "core/base/backoff.hpp"
#include "core/base/random.hpp"
#include "core/containment/disable_budget.hpp"
#include "core/containment/incident.hpp"
#include "core/detection/object_key.hpp"
#include "core/reading/portal_clock.hpp"
#include "core/reading/seen_ids.hpp"
#include "core/report/conditions.hpp"
#include "core/report/report_limiter.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>

namespace docwarden::test::small_parts_test
{

using core::concern;
using core::milliseconds;
using core::priority;
using core::random_source;
using core::report_kind;
using namespace std::chrono_literals;

TEST_CASE("random: the same seed gives the same numbers, neighbouring seeds other ones")
{
    random_source a(7);
    random_source b(7);
    random_source c(8);
    std::set<std::uint64_t> of_a;
    for (int i = 0; i < 1000; ++i) {
        const std::uint64_t number = a.next();
        REQUIRE(number == b.next());
        of_a.insert(number);
    }
    CHECK(of_a.size() == 1000);
    for (int i = 0; i < 1000; ++i)
        CHECK(of_a.count(c.next()) == 0);
}

TEST_CASE("random: below stays below, reaches every number, and takes no bound for zero")
{
    random_source random(1);
    std::map<std::uint64_t, int> hits;
    for (int i = 0; i < 10'000; ++i)
        ++hits[random.below(10)];
    CHECK(hits.size() == 10);
    CHECK(hits.rbegin()->first == 9);
    for (const auto& [number, count] : hits) {
        INFO(number << " came " << count << " times of 10,000");
        CHECK(count > 800);
        CHECK(count < 1200);
    }
    CHECK(random.below(0) == 0);
    CHECK(random.below(1) == 0);
}

TEST_CASE("backoff: between half and all of a pause that doubles from a second up to the cap")
{
    random_source random(1);
    for (const milliseconds cap : {1000ms, 5000ms, 20'000ms, 60'000ms, 900'000ms}) {
        for (unsigned failures = 0; failures < 100; ++failures) {
            const unsigned doublings = failures == 0 ? 0 : std::min(failures - 1, 20U);
            const milliseconds full = std::min(milliseconds(1000LL << doublings), cap);
            milliseconds least = full;
            milliseconds most(0);
            for (int i = 0; i < 200; ++i) {
                const milliseconds pause = core::backoff_pause(failures, cap, random);
                least = std::min(least, pause);
                most = std::max(most, pause);
            }
            INFO(failures << " failures, cap " << cap.count() << " ms");
            REQUIRE(least >= full / 2);
            REQUIRE(most <= full);
            // It really spreads.
            REQUIRE(most - least >= full / 3);
        }
    }
    CHECK(core::backoff_pause(std::numeric_limits<unsigned>::max(), 20s, random) <= 20s);
}

TEST_CASE("backoff: the jitter of a seed is the same in every run")
{
    random_source a(5);
    random_source b(5);
    for (unsigned i = 1; i < 50; ++i)
        CHECK(core::backoff_pause(i, 20s, a) == core::backoff_pause(i, 20s, b));
}

TEST_CASE("disable_budget: so many within the window, a sliding one, and not one more")
{
    core::disable_budget subject(2, 10min);
    CHECK(subject.take("u1", mono_at(0s)));
    CHECK(subject.take("u2", mono_at(5min)));
    CHECK_FALSE(subject.take("u3", mono_at(9min)));
    CHECK_FALSE(subject.take("u4", mono_at(10min - 1ms)));
    CHECK(subject.take("u5", mono_at(10min)));
    CHECK_FALSE(subject.take("u6", mono_at(14min)));
    CHECK(subject.take("u7", mono_at(15min)));
}

TEST_CASE(
    "disable_budget: who is asked for again keeps the place, and fills it for a whole window again"
)
{
    core::disable_budget subject(1, 10min);
    CHECK(subject.take("bob", mono_at(0s)));
    CHECK(subject.take("bob", mono_at(9min)));
    CHECK_FALSE(subject.take("eve", mono_at(18min)));
    CHECK(subject.take("eve", mono_at(19min)));
    CHECK_FALSE(subject.take("bob", mono_at(20min)));
}

TEST_CASE("disable_budget: a limit lowered below what is taken stops repeated requests, too")
{
    core::disable_budget subject(2, 10min);
    CHECK(subject.take("bob", mono_at(0s)));
    subject.configure(0, 10min);
    CHECK_FALSE(subject.take("bob", mono_at(1min)));
    subject.configure(1, 10min);
    CHECK(subject.take("bob", mono_at(2min)));
}

TEST_CASE("disable_budget: a refused take uses up nothing; zero lets nobody through")
{
    core::disable_budget subject(1, 10min);
    CHECK(subject.take("u8", mono_at(0s)));
    for (int i = 0; i < 100; ++i)
        CHECK_FALSE(subject.take("u9", mono_at(5min)));
    CHECK(subject.take("u10", mono_at(10min)));
    core::disable_budget closed(0, 10min);
    CHECK_FALSE(closed.take("u11", mono_at(0s)));
}

TEST_CASE("disable_budget: what was taken counts against a new limit")
{
    core::disable_budget subject(2, 10min);
    CHECK(subject.take("u12", mono_at(0s)));
    CHECK(subject.take("u13", mono_at(1s)));
    subject.configure(3, 10min);
    CHECK(subject.take("u14", mono_at(2s)));
    CHECK_FALSE(subject.take("u15", mono_at(3s)));
    subject.configure(1, 10min);
    CHECK_FALSE(subject.take("u16", mono_at(10min)));
    subject.configure(3, 1s);
    CHECK(subject.take("u17", mono_at(10min)));
}

TEST_CASE("portal clock: until the portal has told its time, this host's is taken")
{
    core::portal_clock clock;
    CHECK_FALSE(clock.is_known());
    CHECK((clock.now({at(5), mono_at(0s)}) == at(5)));
}

TEST_CASE("portal clock: the portal's time goes on with the steady clock, whatever this host's does"
)
{
    core::portal_clock clock;
    REQUIRE(clock.observe(at(100), {at(0), mono_at(10s)}));
    CHECK(clock.is_known());
    CHECK((clock.now({at(0), mono_at(10s)}) == at(100)));
    CHECK((clock.now({at(-99'999), mono_at(70s)}) == at(160)));
    CHECK((clock.skew({at(60), mono_at(70s)}) == core::tick(-100s)));
}

TEST_CASE("portal clock: a date more than a day away is not believed and moves nothing")
{
    core::portal_clock clock;
    REQUIRE(clock.observe(at(10), {at(0), mono_at(0s)}));
    const core::tick step(1);
    CHECK_FALSE(clock.observe(at(0) + 24h + step, {at(0), mono_at(0s)}));
    CHECK_FALSE(clock.observe(at(0) - 24h - step, {at(0), mono_at(0s)}));
    CHECK((clock.now({at(0), mono_at(0s)}) == at(10)));
    CHECK(clock.observe(at(0) + 24h, {at(0), mono_at(0s)}));
    CHECK(clock.observe(at(0) - 24h, {at(0), mono_at(0s)}));
}

TEST_CASE("seen ids: a row is new once, and its date is part of what it is")
{
    core::seen_ids seen(100);
    CHECK(seen.insert(1, at(0)));
    CHECK_FALSE(seen.insert(1, at(0)));
    CHECK(seen.insert(1, at(1))); // a portal restored from a backup gives ids out again
    CHECK(seen.insert(2, at(0)));
    CHECK_FALSE(seen.insert(1, at(1)));
    seen.clear();
    CHECK(seen.size() == 0);
    CHECK(seen.insert(1, at(0)));
}

TEST_CASE("seen ids: a row can be looked up by its id and date, as long as it is remembered")
{
    core::seen_ids seen(4);
    CHECK_FALSE(seen.contains(1, at(0)));
    seen.insert(1, at(0));
    CHECK(seen.contains(1, at(0)));
    CHECK_FALSE(seen.contains(1, at(1)));
    CHECK_FALSE(seen.contains(2, at(0)));
    for (int id = 2; id <= 3; ++id)
        seen.insert(id, at(0));
    CHECK(seen.contains(1, at(0))); // among the older ones
    CHECK(seen.contains(3, at(0)));
    for (int id = 4; id <= 7; ++id)
        seen.insert(id, at(0));
    CHECK_FALSE(seen.contains(1, at(0)));
}

TEST_CASE("seen ids: the memory is bounded, and at least the newest half is remembered")
{
    constexpr std::int64_t rows_max = 1000;
    core::seen_ids seen(rows_max);
    for (std::int64_t id = 1; id <= 20 * rows_max; ++id) {
        REQUIRE(seen.insert(id, at(id)));
        REQUIRE(seen.size() <= rows_max);
        // One that must still be known; looking it up makes it young again.
        if (id > rows_max / 2 && id % 97 == 0)
            REQUIRE_FALSE(seen.insert(id - rows_max / 2 + 10, at(id - rows_max / 2 + 10)));
    }
}

TEST_CASE("report limiter: the same fault is said once, and twenty faults a minute")
{
    core::report_limiter limiter;
    CHECK(limiter.allow("id 7: no date", mono_at(0s)));
    CHECK_FALSE(limiter.allow("id 7: no date", mono_at(0s)));
    CHECK_FALSE(limiter.allow("id 7: no date", mono_at(1h)));
    std::size_t said = 0;
    for (int i = 0; i < 100; ++i)
        said += limiter.allow("row " + std::to_string(i), mono_at(2h + 1s)) ? 1U : 0U;
    CHECK(said == core::report_limiter::per_minute_max);
    CHECK(limiter.take_suppressed(mono_at(2h + 59s)) == 0);
    CHECK(limiter.take_suppressed(mono_at(2h + 2min)) == 80);
    CHECK(limiter.take_suppressed(mono_at(2h + 2min)) == 0);
    CHECK(limiter.allow("another", mono_at(2h + 3min)));
}

TEST_CASE("report limiter: it remembers a bounded number of faults")
{
    core::report_limiter limiter;
    for (std::size_t i = 0; i < core::report_limiter::remembered_max; ++i)
        (void)limiter.allow(std::to_string(i), mono_at(0s));
    CHECK(limiter.allow("0", mono_at(1h))); // forgotten meanwhile, and so said once more
}

TEST_CASE("conditions: said once when it begins, once when it changes, once when it is over")
{
    core::conditions all;
    CHECK_FALSE(all.clear(concern::reading, mono_at(0s)).has_value());
    const auto begun =
        all.raise(concern::reading, "broken", "It fails", mono_at(10s), priority::error);
    REQUIRE(begun.has_value());
    CHECK((begun->kind == report_kind::degraded));
    CHECK((begun->level == priority::error));
    CHECK(begun->message == "It fails");
    CHECK(begun->field("CONCERN") == "reading");
    CHECK(begun->field("REASON") == "broken");
    CHECK_FALSE(all.raise(concern::reading, "broken", "Other words", mono_at(20s), priority::error)
                    .has_value());
    const auto changed =
        all.raise(concern::reading, "unpaid", "Pay", mono_at(30s), priority::critical);
    REQUIRE(changed.has_value());
    CHECK((changed->level == priority::critical));
    const auto over = all.clear(concern::reading, mono_at(100s));
    REQUIRE(over.has_value());
    CHECK((over->kind == report_kind::recovered));
    CHECK(over->message == "Recovered after 1m 30s: Pay"); // since it began at all
    CHECK(over->field("LASTED") == "1m 30s");
    CHECK_FALSE(all.clear(concern::reading, mono_at(101s)).has_value());
    CHECK(all.list().empty());
}

TEST_CASE("conditions: listed in the order of their concerns, whatever came first")
{
    core::conditions all;
    for (const concern what : {concern::memory, concern::plan, concern::reading, concern::gap})
        CHECK(all.raise(what, "code", "text", mono_at(0s), priority::error).has_value());
    std::vector<std::string> names;
    for (const core::condition& one : all.list())
        names.emplace_back(core::to_string(one.what));
    CHECK(names == std::vector<std::string>{"reading", "plan", "gap", "memory"});
    CHECK(all.has(concern::plan));
    CHECK_FALSE(all.has(concern::clock));
}

TEST_CASE("incident id: the same crossing has the same twelve digits, any other has others")
{
    const std::string id = core::incident_id("p", "u", "r", at(0));
    CHECK(id == core::incident_id("p", "u", "r", at(0)));
    CHECK(id.size() == 12);
    CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(id != core::incident_id("q", "u", "r", at(0)));
    CHECK(id != core::incident_id("p", "v", "r", at(0)));
    CHECK(id != core::incident_id("p", "u", "s", at(0)));
    CHECK(id != core::incident_id("p", "u", "r", at(0) + core::tick(1)));
    // Parts do not run into each other.
    CHECK(core::incident_id("pu", "", "r", at(0)) != core::incident_id("p", "u", "r", at(0)));
    std::set<std::string> ids;
    for (int i = 0; i < 20'000; ++i)
        ids.insert(core::incident_id("p", "u" + std::to_string(i % 100), "r", at(i / 100)));
    CHECK(ids.size() == 20'000);
}

TEST_CASE("object keys: kind and id, exactly, and back")
{
    using core::object_kind;
    core::object_pool pool;
    const std::string long_number(30, '9');
    std::map<std::uint64_t, std::string> known;
    for (const object_kind kind : {object_kind::file, object_kind::folder, object_kind::room}) {
        for (const std::string& id :
             {std::string("0"),
              std::string("7"),
              std::string("007"),
              std::string("-7"),
              std::string("+7"),
              std::string("7 "),
              std::string("72057594037927935"), // the largest that needs no text
              std::string("72057594037927936"),
              std::string("18446744073709551616"),
              long_number,
              std::string("drive-1-|a,b"),
              std::string()}) {
            INFO('"' << id << '"');
            const core::object_key key = pool.key_of(kind, id);
            CHECK(pool.key_of(kind, id) == key);
            CHECK(pool.id_of(key) == id);
            CHECK((pool.kind_of(key) == kind));
            CHECK((key.value >> 61) == 0);
            CHECK(known.emplace(key.value, id).second);
        }
    }
}

TEST_CASE("object keys: texts that nobody uses any more are dropped and their places used again")
{
    core::object_pool pool;
    const auto a = pool.key_of(core::object_kind::file, "a");
    const auto b = pool.key_of(core::object_kind::file, "b");
    CHECK(pool.texts() == 2);
    pool.collect_garbage([&](core::object_key key) { return key == b; });
    CHECK(pool.texts() == 1);
    CHECK(pool.id_of(b) == "b");
    const auto c = pool.key_of(core::object_kind::folder, "c");
    CHECK(c.value != b.value);
    CHECK(pool.id_of(c) == "c");
    CHECK((pool.kind_of(c) == core::object_kind::folder));
    CHECK(pool.id_of(pool.key_of(core::object_kind::file, "a")) == "a");
    CHECK(pool.texts() == 3);
    (void)a;
}

} // namespace docwarden::test::small_parts_test
