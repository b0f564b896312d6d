// What the engine tells of the preflight's findings, and when it takes them back: about the
// version, the portal, the key, its scopes and the plan; questions without an answer; and records
// that nobody understands.

#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"

#include <functional>

namespace docwarden::test::engine_preflight_test
{

using core::failure_kind;
using core::priority;
using core::report_kind;
using namespace std::chrono_literals;

namespace
{

core::portal_facts& facts_of(preflight_replies& replies)
{
    return std::get<core::portal_facts>(replies.facts);
}

core::key_facts& key_of(preflight_replies& replies)
{
    return std::get<core::key_facts>(replies.key);
}

// So many rows, of which not one is understood.
core::audit_page page_of_riddles(std::size_t rows)
{
    core::audit_page page;
    page.rows = rows;
    for (std::size_t i = 0; i < rows; ++i)
        page.problems.push_back({i, static_cast<std::int64_t>(i + 1), "date is missing", false, 0});
    return page;
}

} // namespace

TEST_CASE("engine: what the preflight finds is told once, keeps it from being ready if it is bad, "
          "and is taken back within the hour")
{
    struct example {
        std::string found;
        priority level;
        std::function<void(preflight_replies&)> cause;
    };
    using replies = preflight_replies;
    for (const example& given : {
             example{
                 "version before-3.2.1",
                 priority::warning,
                 [](replies& of) { facts_of(of).version = "3.0"; }},
             example{
                 "portal tenant-status-1",
                 priority::critical,
                 [](replies& of) { facts_of(of).tenant_status = 1; }},
             example{
                 "key expired",
                 priority::critical,
                 [](replies& of) { key_of(of).expires = at(-1); }},
             example{
                 "key expires-soon",
                 priority::warning,
                 [](replies& of) { key_of(of).expires = at(0) + 24h; }},
             example{
                 "key other-user",
                 priority::critical,
                 [](replies& of) { key_of(of).creator_id = guid_of("joe"); }},
             example{
                 "key not-known",
                 priority::warning,
                 [](replies& of) { of.key = make_failure(failure_kind::not_found); }},
             example{
                 "rights no-write",
                 priority::critical,
                 [](replies& of) { key_of(of).permissions = {"*:read"}; }},
             example{
                 "plan no-audit",
                 priority::critical,
                 [](replies& of) {
                     of.quota = core::quota_facts{"free", false};
                 }},
         }) {
        INFO(given.found);
        engine_dialogue d;
        given.cause(d.preflight);
        d.wake();
        d.answer_identity(make_profile("admin"));
        d.answer_page();
        CHECK(has(d.heard(), "degraded " + given.found));
        CHECK((d.last_report(report_kind::degraded).level == given.level));
        CHECK(d.subject.status().is_ready() == (given.level == priority::warning));
        CHECK(d.subject.status().can_act == (given.found != "rights no-write"));

        d.preflight = preflight_replies();
        d.stay_quiet(62min);
        CHECK(has(d.heard(), "recovered " + given.found));
        CHECK(d.count_reports(report_kind::degraded) == 1);
        CHECK(d.subject.status().is_ready());
        CHECK(d.subject.status().conditions.empty());
    }
}

TEST_CASE("engine: an owner by the settings' word may act, though the profile does not say so")
{
    engine_dialogue d;
    facts_of(d.preflight).owner_id = guid_of("joe");
    key_of(d.preflight).creator_id.clear();
    d.wake();
    d.answer_identity(make_profile("joe"));
    const words said = d.heard();
    CHECK(has(said, "degraded rights not-admin"));
    CHECK(has(said, "recovered rights not-admin"));
    CHECK(d.subject.status().can_act);
    d.answer_page(burst("bob", 21, at(-60)));
    core::profile administrator = make_profile("bob");
    administrator.is_admin = true;
    d.answer_look("bob", administrator);
    CHECK(has(d.heard(), "disable bob")); // as only the owner may
}

TEST_CASE("engine: a question without an answer is no news once, a remark again and again, and "
          "over with the answer")
{
    engine_dialogue d;
    d.preflight.quota = make_failure(failure_kind::broken);
    d.begin();
    CHECK(d.count_reports(report_kind::degraded) == 0);
    d.stay_quiet(30min);
    CHECK(has(d.heard(), "degraded contract unanswered"));
    CHECK(d.count_reports(report_kind::degraded) == 1);
    CHECK(d.subject.status().is_ready()); // it sees and it can act
    d.preflight = preflight_replies();
    d.stay_quiet(30min);
    CHECK(has(d.heard(), "recovered contract unanswered"));
}

TEST_CASE("engine: a page of ten rows that nobody understands is told, until one row is understood")
{
    const std::size_t rows = GENERATE(9U, 10U);
    engine_dialogue d;
    d.begin();
    d.wait_until_due();
    d.answer_page(page_of_riddles(rows));
    CHECK(has(d.heard(), "degraded records not-understood") == (rows == 10));
    d.next_page({});
    CHECK_FALSE(has(d.heard(), "recovered records not-understood"));
    core::audit_page mixed = page_of_riddles(20);
    mixed.events = burst("bob", 1, at(-60));
    mixed.rows += 1;
    d.wait_until_due();
    d.answer_page(mixed);
    CHECK(has(d.heard(), "recovered records not-understood") == (rows == 10));
}

} // namespace docwarden::test::engine_preflight_test
