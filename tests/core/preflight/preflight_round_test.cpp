// When each question of the preflight is put, and how long it waits after what.

#include "core/preflight/preflight_round.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"

#include <vector>

namespace docwarden::test::preflight_round_test
{

using core::failure_kind;
using core::preflight_question;
using core::preflight_round;
using namespace std::chrono_literals;

namespace
{

struct conversation {
    preflight_round round;
    core::random_source random{7};
    core::mono_time now = mono_at(1h);

    // The question that is put now, if any.
    std::optional<preflight_question> ask()
    {
        const auto question = round.next(now);
        if (question)
            round.asked(*question, now);
        return question;
    }
    void answer(preflight_question question) { round.on_answer(question, now); }
    void fail(preflight_question question, failure_kind kind)
    {
        core::api_failure failure;
        failure.kind = kind;
        round.on_failure(question, failure, now, 60s, random);
    }
    void wait_until_due()
    {
        REQUIRE(round.due());
        now = std::max(now, *round.due());
    }
    // Everything that is asked without waiting, each answered.
    std::vector<preflight_question> answer_all()
    {
        std::vector<preflight_question> all;
        while (const auto question = ask()) {
            all.push_back(*question);
            answer(*question);
        }
        return all;
    }
    // The first `count` questions are answered.
    void answer_some(int count)
    {
        for (int i = 0; i < count; ++i) {
            const auto question = ask();
            REQUIRE(question);
            answer(*question);
        }
    }
};

const std::vector<preflight_question>
    whole(core::preflight_questions.begin(), core::preflight_questions.end());

} // namespace

TEST_CASE("preflight_round: all questions one after the other, and again an hour after the last")
{
    conversation c;
    CHECK_FALSE(c.round.was_tried());
    REQUIRE((c.ask() == preflight_question::identity));
    CHECK_FALSE(c.ask()); // one at a time
    CHECK_FALSE(c.round.due());
    c.answer(preflight_question::identity);
    CHECK_FALSE(c.round.was_tried());
    CHECK(c.answer_all().size() == whole.size() - 1);
    CHECK(c.round.was_tried());
    CHECK((c.round.due() == c.now + preflight_round::interval));
    c.now += preflight_round::interval - 1ms;
    CHECK_FALSE(c.ask());
    c.now += 1ms;
    CHECK((c.answer_all() == whole));
}

TEST_CASE("preflight_round: while nobody says whose key it is nothing else is asked")
{
    conversation c;
    core::milliseconds longest{0};
    for (int i = 0; i < 12; ++i) {
        REQUIRE((c.ask() == preflight_question::identity));
        c.fail(preflight_question::identity, failure_kind::unreachable);
        CHECK(c.round.was_tried());
        CHECK_FALSE(c.ask());
        const auto pause = std::chrono::duration_cast<core::milliseconds>(*c.round.due() - c.now);
        CHECK(pause > 0ms);
        longest = std::max(longest, pause);
        c.wait_until_due();
    }
    CHECK(longest <= 60s);
    CHECK(longest > 20s);
    CHECK((c.answer_all() == whole));
}

TEST_CASE("preflight_round: a refusal of the first question is tried again slowly")
{
    const auto [kind, is_slow] = GENERATE(table<failure_kind, bool>({
        {failure_kind::unauthorised, true},
        {failure_kind::unpaid, true},
        {failure_kind::forbidden, true},
        {failure_kind::not_found, true},
        {failure_kind::redirected, true},
        {failure_kind::throttled, false},
        {failure_kind::broken, false},
        {failure_kind::bad_answer, false},
    }));
    conversation c;
    (void)c.ask();
    c.fail(preflight_question::identity, kind);
    CHECK((*c.round.due() - c.now == 60s) == is_slow);
}

TEST_CASE("preflight_round: a question that fails does not keep the next from being asked")
{
    conversation c;
    c.answer_some(1);
    REQUIRE((c.ask() == preflight_question::settings));
    c.fail(preflight_question::settings, failure_kind::broken);
    CHECK(c.answer_all().size() == 3);
    CHECK(c.round.failed_rounds() == 1);
    CHECK(c.round.was_tried());
    // Sooner than in an hour, and then everything.
    CHECK(*c.round.due() - c.now <= preflight_round::pause_max);
    c.wait_until_due();
    CHECK((c.answer_all() == whole));
    CHECK(c.round.failed_rounds() == 0);
    CHECK((c.round.due() == c.now + preflight_round::interval));
}

TEST_CASE("preflight_round: a portal that is gone in the middle of a round ends it")
{
    const auto gone = GENERATE(failure_kind::unreachable, failure_kind::interrupted);
    conversation c;
    c.answer_some(2);
    (void)c.ask();
    c.fail(preflight_question::key, gone);
    CHECK_FALSE(c.ask());
    CHECK(c.round.was_tried());
    CHECK(c.round.failed_rounds() == 1);
    c.wait_until_due();
    CHECK((c.answer_all() == whole));
}

TEST_CASE("preflight_round: a portal that does not know the key's own page has answered")
{
    conversation c;
    c.answer_some(2);
    REQUIRE((c.ask() == preflight_question::key));
    c.fail(preflight_question::key, failure_kind::not_found);
    CHECK(c.answer_all().size() == 2);
    CHECK(c.round.failed_rounds() == 0);
    CHECK((c.round.due() == c.now + preflight_round::interval));
}

TEST_CASE("preflight_round: a doubt brings the probe at once, and not twice in a minute")
{
    conversation c;
    (void)c.answer_all();
    c.now += 10min;
    c.round.probe_soon(c.now);
    CHECK((c.round.due() == c.now));
    CHECK((c.answer_all() == std::vector{preflight_question::probe}));
    const core::mono_time asked = c.now;
    c.now += 10s;
    c.round.probe_soon(c.now);
    CHECK((c.round.due() == asked + preflight_round::probe_pause));
    c.now += 10s;
    c.round.probe_soon(c.now); // asking again does not put it off
    CHECK((c.round.due() == asked + preflight_round::probe_pause));
    CHECK_FALSE(c.ask());
    c.wait_until_due();
    CHECK((c.answer_all() == std::vector{preflight_question::probe}));
    CHECK(c.round.due() > c.now + 45min); // the whole round is where it was
}

TEST_CASE("preflight_round: a doubt while the probe is under way or next changes nothing")
{
    conversation c;
    c.answer_some(4);
    c.round.probe_soon(c.now);
    REQUIRE((c.ask() == preflight_question::probe));
    c.round.probe_soon(c.now);
    c.answer(preflight_question::probe);
    CHECK((c.round.due() == c.now + preflight_round::interval));
}

TEST_CASE("preflight_round: while filters are ignored the probe comes every five minutes")
{
    conversation c;
    (void)c.answer_all();
    c.round.set_filters_ignored(true, c.now);
    for (int i = 0; i < 3; ++i) {
        CHECK((c.round.due() == c.now + preflight_round::probe_interval));
        c.wait_until_due();
        REQUIRE((c.ask() == preflight_question::probe));
        // No answer is no answer: it is asked as often as before.
        c.fail(preflight_question::probe, failure_kind::broken);
    }
    c.wait_until_due();
    REQUIRE((c.ask() == preflight_question::probe));
    c.answer(preflight_question::probe);
    c.round.set_filters_ignored(false, c.now);
    CHECK(c.round.due() > c.now + 30min);
}

} // namespace docwarden::test::preflight_round_test
