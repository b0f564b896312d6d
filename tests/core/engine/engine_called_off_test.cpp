// Cases that a reload calls off: what comes of requests that have left, and what goes on.

#include "tests/core/engine/engine_dialogue.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

namespace docwarden::test::engine_called_off_test
{

using core::containment_state;
using core::failure_kind;
using core::report_kind;
using core::response_mode;
using namespace std::chrono_literals;

TEST_CASE("engine: rules that no longer disable call off what is under way")
{
    const bool is_removed = GENERATE(true, false);
    const std::uint32_t limit = GENERATE(0U, 5U);
    attack d(settings_with_limit(limit));
    core::engine_settings settings = settings_with_response(response_mode::alert);
    settings.containment.disables_max = limit;
    if (is_removed)
        settings.rules[0].name = "another";
    (void)d.heard();
    d.reload(settings);
    const words said = d.heard_but_pages();
    CHECK(std::count(said.begin(), said.end(), "observed bob") == 1);
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::rejected, 1}}));
    CHECK((d.findings().at(0).state == containment_state::rejected));
    d.answer_look("bob", make_profile("bob")); // neither sent nor held by the limit
    CHECK_FALSE(d.has_call("bob"));
    CHECK(d.count_reports(report_kind::held) == 0);
    CHECK(d.subject.status().open_cases == 0);
    CHECK((d.findings().at(0).state == containment_state::rejected));
}

TEST_CASE("engine: a higher threshold calls off what does not reach it, and only that")
{
    attack d(settings_with_limit(0));
    d.next_page(burst("bob", 9, at(-39), 500)); // 30 by now
    d.answer_look("bob", make_profile("bob"));
    REQUIRE(d.states() == words{"bob held"});
    const std::uint32_t threshold = GENERATE(29U, 30U);
    core::engine_settings settings = settings_with_threshold(threshold);
    settings.containment.disables_max = 0;
    d.reload(settings);
    CHECK(d.states() == words{threshold < 30 ? "bob held" : "bob rejected"});
    if (threshold < 30)
        return;
    d.next_page(burst("bob", 1, d.portal_now, 600)); // and this is one more
    CHECK(d.count_reports(report_kind::alert) == 2);
    CHECK(d.has_call("bob"));
}

TEST_CASE("engine: a request whose answer was lost is looked after, though its case was called off")
{
    attack before;
    before.answer_look("bob", make_profile("bob"));
    REQUIRE(before.has_call("bob")); // the request, and its answer is lost with the process

    next_life d(before);
    d.answer_page();
    d.fail_look("bob", failure_kind::broken);
    d.reload(settings_with_response(response_mode::alert));
    CHECK(d.states() == words{"bob rejected"});
    SECTION("it has disabled the account")
    {
        d.wait_for_call("bob");
        d.answer_look("bob", disabled_profile("bob"));
        CHECK(d.states() == words{"bob contained"});
        CHECK(d.last_report(report_kind::contained).field("BY") == "docwarden");
    }
    SECTION("it has not")
    {
        d.wait_for_call("bob");
        d.answer_look("bob", make_profile("bob"));
        CHECK(d.states() == words{"bob rejected"});
    }
    SECTION("nobody knows before the next process")
    {
        next_life later(d, 3s, settings_with_response(response_mode::alert));
        later.answer_page();
        later.wait_for_call("bob");
        later.answer_look("bob", disabled_profile("bob"));
        CHECK(later.states() == words{"bob contained"});
        return;
    }
    d.stay_quiet(50min);
    CHECK_FALSE(d.has_call("bob"));
}

TEST_CASE("engine: a portal that cannot say what came of a request is asked ever less often")
{
    attack d;
    d.answer_look("bob", make_profile("bob"));
    d.fail_disable("bob", failure_kind::broken);
    d.reload(settings_with_response(response_mode::alert));
    int looks = 0;
    for (int i = 0; i < 4 * 3600; ++i) {
        d.stay_quiet(1s);
        if (!d.has_call("bob"))
            continue;
        ++looks;
        d.fail_look("bob", failure_kind::broken);
    }
    CHECK(looks <= 12);
    CHECK(looks >= 9);
    CHECK(d.count_reports(report_kind::degraded) == 1);
    looks = 0;
    for (int i = 0; i < 12 * 60; ++i) {
        d.stay_quiet(1min);
        if (!d.has_call("bob"))
            continue;
        ++looks;
        d.fail_look("bob", failure_kind::gone);
    }
    CHECK(looks == 5); // then it is believed
    CHECK(d.count_reports(report_kind::recovered) == 1);
}

TEST_CASE("engine: an account called off while it is looked at is not asked about twice at once")
{
    attack d;
    REQUIRE(d.has_call("bob"));
    d.reload(settings_with_response(response_mode::alert));
    d.reload(make_settings());
    d.next_page(burst("bob", 40, at(30), 100));
    (void)d.heard();
    // The answer to the first look is that of a case which is no more: now it is looked anew.
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.heard_but_pages() == words{"look bob"});
    d.answer_look("bob", make_profile("bob"));
    CHECK(d.heard_but_pages() == words{"disable bob"});
}

TEST_CASE("engine: a recheck that a reload calls off leaves no incident, for nobody was told of one"
)
{
    attack d;
    d.contain("bob");
    d.next_page(burst("bob", 21, d.portal_now + 5s, 100));
    REQUIRE(d.has_call("bob")); // is the account active again?
    d.reload(settings_with_response(response_mode::alert));
    d.answer_look("bob", disabled_profile("bob"));
    CHECK(d.states() == words{"bob contained"});
}

TEST_CASE("engine: a reload leaves what is settled alone")
{
    attack d;
    d.contain("bob");
    (void)d.heard();
    d.reload(settings_with_response(response_mode::alert));
    CHECK(d.heard_but_pages().empty());
    CHECK((d.subject.cases_by_state() == case_counts{{containment_state::contained, 1}}));
}

TEST_CASE("engine: a rule that only alerts from now on does not call off what another rule asks for"
)
{
    const bool stands = GENERATE(true, false);
    core::engine_settings settings = settings_with_limit(0);
    settings.rules.push_back(make_rule("second", 10, 10min));
    attack d(settings);
    d.answer_look("bob", make_profile("bob"));
    REQUIRE((d.subject.cases_by_state() == case_counts{{containment_state::held, 1}}));
    REQUIRE(d.count_reports(report_kind::alert) == 2);
    const std::string rule(d.last_report(report_kind::held).field("RULE"));
    const std::size_t index = settings.rules[0].name == rule ? 0 : 1;

    settings.rules[index].response = response_mode::alert;
    if (!stands)
        settings.rules[1 - index].threshold = 30;
    d.reload(settings);
    CHECK((d.count_reports(report_kind::observed) == 0) == stands); // said to be called off
    CHECK(d.subject.status().open_cases == (stands ? 1 : 0));
    settings.containment.disables_max = 5;
    d.reload(settings);
    CHECK(d.has_call("bob") == stands);
    if (stands) {
        d.contain("bob");
        CHECK(
            d.last_report(report_kind::contained).field("RULE") == settings.rules[1 - index].name
        );
    }
}

} // namespace docwarden::test::engine_called_off_test
