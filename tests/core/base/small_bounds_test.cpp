// The small parts again, to the last unit: where each bound lies, and what each is called.

#include "core/base/backoff.hpp"
#include "core/base/iso8601.hpp"
#include "core/containment/backfill_holds.hpp"
#include "core/containment/containment_settings.hpp"
#include "core/containment/disable_budget.hpp"
#include "core/containment/incident.hpp"
#include "core/containment/protection_policy.hpp"
#include "core/detection/object_key.hpp"
#include "core/engine/scan_waiters.hpp"
#include "core/portal/disable_method.hpp"
#include "core/reading/polling_settings.hpp"
#include "core/reading/record_watch.hpp"
#include "core/reading/seen_ids.hpp"
#include "core/report/report_limiter.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace docwarden::test::small_bounds_test
{

using core::milliseconds;
using core::random_source;
using core::response_mode;
using namespace std::chrono_literals;

namespace
{

core::record_problem make_problem(std::int64_t id, std::size_t index, std::uint64_t fingerprint)
{
    return {index, id, "date is missing", false, fingerprint};
}

} // namespace

TEST_CASE("backoff: both ends of the jitter are drawn, and it doubles twenty times")
{
    random_source random(1);
    std::set<milliseconds> drawn;
    for (int i = 0; i < 100; ++i)
        drawn.insert(core::backoff_pause(1, 2ms, random));
    CHECK(drawn == std::set<milliseconds>{1ms, 2ms});
    const milliseconds most(1000LL << 20);
    milliseconds highest(0);
    for (int i = 0; i < 200; ++i)
        highest = std::max(highest, core::backoff_pause(1000, most * 4, random));
    CHECK(highest <= most);
    CHECK(highest > most - most / 10);
}

TEST_CASE("disable_budget: a new window counts for what was taken before")
{
    core::disable_budget subject(1, 10min);
    CHECK(subject.take("bob", mono_at(0s)));
    subject.configure(1, 1s);
    CHECK_FALSE(subject.take("eve", mono_at(1s - 1ms)));
    CHECK(subject.take("eve", mono_at(1s)));
}

TEST_CASE("seen ids: after forgetting, no row is known, the older ones neither")
{
    core::seen_ids seen(4);
    for (std::int64_t id = 1; id <= 3; ++id)
        CHECK(seen.insert(id, at(0)));
    seen.clear();
    for (std::int64_t id = 1; id <= 2; ++id)
        CHECK(seen.insert(id, at(0)));
}

TEST_CASE("report limiter: a minute ends with its sixtieth second, and one left out is told too")
{
    core::report_limiter limiter;
    for (int i = 0; i < 21; ++i)
        CHECK(limiter.allow(std::to_string(i), mono_at(5s)) == (i < 20));
    CHECK(limiter.take_suppressed(mono_at(65s - 1ms)) == 0);
    CHECK(limiter.take_suppressed(mono_at(65s)) == 1);
    CHECK(limiter.allow("next", mono_at(65s)));
}

TEST_CASE("report limiter: 4096 faults are remembered, and then all are forgotten")
{
    core::report_limiter limiter;
    for (int i = 0; i < 4096; ++i)
        (void)limiter.allow(std::to_string(i), mono_at(0s));
    CHECK_FALSE(core::report_limiter(limiter).allow("other", mono_at(1s)));
    CHECK(limiter.allow("0", mono_at(1h)));
}

TEST_CASE("record watch: a bad record is known by its id, or else by what it says")
{
    core::record_watch watch;
    const auto first = watch.on_problem(make_problem(1, 4, 77), mono_at(0s));
    REQUIRE(first.has_value());
    CHECK(first->field("RECORD") == "id 1");
    CHECK(first->field("PROBLEM") == "date is missing");
    CHECK_FALSE(watch.on_problem(make_problem(1, 9, 78), mono_at(0s)).has_value());
    const auto nameless = watch.on_problem(make_problem(0, 4, 79), mono_at(0s));
    REQUIRE(nameless.has_value());
    CHECK(nameless->field("RECORD") == "number 5"); // counted from one
    CHECK(contains(nameless->message, "Audit record number 5 is not as it should be"));
    CHECK_FALSE(watch.on_problem(make_problem(0, 5, 79), mono_at(0s)).has_value());
    CHECK(watch.on_problem(make_problem(0, 4, 80), mono_at(0s)).has_value());
}

TEST_CASE("record watch: what is wrong is told up to 300 bytes, what was left out as a number")
{
    core::record_watch watch;
    core::record_problem problem = make_problem(1, 0, 0);
    problem.text = std::string(300, 'x');
    CHECK(contains(watch.on_problem(problem, mono_at(0s))->message, problem.text + ". It was"));
    problem.text += 'x';
    CHECK(contains(watch.on_problem(problem, mono_at(0s))->message, std::string(300, 'x') + "…"));
    for (int i = 0; i < 30; ++i)
        (void)watch.on_problem(make_problem(100 + i, 0, 0), mono_at(0s));
    const auto told = watch.take_suppressed(mono_at(1min));
    REQUIRE(told.has_value());
    CHECK(told->field("COUNT") == "12");
    CHECK(contains(told->message, "12 further records"));
}

TEST_CASE("record watch: a thousand unknown actions are told, each with its number, and no more")
{
    core::record_watch watch;
    int told = 0;
    for (int i = 0; i < 1100; ++i) {
        const auto what = watch.on_event(make_event("u", "1", at(0), 100'000 + i));
        told += what.has_value() ? 1 : 0;
        if (what)
            CHECK(contains(what->message, "(id " + std::to_string(100'000 + i) + ")"));
    }
    CHECK(told == 1000);
}

TEST_CASE("reload holds: a rule that became stricter holds until the past was read anew")
{
    core::backfill_holds holds;
    const core::rule old = make_rule("r", 20, 60s);
    core::rule by = old;
    by.threshold = 10;
    holds.on_reload({old}, {by}, at(0), 7);
    CHECK(holds.applies("r", at(0)));
    CHECK_FALSE(holds.applies("r", at(0) + core::tick(1)));
    CHECK_FALSE(holds.applies("other", at(0)));
    // Another reload that does not touch the rule leaves that as it is.
    holds.on_reload({by}, {by, make_rule("new", 1, 60s)}, at(50), 9);
    CHECK(holds.applies("r", at(0)));
    CHECK_FALSE(holds.applies("r", at(1)));
    CHECK(holds.applies("new", at(50)));
    holds.on_past_read(6);
    CHECK(holds.applies("r", at(0)));
    holds.on_past_read(7);
    CHECK_FALSE(holds.applies("r", at(0)));
    CHECK(holds.applies("new", at(50)));
    holds.on_reload({by}, {by}, at(60), 10);
    CHECK_FALSE(holds.applies("r", at(0)));
}

TEST_CASE("reload holds: stricter is what may catch somebody whom the old rule let pass")
{
    const auto is_stricter = [](core::rule old, core::rule by) {
        core::backfill_holds holds;
        holds.on_reload({std::move(old)}, {std::move(by)}, at(0), 1);
        return holds.applies("r", at(0));
    };
    const core::rule old = make_rule("r", 20, 60s);
    core::rule by = old;
    CHECK_FALSE(is_stricter(old, by));
    by.threshold = 21;
    CHECK_FALSE(is_stricter(old, by));
    by = old;
    by.actions = {5018};
    CHECK(is_stricter(old, by));
    by = old;
    by.window = 59s;
    CHECK(is_stricter(old, by));
    by = old;
    by.response = response_mode::alert;
    CHECK_FALSE(is_stricter(old, by)); // nobody is disabled
    CHECK(is_stricter(by, old));
    CHECK_FALSE(is_stricter(by, by));
}

TEST_CASE("scan desk: each is answered once, by the first pass that began after it was asked")
{
    core::scan_waiters desk;
    std::vector<core::effect> out;
    CHECK_FALSE(desk.has_answerable());
    desk.ask(1, 5);
    desk.ask(2, 6);
    desk.on_pass_finished(4);
    CHECK_FALSE(desk.has_answerable());
    desk.on_pass_finished(5);
    CHECK(desk.has_answerable());
    desk.answer({}, out);
    REQUIRE(out.size() == 1);
    CHECK(std::get<core::scan_outcome>(out[0]).token == 1);
    CHECK_FALSE(desk.has_answerable());
    desk.fail("no", out);
    REQUIRE(out.size() == 2);
    CHECK(std::get<core::scan_outcome>(out[1]).token == 2);
    CHECK(std::get<core::scan_outcome>(out[1]).error == "no");
    desk.fail("no", out);
    desk.on_pass_finished(9);
    CHECK_FALSE(desk.has_answerable());
    CHECK(out.size() == 2);
}

TEST_CASE("incident id: it stays what it was in earlier versions")
{
    CHECK(core::incident_id("docs.example.com", "jane", "bulk-change", at(0)) == "ade659662009");
}

TEST_CASE("object keys: a number up to 56 bits needs no text, whatever else does")
{
    core::object_pool pool;
    for (const std::string number : {"0", "1", "9", "10", "90", "99", "72057594037927935"})
        (void)pool.key_of(core::object_kind::file, number);
    CHECK(pool.texts() == 0);
    std::size_t texts = 0;
    for (const std::string text : {"", "00", "01", "/1", ":1", "1x", "72057594037927936"}) {
        (void)pool.key_of(core::object_kind::file, text);
        INFO('"' << text << '"');
        CHECK(pool.texts() == ++texts);
    }
    CHECK(pool.text_bytes() == texts * 192 + 2 * (2 + 2 + 2 + 2 + 2 + 17));
}

TEST_CASE("object keys: sweeping keeps what is used, and gives the places of the rest away again")
{
    core::object_pool pool;
    std::vector<core::object_key> keys;
    for (int i = 0; i < 10; ++i)
        keys.push_back(pool.key_of(core::object_kind::file, "text-" + std::to_string(i)));
    pool.collect_garbage([&](core::object_key key) { return key != keys[3] && key != keys[7]; });
    CHECK(pool.texts() == 8);
    CHECK(pool.text_bytes() == 8 * 192 + 2 * 8 * 6);
    for (const int i : {0, 1, 2, 4, 5, 6, 8, 9})
        CHECK(pool.id_of(keys[static_cast<std::size_t>(i)]) == "text-" + std::to_string(i));
    const std::set<core::object_key> free{keys[3], keys[7]};
    CHECK(free.count(pool.key_of(core::object_kind::file, "another")) == 1);
    CHECK(free.count(pool.key_of(core::object_kind::file, "one more")) == 1);
    CHECK(free.count(pool.key_of(core::object_kind::file, "the next")) == 0);
}

TEST_CASE("protection_policy: addresses are compared in any case, from A to Z")
{
    core::protection_policy guards({"azbyaz@example.com"});
    core::profile who;
    who.email = "AZbyAz@Example.com";
    CHECK(guards.is_exempt(who));
    who.email = "[zbyaz@example.com";
    CHECK_FALSE(guards.is_exempt(who));
    who.email.clear();
    CHECK_FALSE(guards.is_exempt(who));
}

TEST_CASE("parse_date: a zone has a sign, and minutes up to 59")
{
    CHECK_FALSE(core::parse_date("2026-06-30T13:04:050200").has_value());
    CHECK_FALSE(core::parse_date("2026-06-30T13:04:05 02:00").has_value());
    CHECK((core::parse_date("2026-06-30T15:03:05+01:59") == at(0)));
    CHECK_FALSE(core::parse_date("2026-06-30T15:03:05+01:60").has_value());
}

TEST_CASE("settings: unless told otherwise they are those of the documentation")
{
    const core::rule by;
    CHECK(by.window == 10min);
    CHECK(by.threshold == 20);
    const core::containment_settings limits;
    CHECK(limits.disables_max == 5);
    CHECK(limits.disables_window == 10min);
    const core::polling_settings polling;
    CHECK(polling.poll_interval == 15s);
    CHECK(polling.rescan_interval == 1min);
    CHECK(polling.lateness == 15min);
    CHECK(polling.backoff_max == 20s);
}

} // namespace docwarden::test::small_bounds_test
