// Every transition of a containment: what the portal answered in each place, and what is done next.

#include "core/base/random.hpp"
#include "core/containment/containment.hpp"
#include "core/portal/disable_method.hpp"
#include "tests/core/making.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace docwarden::test::containment_test
{

namespace
{

using core::api_failure;
using core::containment;
using core::failure_kind;
using core::milliseconds;
using core::protection;
using outcome = containment::outcome;
using state = core::containment_state;
using step = containment::step;
using namespace std::chrono_literals;

std::string_view words(outcome what)
{
    switch (what) {
    case outcome::going_on:
        return "going on";
    case outcome::contained:
        return "contained";
    case outcome::already_contained:
        return "already contained";
    case outcome::refused:
        return "refused";
    case outcome::failed:
        return "failed";
    case outcome::retrying:
        return "retrying";
    }
    return "unknown";
}

std::string_view words(step what)
{
    switch (what) {
    case step::none:
        return "none";
    case step::look:
        return "look";
    case step::disable:
        return "disable";
    }
    return "unknown";
}

core::profile profile_with(core::user_status status)
{
    core::profile who;
    who.id = "4c65a238-ca50-4374-b904-0d51d4c1822b";
    who.status = status;
    return who;
}

const core::profile active = profile_with(core::user_status::active);
const core::profile disabled = profile_with(core::user_status::terminated);

api_failure
failure(failure_kind kind, std::optional<std::chrono::seconds> retry_after = std::nullopt)
{
    api_failure why;
    why.kind = kind;
    why.retry_after = retry_after;
    why.text = "the portal says no";
    return why;
}

// A containment with a clock that jumps to where the next step is due.
struct subject_at_work {
    containment machine{active.id, core::disable_method::status, mono_at(0ms)};
    core::random_source random{1};
    core::mono_time now = mono_at(0ms);

    std::string_view next() { return words(machine.next(now)); }
    std::string_view look(const core::profile& who, protection guard = protection::none)
    {
        return words(machine.on_profile(who, guard, now, random));
    }
    std::string_view look(const api_failure& why)
    {
        return words(machine.on_profile_failure(why, now, random));
    }
    std::string_view disable() { return words(machine.on_disable_accepted()); }
    std::string_view disable(const api_failure& why)
    {
        return words(machine.on_disable_failure(why, now, random));
    }
    // How long until the next step.
    milliseconds pause() const
    {
        REQUIRE(machine.due().has_value());
        return std::chrono::duration_cast<milliseconds>(*machine.due() - now);
    }
    void wait()
    {
        REQUIRE(machine.due().has_value());
        now = std::max(now, *machine.due());
    }
    // Looks, finds the account active, and has the disable request under way.
    void begin_disabling()
    {
        wait();
        REQUIRE(next() == "look");
        REQUIRE(look(active) == "going on");
        REQUIRE(next() == "disable");
    }
    std::string_view state_name() const { return core::to_string(machine.state()); }
};

} // namespace

TEST_CASE("containment: look, disable, look again, contained")
{
    subject_at_work s;
    CHECK(s.state_name() == "intended");
    CHECK(s.pause() == 0ms);
    CHECK(s.next() == "look");
    CHECK_FALSE(s.machine.due().has_value());
    CHECK(s.next() == "none"); // a call is under way
    CHECK(s.look(active) == "going on");
    CHECK(s.machine.is_about_to_disable());
    CHECK(s.next() == "disable");
    CHECK(s.state_name() == "sending");
    CHECK(s.next() == "none");
    CHECK(s.disable() == "going on");
    CHECK(s.state_name() == "sending"); // a 200 is no proof
    CHECK(s.next() == "look");
    CHECK(s.look(disabled) == "contained");
    CHECK(s.state_name() == "contained");
    CHECK_FALSE(s.machine.due().has_value());
    CHECK(s.next() == "none");
}

TEST_CASE("containment: an account that is disabled already needs no request")
{
    subject_at_work s;
    REQUIRE(s.next() == "look");
    CHECK(s.look(disabled) == "already contained");
    CHECK(s.state_name() == "contained");
    CHECK(s.next() == "none");
}

TEST_CASE("containment: a disabled account counts as contained even if it is protected")
{
    subject_at_work s;
    REQUIRE(s.next() == "look");
    CHECK(s.look(disabled, protection::administrator) == "already contained");
}

TEST_CASE("containment: a protected account is refused without a request, for good")
{
    const protection guard =
        GENERATE(protection::owner, protection::self, protection::administrator);
    subject_at_work s;
    REQUIRE(s.next() == "look");
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
    REQUIRE(s.disable() == "going on");
    REQUIRE(s.next() == "look");
    CHECK(s.look(active, protection::administrator) == "refused");
}

TEST_CASE("containment: an invited account that never came is disabled like an active one")
{
    subject_at_work s;
    REQUIRE(s.next() == "look");
    CHECK(s.look(profile_with(core::user_status::pending)) == "going on");
    CHECK(s.next() == "disable");
}

TEST_CASE("containment: an LDAP account is disabled through the member endpoint")
{
    subject_at_work s;
    CHECK((s.machine.method() == core::disable_method::status));
    core::profile ldap = active;
    ldap.is_ldap = true;
    REQUIRE(s.next() == "look");
    REQUIRE(s.look(ldap) == "going on");
    CHECK((s.machine.method() == core::disable_method::member));
}

TEST_CASE("containment: 200 without effect is tried five times, then failed, then once an hour")
{
    subject_at_work s;
    for (unsigned round = 1; round <= containment::unchanged_max; ++round) {
        INFO("round " << round);
        s.begin_disabling();
        REQUIRE(s.disable() == "going on");
        REQUIRE(s.next() == "look");
        const bool is_last = round == containment::unchanged_max;
        CHECK(s.look(active) == (is_last ? "failed" : "retrying"));
        CHECK(s.state_name() == (is_last ? "failed" : "sending"));
        if (is_last) {
            CHECK(s.pause() == 1h);
        } else {
            CHECK(s.pause() >= 500ms);
            CHECK(s.pause() <= 20s);
        }
    }
    CHECK(contains(s.machine.last_problem(), "leaves it active"));
    for (int hour = 0; hour < 3; ++hour) {
        INFO("hour " << hour);
        s.begin_disabling();
        CHECK(s.state_name() == "failed");
        REQUIRE(s.disable() == "going on");
        REQUIRE(s.next() == "look");
        CHECK(s.look(active) == "retrying"); // told once
        CHECK(s.pause() == 1h);
    }
    s.begin_disabling();
    REQUIRE(s.disable() == "going on");
    REQUIRE(s.next() == "look");
    CHECK(s.look(disabled) == "contained");
}

TEST_CASE("containment: a lost answer is no reason to send again, if the portal did it: it was us")
{
    const failure_kind lost =
        GENERATE(failure_kind::interrupted, failure_kind::broken, failure_kind::bad_answer);
    INFO(core::to_string(lost));
    subject_at_work s;
    s.begin_disabling();
    CHECK(s.disable(failure(lost)) == "retrying");
    s.wait();
    CHECK(s.next() == "look");
    CHECK(s.look(disabled) == "contained");
}

TEST_CASE("containment: a request that never left did not disable the account")
{
    const failure_kind unsent = GENERATE(
        failure_kind::unreachable,
        failure_kind::unauthorised,
        failure_kind::forbidden,
        failure_kind::throttled
    );
    INFO(core::to_string(unsent));
    subject_at_work s;
    s.begin_disabling();
    CHECK(s.disable(failure(unsent)) == "retrying");
    s.wait();
    CHECK(s.next() == "look");
    CHECK(s.look(disabled) == "already contained");
}

TEST_CASE("containment: after any failed disable request it looks before it sends again")
{
    for (int kind = 0; kind <= static_cast<int>(failure_kind::redirected); ++kind) {
        INFO(core::to_string(static_cast<failure_kind>(kind)));
        subject_at_work s;
        s.begin_disabling();
        CHECK(s.disable(failure(static_cast<failure_kind>(kind))) == "retrying");
        CHECK(s.machine.last_problem() == "the portal says no");
        CHECK(s.machine.is_settled());
        s.wait();
        CHECK(s.next() == "look");
        CHECK_FALSE(s.machine.is_settled());
        CHECK(s.look(active) == "going on");
        CHECK(s.next() == "disable");
    }
}

TEST_CASE("containment: each failure has its pause, of a look and of a disable request alike")
{
    struct row {
        failure_kind kind;
        std::optional<std::chrono::seconds> retry_after;
        milliseconds least;
        milliseconds most;
    };
    const row expected = GENERATE(
        row{failure_kind::unauthorised, std::nullopt, 60s, 60s},
        row{failure_kind::unpaid, std::nullopt, 60s, 60s},
        row{failure_kind::throttled, std::nullopt, 1s, 1s},
        row{failure_kind::throttled, 0s, 1s, 1s},
        row{failure_kind::throttled, -100s, 1s, 1s},
        row{failure_kind::throttled, 7s, 7s, 7s},
        row{failure_kind::throttled, 60s, 60s, 60s},
        row{failure_kind::throttled, std::chrono::hours(24 * 365), 60s, 60s},
        row{failure_kind::forbidden, std::nullopt, 500ms, 1s},
        row{failure_kind::not_found, std::nullopt, 500ms, 1s},
        row{failure_kind::rejected, std::nullopt, 500ms, 1s},
        row{failure_kind::unreachable, std::nullopt, 500ms, 1s},
        row{failure_kind::interrupted, std::nullopt, 500ms, 1s},
        row{failure_kind::broken, std::nullopt, 500ms, 1s},
        row{failure_kind::bad_answer, std::nullopt, 500ms, 1s},
        row{failure_kind::redirected, std::nullopt, 500ms, 1s}
    );
    INFO(core::to_string(expected.kind));
    const bool is_look = GENERATE(true, false);
    subject_at_work s;
    const api_failure why = failure(expected.kind, expected.retry_after);
    if (is_look) {
        REQUIRE(s.next() == "look");
        CHECK(s.look(why) == "retrying");
    } else {
        s.begin_disabling();
        CHECK(s.disable(why) == "retrying");
    }
    CHECK(s.pause() >= expected.least);
    CHECK(s.pause() <= expected.most);
}

TEST_CASE("containment: a definite refusal five times is failed, then one try an hour")
{
    const failure_kind refusal =
        GENERATE(failure_kind::forbidden, failure_kind::not_found, failure_kind::rejected);
    INFO(core::to_string(refusal));
    const bool is_look = GENERATE(true, false);
    subject_at_work s;
    for (unsigned round = 1; round <= containment::refusals_max + 3; ++round) {
        INFO("round " << round);
        if (is_look) {
            s.wait();
            REQUIRE(s.next() == "look");
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
        REQUIRE(s.next() == "look");
        // Said aloud once, and tried for ever.
        REQUIRE(s.look(failure(transient)) == (i == 7 ? "failed" : "retrying"));
        REQUIRE(s.pause() >= 500ms);
        REQUIRE(s.pause() <= 20s);
        if (i >= 6)
            REQUIRE(s.pause() >= 10s);
    }
    s.begin_disabling();
    REQUIRE(s.disable() == "going on");
    REQUIRE(s.next() == "look");
    CHECK(s.look(disabled) == "contained");
}

TEST_CASE("containment: held does nothing until it is resumed, and then looks first")
{
    subject_at_work s;
    REQUIRE(s.next() == "look");
    REQUIRE(s.look(active) == "going on");
    s.machine.hold();
    CHECK(s.state_name() == "held");
    CHECK_FALSE(s.machine.due().has_value());
    CHECK(s.machine.is_settled());
    s.now += 1h;
    CHECK(s.next() == "none");
    s.machine.resume(s.now);
    CHECK(s.state_name() == "intended");
    CHECK(s.machine.decided() == s.now);
    CHECK_FALSE(s.machine.is_settled());
    CHECK(s.pause() == 0ms);
    CHECK(s.next() == "look");
}

TEST_CASE("containment: an exempt account is observed, and nothing follows")
{
    subject_at_work s;
    REQUIRE(s.next() == "look");
    REQUIRE(s.look(active) == "going on");
    s.machine.exempt();
    CHECK(s.state_name() == "observed");
    CHECK(s.next() == "none");
    CHECK_FALSE(s.machine.due().has_value());
    CHECK(s.machine.is_settled());
}

TEST_CASE("containment: nothing is sent before its pause is over")
{
    subject_at_work s;
    REQUIRE(s.next() == "look");
    REQUIRE(s.look(failure(failure_kind::unauthorised)) == "retrying");
    s.now += 60s - 1us;
    CHECK(s.next() == "none");
    s.now += 1us;
    CHECK(s.next() == "look");
}

TEST_CASE("containment: whatever the portal answers, a request follows only a look that found the "
          "account active, and a final state is final")
{
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        core::random_source random(seed);
        subject_at_work s;
        bool saw_active = false;
        for (int i = 0; i < 60 && s.machine.due(); ++i) {
            s.wait();
            const step what = s.machine.next(s.now);
            const auto any = failure(static_cast<failure_kind>(random.below(11)));
            INFO("seed " << seed << ", call " << i << ": " << words(what));
            REQUIRE(what != step::none);
            if (what == step::disable) {
                REQUIRE(saw_active);
                saw_active = false;
                if (random.below(2) == 0)
                    (void)s.disable();
                else
                    (void)s.disable(any);
                continue;
            }
            const std::uint64_t kind = random.below(20);
            if (kind < 12) {
                (void)s.look(active);
                saw_active = s.machine.is_about_to_disable();
            } else if (kind == 12) {
                REQUIRE(contains(s.look(disabled), "contained"));
                REQUIRE_FALSE(s.machine.due().has_value());
            } else {
                (void)s.look(any);
                saw_active = false;
            }
        }
    }
}

TEST_CASE("containment: each state has a name of its own")
{
    CHECK(core::to_string(state::observed) == "observed");
    CHECK(core::to_string(state::intended) == "intended");
    CHECK(core::to_string(state::sending) == "sending");
    CHECK(core::to_string(state::contained) == "contained");
    CHECK(core::to_string(state::refused) == "refused");
    CHECK(core::to_string(state::held) == "held");
    CHECK(core::to_string(state::failed) == "failed");
    CHECK(core::to_string(state::rejected) == "rejected");
    CHECK(core::to_string(state::released) == "released");
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

} // namespace docwarden::test::containment_test
