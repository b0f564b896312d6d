// Every transition of a containment: what the portal answered in each place, what is next, how long
// it waits after each failure, and when it says aloud that it does not work.

#include "core/containment/containment.hpp"
#include "tests/core/containment/subject_at_work.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <set>
#include <string_view>

namespace docwarden::test::containment_test
{

using namespace containment_words;
using namespace std::chrono_literals;

TEST_CASE("containment: look, disable, look again, contained")
{
    subject_at_work s;
    CHECK(s.state_name() == "intended");
    CHECK(s.pause() == 0ms);
    CHECK(s.next() == "profile");
    CHECK_FALSE(s.machine.due().has_value());
    CHECK(s.next() == "none"); // a call is under way
    CHECK(s.look(active) == "may send");
    CHECK(s.next() == "none"); // not before somebody has decided
    CHECK(s.state_name() == "intended");
    s.machine.send(s.now);
    CHECK(s.next() == "disable");
    CHECK(s.state_name() == "sending");
    CHECK(s.next() == "none");
    CHECK(s.disable() == "unchanged");
    CHECK(s.state_name() == "sending"); // a 200 is no proof
    CHECK(s.next() == "profile");
    CHECK(s.look(disabled) == "contained");
    CHECK(s.state_name() == "contained");
    CHECK_FALSE(s.machine.due().has_value());
    CHECK(s.next() == "none");
}

TEST_CASE("containment: an account that is disabled already needs no request, even if protected")
{
    const protection guard = GENERATE(protection::none, protection::administrator);
    subject_at_work s;
    REQUIRE(s.next() == "profile");
    CHECK(s.look(disabled, guard) == "already contained");
    CHECK(s.state_name() == "contained");
    CHECK(s.next() == "none");
}

TEST_CASE("containment: a protected account is refused without a request, for good")
{
    const protection guard =
        GENERATE(protection::owner, protection::self, protection::administrator);
    subject_at_work s;
    REQUIRE(s.next() == "profile");
    CHECK(s.look(active, guard) == "refused");
    CHECK(s.state_name() == "refused");
    CHECK(s.machine.guard() == guard);
    CHECK_FALSE(s.machine.due().has_value());
    s.now += 24h;
    CHECK(s.next() == "none");
}

TEST_CASE("containment: an account that became protected after the request is refused")
{
    subject_at_work s;
    s.begin_disabling();
    REQUIRE(s.disable() == "unchanged");
    REQUIRE(s.next() == "profile");
    CHECK(s.look(active, protection::administrator) == "refused");
}

TEST_CASE("containment: an invited account that never came is disabled like an active one")
{
    subject_at_work s;
    REQUIRE(s.next() == "profile");
    CHECK(s.look(profile_with(core::user_status::pending)) == "may send");
}

TEST_CASE("containment: an LDAP account is disabled through the member endpoint")
{
    const bool is_ldap = GENERATE(false, true);
    subject_at_work s;
    core::profile account = active;
    account.is_ldap = is_ldap;
    REQUIRE(s.next() == "profile");
    REQUIRE(s.look(account) == "may send");
    const auto method = is_ldap ? core::disable_method::member : core::disable_method::status;
    CHECK((s.machine.method() == method));
}

TEST_CASE("containment: a disabled account is our doing unless the request never left")
{
    const auto [kind, outcome] = GENERATE(table<failure_kind, std::string>({
        {failure_kind::interrupted, "contained"},
        {failure_kind::broken, "contained"},
        {failure_kind::bad_answer, "contained"},
        {failure_kind::unreachable, "already contained"},
        {failure_kind::unauthorised, "already contained"},
        {failure_kind::forbidden, "already contained"},
        {failure_kind::throttled, "already contained"},
    }));
    INFO(core::to_string(kind));
    subject_at_work s;
    s.begin_disabling();
    CHECK(s.disable(failure(kind)) == "retrying");
    s.wait();
    CHECK(s.next() == "profile");
    CHECK(s.look(disabled) == outcome);
}

TEST_CASE("containment: after any failed disable request it looks before it sends again")
{
    for (int kind = 0; kind <= static_cast<int>(failure_kind::redirected); ++kind) {
        INFO(core::to_string(static_cast<failure_kind>(kind)));
        subject_at_work s;
        s.begin_disabling();
        CHECK(s.disable(failure(static_cast<failure_kind>(kind))) == "retrying");
        REQUIRE(s.machine.failure().has_value());
        CHECK(s.machine.failure()->text == "the portal says no");
        CHECK(s.machine.is_settled());
        s.wait();
        CHECK(s.next() == "profile");
        CHECK_FALSE(s.machine.is_settled());
        s.look_and_send();
        CHECK(s.next() == "disable");
    }
}

TEST_CASE("containment: held does nothing until it is resumed, and then looks first")
{
    subject_at_work s;
    REQUIRE(s.next() == "profile");
    REQUIRE(s.look(active) == "may send");
    s.machine.hold(containment::hold_reason::limit);
    CHECK(s.machine.is_held_by(containment::hold_reason::limit));
    CHECK_FALSE(s.machine.is_held_by(containment::hold_reason::reload));
    CHECK(s.state_name() == "held");
    CHECK_FALSE(s.machine.due().has_value());
    CHECK(s.machine.is_settled());
    s.now += 1h;
    CHECK(s.next() == "none");
    s.machine.resume(s.now);
    CHECK(s.state_name() == "intended");
    CHECK(s.machine.age({at(9), s.now + 3s}) == 1h + 3s);
    s.machine.decide({at(9), s.now});
    CHECK(s.machine.age({at(9), s.now + 3s}) == 3s);
    CHECK_FALSE(s.machine.is_settled());
    CHECK(s.pause() == 0ms);
    CHECK(s.next() == "profile");
}

TEST_CASE("containment: an exempt account is observed, and nothing follows")
{
    subject_at_work s;
    REQUIRE(s.next() == "profile");
    REQUIRE(s.look(active) == "may send");
    s.machine.end(containment::ending::exempted);
    CHECK(s.state_name() == "observed");
    CHECK(s.next() == "none");
    CHECK_FALSE(s.machine.due().has_value());
    CHECK(s.machine.is_settled());
}

TEST_CASE("containment: one that was called off changes nothing more, whatever is still answered")
{
    const failure_kind kind = GENERATE(failure_kind::interrupted, failure_kind::forbidden);
    subject_at_work looking;
    REQUIRE(looking.next() == "profile");
    looking.machine.end(containment::ending::called_off);
    CHECK(looking.look(active) == "unchanged");
    CHECK(looking.state_name() == "rejected");
    CHECK_FALSE(looking.machine.due().has_value());

    subject_at_work sending;
    sending.begin_disabling();
    sending.machine.end(containment::ending::called_off);
    CHECK(sending.disable(failure(kind)) == "unchanged");
    CHECK(sending.state_name() == "rejected");
    CHECK(sending.machine.is_settled());
    const bool may_have_acted = kind == failure_kind::interrupted;
    CHECK(sending.machine.due().has_value() == may_have_acted);
}

TEST_CASE("containment: called off while the account is being disabled, it is looked at until it "
          "is known what became of the request")
{
    const bool is_disabled = GENERATE(false, true);
    const bool is_answered = GENERATE(false, true);
    subject_at_work s;
    s.begin_disabling();
    s.machine.end(containment::ending::called_off);
    if (is_answered)
        CHECK(s.disable() == "unchanged");
    else
        CHECK(s.disable(failure(failure_kind::interrupted)) == "unchanged");
    for (int i = 0; i < 20; ++i) {
        REQUIRE(s.next() == "profile");
        CHECK(s.look(failure(failure_kind::broken)) == "unchanged");
        CHECK(s.pause() > milliseconds(0));
        s.wait();
    }
    REQUIRE(s.next() == "profile");
    CHECK(s.look(is_disabled ? disabled : active) == (is_disabled ? "contained" : "unchanged"));
    CHECK(s.state_name() == (is_disabled ? "contained" : "rejected"));
    CHECK_FALSE(s.machine.due().has_value());
}

TEST_CASE(
    "containment: an account that is gone, as five looks in a row say, leaves nothing to disable"
)
{
    const bool was_sent = GENERATE(false, true);
    subject_at_work s;
    if (was_sent) {
        s.begin_disabling();
        REQUIRE(s.disable(failure(failure_kind::forbidden)) == "retrying");
        s.wait();
    }
    const auto begin = s.now;
    for (unsigned looks = 1; looks < containment::gone_min; ++looks) {
        REQUIRE(s.next() == "profile");
        CHECK(s.look(failure(failure_kind::gone)) == "retrying");
        s.wait();
    }
    CHECK(s.now - begin >= 7s);
    REQUIRE(s.next() == "profile");
    CHECK(s.look(failure(failure_kind::gone)) == "gone");
    CHECK(s.state_name() == "contained");
    CHECK_FALSE(s.machine.due().has_value());
    CHECK(s.machine.is_settled());
}

TEST_CASE("containment: one look that finds no account settles nothing")
{
    const failure_kind between = GENERATE(failure_kind::not_found, failure_kind::broken);
    subject_at_work s;
    for (int round = 0; round < 3; ++round) {
        s.fail_look(failure_kind::gone);
        s.fail_look(between); // a suspended portal answers 404 as well, in other words
    }
    s.fail_look(failure_kind::gone);
    s.wait();
    REQUIRE(s.next() == "profile");
    CHECK(s.look(active) == "may send");
    s.machine.send(s.now);
    REQUIRE(s.next() == "disable");
    CHECK(s.disable() == "unchanged");
    REQUIRE(s.next() == "profile");
    CHECK(s.look(failure(failure_kind::gone)) == "retrying");
}

TEST_CASE("containment: a read-back that fails is made again, and is no new look")
{
    subject_at_work s;
    s.begin_disabling();
    REQUIRE(s.disable() == "unchanged");
    REQUIRE(s.next() == "profile");
    REQUIRE(s.look(failure(failure_kind::broken)) == "retrying");
    s.wait();
    REQUIRE(s.next() == "profile");
    CHECK(s.look(active) == "failed");            // accepted, and without effect
    CHECK_FALSE(s.machine.failure().has_value()); // accepted, and nothing has changed
}

TEST_CASE("containment: whatever the portal answers, a request follows only a look that found the "
          "account active, and an end is final")
{
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        core::random_source random(seed);
        subject_at_work s;
        bool saw_active = false;
        for (int i = 0; i < 60 && s.machine.due(); ++i) {
            s.wait();
            const request call = s.machine.next(s.now);
            const auto any = failure(static_cast<failure_kind>(random.below(12)));
            INFO("seed " << seed << ", call " << i << ": " << words(call));
            REQUIRE(call != request::none);
            if (call == request::disable) {
                REQUIRE(saw_active);
                saw_active = false;
                if (random.below(2) == 0)
                    (void)s.disable();
                else
                    (void)s.disable(any);
                continue;
            }
            const std::uint64_t kind = random.below(20);
            saw_active = false;
            if (kind < 12) {
                saw_active = s.look(active) == "may send";
                if (saw_active)
                    s.machine.send(s.now);
            } else if (kind == 12) {
                REQUIRE(contains(s.look(disabled), "contained"));
                REQUIRE_FALSE(s.machine.due().has_value());
            } else {
                (void)s.look(any);
            }
        }
    }
}

TEST_CASE("containment: each state has a name of its own")
{
    std::set<std::string_view> names;
    for (int number = 0; number <= static_cast<int>(state::released); ++number)
        names.insert(core::to_string(static_cast<state>(number)));
    CHECK(names.size() == static_cast<std::size_t>(state::released) + 1);
    CHECK(names.count("unknown") == 0);
}

// ---- how long it waits, and when it says that it does not work ----------------------------------

TEST_CASE("containment: 200 without effect is tried five times, then failed, then once an hour")
{
    subject_at_work s;
    for (unsigned round = 1; round <= containment::unchanged_max; ++round) {
        INFO("round " << round);
        s.begin_disabling();
        REQUIRE(s.disable() == "unchanged");
        REQUIRE(s.next() == "profile");
        const bool is_last = round == containment::unchanged_max;
        CHECK(s.look(active) == (round == 1 ? "failed" : "retrying")); // told at once, and once
        CHECK(s.state_name() == (is_last ? "failed" : "sending"));
        if (is_last) {
            CHECK(s.pause() == 1h);
        } else {
            CHECK(s.pause() >= 500ms);
            CHECK(s.pause() <= 20s);
        }
    }
    CHECK_FALSE(s.machine.failure().has_value()); // accepted, and nothing has changed
    for (int hour = 0; hour < 3; ++hour) {
        INFO("hour " << hour);
        s.begin_disabling();
        CHECK(s.state_name() == "failed");
        REQUIRE(s.disable() == "unchanged");
        REQUIRE(s.next() == "profile");
        CHECK(s.look(active) == "retrying"); // told once
        CHECK(s.pause() == 1h);
    }
    s.begin_disabling();
    REQUIRE(s.disable() == "unchanged");
    REQUIRE(s.next() == "profile");
    CHECK(s.look(disabled) == "contained");
}

TEST_CASE("containment: each failure has its pause, of a look and of a disable request alike")
{
    const auto [kind, retry_after, least, most] = GENERATE(
        table<failure_kind, std::optional<std::chrono::seconds>, milliseconds, milliseconds>({
            {failure_kind::unauthorised, std::nullopt, 60s, 60s},
            {failure_kind::unpaid, std::nullopt, 60s, 60s},
            {failure_kind::throttled, std::nullopt, 1s, 1s},
            {failure_kind::throttled, 0s, 1s, 1s},
            {failure_kind::throttled, -100s, 1s, 1s},
            {failure_kind::throttled, 7s, 7s, 7s},
            {failure_kind::throttled, 60s, 60s, 60s},
            {failure_kind::throttled, std::chrono::hours(24 * 365), 60s, 60s},
            {failure_kind::forbidden, std::nullopt, 500ms, 1s},
            {failure_kind::not_found, std::nullopt, 500ms, 1s},
            {failure_kind::rejected, std::nullopt, 500ms, 1s},
            {failure_kind::unreachable, std::nullopt, 500ms, 1s},
            {failure_kind::interrupted, std::nullopt, 500ms, 1s},
            {failure_kind::broken, std::nullopt, 500ms, 1s},
            {failure_kind::bad_answer, std::nullopt, 500ms, 1s},
            {failure_kind::redirected, std::nullopt, 500ms, 1s},
        })
    );
    INFO(core::to_string(kind));
    const bool is_look = GENERATE(true, false);
    subject_at_work s;
    const api_failure why = failure(kind, retry_after);
    if (is_look) {
        REQUIRE(s.next() == "profile");
        CHECK(s.look(why) == "retrying");
    } else {
        s.begin_disabling();
        CHECK(s.disable(why) == "retrying");
    }
    CHECK(s.pause() >= least);
    CHECK(s.pause() <= most);
}

TEST_CASE("containment: a definite refusal five times is failed, then one try an hour")
{
    const failure_kind refusal =
        GENERATE(failure_kind::forbidden, failure_kind::not_found, failure_kind::rejected);
    INFO(core::to_string(refusal));
    const bool is_look = refusal == failure_kind::rejected && GENERATE(true, false);
    subject_at_work s;
    for (unsigned round = 1; round <= containment::refusals_max + 3; ++round) {
        INFO("round " << round);
        if (is_look) {
            s.wait();
            REQUIRE(s.next() == "profile");
        } else {
            s.begin_disabling();
        }
        const auto what = is_look ? s.look(failure(refusal)) : s.disable(failure(refusal));
        CHECK(what == (round == containment::refusals_max ? "failed" : "retrying"));
        if (round >= containment::refusals_max) {
            CHECK(s.state_name() == "failed");
            CHECK(s.pause() == 1h);
        }
    }
}

TEST_CASE(
    "containment: where looks are refused as well the portal is in trouble, which is no answer"
)
{
    const failure_kind refusal = GENERATE(failure_kind::forbidden, failure_kind::not_found);
    subject_at_work s;
    for (int round = 0; round < 20; ++round) {
        INFO("round " << round);
        s.begin_disabling();
        CHECK(s.disable(failure(refusal)) == "retrying");
        s.wait();
        REQUIRE(s.next() == "profile");
        (void)s.look(failure(refusal));
        CHECK(s.state_name() != "failed");
        CHECK(s.pause() <= 20s);
    }
    s.begin_disabling();
    REQUIRE(s.disable() == "unchanged");
    REQUIRE(s.next() == "profile");
    CHECK(s.look(disabled) == "contained");
}

TEST_CASE("containment: an outage of days never makes it give up, and pauses stay below 20 s")
{
    const failure_kind transient = GENERATE(
        failure_kind::unreachable,
        failure_kind::interrupted,
        failure_kind::broken,
        failure_kind::bad_answer,
        failure_kind::redirected
    );
    INFO(core::to_string(transient));
    subject_at_work s;
    for (int i = 0; i < 10'000; ++i) {
        s.wait();
        REQUIRE(s.next() == "profile");
        // Said aloud once, and tried for ever.
        REQUIRE(s.look(failure(transient)) == (i == 7 ? "failed" : "retrying"));
        REQUIRE(s.pause() >= 500ms);
        REQUIRE(s.pause() <= 20s);
        if (i >= 6)
            REQUIRE(s.pause() >= 10s);
    }
    s.begin_disabling();
    REQUIRE(s.disable() == "unchanged");
    REQUIRE(s.next() == "profile");
    CHECK(s.look(disabled) == "contained");
}

TEST_CASE("containment: nothing is sent before its pause is over")
{
    subject_at_work s;
    REQUIRE(s.next() == "profile");
    REQUIRE(s.look(failure(failure_kind::unauthorised)) == "retrying");
    s.now += 60s - 1us;
    CHECK(s.next() == "none");
    s.now += 1us;
    CHECK(s.next() == "profile");
}

TEST_CASE("containment: pauses grow while disabling fails, although every look between works")
{
    subject_at_work s;
    milliseconds longest(0);
    int told = 0;
    for (int i = 0; i < 12; ++i) {
        s.wait();
        s.begin_disabling();
        told += s.disable(failure(failure_kind::broken)) == "failed" ? 1 : 0;
        longest = std::max(longest, s.pause());
    }
    CHECK(longest >= 10s);
    CHECK(told == 1);
}

TEST_CASE("containment: a look that works ends the growing of pauses between looks")
{
    subject_at_work s;
    for (int i = 0; i < 7; ++i)
        s.fail_look(failure_kind::unreachable);
    REQUIRE(s.pause() >= 10s);
    s.begin_disabling();
    CHECK_FALSE(s.machine.failure().has_value());
    REQUIRE(s.disable() == "unchanged");
    s.fail_look(failure_kind::unreachable);
    CHECK(s.pause() <= 1s);
}

TEST_CASE("containment: a request that is taken ends the growing of pauses between requests")
{
    subject_at_work s;
    for (int i = 0; i < 7; ++i) {
        s.begin_disabling();
        (void)s.disable(failure(failure_kind::unreachable));
    }
    REQUIRE(s.pause() >= 10s);
    s.disable_in_vain();
    s.begin_disabling();
    (void)s.disable(failure(failure_kind::unreachable));
    CHECK(s.pause() <= 1s);
}

TEST_CASE("containment: refusals and faults have pauses of their own")
{
    subject_at_work s;
    for (int i = 0; i < 4; ++i)
        s.fail_look(failure_kind::rejected);
    CHECK(s.pause() >= 4s);
    s.fail_look(failure_kind::unreachable);
    CHECK(s.pause() <= 1s);
}

TEST_CASE("containment: whoever is decided anew after a failure has all tries again")
{
    const bool is_refused = GENERATE(true, false);
    subject_at_work s;
    const auto fail = [&] {
        if (is_refused)
            s.fail_look(failure_kind::rejected);
        else
            s.disable_in_vain();
    };
    for (int i = 0; i < 5; ++i) {
        CHECK(s.state_name() != "failed");
        fail();
    }
    REQUIRE(s.state_name() == "failed");
    s.wait();
    REQUIRE(s.next() == "profile");
    REQUIRE(s.look(active) == "may send");
    s.machine.hold(containment::hold_reason::limit);
    s.machine.resume(s.now);
    CHECK(s.state_name() == "intended");
    for (int i = 0; i < 4; ++i) {
        fail();
        CHECK(s.state_name() != "failed");
    }
}

} // namespace docwarden::test::containment_test
